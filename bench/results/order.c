// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/order.h"

#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/variant.h"

size_t results_index(struct results *results, char *key, size_t next)
{
	json_t *value = json_object_get(results->index, key);

	if (!value) {
		value = json_integer(next);
		json_object_set_new(results->index, key, value);
	}
	free(key);
	return json_integer_value(value);
}

char *results_combo_id(const struct results_kernel *kernel,
		       const char *section, const char *text)
{
	return xasprintf("%s\n%s\n%s\n%s", kernel->kconfig, kernel->variant,
			 section, text);
}

struct results_kernel *results_kernel(const struct results *results,
				      const char *variant,
				      const char *kconfig)
{
	char *key = xasprintf("%s\n%s", kconfig, variant);
	const json_t *place = json_object_get(results->index, key);

	free(key);
	return place ? results->kernel[json_integer_value(place)] : NULL;
}

const struct results_kernel *results_base(const struct results *results,
					  const char *kconfig)
{
	const struct results_kernel *first = NULL, *kernel;
	size_t i;

	for (i = 0; i < results->kernels; i++) {
		kernel = results->kernel[i];
		if (strcmp(kernel->kconfig, kconfig) || !kernel->measured)
			continue;
		if (!strcmp(kernel->variant, "baseline"))
			return kernel;
		if (!first)
			first = kernel;
	}
	return first;
}

/* "guest", the plain one, before the others. */
static int kconfig_cmp(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	int first = !!strcmp(x, "guest") - !!strcmp(y, "guest");

	return first ? first : strcmp(x, y);
}

static int kernel_cmp(const void *a, const void *b)
{
	const struct results_kernel *x = *(struct results_kernel *const *)a;
	const struct results_kernel *y = *(struct results_kernel *const *)b;
	int kconfig = kconfig_cmp(&x->kconfig, &y->kconfig);

	if (kconfig)
		return kconfig;
	return x->slot < y->slot ? -1 : x->slot > y->slot;
}

static int number_cmp(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

int results_loop_cmp(const struct cell *a, const struct cell *b)
{
	return a->loop - b->loop;
}

int results_window_cmp(const struct cell *a, const struct cell *b)
{
	return number_cmp(a->window, b->window);
}

int results_rate_cmp(const struct cell *a, const struct cell *b)
{
	return number_cmp(a->rate, b->rate);
}

int results_pmu_cmp(const struct cell *a, const struct cell *b)
{
	return strcmp(a->pmu, b->pmu);
}

int results_skid_cmp(const struct cell *a, const struct cell *b)
{
	return number_cmp(a->skid, b->skid);
}

int results_setting_cmp(const struct cell *a, const struct cell *b)
{
	int ret = results_pmu_cmp(a, b);

	ret = ret ? ret : results_window_cmp(a, b);
	return ret ? ret : results_skid_cmp(a, b);
}

int results_loop_setting_cmp(const struct cell *a, const struct cell *b)
{
	int ret = results_loop_cmp(a, b);

	return ret ? ret : results_setting_cmp(a, b);
}

int results_drain_cmp(const struct cell *a, const struct cell *b)
{
	int ret = (int)a->drain.kind - (int)b->drain.kind;

	ret = ret ? ret : number_cmp(a->drain.a, b->drain.a);
	return ret ? ret : number_cmp(a->drain.b, b->drain.b);
}

/* As a reader would sort the keys, not as strings ("10ms" after "3ms"). */
static int cell_cmp(const struct cell *a, const struct cell *b)
{
	int ret = results_loop_setting_cmp(a, b);

	ret = ret ? ret : results_drain_cmp(a, b);
	ret = ret ? ret : results_rate_cmp(a, b);
	ret = ret ? ret : number_cmp(a->aux, b->aux);
	return ret ? ret : number_cmp(a->watermark, b->watermark);
}

static int combo_cmp(const void *a, const void *b)
{
	const struct results_combo *x = *(struct results_combo *const *)a;
	const struct results_combo *y = *(struct results_combo *const *)b;
	int ret = kernel_cmp(&x->kernel, &y->kernel);

	ret = ret ? ret : strcmp(x->section, y->section);
	ret = ret ? ret : cell_cmp(&x->key, &y->key);
	return ret ? ret : strcmp(x->text, y->text);
}

size_t results_distinct(const struct results *results, const char *kconfig,
		       results_cell_cmp *cmp, struct cell **cells)
{
	const struct results_combo *combo;
	size_t i, k, n = 0;
	int order;

	*cells = NULL;
	for (i = 0; i < results->combos; i++) {
		combo = results->combo[i];
		if (!combo->measured ||
		    (kconfig && strcmp(combo->kernel->kconfig, kconfig)))
			continue;
		/* Insertion: there are few. */
		for (k = 0, order = 1; k < n; k++) {
			order = cmp(&combo->key, &(*cells)[k]);
			if (order <= 0)
				break;
		}
		if (k < n && !order)
			continue;
		*cells = results_grow(*cells, n, sizeof(**cells));
		memmove(*cells + k + 1, *cells + k, (n - k) * sizeof(**cells));
		(*cells)[k] = combo->key;
		n++;
	}
	return n;
}

const char *results_preempt(const struct results *results, const char *kconfig)
{
	size_t i;

	for (i = 0; i < results->kernels; i++) {
		const struct results_kernel *kernel = results->kernel[i];

		if (!strcmp(kernel->kconfig, kconfig) && kernel->preempt)
			return kernel->preempt;
	}
	return "";
}

struct results_combo *results_same_cell(const struct results *results,
					    const struct results_kernel *kernel,
					    const struct results_combo *like)
{
	char *key = results_combo_id(kernel, like->section,
				     like->text);
	const json_t *place = json_object_get(results->index, key);

	free(key);
	return place ? results->combo[json_integer_value(place)] : NULL;
}

/* Sorted, everything is in another place. */
static void index_again(struct results *results)
{
	size_t i;

	json_object_clear(results->index);
	for (i = 0; i < results->kernels; i++)
		results_index(results, xasprintf("%s\n%s",
						results->kernel[i]->kconfig,
						results->kernel[i]->variant),
			      i);
	for (i = 0; i < results->combos; i++)
		results_index(results, results_combo_id(
				      results->combo[i]->kernel,
				      results->combo[i]->section,
				      results->combo[i]->text), i);
}

bool results_emulated(const struct results *results)
{
	size_t i;

	for (i = 0; i < results->accels.n; i++) {
		if (!strcmp(results->accels.name[i], "tcg"))
			return true;
	}
	return false;
}

void results_sort(struct results *results)
{
	struct results_names all = { NULL };
	size_t i, k;

	/*
	 * An order of variants and with it their colours: the same in every
	 * report, whatever order a run's seed gave them and whichever took part.
	 */
	for (i = 0; shipped_variants[i].name; i++)
		results_names_add(&all, shipped_variants[i].name);
	for (i = 0; i < results->kernels; i++) {
		struct results_kernel *kernel = results->kernel[i];

		kernel->slot = results_names_add(&all, kernel->variant);
	}
	for (k = 0; k < all.n; k++) {
		for (i = 0; i < results->kernels; i++) {
			if (results->kernel[i]->slot == k)
				results_names_add(&results->variants, all.name[k]);
		}
	}
	results_names_free(&all);
	if (results->kernels)
		qsort(results->kernel, results->kernels,
		      sizeof(*results->kernel), kernel_cmp);
	if (results->combos)
		qsort(results->combo, results->combos, sizeof(*results->combo),
		      combo_cmp);
	for (i = 0; i < results->kernels; i++)
		results_names_add(&results->kconfigs, results->kernel[i]->kconfig);
	index_again(results);
}

bool results_streams(const struct results *results)
{
	return results->combos && results->measured;
}
