// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/contrast.h"
#include "bench/views/text.h"
#include "lib/file.h"

/* The picture of the differences to the baseline; see report-boot.h. */

#define NAME_WIDTH 14

/* The kernel to compare with, of a kconfig. */
static const struct report_kernel *base_of(const struct report *report,
					   const char *kconfig)
{
	const struct report_kernel *first = NULL, *kernel;
	size_t i;

	for (i = 0; i < report->kernels; i++) {
		kernel = report->kernel[i];
		if (strcmp(kernel->kconfig, kconfig) || !kernel->measured)
			continue;
		if (!strcmp(kernel->variant, "baseline"))
			return kernel;
		if (!first)
			first = kernel;
	}
	return first;
}

/* "-1.2 [-3.4, 0.5]", "x 1.3 [1.1, 1.4]" */
static char *label_of(const struct boot_metric *metric,
		      const struct boot_diff *d)
{
	const char *format = metric->ratio ? "%.3g" : "%+.3g";
	char value[32], lo[32], hi[32];

	snprintf(value, sizeof(value), format, d->value);
	snprintf(lo, sizeof(lo), format, d->lo);
	snprintf(hi, sizeof(hi), format, d->hi);
	/* No draw of no hangs has any: that is no interval. */
	if (!d->value && !d->lo && !d->hi)
		return xasprintf("%s", "none in either");
	if (!d->interval)
		return xasprintf("%s", value);
	/* Nor is one that no draw changes. */
	if (d->lo == d->hi)
		return xasprintf("%s, boots alike", value);
	return xasprintf("%s [%s, %s]", value, lo, hi);
}

/* What a row shows. */
struct row {
	struct boot_diff diff[BOOT_METRICS];
};

struct forest {
	const struct report *report;
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

static void put_row(struct forest *forest, const struct report_kernel *base,
		    const struct report_kernel *kernel)
{
	char name[TEXT_NAME];
	struct row row;
	size_t m, cells = 0;

	for (m = 0; m < BOOT_METRICS; m++) {
		boot_difference(forest->report, base, kernel, m, &row.diff[m]);
		if (row.diff[m].cells > cells)
			cells = row.diff[m].cells;
	}
	if (!cells) {
		forest->strangers++;
		return;
	}
	forest->row = report_grow(forest->row, forest->rows, sizeof(row));
	forest->row[forest->rows++] = row;
	note_boots(forest, kernel->boots);
	note_boots(forest, base->boots);
	plot_element(forest->f, "name", forest->rows,
		     text_shorten(name, kernel->variant, NAME_WIDTH));
	fprintf(forest->f, "cells[%zu] = %zu\n", forest->rows, cells);
}

static void put_panel(struct forest *forest, const char *kconfig)
{
	const struct report *report = forest->report;
	const struct report_kernel *base = base_of(report, kconfig);
	size_t i, before = forest->rows;
	char name[TEXT_NAME];

	for (i = 0; i < report->kernels; i++) {
		if (report->kernel[i] != base && report->kernel[i]->measured &&
		    !strcmp(report->kernel[i]->kconfig, kconfig))
			put_row(forest, base, report->kernel[i]);
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

/* Whether any row has something to say of it. */
static bool has_metric(const struct forest *forest, size_t metric)
{
	size_t i;

	for (i = 0; i < forest->rows; i++) {
		if (forest->row[i].diff[metric].cells)
			return true;
	}
	return false;
}

/* Labels and range of a metric, the @n-th that is shown. */
static void put_metric(const struct forest *forest, size_t metric, size_t n)
{
	double min = boot_metrics[metric].ratio ? 1 : 0, max = min;
	const struct boot_diff *d;
	char *label;
	size_t i;

	for (i = 0; i < forest->rows; i++) {
		d = &forest->row[i].diff[metric];
		label = d->cells ? label_of(&boot_metrics[metric], d) :
			xasprintf("%s", "too few");
		plot_element(forest->f, "label", (n - 1) * forest->rows + i + 1,
			     label);
		free(label);
		if (!d->cells)
			continue;
		min = fmin(min, d->interval ? fmin(d->lo, d->value) :
			   d->value);
		max = fmax(max, d->interval ? fmax(d->hi, d->value) :
			   d->value);
	}
	plot_element(forest->f, "metric", n, boot_metrics[metric].title);
	fprintf(forest->f, "ratio[%zu] = %d\nleast[%zu] = %.9g\nmost[%zu] = %.9g\n",
		n, boot_metrics[metric].ratio, n, min, n, max);
}

static void put_points(const struct forest *forest, size_t metric)
{
	const struct boot_diff *d;
	size_t i;

	fprintf(forest->f, "NaN NaN NaN NaN\n");	/* never empty */
	for (i = 0; i < forest->rows; i++) {
		d = &forest->row[i].diff[metric];
		if (d->cells)
			fprintf(forest->f, "%zu %.9g %.9g %.9g\n", i + 1,
				d->value, d->interval ? d->lo : d->value,
				d->interval ? d->hi : d->value);
	}
	fprintf(forest->f, "\n\n");
}

/* A panel without a point is left out, and it says which. */
static void put_metrics(const struct forest *forest)
{
	char *left_out = xasprintf("%s", ""), *more;
	size_t i, n = 0;

	for (i = 0; i < BOOT_METRICS; i++) {
		if (has_metric(forest, i)) {
			put_metric(forest, i, ++n);
			continue;
		}
		more = xasprintf("%s; %s: too few", left_out,
				 boot_metrics[i].title);
		free(left_out);
		left_out = more;
	}
	if (forest->strangers) {
		more = xasprintf("%s; %zu without a common cell", left_out,
				 forest->strangers);
		free(left_out);
		left_out = more;
	}
	fprintf(forest->f, "metrics = %zu\n", n);
	plot_string(forest->f, "left_out", left_out);
	free(left_out);
	fprintf(forest->f, "# row, value, 95 %% interval; a block each metric\n$data << EOD\n");
	for (i = 0; i < BOOT_METRICS; i++) {
		if (has_metric(forest, i))
			put_points(forest, i);
	}
	fprintf(forest->f, "EOD\n");
}

static void put_rest(const struct forest *forest)
{
	fprintf(forest->f, "panels = %zu\nintervals = %d\nreplicates = %d\n"
		"boots_min = %zu\nboots_max = %zu\narray metric[%d]\n"
		"array ratio[%d]\narray least[%d]\narray most[%d]\n"
		"array label[%zu]\n", forest->panels,
		forest->boots_max >= BOOT_LEAST, BOOT_REPLICATES,
		forest->boots_min, forest->boots_max, BOOT_METRICS,
		BOOT_METRICS, BOOT_METRICS, BOOT_METRICS,
		forest->rows * BOOT_METRICS);
	plot_string(forest->f, "seed", forest->report->seed ?
		    forest->report->seed : "0");
	put_metrics(forest);
}

bool plot_difference(const struct report *report, FILE *f)
{
	static const char *const arrays[] = {
		"name", "cells", "panel", "base", "first", "last", NULL
	};
	struct forest forest = {
		.report = report, .boots_min = SIZE_MAX, .f = f,
	};
	size_t i;

	for (i = 0; arrays[i]; i++)
		fprintf(f, "array %s[%zu]\n", arrays[i], report->kernels);
	for (i = 0; i < report->kconfigs.n; i++)
		put_panel(&forest, report->kconfigs.name[i]);
	if (forest.panels)
		put_rest(&forest);
	free(forest.row);
	return forest.panels;
}
