// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/text.h"
#include "bench/results/stats.h"
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
	struct hist wakeup;
};

static bool same_cell(const struct report_combo *a,
		      const struct report_combo *b)
{
	return !strcmp(a->section, b->section) && !strcmp(a->text, b->text);
}

/* Any cell of this variant that was measured under this kconfig. */
static const struct report_combo *find(const struct report *report,
				       const char *variant,
				       const char *kconfig,
				       const struct report_combo *like)
{
	size_t i;

	for (i = 0; i < report->combos; i++) {
		const struct report_combo *combo = report->combo[i];

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
static bool is_shared(const struct report *report,
		      const struct report_combo *combo)
{
	const char *variant = combo->kernel->variant;
	size_t i;

	for (i = 0; i < report->kconfigs.n; i++) {
		const char *kconfig = report->kconfigs.name[i];

		if (find(report, variant, kconfig, NULL) &&
		    !find(report, variant, kconfig, combo))
			return false;
	}
	return true;
}

static void fill_lane(const struct report *report, struct lane *lane,
		      uint64_t *left_out)
{
	const char *variant = report->variants.name[lane->variant];
	const char *kconfig = report->kconfigs.name[lane->kconfig];
	size_t i, class;

	hist_init(&lane->wakeup);
	for (i = 0; i < report->combos; i++) {
		const struct report_combo *combo = report->combo[i];

		if (!combo->measured ||
		    strcmp(combo->kernel->variant, variant) ||
		    strcmp(combo->kernel->kconfig, kconfig))
			continue;
		if (!is_shared(report, combo)) {
			(*left_out)++;
			continue;
		}
		lane->measured = true;
		lane->fulls += combo->sum.fulls;
		for (class = 0; class < HANG_CLASSES; class++)
			lane->hangs[class] += combo->sum.hangs[class];
		if (combo->sum.h.wakeup.n)
			hist_merge(&lane->wakeup, &combo->sum.h.wakeup);
	}
}

/* kconfigs[] in the order of lanes; caller frees. */
static size_t *order_kconfigs(const struct report *report)
{
	size_t *order = calloc(report->kconfigs.n, sizeof(*order)), n = 0;
	size_t i, k;

	if (!order)
		abort();
	for (k = 0; kconfig_order[k]; k++) {
		for (i = 0; i < report->kconfigs.n; i++) {
			if (!strcmp(report->kconfigs.name[i],
				    kconfig_order[k]))
				order[n++] = i;
		}
	}
	for (i = 0; i < report->kconfigs.n; i++) {
		for (k = 0; k < n && order[k] != i; k++)
			;
		if (k == n)
			order[n++] = i;
	}
	return order;
}

static void put_names(const struct report *report, const size_t *order,
		      FILE *f)
{
	const char *kconfig;
	char name[TEXT_NAME];
	size_t i;

	fprintf(f, "variants = %zu\nkconfigs = %zu\n", report->variants.n,
		report->kconfigs.n);
	fprintf(f, "array vname[variants]\narray kname[kconfigs]\n"
		"array model[kconfigs]\n");
	for (i = 0; i < report->variants.n; i++)
		plot_element(f, "vname", i + 1,
			     text_shorten(name, report->variants.name[i],
					  NAME_WIDTH));
	for (i = 0; i < report->kconfigs.n; i++) {
		kconfig = report->kconfigs.name[order[i]];
		plot_element(f, "kname", i + 1,
			     text_shorten(name, kconfig, NAME_WIDTH));
		plot_element(f, "model", i + 1,
			     text_shorten(name, report_preempt(report,
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
		wakeups += lane->wakeup.n;
		us = hist_quantile(&lane->wakeup, 0.5) / (double)NSEC_PER_USEC;
		if (lane->wakeup.n && us > 0 && (!bottom || us < bottom))
			bottom = us;
		us = lane->wakeup.max / (double)NSEC_PER_USEC;
		if (lane->wakeup.n && us > top)
			top = us;
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
		bottom = top = 1;
	fprintf(f, "bottom = %.6g\ntop = %.6g\nleast = %.6g\n"
		"fulls = %" PRIu64 "\nwakeups = %" PRIu64 "\n",
		bottom, top, least, fulls, wakeups);
}

/* variant, kconfig, n, p50, p90, p99, max in microseconds */
static void put_wakeups(const struct lane *lanes, size_t n, FILE *f)
{
	static const double quantiles[] = { 0.5, 0.9, 0.99, 1 };
	size_t i, q;

	fprintf(f, "# variant kconfig n p50 p90 p99 max\n$wake << EOD\n"
		"NaN NaN NaN NaN NaN NaN NaN\n");
	for (i = 0; i < n; i++) {
		if (!lanes[i].wakeup.n)
			continue;
		fprintf(f, "%zu %zu %" PRIu64, lanes[i].variant + 1,
			lanes[i].row, lanes[i].wakeup.n);
		for (q = 0; q < 4; q++)
			fprintf(f, " %.6g", hist_quantile(&lanes[i].wakeup,
				quantiles[q]) / (double)NSEC_PER_USEC);
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

static void put_text(FILE *f, const char *array, size_t i,
		     const struct hist *h, double q)
{
	char number[TEXT_NUMBER];

	plot_element(f, array, i, h->n ?
		     text_number(number, hist_quantile(h, q) /
				 (double)NSEC_PER_USEC) : "-");
}

/* Of both classes; where none was seen, what it may be. */
static void put_share(FILE *f, size_t i, const struct lane *lane)
{
	uint64_t hangs = lane->hangs[HANG_LOST_WAKEUP] +
			 lane->hangs[HANG_SILENT_STOP];
	char number[TEXT_NUMBER], text[TEXT_NUMBER + 8] = "-";
	double lo, hi;

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
		"n_fulls", "n_lost", "n_silent", "n_wake", "p50", "p99",
		"longest", "share", NULL
	};
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
			PRIu64 "\nn_silent[%zu] = %" PRIu64 "\n"
			"n_wake[%zu] = %" PRIu64 "\n", i + 1, lane->fulls,
			i + 1, lane->hangs[HANG_LOST_WAKEUP], i + 1,
			lane->hangs[HANG_SILENT_STOP], i + 1, lane->wakeup.n);
		put_text(f, "p50", i + 1, &lane->wakeup, 0.5);
		put_text(f, "p99", i + 1, &lane->wakeup, 0.99);
		put_text(f, "longest", i + 1, &lane->wakeup, 1);
		put_share(f, i + 1, lane);
	}
}

/* Kconfigs under which something was measured. */
static size_t measured_kconfigs(const struct report *report)
{
	size_t i, k, n = 0;

	for (i = 0; i < report->kconfigs.n; i++) {
		for (k = 0; k < report->kernels; k++) {
			if (report->kernel[k]->measured &&
			    !strcmp(report->kernel[k]->kconfig,
				    report->kconfigs.name[i]))
				break;
		}
		n += k < report->kernels;
	}
	return n;
}

bool plot_preempt(const struct report *report, FILE *f)
{
	size_t n = report->variants.n * report->kconfigs.n, i;
	uint64_t left_out = 0, fulls = 0;
	struct lane *lanes;
	size_t *order;

	if (measured_kconfigs(report) < 2)
		return false;
	lanes = calloc(n, sizeof(*lanes));
	if (!lanes)
		abort();
	order = order_kconfigs(report);
	for (i = 0; i < n; i++) {
		lanes[i].variant = i / report->kconfigs.n;
		lanes[i].row = i % report->kconfigs.n + 1;
		lanes[i].kconfig = order[lanes[i].row - 1];
		fill_lane(report, &lanes[i], &left_out);
		fulls += lanes[i].fulls;
	}
	if (fulls) {
		put_names(report, order, f);
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
