// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/text.h"
#include "lib/file.h"
#include "lib/units.h"

/*
 * The picture of what a gap is made of.  Means, since these add up, over the
 * cells that all kernels of a kconfig have: a kernel that hangs has fewer
 * gaps where they are long, and would look quick if all were pooled.
 */

#define NAME_WIDTH 14

struct split {
	double wake, drain, enable;	/* ms */
	double gap;			/* their sum, ms */
	uint64_t n;
	size_t cells;
	bool own;			/* no cell is shared: over its own */
};

static bool has_parts(const struct report_combo *combo)
{
	const struct record_hists *h = &combo->sum.h;

	return combo->measured && h->gap_wake.n && h->gap_drain.n &&
		h->gap_enable.n;
}

static bool kernel_has_parts(const struct report *report,
			     const struct report_kernel *kernel)
{
	size_t i;

	for (i = 0; i < report->combos; i++) {
		if (report->combo[i]->kernel == kernel &&
		    has_parts(report->combo[i]))
			return true;
	}
	return false;
}

/* The kernels of the same kconfig that have parts, and so need them here. */
struct peers {
	const struct report_kernel **kernel;
	size_t n;
};

static void find_peers(const struct report *report,
		       const struct report_kernel *kernel,
		       struct peers *peers)
{
	size_t i;

	*peers = (struct peers) { NULL };
	for (i = 0; i < report->kernels; i++) {
		if (strcmp(report->kernel[i]->kconfig, kernel->kconfig) ||
		    !kernel_has_parts(report, report->kernel[i]))
			continue;
		peers->kernel = report_grow(peers->kernel, peers->n,
					    sizeof(*peers->kernel));
		peers->kernel[peers->n++] = report->kernel[i];
	}
}

static bool shared(const struct report *report, const struct peers *peers,
		   const struct report_combo *combo)
{
	const struct report_combo *other;
	size_t i;

	for (i = 0; i < peers->n; i++) {
		other = report_same_cell(report, peers->kernel[i], combo);
		if (!other || !has_parts(other))
			return false;
	}
	return true;
}

static double mean_ms(const struct hist *h)
{
	return (double)h->sum / h->n / NSEC_PER_MSEC;
}

static struct split split_over(const struct report *report,
			       const struct report_kernel *kernel,
			       const struct peers *peers)
{
	const struct report_combo *combo;
	struct split s = { .own = !peers };
	size_t i;

	for (i = 0; i < report->combos; i++) {
		combo = report->combo[i];
		if (combo->kernel != kernel || !has_parts(combo) ||
		    (peers && !shared(report, peers, combo)))
			continue;
		s.wake += mean_ms(&combo->sum.h.gap_wake);
		s.drain += mean_ms(&combo->sum.h.gap_drain);
		s.enable += mean_ms(&combo->sum.h.gap_enable);
		s.n += combo->sum.h.gap_wake.n;
		s.cells++;
	}
	if (s.cells) {
		s.wake /= s.cells;
		s.drain /= s.cells;
		s.enable /= s.cells;
	}
	s.gap = s.wake + s.drain + s.enable;
	return s;
}

static struct split split_of(const struct report *report,
			     const struct report_kernel *kernel)
{
	struct peers peers;
	struct split s;

	find_peers(report, kernel, &peers);
	s = split_over(report, kernel, &peers);
	free(peers.kernel);
	return s.cells ? s : split_over(report, kernel, NULL);
}

static void put_row(size_t row, const struct report_kernel *kernel,
		    const struct split *s, FILE *f)
{
	char name[TEXT_NAME], number[TEXT_NUMBER], *label;

	text_shorten(name, kernel->variant, NAME_WIDTH);
	plot_element(f, "name", row, name);
	plot_element(f, "wake", row, text_number(number, s->wake));
	plot_element(f, "drain", row, text_number(number, s->drain));
	plot_element(f, "enable", row, text_number(number, s->enable));
	plot_element(f, "total", row, text_number(number, s->gap));
	label = xasprintf("%" PRIu64, s->n);
	plot_element(f, "count", row, label);
	free(label);
}

/* Kernels are sorted by kconfig: a panel is a range of rows. */
static size_t put_rows(const struct report *report, const struct split *split,
		       FILE *f)
{
	const struct report_kernel *kernel;
	const char *kconfig = NULL;
	size_t i, row = 0, panels = 0;

	for (i = 0; i < report->kernels; i++) {
		kernel = report->kernel[i];
		if (!split[i].cells)
			continue;
		row++;
		if (!kconfig || strcmp(kconfig, kernel->kconfig)) {
			panels++;
			kconfig = kernel->kconfig;
			plot_element(f, "panel", panels, kconfig);
			fprintf(f, "cells[%zu] = %zu\nown[%zu] = %d\nfirst[%zu] = %zu\n",
				panels, split[i].cells, panels, split[i].own,
				panels, row);
		}
		fprintf(f, "last[%zu] = %zu\n", panels, row);
		put_row(row, kernel, &split[i], f);
	}
	fprintf(f, "panels = %zu\n", panels);
	return panels;
}

static void put_bars(const struct report *report, const struct split *split,
		     FILE *f)
{
	double top = 0;
	size_t i, row = 0;

	fprintf(f, "# row, wake, drain, re-enable\n$data << EOD\n");
	for (i = 0; i < report->kernels; i++) {
		if (!split[i].cells)
			continue;
		top = split[i].gap > top ? split[i].gap : top;
		fprintf(f, "%zu %.9g %.9g %.9g\n", ++row, split[i].wake,
			split[i].drain, split[i].enable);
	}
	fprintf(f, "EOD\ntop = %.9g\n", top > 0 ? top : 1);
}

bool plot_gap_split(const struct report *report, FILE *f)
{
	static const char *const arrays[] = {
		"name", "wake", "drain", "enable", "total", "count", "panel",
		"cells", "own", "first", "last", NULL
	};
	struct split *split = calloc(report->kernels, sizeof(*split));
	size_t i, panels;

	if (!split)
		abort();
	for (i = 0; i < report->kernels; i++)
		split[i] = split_of(report, report->kernel[i]);
	fprintf(f, "# milliseconds; means over the cells that all have\n");
	for (i = 0; arrays[i]; i++)
		fprintf(f, "array %s[%zu]\n", arrays[i], report->kernels);
	panels = put_rows(report, split, f);
	if (panels)
		put_bars(report, split, f);
	free(split);
	return panels;
}
