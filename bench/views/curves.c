// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "bench/views/text.h"
#include "bench/results/stats.h"
#include "lib/units.h"

/*
 * The pictures with a curve for each kernel.  A panel is a kconfig; kernels
 * are sorted by it, so each panel's curves are a range.
 */

/* The longest name that the keys have room for. */
#define NAME_WIDTH 12

struct picture {
	const struct report *report;
	double unit;		/* of the x axis, in ns */
	bool cdf;		/* of the wakeups, else survival of the gaps */
	uint64_t min, max;	/* of all that is shown */
	uint64_t total, censored;
	FILE *f;
};

/* Wakeups are never cut off: one that does not come is a hang. */
static const struct hist no_hist = { .min = UINT64_MAX };

static const struct hist *events_of(const struct picture *p, size_t kernel)
{
	const struct record_hists *h = &p->report->kernel[kernel]->sum.h;

	return p->cdf ? &h->wakeup : &h->gap;
}

static const struct hist *censored_of(const struct picture *p, size_t kernel)
{
	return p->cdf ? &no_hist : &p->report->kernel[kernel]->sum.h.censored;
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
	for (i = 0; i < p->report->kernels; i++)
		add_range(p, events_of(p, i));
	/* A gap that the end cut off at once would stretch a log axis. */
	least = p->min;
	for (i = 0; i < p->report->kernels; i++) {
		add_range(p, censored_of(p, i));
		p->censored += censored_of(p, i)->n;
	}
	if (least < UINT64_MAX)
		p->min = least;
	/* A log axis has no 0. */
	if (!p->min)
		p->min = 1;
	fprintf(p->f, "total = %" PRIu64 "\ncut = %" PRIu64 "\n"
		"bottom = %.6g\ntop = %.6g\n", p->total, p->censored,
		p->min / p->unit, p->max / p->unit);
	return p->total;
}

/* Panels without a single curve are left out. */
static void put_panels(const struct picture *p)
{
	const struct report *report = p->report;
	const char *kconfig = NULL;
	size_t i, n = 0, curves = 0;

	fprintf(p->f, "array panel[%zu]\narray first[%zu]\narray last[%zu]\n",
		report->kconfigs.n, report->kconfigs.n, report->kconfigs.n);
	for (i = 0; i < report->kernels; i++) {
		if (!has_curve(p, i))
			continue;
		curves++;
		if (!kconfig || strcmp(kconfig, report->kernel[i]->kconfig)) {
			kconfig = report->kernel[i]->kconfig;
			plot_element(p->f, "panel", ++n, kconfig);
			fprintf(p->f, "first[%zu] = %zu\n", n, curves);
		}
		fprintf(p->f, "last[%zu] = %zu\n", n, curves);
	}
	fprintf(p->f, "panels = %zu\n", n);
}

static void put_quantile(const struct picture *p, const char *array,
			 size_t curve, const struct hist *h, double q)
{
	char number[TEXT_NUMBER];

	plot_element(p->f, array, curve, h->n ?
		     text_number(number, hist_quantile(h, q) / p->unit) : "-");
}

/* What the key says of each curve. */
static void put_names(const struct picture *p)
{
	static const char *const arrays[] = {
		"name", "slot", "n", "ncut", "p50", "p99", "longest", NULL
	};
	const struct report_kernel *kernel;
	char name[TEXT_NAME];
	size_t i, curve = 0;

	for (i = 0; arrays[i]; i++)
		fprintf(p->f, "array %s[%zu]\n", arrays[i],
			p->report->kernels);
	for (i = 0; i < p->report->kernels; i++) {
		if (!has_curve(p, i))
			continue;
		kernel = p->report->kernel[i];
		curve++;
		plot_element(p->f, "name", curve,
			     text_shorten(name, kernel->variant, NAME_WIDTH));
		fprintf(p->f, "slot[%zu] = %zu\n", curve, kernel->slot + 1);
		fprintf(p->f, "n[%zu] = %" PRIu64 "\n", curve,
			events_of(p, i)->n + censored_of(p, i)->n);
		fprintf(p->f, "ncut[%zu] = %" PRIu64 "\n", curve,
			censored_of(p, i)->n);
		put_quantile(p, "p50", curve, events_of(p, i), 0.5);
		put_quantile(p, "p99", curve, events_of(p, i), 0.99);
		put_quantile(p, "longest", curve, events_of(p, i), 1);
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
	for (i = 0; i < p->report->kernels; i++) {
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
		w.next = min * pow(w.ratio, i / (double)p->report->kernels);
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

bool plot_wakeup_cdf(const struct report *report, FILE *f)
{
	struct picture p = {
		.report = report, .unit = NSEC_PER_USEC, .cdf = true, .f = f,
	};

	if (!put_totals(&p))
		return false;
	put_panels(&p);
	put_names(&p);
	fprintf(f, "# microseconds, share of the wakeups that took no longer\n");
	put_block(&p, "data", walk_line);
	put_block(&p, "marks", walk_marks);
	return true;
}

bool plot_gap_ccdf(const struct report *report, FILE *f)
{
	struct picture p = {
		.report = report, .unit = NSEC_PER_MSEC, .f = f,
	};

	if (!put_totals(&p))
		return false;
	put_panels(&p);
	put_names(&p);
	fprintf(f, "# milliseconds, share of the gaps that last longer\n");
	put_block(&p, "data", walk_line);
	put_block(&p, "marks", walk_marks);
	fprintf(f, "# the same where gaps were cut off\n");
	put_block(&p, "censored", walk_censored);
	return true;
}
