// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/stats.h"
#include "bench/views/numbers.h"
#include "lib/units.h"

/* Of its x axis. */
#define DECADES 1000000

/*
 * The pictures with a curve for each kernel.  A panel is a kconfig; kernels
 * are sorted by it, so each panel's curves are a range.
 */

/* The longest name that the keys have room for. */
#define NAME_WIDTH 12

/* A kernel's, over all its cells that are shown. */
struct curve {
	struct hist events, censored;
	struct contrast_pair *own;	/* those cells, for their means */
	size_t cells;
};

struct picture {
	const struct results *results;
	double unit;		/* of the x axis, in ns */
	bool cdf;		/* of the wakeups, else survival of the gaps */
	struct curve *curve;	/* [kernels] */
	uint64_t min, max;	/* of all that is shown */
	uint64_t total, censored;
	bool often;		/* cells are left out: a kernel hangs there */
	FILE *f;
};

/*
 * Wakeups are those of cycles that did not hang: where any kernel of the
 * kconfig hangs often its are the lucky ones, and no match for another's.
 */
static bool hangs_often(const struct picture *p,
			const struct results_combo *combo)
{
	const struct results_combo *other;
	size_t i;

	for (i = 0; i < p->results->kernels; i++) {
		if (strcmp(p->results->kernel[i]->kconfig,
			   combo->kernel->kconfig))
			continue;
		other = results_same_cell(p->results, p->results->kernel[i],
					  combo);
		if (other && contrast_hangs_often(other))
			return true;
	}
	return false;
}

static void curve_add(struct picture *p, struct curve *curve,
		      const struct results_combo *combo)
{
	if (p->cdf && hangs_often(p, combo)) {
		p->often = true;
		return;
	}
	hist_merge(&curve->events, p->cdf ? &combo->sum.h.wakeup :
		   &combo->sum.h.gap);
	/* Wakeups are never cut off: one that does not come is a hang. */
	if (!p->cdf)
		hist_merge(&curve->censored, &combo->sum.h.censored);
	curve->own = results_grow(curve->own, curve->cells,
				  sizeof(*curve->own));
	curve->own[curve->cells++] = (struct contrast_pair) {
		{ combo, combo }
	};
}

static void find_curves(struct picture *p)
{
	const struct results *results = p->results;
	size_t i, k;

	p->curve = calloc(results->kernels + 1, sizeof(*p->curve));
	if (!p->curve)
		abort();
	for (k = 0; k < results->kernels; k++) {
		hist_init(&p->curve[k].events);
		hist_init(&p->curve[k].censored);
		for (i = 0; i < results->combos; i++) {
			if (results->combo[i]->kernel == results->kernel[k] &&
			    results->combo[i]->measured)
				curve_add(p, &p->curve[k], results->combo[i]);
		}
	}
}

static void free_curves(struct picture *p)
{
	size_t k;

	for (k = 0; k < p->results->kernels; k++)
		free(p->curve[k].own);
	free(p->curve);
}

static const struct hist *events_of(const struct picture *p, size_t kernel)
{
	return &p->curve[kernel].events;
}

static const struct hist *censored_of(const struct picture *p, size_t kernel)
{
	return &p->curve[kernel].censored;
}

static bool has_curve(const struct picture *p, size_t kernel)
{
	return events_of(p, kernel)->n || censored_of(p, kernel)->n;
}

static void add_range(struct picture *p, const struct hist *h)
{
	if (!h->n)
		return;
	p->total += h->n;
	if (h->min < p->min)
		p->min = h->min;
	if (h->max > p->max)
		p->max = h->max;
}

/* False when there is nothing to show. */
static bool put_totals(struct picture *p)
{
	uint64_t least;
	size_t i;

	p->min = UINT64_MAX;
	for (i = 0; i < p->results->kernels; i++)
		add_range(p, events_of(p, i));
	/* A gap that the end cut off at once would stretch a log axis. */
	least = p->min;
	for (i = 0; i < p->results->kernels; i++) {
		add_range(p, censored_of(p, i));
		p->censored += censored_of(p, i)->n;
	}
	if (least < UINT64_MAX)
		p->min = least;
	/* A log axis has no 0, and little of it is to be for next to nothing. */
	if (p->min < p->max / DECADES)
		p->min = p->max / DECADES;
	if (!p->min)
		p->min = 1;
	fprintf(p->f, "often = %d\n", p->often);
	fprintf(p->f, "total = %" PRIu64 "\ncut = %" PRIu64 "\n"
		"bottom = %.6g\ntop = %.6g\n", p->total, p->censored,
		p->min / p->unit, p->max / p->unit);
	return p->total;
}

/* Panels without a single curve are left out. */
static void put_panels(const struct picture *p)
{
	const struct results *results = p->results;
	const char *kconfig = NULL;
	size_t i, n = 0, curves = 0;

	fprintf(p->f, "array panel[%zu]\narray first[%zu]\narray last[%zu]\n",
		results->kconfigs.n, results->kconfigs.n, results->kconfigs.n);
	for (i = 0; i < results->kernels; i++) {
		if (!has_curve(p, i))
			continue;
		curves++;
		if (!kconfig || strcmp(kconfig, results->kernel[i]->kconfig)) {
			kconfig = results->kernel[i]->kconfig;
			plot_element(p->f, "panel", ++n, kconfig);
			fprintf(p->f, "first[%zu] = %zu\n", n, curves);
		}
		fprintf(p->f, "last[%zu] = %zu\n", n, curves);
	}
	fprintf(p->f, "panels = %zu\n", n);
}

/* Of the curve, as far as it is known. */
static void put_quantile(const struct picture *p, const char *array,
			 size_t curve, size_t kernel, double q)
{
	const struct hist *events = events_of(p, kernel);
	const struct hist *censored = censored_of(p, kernel);
	char number[NUMBER_TEXT];

	plot_element(p->f, array, curve, number_quantile(number,
		     stats_quantile(events, censored, q),
		     stats_longest(events, censored), p->unit));
}

/* The mean over the cells that all have, as other views print it. */
static void put_metric(const struct picture *p, const char *array,
		       size_t curve, size_t kernel, enum metric_id metric)
{
	const struct curve *k = &p->curve[kernel];
	struct contrast_pair *shared = calloc(k->cells + 1, sizeof(*shared));
	char number[NUMBER_TEXT];
	struct contrast c;
	size_t i, n = 0;

	if (!shared)
		abort();
	for (i = 0; i < k->cells; i++) {
		if (contrast_shared(p->results, metric, k->own[i].combo[0]))
			shared[n++] = k->own[i];
	}
	contrast_make(&c, metric, shared, n, CONTRAST_PAD_NS);
	plot_element(p->f, array, curve, number_side(number, &c, 0));
	free(shared);
}

/* What the key says of each curve. */
static void put_names(const struct picture *p)
{
	static const char *const arrays[] = {
		"name", "slot", "n", "ncut", "p50", "p99", "last_percent",
		"longest", NULL
	};
	const struct results_kernel *kernel;
	char name[TEXT_NAME];
	size_t i, curve = 0;

	for (i = 0; arrays[i]; i++)
		fprintf(p->f, "array %s[%zu]\n", arrays[i],
			p->results->kernels);
	for (i = 0; i < p->results->kernels; i++) {
		if (!has_curve(p, i))
			continue;
		kernel = p->results->kernel[i];
		curve++;
		plot_element(p->f, "name", curve,
			     text_shorten(name, kernel->variant, NAME_WIDTH));
		fprintf(p->f, "slot[%zu] = %zu\n", curve, kernel->slot + 1);
		fprintf(p->f, "n[%zu] = %" PRIu64 "\n", curve,
			events_of(p, i)->n + censored_of(p, i)->n);
		fprintf(p->f, "ncut[%zu] = %" PRIu64 "\n", curve,
			censored_of(p, i)->n);
		if (p->cdf) {
			put_metric(p, "p50", curve, i, METRIC_WAKEUP_P50);
			put_metric(p, "p99", curve, i, METRIC_WAKEUP_P99);
		}
		put_quantile(p, "last_percent", curve, i, 0.99);
		put_quantile(p, "longest", curve, i, 1);
	}
}

/*
 * Marks along a curve, for a print without colours: its value on a grid of
 * x, which is shifted from curve to curve lest marks cover each other where
 * curves coincide.
 */
#define MARKS 11

struct walk {
	const struct picture *p;
	uint64_t n;
	double next, ratio;	/* grid of the marks */
	double y;		/* of the curve before the next point */
	double last;		/* censoring mark */
};

static double point_y(const struct walk *w, const struct stats_step *step)
{
	if (!w->p->cdf)
		return step->survival;
	return (double)(w->n - step->at_risk + step->events) / w->n;
}

static void walk_line(void *ctx, const struct stats_step *step)
{
	struct walk *w = ctx;

	fprintf(w->p->f, "%.6g %.12g\n", step->ns / w->p->unit,
		point_y(w, step));
}

static void walk_marks(void *ctx, const struct stats_step *step)
{
	struct walk *w = ctx;
	double x = step->ns / w->p->unit;

	for (; w->next < x; w->next *= w->ratio) {
		if (w->y > 0)
			fprintf(w->p->f, "%.6g %.12g\n", w->next, w->y);
	}
	w->y = point_y(w, step);
}

/* Censoring marks closer than this on a log axis would be one smear. */
#define MARK_DISTANCE 1.03

static void walk_censored(void *ctx, const struct stats_step *step)
{
	struct walk *w = ctx;
	double x = step->ns / w->p->unit;

	if (!step->censored || x < w->last * MARK_DISTANCE)
		return;
	fprintf(w->p->f, "%.6g %.12g\n", x, step->survival);
	w->last = x;
}

static void put_block(const struct picture *p, const char *block,
		      void (*walk)(void *ctx, const struct stats_step *step))
{
	double min = p->min / p->unit, max = p->max / p->unit;
	size_t i;

	fprintf(p->f, "$%s << EOD\n", block);
	for (i = 0; i < p->results->kernels; i++) {
		const struct hist *events = events_of(p, i);
		struct walk w = {
			.p = p, .n = events->n, .y = !p->cdf,
			.ratio = pow(max / min, 1.0 / MARKS),
		};

		if (!has_curve(p, i))
			continue;
		/* Where all is in one place there is no grid. */
		if (w.ratio < 1.001)
			w.ratio = 1.001;
		w.next = min * pow(w.ratio, i / (double)p->results->kernels);
		if (walk != walk_line)
			fprintf(p->f, "NaN NaN\n");	/* never empty */
		else if (p->cdf)
			fprintf(p->f, "%.6g 0\n", events->min / p->unit);
		else
			fprintf(p->f, "%.6g 1\n", min / 1000);
		stats_survival(events, censored_of(p, i), walk, &w);
		fprintf(p->f, "\n\n");
	}
	fprintf(p->f, "EOD\n");
}

/* False when there is nothing to show. */
static bool put_curves(struct picture *p)
{
	bool some;

	find_curves(p);
	some = put_totals(p);
	if (some) {
		put_panels(p);
		put_names(p);
		fprintf(p->f, p->cdf ? "# microseconds, share of the wakeups that took no longer\n" :
			"# milliseconds, share of the gaps that last longer\n");
		put_block(p, "data", walk_line);
		put_block(p, "marks", walk_marks);
	}
	if (some && !p->cdf) {
		fprintf(p->f, "# the same where gaps were cut off\n");
		put_block(p, "censored", walk_censored);
	}
	free_curves(p);
	return some;
}

static bool put_wakeups(const struct results *results, FILE *f)
{
	struct picture p = {
		.results = results, .unit = NSEC_PER_USEC, .cdf = true, .f = f,
	};

	return put_curves(&p);
}

static bool put_gaps(const struct results *results, FILE *f)
{
	struct picture p = {
		.results = results, .unit = NSEC_PER_MSEC, .f = f,
	};

	return put_curves(&p);
}

const struct plot plot_wakeup_cdf = {
	"wakeup-cdf", "Wakeup latency", put_wakeups,
	"no wakeup was measured where no kernel hangs often", true, true,
};

const struct plot plot_gap_ccdf = {
	"gap-ccdf", "Trace gap after a full buffer", put_gaps,
	"no trace gap was measured", false, true,
};
