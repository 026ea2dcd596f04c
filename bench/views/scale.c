// SPDX-License-Identifier: GPL-2.0-only
/* The picture of what grows with the number of pairs at once. */
#include "bench/views/plot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/stats.h"
#include "bench/views/numbers.h"
#include "lib/numbers.h"
#include "lib/units.h"

/* The longest name that the key has room for. */
#define NAME_WIDTH 12

/* One kernel with one number of pairs, all its cells. */
struct point {
	struct contrast_pair *cells;	/* for their means */
	size_t n;
	uint64_t fulls, hangs;
	double look, account;	/* sums of medians, ns */
	uint64_t costs;
};

/*
 * A section of the job in which the number of pairs varies: cells of others are
 * not the same but for that.
 */
struct sweep {
	const char *section;
	uint64_t pairs;		/* of the first cell */
	bool varies;
};

struct sweeps {
	struct sweep *sweep;
	size_t n;
};

static struct sweep *find_sweep(const struct sweeps *sweeps,
				const char *section)
{
	size_t i;

	for (i = 0; i < sweeps->n; i++) {
		if (!strcmp(sweeps->sweep[i].section, section))
			return &sweeps->sweep[i];
	}
	return NULL;
}

/* Caller frees ->sweep. */
static struct sweeps find_sweeps(const struct results *results)
{
	struct sweeps all = { NULL, 0 };
	const struct results_combo *c;
	struct sweep *sweep;
	size_t i;

	for (i = 0; i < results->combos; i++) {
		c = results->combo[i];
		if (!c->measured)
			continue;
		sweep = find_sweep(&all, c->section);
		if (sweep) {
			sweep->varies |= c->pairs != sweep->pairs;
			continue;
		}
		all.sweep = results_grow(all.sweep, all.n, sizeof(*all.sweep));
		all.sweep[all.n++] = (struct sweep) {
			.section = c->section, .pairs = c->pairs,
		};
	}
	return all;
}

static bool in_sweep(const struct sweeps *sweeps,
		     const struct results_combo *c)
{
	return c->measured && find_sweep(sweeps, c->section)->varies;
}

/* The different numbers of pairs, in order; caller frees. */
static uint64_t *find_numbers(const struct results *results,
			      const struct sweeps *sweeps, size_t *n)
{
	uint64_t *number = calloc(results->combos + 1, sizeof(*number));
	size_t i, k = 0;

	*n = 0;
	if (!number)
		return NULL;
	for (i = 0; i < results->combos; i++) {
		if (in_sweep(sweeps, results->combo[i]))
			number[k++] = results->combo[i]->pairs;
	}
	qsort(number, k, sizeof(*number), numbers_cmp);
	for (i = 0; i < k; i++) {
		if (!*n || number[*n - 1] != number[i])
			number[(*n)++] = number[i];
	}
	return number;
}

/* False when that kernel has no cell with so many pairs. */
static bool collect(const struct results *results,
		    const struct sweeps *sweeps,
		    const struct results_kernel *kernel, uint64_t pairs,
		    struct point *p)
{
	const struct results_combo *c;
	size_t i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < results->combos; i++) {
		c = results->combo[i];
		if (c->kernel != kernel || c->pairs != pairs ||
		    !in_sweep(sweeps, c))
			continue;
		p->cells = results_grow(p->cells, p->n, sizeof(*p->cells));
		p->cells[p->n++] = (struct contrast_pair) { { c, c } };
		p->fulls += c->sum.fulls;
		p->hangs += record_hangs(&c->sum);
		p->look += c->look_ns;
		p->account += c->account_ns;
		p->costs += c->costs;
	}
	return p->n;
}

static void put_value(FILE *f, bool known, double value)
{
	if (known)
		fprintf(f, " %.6g", value);
	else
		fprintf(f, " NaN");
}

/* Over the cells in which all kernels have a value of it; false: there are none. */
static bool put_metric(const struct results *results, const struct point *p,
		       enum metric_id metric, FILE *f)
{
	struct contrast_pair *shared = calloc(p->n + 1, sizeof(*shared));
	struct contrast c;
	size_t i, n = 0;

	if (!shared)
		abort();
	for (i = 0; i < p->n; i++) {
		if (contrast_shared(results, metric, p->cells[i].combo[0]))
			shared[n++] = p->cells[i];
	}
	contrast_make(&c, metric, shared, n, CONTRAST_PAD_NS);
	put_value(f, c.state == CONTRAST_KNOWN,
		  metric_shown(c.metric, c.value[0]));
	free(shared);
	return c.state == CONTRAST_KNOWN;
}

/* Returns which panels have a value: 1 of wakeups, 2 of gaps. */
static int put_point(const struct results *results, FILE *f, uint64_t pairs,
		     const struct point *p)
{
	double lo = 0, hi = 0;
	bool known = !stats_clopper_pearson(p->hangs, p->fulls, 0.95, &lo,
					    &hi);
	static const enum metric_id shown[] = {
		METRIC_WAKEUP_P50, METRIC_WAKEUP_P99, METRIC_GAP_P50,
		METRIC_LOST,
	};
	int panels = 0, i;

	fprintf(f, "%" PRIu64, pairs);
	for (i = 0; i < 4; i++) {
		if (put_metric(results, p, shown[i], f))
			panels |= 1 << i / 2;
	}
	put_value(f, known, known ? 100.0 * p->hangs / p->fulls : 0);
	put_value(f, known, lo * 100);
	put_value(f, known, hi * 100);
	put_value(f, p->costs, p->look / p->costs / NSEC_PER_USEC);
	put_value(f, p->costs, p->account / p->costs / NSEC_PER_USEC);
	fputc('\n', f);
	return panels;
}

static void put_names(const struct results *results, FILE *f)
{
	char name[TEXT_NAME], *text;
	size_t i, n = 0;

	fprintf(f, "array name[%zu]\narray slot[%zu]\n", results->kernels,
		results->kernels);
	for (i = 0; i < results->kernels; i++) {
		const struct results_kernel *kernel = results->kernel[i];

		if (!kernel->measured)
			continue;
		text_shorten(name, kernel->variant, NAME_WIDTH);
		if (results->kconfigs.n > 1 &&
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

static bool put_scale(const struct results *results, FILE *f)
{
	struct sweeps sweeps = find_sweeps(results);
	struct point p;
	uint64_t *number, total = 0;
	size_t n, i, k;
	int panels = 0;
	bool some;

	number = find_numbers(results, &sweeps, &n);
	some = number && n > 1;
	if (some) {
		fprintf(f, "array pairs[%zu]\n", n);
		for (k = 0; k < n; k++)
			fprintf(f, "pairs[%zu] = %" PRIu64 "\n", k + 1,
				number[k]);
		put_names(results, f);
		fprintf(f, "# pairs, wakeup p50 p99 (us), gap p50, lost per full (ms), hangs lo hi (%%), look, accounting (us)\n");
		fprintf(f, "$data << EOD\n");
	}
	for (i = 0; some && i < results->kernels; i++) {
		if (!results->kernel[i]->measured)
			continue;
		for (k = 0; k < n; k++) {
			if (!collect(results, &sweeps, results->kernel[i],
				     number[k], &p))
				continue;
			panels |= put_point(results, f, number[k], &p);
			total += p.fulls;
			free(p.cells);
		}
		fprintf(f, "\n\n");
	}
	if (some)
		fprintf(f, "EOD\ntotal = %" PRIu64 "\n", total);
	free(number);
	free(sweeps.sweep);
	/* An empty panel cannot be drawn. */
	return some && panels == 3;
}

const struct plot plot_scale = {
	"scale", "More pairs at once",
	put_scale, "no section has two numbers of pairs that all kernels have", false, false,
};
