// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/stats.h"
#include "bench/views/numbers.h"
#include "lib/units.h"

/*
 * The picture that compares kconfigs, above all the preemption models: for
 * each variant a lane per kconfig, with the quantiles of the wakeup latency
 * and the incidence of hangs.
 */

/* From the fewest places where a task is preempted to the most; then others. */
static const char *const kconfig_order[] = {
	"none", "voluntary", "guest", "lazy", "preempt", "rt", NULL
};

#define NAME_WIDTH 9
#define MODEL_WIDTH 10

/* A variant under a kconfig, in the cells that it shares with the others. */
struct lane {
	size_t variant, kconfig;	/* indices of the report's names */
	size_t row;			/* of the kconfig, from 1 */
	bool measured;
	uint64_t fulls;
	uint64_t hangs[HANG_CLASSES];
	struct contrast_pair *cells;	/* for their means */
	size_t n;
	uint64_t wakeups, longest;	/* where they have a median, ns */
	struct contrast p50, p99;
};

static bool same_cell(const struct results_combo *a,
		      const struct results_combo *b)
{
	return !strcmp(a->section, b->section) && !strcmp(a->text, b->text);
}

/* Any cell of this variant that was measured under this kconfig. */
static const struct results_combo *find(const struct results *results,
				       const char *variant,
				       const char *kconfig,
				       const struct results_combo *like)
{
	size_t i;

	for (i = 0; i < results->combos; i++) {
		const struct results_combo *combo = results->combo[i];

		if (combo->measured &&
		    !strcmp(combo->kernel->variant, variant) &&
		    !strcmp(combo->kernel->kconfig, kconfig) &&
		    (!like || same_cell(combo, like)))
			return combo;
	}
	return NULL;
}

/*
 * Kconfigs are compared by like cells only: one that a variant was measured
 * in under one kconfig and not under another would shift the whole.
 */
static bool is_shared(const struct results *results,
		      const struct results_combo *combo)
{
	const char *variant = combo->kernel->variant;
	size_t i;

	for (i = 0; i < results->kconfigs.n; i++) {
		const char *kconfig = results->kconfigs.name[i];

		if (find(results, variant, kconfig, NULL) &&
		    !find(results, variant, kconfig, combo))
			return false;
	}
	return true;
}

/* Whether there is a value of it under every kconfig of that variant. */
static bool has_value(const struct results *results, enum metric_id metric,
		      const struct results_combo *combo)
{
	const struct results_combo *other;
	struct contrast c;
	size_t i;

	for (i = 0; i < results->kconfigs.n; i++) {
		other = find(results, combo->kernel->variant,
			     results->kconfigs.name[i], combo);
		if (!other)
			continue;
		contrast_cell(&c, metric, other);
		if (c.state != CONTRAST_KNOWN)
			return false;
	}
	return true;
}

/* The mean over the shared cells in which all have a value. */
static void fill_metric(const struct results *results,
			const struct lane *lane, enum metric_id metric,
			struct contrast *c)
{
	struct contrast_pair *some = calloc(lane->n + 1, sizeof(*some));
	size_t i, n = 0;

	if (!some)
		abort();
	for (i = 0; i < lane->n; i++) {
		if (has_value(results, metric, lane->cells[i].combo[0]))
			some[n++] = lane->cells[i];
	}
	contrast_make(c, metric, some, n, CONTRAST_PAD_NS);
	free(some);
}

static void add_wakeups(const struct results *results, struct lane *lane,
			const struct results_combo *combo)
{
	const struct hist *h = &combo->sum.h.wakeup;

	lane->cells = results_grow(lane->cells, lane->n, sizeof(*lane->cells));
	lane->cells[lane->n++] = (struct contrast_pair) { { combo, combo } };
	if (!has_value(results, METRIC_WAKEUP_P50, combo))
		return;
	lane->wakeups += h->n;
	if (h->n && h->max > lane->longest)
		lane->longest = h->max;
}

static void fill_lane(const struct results *results, struct lane *lane,
		      uint64_t *left_out)
{
	const char *variant = results->variants.name[lane->variant];
	const char *kconfig = results->kconfigs.name[lane->kconfig];
	size_t i, class;

	for (i = 0; i < results->combos; i++) {
		const struct results_combo *combo = results->combo[i];

		if (!combo->measured ||
		    strcmp(combo->kernel->variant, variant) ||
		    strcmp(combo->kernel->kconfig, kconfig))
			continue;
		if (!is_shared(results, combo)) {
			(*left_out)++;
			continue;
		}
		lane->measured = true;
		lane->fulls += combo->sum.fulls;
		for (class = 0; class < HANG_CLASSES; class++)
			lane->hangs[class] += combo->sum.hangs[class];
		add_wakeups(results, lane, combo);
	}
	fill_metric(results, lane, METRIC_WAKEUP_P50, &lane->p50);
	fill_metric(results, lane, METRIC_WAKEUP_P99, &lane->p99);
	free(lane->cells);
}

/* kconfigs[] in the order of lanes; caller frees. */
static size_t *order_kconfigs(const struct results *results)
{
	size_t *order = calloc(results->kconfigs.n, sizeof(*order)), n = 0;
	size_t i, k;

	if (!order)
		abort();
	for (k = 0; kconfig_order[k]; k++) {
		for (i = 0; i < results->kconfigs.n; i++) {
			if (!strcmp(results->kconfigs.name[i],
				    kconfig_order[k]))
				order[n++] = i;
		}
	}
	for (i = 0; i < results->kconfigs.n; i++) {
		for (k = 0; k < n && order[k] != i; k++)
			;
		if (k == n)
			order[n++] = i;
	}
	return order;
}

static void put_names(const struct results *results, const size_t *order,
		      FILE *f)
{
	const char *kconfig;
	char name[TEXT_NAME];
	size_t i;

	fprintf(f, "variants = %zu\nkconfigs = %zu\n", results->variants.n,
		results->kconfigs.n);
	fprintf(f, "array vname[variants]\narray kname[kconfigs]\n"
		"array model[kconfigs]\n");
	for (i = 0; i < results->variants.n; i++)
		plot_element(f, "vname", i + 1,
			     text_shorten(name, results->variants.name[i],
					  NAME_WIDTH));
	for (i = 0; i < results->kconfigs.n; i++) {
		kconfig = results->kconfigs.name[order[i]];
		plot_element(f, "kname", i + 1,
			     text_shorten(name, kconfig, NAME_WIDTH));
		plot_element(f, "model", i + 1,
			     text_shorten(name, results_preempt(results,
							       kconfig),
					  MODEL_WIDTH));
	}
}

/* Both axes, so that everything lies on them. */
static void put_ranges(const struct lane *lanes, size_t n, FILE *f)
{
	double bottom = 0, top = 0, least = 100, lo, hi, us;
	uint64_t fulls = 0, wakeups = 0, hangs;
	size_t i, class;

	for (i = 0; i < n; i++) {
		const struct lane *lane = &lanes[i];

		fulls += lane->fulls;
		wakeups += lane->wakeups;
		us = lane->p50.value[0] / NSEC_PER_USEC;
		if (us > 0 && (!bottom || us < bottom))
			bottom = us;
		us = lane->longest / (double)NSEC_PER_USEC;
		top = us > top ? us : top;
		for (class = 0, hangs = 0; class < HANG_CLASSES; class++) {
			hangs += lane->hangs[class];
			if (lane->hangs[class] &&
			    100. * lane->hangs[class] / lane->fulls < least)
				least = 100. * lane->hangs[class] /
					lane->fulls;
		}
		if (!hangs && !stats_clopper_pearson(0, lane->fulls, 0.95,
						     &lo, &hi) &&
		    100 * hi < least)
			least = 100 * hi;
	}
	if (!bottom)
		bottom = top > 0 ? top : 1;
	if (top < bottom)
		top = bottom;
	fprintf(f, "bottom = %.6g\ntop = %.6g\nleast = %.6g\n"
		"fulls = %" PRIu64 "\nwakeups = %" PRIu64 "\n",
		bottom, top, least, fulls, wakeups);
}

static void put_us(FILE *f, double ns)
{
	if (isfinite(ns))
		fprintf(f, " %.6g", ns / NSEC_PER_USEC);
	else
		fputs(" NaN", f);
}

/* variant, kconfig, n, p50, p99, max in microseconds */
static void put_wakeups(const struct lane *lanes, size_t n, FILE *f)
{
	size_t i;

	fprintf(f, "# variant kconfig n p50 p99 max\n$wake << EOD\n"
		"NaN NaN NaN NaN NaN NaN\n");
	for (i = 0; i < n; i++) {
		if (!lanes[i].wakeups)
			continue;
		fprintf(f, "%zu %zu %" PRIu64, lanes[i].variant + 1,
			lanes[i].row, lanes[i].wakeups);
		put_us(f, lanes[i].p50.value[0]);
		put_us(f, lanes[i].p99.value[0]);
		put_us(f, lanes[i].longest);
		fputc('\n', f);
	}
	fprintf(f, "EOD\n");
}

/* variant, kconfig, class (0: none was seen, of either), k, n, low, high */
static void put_hangs(const struct lane *lanes, size_t n, FILE *f)
{
	double lo, hi;
	size_t i, class;

	fprintf(f, "# variant kconfig class hangs fulls low%% high%%\n"
		"$hang << EOD\nNaN NaN NaN NaN NaN NaN NaN\n");
	for (i = 0; i < n; i++) {
		const struct lane *lane = &lanes[i];
		uint64_t all = 0;

		for (class = 0; class < HANG_CLASSES; class++) {
			all += lane->hangs[class];
			if (!lane->hangs[class] ||
			    stats_clopper_pearson(lane->hangs[class],
						  lane->fulls, 0.95, &lo, &hi))
				continue;
			fprintf(f, "%zu %zu %zu %" PRIu64 " %" PRIu64
				" %.9g %.9g\n", lane->variant + 1,
				lane->row, class + 1,
				lane->hangs[class], lane->fulls, lo * 100,
				hi * 100);
		}
		if (!all && !stats_clopper_pearson(0, lane->fulls, 0.95, &lo,
						   &hi))
			fprintf(f, "%zu %zu 0 0 %" PRIu64 " 0 %.9g\n",
				lane->variant + 1, lane->row,
				lane->fulls, hi * 100);
	}
	fprintf(f, "EOD\n");
}

/* Of all classes; where none was seen, what it may be. */
static void put_share(FILE *f, size_t i, const struct lane *lane)
{
	char number[TEXT_NUMBER], text[TEXT_NUMBER + 8] = "-";
	uint64_t hangs = 0;
	double lo, hi;
	int class;

	for (class = 0; class < HANG_CLASSES; class++)
		hangs += lane->hangs[class];

	if (!stats_clopper_pearson(hangs, lane->fulls, 0.95, &lo, &hi))
		snprintf(text, sizeof(text), "%s%s %%", hangs ? "" : "< ",
			 text_percent(number, 100 * (hangs ? (double)hangs /
						     lane->fulls : hi)));
	plot_element(f, "share", i, text);
}

/* The columns beside the panels; a lane of which n_fulls is -1 has none. */
static void put_columns(const struct lane *lanes, size_t n, FILE *f)
{
	static const char *const arrays[] = {
		"n_fulls", "n_lost", "n_silent", "n_off", "n_wake", "p50",
		"p99", "longest", "share", NULL
	};
	char text[NUMBER_TEXT];
	size_t i;

	for (i = 0; arrays[i]; i++)
		fprintf(f, "array %s[%zu]\n", arrays[i], n);
	for (i = 0; i < n; i++) {
		const struct lane *lane = &lanes[i];

		if (!lane->measured) {
			fprintf(f, "n_fulls[%zu] = -1\n", i + 1);
			continue;
		}
		fprintf(f, "n_fulls[%zu] = %" PRIu64 "\nn_lost[%zu] = %"
			PRIu64 "\nn_silent[%zu] = %" PRIu64 "\nn_off[%zu] = %"
			PRIu64 "\nn_wake[%zu] = %" PRIu64 "\n", i + 1,
			lane->fulls, i + 1, lane->hangs[HANG_LOST_WAKEUP],
			i + 1, lane->hangs[HANG_SILENT_STOP], i + 1,
			lane->hangs[HANG_SILENT_OFF], i + 1, lane->wakeups);
		plot_element(f, "p50", i + 1, number_side(text, &lane->p50, 0));
		plot_element(f, "p99", i + 1, number_side(text, &lane->p99, 0));
		plot_element(f, "longest", i + 1, lane->wakeups ?
			     number_quantile(text, lane->longest, 0,
					     NSEC_PER_USEC) : "-");
		put_share(f, i + 1, lane);
	}
}

/* Kconfigs under which something was measured. */
static size_t measured_kconfigs(const struct results *results)
{
	size_t i, k, n = 0;

	for (i = 0; i < results->kconfigs.n; i++) {
		for (k = 0; k < results->kernels; k++) {
			if (results->kernel[k]->measured &&
			    !strcmp(results->kernel[k]->kconfig,
				    results->kconfigs.name[i]))
				break;
		}
		n += k < results->kernels;
	}
	return n;
}

static bool put_preempt(const struct results *results, FILE *f)
{
	size_t n = results->variants.n * results->kconfigs.n, i;
	uint64_t left_out = 0, fulls = 0;
	struct lane *lanes;
	size_t *order;

	if (measured_kconfigs(results) < 2)
		return false;
	lanes = calloc(n, sizeof(*lanes));
	if (!lanes)
		abort();
	order = order_kconfigs(results);
	for (i = 0; i < n; i++) {
		lanes[i].variant = i / results->kconfigs.n;
		lanes[i].row = i % results->kconfigs.n + 1;
		lanes[i].kconfig = order[lanes[i].row - 1];
		fill_lane(results, &lanes[i], &left_out);
		fulls += lanes[i].fulls;
	}
	if (fulls) {
		put_names(results, order, f);
		put_ranges(lanes, n, f);
		fprintf(f, "left_out = %" PRIu64 "\n", left_out);
		put_wakeups(lanes, n, f);
		put_hangs(lanes, n, f);
		put_columns(lanes, n, f);
	}
	free(order);
	free(lanes);
	return fulls;
}

const struct plot plot_preempt = {
	"preempt", "Preemption models",
	put_preempt, "the kconfig does not vary", false, false,
};
