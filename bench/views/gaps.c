// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/gap-parts.h"
#include "bench/views/text.h"
#include "lib/file.h"
#include "lib/units.h"

/*
 * The picture of what a gap is made of, over the cells that all kernels of a
 * kconfig have: a kernel that hangs has fewer gaps where they are long.
 */

#define NAME_WIDTH 14

struct split {
	struct gap_parts parts;
	double gap;		/* their sum, ms */
	bool own;		/* no cell is shared: over its own */
};

static bool kernel_has_parts(const struct results *results,
			     const struct results_kernel *kernel)
{
	size_t i;

	for (i = 0; i < results->combos; i++) {
		if (results->combo[i]->kernel == kernel &&
		    gap_parts_known(results->combo[i]))
			return true;
	}
	return false;
}

/* The kernels of the same kconfig that have parts, and so need them here. */
struct peers {
	const struct results_kernel **kernel;
	size_t n;
};

static void find_peers(const struct results *results,
		       const struct results_kernel *kernel,
		       struct peers *peers)
{
	size_t i;

	*peers = (struct peers) { NULL };
	for (i = 0; i < results->kernels; i++) {
		if (strcmp(results->kernel[i]->kconfig, kernel->kconfig) ||
		    !kernel_has_parts(results, results->kernel[i]))
			continue;
		peers->kernel = results_grow(peers->kernel, peers->n,
					    sizeof(*peers->kernel));
		peers->kernel[peers->n++] = results->kernel[i];
	}
}

static bool shared(const struct results *results, const struct peers *peers,
		   const struct results_combo *combo)
{
	const struct results_combo *other;
	size_t i;

	for (i = 0; i < peers->n; i++) {
		other = results_same_cell(results, peers->kernel[i], combo);
		if (!other || !gap_parts_known(other))
			return false;
	}
	return true;
}

static struct split split_over(const struct results *results,
			       const struct results_kernel *kernel,
			       const struct peers *peers)
{
	const struct results_combo *combo;
	struct split s = { .own = !peers };
	size_t i;

	for (i = 0; i < results->combos; i++) {
		combo = results->combo[i];
		if (combo->kernel == kernel && gap_parts_known(combo) &&
		    (!peers || shared(results, peers, combo)))
			gap_parts_add(&s.parts, combo, NULL);
	}
	gap_parts_end(&s.parts);
	for (i = 0; i < PARTS; i++)
		s.gap += s.parts.part[i] / NSEC_PER_MSEC;
	return s;
}

static struct split split_of(const struct results *results,
			     const struct results_kernel *kernel)
{
	struct peers peers;
	struct split s;

	find_peers(results, kernel, &peers);
	s = split_over(results, kernel, &peers);
	free(peers.kernel);
	return s.parts.cells ? s : split_over(results, kernel, NULL);
}

static void put_row(size_t row, const struct results_kernel *kernel,
		    const struct split *s, FILE *f)
{
	static const char *const arrays[PARTS] = {
		"wake", "drain", "enable", "cutoff"
	};
	char name[TEXT_NAME], number[TEXT_NUMBER], *label;
	int i;

	text_shorten(name, kernel->variant, NAME_WIDTH);
	plot_element(f, "name", row, name);
	for (i = 0; i < PARTS; i++)
		plot_element(f, arrays[i], row,
			     text_number(number, s->parts.part[i] / NSEC_PER_MSEC));
	plot_element(f, "total", row, text_number(number, s->gap));
	label = xasprintf("%" PRIu64, s->parts.n);
	plot_element(f, "count", row, label);
	free(label);
}

/* Kernels are sorted by kconfig: a panel is a range of rows. */
static size_t put_rows(const struct results *results, const struct split *split,
		       FILE *f)
{
	const struct results_kernel *kernel;
	const char *kconfig = NULL;
	size_t i, row = 0, panels = 0;

	for (i = 0; i < results->kernels; i++) {
		kernel = results->kernel[i];
		if (!split[i].parts.cells)
			continue;
		row++;
		if (!kconfig || strcmp(kconfig, kernel->kconfig)) {
			panels++;
			kconfig = kernel->kconfig;
			plot_element(f, "panel", panels, kconfig);
			fprintf(f, "cells[%zu] = %zu\nown[%zu] = %d\nfirst[%zu] = %zu\n",
				panels, split[i].parts.cells, panels, split[i].own,
				panels, row);
		}
		fprintf(f, "last[%zu] = %zu\n", panels, row);
		put_row(row, kernel, &split[i], f);
	}
	fprintf(f, "panels = %zu\n", panels);
	return panels;
}

static void put_bars(const struct results *results, const struct split *split,
		     FILE *f)
{
	double top = 0;
	size_t i, k, row = 0;

	fprintf(f, "# row, wake, drain, re-enable, cut off\n$data << EOD\n");
	for (i = 0; i < results->kernels; i++) {
		if (!split[i].parts.cells)
			continue;
		top = split[i].gap > top ? split[i].gap : top;
		fprintf(f, "%zu", ++row);
		for (k = 0; k < PARTS; k++)
			fprintf(f, " %.9g", split[i].parts.part[k] /
				NSEC_PER_MSEC);
		fputc('\n', f);
	}
	fprintf(f, "EOD\ntop = %.9g\n", top > 0 ? top : 1);
}

static bool put_gap_split(const struct results *results, FILE *f)
{
	static const char *const arrays[] = {
		"name", "wake", "drain", "enable", "cutoff", "total", "count",
		"panel", "cells", "own", "first", "last", NULL
	};
	struct split *split = calloc(results->kernels, sizeof(*split));
	size_t i, panels;

	if (!split)
		abort();
	for (i = 0; i < results->kernels; i++)
		split[i] = split_of(results, results->kernel[i]);
	fprintf(f, "# milliseconds; means over the cells that all have\n");
	for (i = 0; arrays[i]; i++)
		fprintf(f, "array %s[%zu]\n", arrays[i], results->kernels);
	panels = put_rows(results, split, f);
	if (panels)
		put_bars(results, split, f);
	free(split);
	return panels;
}

const struct plot plot_gap_split = {
	"gap-split", "What a trace gap is made of",
	put_gap_split, "no gap was seen from its stop to its start", false, true,
};
