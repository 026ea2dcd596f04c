// SPDX-License-Identifier: GPL-2.0-only
/* The picture of what grows with the number of pairs at once. */
#include "bench/views/plot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/text.h"
#include "bench/results/stats.h"
#include "lib/json.h"
#include "lib/units.h"

/* The longest name that the key has room for. */
#define NAME_WIDTH 12

/* One kernel with one number of pairs, all its cells. */
struct point {
	struct hist wakeup, gap;
	uint64_t fulls, hangs;
	double look, account;	/* sums of medians, ns */
	uint64_t costs;
};

/* Records of old have nothing of it, and a cell without a drain neither. */
void plot_scale_add(struct report_combo *combo, const struct record *record)
{
	const json_t *cost = json_object_get(record->detail, "cost");

	combo->pairs = record->pairs;
	if (!json_count(cost, "account_n"))
		return;
	combo->look_ns +=
		json_count(cost, "look_p50_ns");
	combo->account_ns +=
		json_count(cost, "account_p50_ns");
	combo->costs++;
}

static int number_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The different numbers of pairs, in order; caller frees. */
static uint64_t *find_numbers(const struct report *report, size_t *n)
{
	uint64_t *number = calloc(report->combos + 1, sizeof(*number));
	size_t i, k = 0;

	*n = 0;
	if (!number)
		return NULL;
	for (i = 0; i < report->combos; i++) {
		if (report->combo[i]->measured)
			number[k++] = report->combo[i]->pairs;
	}
	qsort(number, k, sizeof(*number), number_cmp);
	for (i = 0; i < k; i++) {
		if (!*n || number[*n - 1] != number[i])
			number[(*n)++] = number[i];
	}
	return number;
}

/* False when that kernel has no cell with so many pairs. */
static bool collect(const struct report *report,
		    const struct report_kernel *kernel, uint64_t pairs,
		    struct point *p)
{
	const struct report_combo *c;
	bool any = false;
	size_t i;

	memset(p, 0, sizeof(*p));
	hist_init(&p->wakeup);
	hist_init(&p->gap);
	for (i = 0; i < report->combos; i++) {
		c = report->combo[i];
		if (c->kernel != kernel || !c->measured || c->pairs != pairs)
			continue;
		any = true;
		hist_merge(&p->wakeup, &c->sum.h.wakeup);
		hist_merge(&p->gap, &c->sum.h.gap);
		p->fulls += c->sum.fulls;
		p->hangs += record_hangs(&c->sum);
		p->look += c->look_ns;
		p->account += c->account_ns;
		p->costs += c->costs;
	}
	return any;
}

static void put_value(FILE *f, bool known, double value)
{
	if (known)
		fprintf(f, " %.6g", value);
	else
		fprintf(f, " NaN");
}

static void put_point(FILE *f, uint64_t pairs, const struct point *p)
{
	double lo = 0, hi = 0;
	bool known = !stats_clopper_pearson(p->hangs, p->fulls, 0.95, &lo,
					    &hi);
	const struct hist *h[2] = { &p->wakeup, &p->gap };
	double unit[2] = { NSEC_PER_USEC, NSEC_PER_MSEC };
	int i;

	fprintf(f, "%" PRIu64, pairs);
	for (i = 0; i < 2; i++) {
		put_value(f, h[i]->n, hist_quantile(h[i], 0.5) / unit[i]);
		put_value(f, h[i]->n, hist_quantile(h[i], 0.99) / unit[i]);
	}
	put_value(f, known, known ? 100.0 * p->hangs / p->fulls : 0);
	put_value(f, known, lo * 100);
	put_value(f, known, hi * 100);
	put_value(f, p->costs, p->look / p->costs / NSEC_PER_USEC);
	put_value(f, p->costs, p->account / p->costs / NSEC_PER_USEC);
	fputc('\n', f);
}

static void put_names(const struct report *report, FILE *f)
{
	char name[TEXT_NAME], *text;
	size_t i, n = 0;

	fprintf(f, "array name[%zu]\narray slot[%zu]\n", report->kernels,
		report->kernels);
	for (i = 0; i < report->kernels; i++) {
		const struct report_kernel *kernel = report->kernel[i];

		if (!kernel->measured)
			continue;
		text_shorten(name, kernel->variant, NAME_WIDTH);
		if (report->kconfigs.n > 1 &&
		    asprintf(&text, "%s, %s", name, kernel->kconfig) >= 0) {
			plot_element(f, "name", ++n, text);
			free(text);
		} else {
			plot_element(f, "name", ++n, name);
		}
		fprintf(f, "slot[%zu] = %zu\n", n, kernel->slot + 1);
	}
	fprintf(f, "curves = %zu\n", n);
}

bool plot_scale(const struct report *report, FILE *f)
{
	struct point *p = malloc(sizeof(*p));
	uint64_t *number, total = 0;
	size_t n, i, k;
	bool some;

	number = find_numbers(report, &n);
	some = p && number && n > 1;
	if (some) {
		fprintf(f, "array pairs[%zu]\n", n);
		for (k = 0; k < n; k++)
			fprintf(f, "pairs[%zu] = %" PRIu64 "\n", k + 1,
				number[k]);
		put_names(report, f);
		fprintf(f, "# pairs, wakeup p50 p99 (us), gap p50 p99 (ms), hangs lo hi (%%), look, accounting (us)\n");
		fprintf(f, "$data << EOD\n");
	}
	for (i = 0; some && i < report->kernels; i++) {
		if (!report->kernel[i]->measured)
			continue;
		for (k = 0; k < n; k++) {
			if (!collect(report, report->kernel[i], number[k], p))
				continue;
			put_point(f, number[k], p);
			total += p->fulls;
		}
		fprintf(f, "\n\n");
	}
	if (some)
		fprintf(f, "EOD\ntotal = %" PRIu64 "\n", total);
	free(number);
	free(p);
	return some;
}
