// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/numbers.h"
#include "lib/file.h"

/* The picture of the differences to the baseline; see contrast.h. */

#define NAME_WIDTH 14

/* "-1.2 points, -3.4 to +0.5", "x 1.3, 1.1 to 1.4", or why there is none. */
static char *label_of(const struct contrast *c)
{
	char value[NUMBER_TEXT], interval[NUMBER_TEXT];

	if (c->state != CONTRAST_KNOWN)
		return xasprintf("%s", c->state == CONTRAST_NONE ? "too few" :
				 number_side(value, c, 0));
	number_difference(value, c);
	if (c->metric->scale == SCALE_POOLED && !c->value[0] && !c->value[1])
		return xasprintf("%s", "none in either");
	if (!c->interval)
		return xasprintf("%s", value);
	return xasprintf("%s, %s", value, number_interval(interval, c));
}

/* What a row shows. */
struct row {
	struct contrast contrast[METRICS];
};

struct forest {
	const struct results *results;
	size_t panels, rows;
	size_t strangers;	/* kernels without a cell in common */
	struct row *row;
	size_t boots_min, boots_max;
	FILE *f;
};

static void note_boots(struct forest *forest, size_t boots)
{
	if (boots < forest->boots_min)
		forest->boots_min = boots;
	if (boots > forest->boots_max)
		forest->boots_max = boots;
}

static void put_row(struct forest *forest, const struct results_kernel *base,
		    const struct results_kernel *kernel)
{
	char name[TEXT_NAME];
	struct contrast_pair *pairs;
	struct row row;
	size_t m, n;

	n = contrast_pairs(forest->results, kernel, base, &pairs);
	for (m = 0; m < METRICS; m++)
		contrast_make(&row.contrast[m], m, pairs, n, CONTRAST_PAD_NS);
	free(pairs);
	if (!n) {
		forest->strangers++;
		return;
	}
	forest->row = results_grow(forest->row, forest->rows, sizeof(row));
	forest->row[forest->rows++] = row;
	note_boots(forest, kernel->repeats);
	note_boots(forest, base->repeats);
	plot_element(forest->f, "name", forest->rows,
		     text_shorten(name, kernel->variant, NAME_WIDTH));
	fprintf(forest->f, "cells[%zu] = %zu\n", forest->rows, n);
}

static void put_panel(struct forest *forest, const char *kconfig)
{
	const struct results *results = forest->results;
	const struct results_kernel *base = results_base(results, kconfig);
	size_t i, before = forest->rows;
	char name[TEXT_NAME];

	for (i = 0; i < results->kernels; i++) {
		if (results->kernel[i] != base && results->kernel[i]->measured &&
		    !strcmp(results->kernel[i]->kconfig, kconfig))
			put_row(forest, base, results->kernel[i]);
	}
	if (forest->rows == before)
		return;
	forest->panels++;
	plot_element(forest->f, "panel", forest->panels, kconfig);
	plot_element(forest->f, "base", forest->panels,
		     text_shorten(name, base->variant, NAME_WIDTH));
	fprintf(forest->f, "first[%zu] = %zu\nlast[%zu] = %zu\n",
		forest->panels, before + 1, forest->panels, forest->rows);
}

/* Whether it is drawn: shown in all views, and some row has a value. */
static bool has_metric(const struct forest *forest, size_t metric)
{
	size_t i;

	for (i = 0; !metrics[metric].detail && i < forest->rows; i++) {
		if (forest->row[i].contrast[metric].state == CONTRAST_KNOWN)
			return true;
	}
	return false;
}

/* As the axis has it: a ratio, or points. */
static double on_axis(const struct contrast *c, double x)
{
	return c->metric->scale == SCALE_RATIO ? x : metric_shown(c->metric, x);
}

/*
 * An end of the bar, if there is one.  An open one would make the axis useless
 * for all others; the label says so.
 */
static double bar_end(const struct contrast *c, double end)
{
	return on_axis(c, c->interval && !c->open ? end : c->difference);
}

/* Labels and range of a metric, the @n-th that is shown. */
static void put_metric(const struct forest *forest, size_t metric, size_t n)
{
	bool ratio = metrics[metric].scale == SCALE_RATIO;
	double min = ratio, max = ratio;
	const struct contrast *c;
	char *label;
	size_t i;

	for (i = 0; i < forest->rows; i++) {
		c = &forest->row[i].contrast[metric];
		label = label_of(c);
		plot_element(forest->f, "label", (n - 1) * forest->rows + i + 1,
			     label);
		free(label);
		if (c->state != CONTRAST_KNOWN)
			continue;
		min = fmin(min, bar_end(c, c->lo));
		max = fmax(max, bar_end(c, c->hi));
	}
	label = xasprintf("%s, %s", metrics[metric].title,
			  ratio ? "ratio" : "percentage points");
	plot_element(forest->f, "metric", n, label);
	free(label);
	fprintf(forest->f, "ratio[%zu] = %d\nleast[%zu] = %.9g\nmost[%zu] = %.9g\n",
		n, ratio, n, min, n, max);
}

static void put_points(const struct forest *forest, size_t metric)
{
	const struct contrast *c;
	size_t i;

	fprintf(forest->f, "NaN NaN NaN NaN\n");	/* never empty */
	for (i = 0; i < forest->rows; i++) {
		c = &forest->row[i].contrast[metric];
		if (c->state != CONTRAST_KNOWN)
			continue;
		fprintf(forest->f, "%zu %.9g ", i + 1,
			on_axis(c, c->difference));
		if (c->open)
			fputs("NaN NaN\n", forest->f);
		else
			fprintf(forest->f, "%.9g %.9g\n",
				bar_end(c, c->lo), bar_end(c, c->hi));
	}
	fprintf(forest->f, "\n\n");
}

/* A panel without a point is left out, and it says which. */
static void put_metrics(const struct forest *forest)
{
	char *left_out = NULL;
	size_t size, i, n = 0;
	FILE *f = open_memstream(&left_out, &size);

	if (!f)
		abort();
	for (i = 0; i < METRICS; i++) {
		if (has_metric(forest, i))
			put_metric(forest, i, ++n);
		else if (!metrics[i].detail)
			fprintf(f, "; %s: nothing to compare",
				metrics[i].title);
	}
	if (forest->strangers)
		fprintf(f, "; %zu without a common cell", forest->strangers);
	fclose(f);
	fprintf(forest->f, "metrics = %zu\n", n);
	plot_string(forest->f, "left_out", left_out);
	free(left_out);
	fprintf(forest->f, "# row, value, 95 %% interval; a block each metric\n$data << EOD\n");
	for (i = 0; i < METRICS; i++) {
		if (has_metric(forest, i))
			put_points(forest, i);
	}
	fprintf(forest->f, "EOD\n");
}

static void put_rest(const struct forest *forest)
{
	fprintf(forest->f, "panels = %zu\nintervals = %d\n"
		"boots_min = %zu\nboots_max = %zu\narray metric[%d]\n"
		"array ratio[%d]\narray least[%d]\narray most[%d]\n"
		"array label[%zu]\n", forest->panels, forest->boots_max > 1,
		forest->boots_min, forest->boots_max, METRICS, METRICS,
		METRICS, METRICS, forest->rows * METRICS);
	put_metrics(forest);
}

static bool put_difference(const struct results *results, FILE *f)
{
	static const char *const arrays[] = {
		"name", "cells", "panel", "base", "first", "last", NULL
	};
	struct forest forest = {
		.results = results, .boots_min = SIZE_MAX, .f = f,
	};
	size_t i;

	for (i = 0; arrays[i]; i++)
		fprintf(f, "array %s[%zu]\n", arrays[i], results->kernels);
	for (i = 0; i < results->kconfigs.n; i++)
		put_panel(&forest, results->kconfigs.name[i]);
	if (forest.panels)
		put_rest(&forest);
	free(forest.row);
	return forest.panels;
}

const struct plot plot_difference = {
	"difference", "Difference to the baseline",
	put_difference, "no second kernel that has a cell in common with the first", true, false,
};
