// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/text.h"
#include "lib/file.h"
#include "lib/timeline.h"
#include "lib/units.h"

/*
 * The picture of the worst cycle of each class of hang.  Time runs downwards;
 * steps lie as far apart as the logarithm of the time between them says, and
 * never so near that their labels would touch.
 */

static const char *const class_titles[HANG_CLASSES] = {
	[HANG_LOST_WAKEUP] = "lost wakeup: event off, tracer asleep",
	[HANG_SILENT_STOP] = "silent stop: event on, nothing traced",
	[HANG_SILENT_OFF] = "silent off: event off without a full, nobody told",
};

/* Of a cell's name; more does not fit beside the rest. */
#define CELL_WIDTH 90

/* The worst of @class. */
static const struct results_hang *worst_of(const struct results *results,
					  int class,
					  const struct results_kernel **kernel)
{
	const struct results_hang *worst = NULL, *hang;
	size_t i;

	for (i = 0; i < results->kernels; i++) {
		hang = &results->kernel[i]->worst[class][0];
		if (!hang->cell ||
		    (worst && !results_worse(&hang->hang, &worst->hang)))
			continue;
		worst = hang;
		*kernel = results->kernel[i];
	}
	return worst;
}

/* "12.3 us", "30.1 ms" */
static char *time_text(double ns)
{
	char number[TEXT_NUMBER];
	bool us = fabs(ns) < NSEC_PER_MSEC;

	text_number(number, fabs(ns) / (us ? NSEC_PER_USEC : NSEC_PER_MSEC));
	return xasprintf("%s%s %s", ns < 0 ? "-" : "", number,
			 us ? "us" : "ms");
}

struct picture {
	const struct results *results;
	size_t panels, steps;
	FILE *f;
};

/* Rows of text between two steps: 1 to about 3. */
static double distance(double ns)
{
	return 1 + 0.3 * fmax(0, log10(fmax(ns, 1) / (10 * NSEC_PER_USEC)));
}

static void put_step(struct picture *p, double y, double ns,
		     const char *tracee, const char *tracer)
{
	char *time = time_text(ns);

	p->steps++;
	fprintf(p->f, "place[%zu] = %.4g\n", p->steps, y);
	plot_element(p->f, "time", p->steps, time);
	plot_element(p->f, "tracee", p->steps, tracee);
	plot_element(p->f, "tracer", p->steps, tracer);
	free(time);
}

/* Where on the way down the tracer falls asleep and wakes, trace stops. */
static void put_marks(const struct picture *p, const struct hang *h,
		      const struct timeline_step *steps, const double *y,
		      size_t n)
{
	double stop = 0, in = 0, out = 0, again = -1;
	size_t i;

	for (i = 0; i < n; i++) {
		if (steps[i].at == h->stop && *steps[i].tracee)
			stop = y[i];
		if (*steps[i].tracee)
			continue;
		if (steps[i].at == h->poll_in)
			in = y[i];
		if (steps[i].at == h->poll_out)
			out = y[i];
		if (steps[i].at == h->poll_again)
			again = y[i];
	}
	fprintf(p->f, "stop[%zu] = %.4g\nasleep[%zu] = %.4g\nawake[%zu] = %.4g\n"
		"again[%zu] = %.4g\n", p->panels, stop, p->panels, in,
		p->panels, out, p->panels, again);
}

static void put_panel(struct picture *p, int class,
		      const struct results_kernel *kernel,
		      const struct results_hang *worst)
{
	struct timeline_step steps[TIMELINE_STEPS];
	size_t i, n = timeline_steps(&worst->hang, steps);
	uint64_t zero = timeline_zero(&worst->hang);
	double y[TIMELINE_STEPS], at = 0;
	char *text;

	p->panels++;
	fprintf(p->f, "first[%zu] = %zu\n", p->panels, p->steps + 1);
	for (i = 0; i < n; i++) {
		if (i)
			at += distance((double)steps[i].at -
				       (double)steps[i - 1].at);
		y[i] = at;
		put_step(p, at, (double)steps[i].at - (double)zero,
			 steps[i].tracee, steps[i].tracer);
	}
	at += distance(n ? (double)worst->hang.detected -
		       (double)steps[n - 1].at : 0);
	put_step(p, at, (double)worst->hang.detected - (double)zero,
		 timeline_verdict(&worst->hang), "");
	fprintf(p->f, "last[%zu] = %zu\nrows[%zu] = %.4g\n", p->panels,
		p->steps, p->panels, at);
	put_marks(p, &worst->hang, steps, y, n);
	plot_element(p->f, "class", p->panels, class_titles[class]);
	text = xasprintf("%.30s, %.16s%s%.*s%s; full %" PRIu64 ", pair %d, boot %d",
			 kernel->variant, kernel->kconfig,
			 *worst->cell ? ", " : "", CELL_WIDTH, worst->cell,
			 strlen(worst->cell) > CELL_WIDTH ? " .." : "",
			 worst->hang.full, worst->hang.pair, worst->boot);
	plot_element(p->f, "what", p->panels, text);
	free(text);
}

static bool put_worst_cycle(const struct results *results, FILE *f)
{
	static const char *const panels[] = {
		"first", "last", "rows", "stop", "asleep", "awake", "again",
		"class", "what", NULL
	};
	static const char *const steps[] = {
		"place", "time", "tracee", "tracer", NULL
	};
	struct picture p = { .results = results, .f = f };
	const struct results_kernel *kernel = NULL;
	const struct results_hang *worst;
	int i;

	for (i = 0; panels[i]; i++)
		fprintf(f, "array %s[%d]\n", panels[i], HANG_CLASSES);
	for (i = 0; steps[i]; i++)
		fprintf(f, "array %s[%d]\n", steps[i],
			HANG_CLASSES * (TIMELINE_STEPS + 1));
	for (i = 0; i < HANG_CLASSES; i++) {
		worst = worst_of(results, i, &kernel);
		if (worst)
			put_panel(&p, i, kernel, worst);
	}
	fprintf(f, "panels = %zu\n", p.panels);
	return p.panels;
}

const struct plot plot_worst_cycle = {
	"worst-cycle", "The worst cycle of each class of hang",
	put_worst_cycle, "no timeline of a hang was kept", false, false,
};
