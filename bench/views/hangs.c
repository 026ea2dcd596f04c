// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/setting.h"
#include "bench/views/text.h"
#include "bench/results/stats.h"
#include "lib/file.h"

/* The pictures of how often it hangs. */

#define NAME_WIDTH 14

/* More rows of panels are no longer a picture: all are pooled then. */
#define PANEL_ROWS 6

/* What to add up: @kernel's cells that are like @like in the eyes of both. */
struct select {
	const struct results_kernel *kernel;
	const struct cell *like_a, *like_b;
	results_cell_cmp *cmp_a, *cmp_b;	/* NULL: all are alike */
};

struct counts {
	uint64_t fulls;
	uint64_t hangs[HANG_CLASSES];
};

static bool selected(const struct select *s, const struct results_combo *combo)
{
	return combo->measured && combo->kernel == s->kernel &&
		(!s->cmp_a || !s->cmp_a(&combo->key, s->like_a)) &&
		(!s->cmp_b || !s->cmp_b(&combo->key, s->like_b));
}

static struct counts count(const struct results *results,
			   const struct select *s)
{
	struct counts c = { 0 };
	size_t i;
	int class;

	for (i = 0; i < results->combos; i++) {
		if (!selected(s, results->combo[i]))
			continue;
		c.fulls += results->combo[i]->sum.fulls;
		for (class = 0; class < HANG_CLASSES; class++)
			c.hangs[class] += results->combo[i]->sum.hangs[class];
	}
	return c;
}

static uint64_t all_fulls(const struct results *results)
{
	uint64_t fulls = 0;
	size_t i;

	for (i = 0; i < results->kernels; i++)
		fulls += results->kernel[i]->sum.fulls;
	return fulls;
}

static void put_value(FILE *f, const char *array, size_t i,
		      const struct cell *cell, const char *key)
{
	char value[CELL_VALUE_LEN];

	cell_get(cell, cell_key_find(key), value);
	plot_element(f, array, i, value);
}

/* "eager, perf": the values that a picture adds up. */
static void put_pooled(const struct results *results, const char *name,
		       const char *key, results_cell_cmp *cmp, FILE *f)
{
	char list[256] = "", value[CELL_VALUE_LEN];
	struct cell *cells;
	size_t i, n, used;

	n = results_distinct(results, NULL, cmp, &cells);
	for (i = 0; i < n; i++) {
		cell_get(&cells[i], cell_key_find(key), value);
		used = strlen(list);
		snprintf(list + used, sizeof(list) - used, "%s%s",
			 i ? ", " : "", value);
	}
	plot_string(f, name, list);
	free(cells);
}

static const struct results_kernel *find_kernel(const struct results *results,
					       const char *kconfig,
					       const char *variant)
{
	size_t i;

	for (i = 0; i < results->kernels; i++) {
		if (!strcmp(results->kernel[i]->kconfig, kconfig) &&
		    !strcmp(results->kernel[i]->variant, variant))
			return results->kernel[i];
	}
	return NULL;
}

/* The panels of the incidence: a row per kconfig and setting, loops across. */
struct grid {
	struct cell *settings, *loops;
	size_t nsettings, nloops;
	bool pooled;		/* settings */
};

static struct counts grid_counts(const struct results *results,
				 const struct grid *grid, size_t panel,
				 size_t variant)
{
	size_t row = panel / grid->nloops;
	struct select s = {
		.kernel = find_kernel(results, results->kconfigs.name[
				      row / grid->nsettings],
				      results->variants.name[variant]),
		.like_a = &grid->loops[panel % grid->nloops],
		.cmp_a = results_loop_cmp,
		.like_b = &grid->settings[row % grid->nsettings],
		.cmp_b = grid->pooled ? NULL : results_setting_cmp,
	};

	return count(results, &s);
}

/* The place of that kernel among all of the results; 0 when it is not there. */
static size_t grid_kernel(const struct results *results,
			  const struct grid *grid, size_t panel, size_t variant)
{
	const struct results_kernel *kernel = find_kernel(results,
		results->kconfigs.name[panel / grid->nloops / grid->nsettings],
		results->variants.name[variant]);
	size_t i;

	for (i = 0; i < results->kernels; i++) {
		if (results->kernel[i] == kernel)
			return i;
	}
	return 0;
}

/* The smallest share, in per cent, that an axis has to show. */
static void note_least(double *least, double percent)
{
	if (percent > 0 && percent < *least)
		*least = percent;
}

/* @kernel: its place among all, which is also that of its timelines. */
static void put_points(FILE *f, size_t variant, size_t kernel,
		       const struct counts *c, double *least)
{
	double lo, hi;
	size_t class;

	for (class = 0; class < HANG_CLASSES; class++) {
		/* Rare and of other reasons: shown where there is one. */
		if (class == HANG_SILENT_OFF && !c->hangs[class])
			continue;
		if (stats_clopper_pearson(c->hangs[class], c->fulls, 0.95,
					  &lo, &hi))
			continue;
		note_least(least, c->hangs[class] ?
			   100.0 * c->hangs[class] / c->fulls : hi * 100);
		fprintf(f, "%zu %zu %" PRIu64 " %" PRIu64 " %.9g %.9g %zu\n",
			variant + 1, class + 1, c->hangs[class], c->fulls,
			lo * 100, hi * 100, kernel);
	}
}

/* The points of all panels, or, for @missing, the variants without any. */
static void put_block(const struct results *results, const struct grid *grid,
		      bool missing, FILE *f)
{
	size_t panels = results->kconfigs.n * grid->nsettings * grid->nloops;
	double least = 100;
	struct counts c;
	size_t p, v;

	for (p = 0; p < panels; p++) {
		fprintf(f, "NaN NaN NaN NaN NaN NaN NaN\n");	/* never empty */
		for (v = 0; v < results->variants.n; v++) {
			c = grid_counts(results, grid, p, v);
			if (!missing)
				put_points(f, v, grid_kernel(results, grid, p, v),
					   &c, &least);
			else if (!c.fulls)
				fprintf(f, "%zu\n", v + 1);
		}
		fprintf(f, "\n\n");
	}
	fprintf(f, "EOD\n");
	if (!missing)
		fprintf(f, "least = %.9g\n", least);
}

static void put_grid(const struct results *results, const struct grid *grid,
		     FILE *f)
{
	bool several = results->kconfigs.n > 1;
	size_t k, w, l, row = 0;
	char *label, *setting;

	fprintf(f, "rows = %zu\ncols = %zu\narray label[%zu]\n",
		results->kconfigs.n * grid->nsettings, grid->nloops,
		results->kconfigs.n * grid->nsettings);
	fprintf(f, "array loop[%zu]\n", grid->nloops);
	for (l = 0; l < grid->nloops; l++)
		put_value(f, "loop", l + 1, &grid->loops[l], "loop");
	for (k = 0; k < results->kconfigs.n; k++) {
		for (w = 0; w < grid->nsettings; w++) {
			setting = setting_label(results, grid->pooled ? NULL :
						&grid->settings[w]);
			label = xasprintf("%s%s%s", several ?
					  results->kconfigs.name[k] : "",
					  several ? ", " : "", setting);
			free(setting);
			plot_element(f, "label", ++row, label);
			free(label);
		}
	}
}

/* All cells of a kernel together, for the small picture of a mail. */
static void put_totals(const struct results *results, FILE *f)
{
	char name[TEXT_NAME], *label;
	double lo, hi, least = 100;
	uint64_t hangs;
	size_t i, n = 0;

	fprintf(f, "array row[%zu]\n$rows << EOD\n", results->kernels);
	for (i = 0; i < results->kernels; i++) {
		const struct record *sum = &results->kernel[i]->sum;

		hangs = record_hangs(sum);
		if (stats_clopper_pearson(hangs, sum->fulls, 0.95, &lo, &hi))
			continue;
		note_least(&least, hangs ? 100.0 * hangs / sum->fulls :
			   hi * 100);
		fprintf(f, "%zu %" PRIu64 " %" PRIu64 " %.9g %.9g\n", ++n,
			hangs, sum->fulls, lo * 100, hi * 100);
	}
	fprintf(f, "EOD\nall_least = %.9g\nall = %zu\n", least, n);
	for (i = 0, n = 0; i < results->kernels; i++) {
		const struct results_kernel *kernel = results->kernel[i];

		if (!kernel->sum.fulls)
			continue;
		text_shorten(name, kernel->variant,
			     results->kconfigs.n > 1 ? 8 : NAME_WIDTH);
		label = results->kconfigs.n > 1 ?
			xasprintf("%s/%.5s", name, kernel->kconfig) :
			xasprintf("%s", name);
		plot_element(f, "row", ++n, label);
		free(label);
	}
}

static bool put_hang_incidence(const struct results *results, FILE *f)
{
	uint64_t total = all_fulls(results);
	char name[TEXT_NAME];
	struct grid grid;
	size_t i;

	if (!total)
		return false;
	grid.nsettings = results_distinct(results, NULL, results_setting_cmp,
					&grid.settings);
	grid.nloops = results_distinct(results, NULL, results_loop_cmp,
				      &grid.loops);
	grid.pooled = grid.nsettings * results->kconfigs.n > PANEL_ROWS;
	if (grid.pooled)
		grid.nsettings = 1;
	fprintf(f, "total = %" PRIu64 "\nvariants = %zu\narray name[%zu]\n",
		total, results->variants.n, results->variants.n);
	for (i = 0; i < results->variants.n; i++)
		plot_element(f, "name", i + 1,
			     text_shorten(name, results->variants.name[i],
					  NAME_WIDTH));
	put_grid(results, &grid, f);
	put_pooled(results, "drains", "drain", results_drain_cmp, f);
	fprintf(f, "# variant, class, hangs, fulls, 95 %% interval in per cent, kernel\n$data << EOD\n");
	put_block(results, &grid, false, f);
	fprintf(f, "# variants without a full\n$missing << EOD\n");
	put_block(results, &grid, true, f);
	put_totals(results, f);
	free(grid.settings);
	free(grid.loops);
	return true;
}

/* Tiles of more are too small for their numbers. */
#define AXIS_MAX 24

/* The two axes of the heat map. */
struct axes {
	struct cell *windows, *drains;
	size_t nwindows, ndrains;
};

/* Returns how many tiles there are. */
static size_t put_tiles(const struct results *results, size_t nr,
			const struct axes *axes, double *least, FILE *f)
{
	size_t w, d, tiles = 0;
	uint64_t hangs;

	fprintf(f, "NaN NaN NaN NaN NaN\n");	/* never empty */
	for (w = 0; w < axes->nwindows; w++) {
		for (d = 0; d < axes->ndrains; d++) {
			struct select s = {
				.kernel = results->kernel[nr],
				.like_a = &axes->windows[w],
				.cmp_a = results_window_cmp,
				.like_b = &axes->drains[d],
				.cmp_b = results_drain_cmp,
			};
			struct counts c = count(results, &s);

			if (!c.fulls)
				continue;
			tiles++;
			hangs = c.hangs[HANG_LOST_WAKEUP] +
				c.hangs[HANG_SILENT_STOP] +
				c.hangs[HANG_SILENT_OFF];
			note_least(least, 100.0 * hangs / c.fulls);
			fprintf(f, "%zu %zu %" PRIu64 " %" PRIu64 " %zu\n",
				w + 1, d + 1, hangs, c.fulls, nr);
		}
	}
	fprintf(f, "\n\n");
	return tiles;
}

static void put_axes(FILE *f, const struct axes *axes)
{
	size_t i;

	fprintf(f, "windows = %zu\narray window[%zu]\n", axes->nwindows,
		axes->nwindows);
	for (i = 0; i < axes->nwindows; i++)
		put_value(f, "window", i + 1, &axes->windows[i], "window");
	fprintf(f, "drains = %zu\narray drain[%zu]\n", axes->ndrains,
		axes->ndrains);
	for (i = 0; i < axes->ndrains; i++)
		put_value(f, "drain", i + 1, &axes->drains[i], "drain");
}

/* Names of the panels: the kconfig only where there are several. */
static size_t put_panel_names(const struct results *results, FILE *f)
{
	char name[TEXT_NAME], *label;
	size_t i, n = 0;

	fprintf(f, "array panel[%zu]\n", results->kernels);
	for (i = 0; i < results->kernels; i++) {
		const struct results_kernel *kernel = results->kernel[i];

		if (!kernel->sum.fulls)
			continue;
		text_shorten(name, kernel->variant, NAME_WIDTH);
		label = results->kconfigs.n > 1 ?
			xasprintf("%s, %s", name, kernel->kconfig) :
			xasprintf("%s", name);
		plot_element(f, "panel", ++n, label);
		free(label);
	}
	return n;
}

static bool put_hang_heatmap(const struct results *results, FILE *f)
{
	size_t i, panels, tiles = 0;
	uint64_t total = all_fulls(results);
	double least = 100;
	struct axes axes;

	if (!total)
		return false;
	axes.nwindows = results_distinct(results, NULL, results_window_cmp,
					&axes.windows);
	axes.ndrains = results_distinct(results, NULL, results_drain_cmp,
				       &axes.drains);
	/* A sweep of one of them is a curve's business, or a table's. */
	if (axes.nwindows > AXIS_MAX || axes.ndrains > AXIS_MAX) {
		free(axes.windows);
		free(axes.drains);
		return false;
	}
	panels = put_panel_names(results, f);
	fprintf(f, "total = %" PRIu64 "\npanels = %zu\n", total, panels);
	put_axes(f, &axes);
	put_pooled(results, "loops", "loop", results_loop_cmp, f);
	put_pooled(results, "pmus", "pmu", results_pmu_cmp, f);
	put_pooled(results, "skids", "skid", results_skid_cmp, f);
	fprintf(f, "# window, drain, hangs, fulls, kernel\n$data << EOD\n");
	for (i = 0; i < results->kernels; i++) {
		if (results->kernel[i]->sum.fulls)
			tiles += put_tiles(results, i, &axes,
					   &least, f);
	}
	fprintf(f, "EOD\nleast = %.9g\nholes = %d\n", least,
		tiles < panels * axes.nwindows * axes.ndrains);
	free(axes.windows);
	free(axes.drains);
	return true;
}

const struct plot plot_hang_incidence = {
	"hang-incidence", "How often a full buffer ends in a hang",
	put_hang_incidence, "no buffer ran full", true, true,
};

const struct plot plot_hang_heatmap = {
	"hang-heatmap", "Hangs by window and drain",
	put_hang_heatmap, "no buffer ran full, or too many windows or drains", false, false,
};
