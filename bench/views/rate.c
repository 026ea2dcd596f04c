// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/text.h"
#include "bench/results/stats.h"
#include "lib/file.h"

/*
 * The picture of hangs against the rate of the trace; a panel per kconfig and
 * window, loops and drains pooled, which it says.
 */

#define NAME_WIDTH 14

/* More panels are no longer a picture: windows are pooled then. */
#define PANELS 6

static int rate_cmp(const struct cell *a, const struct cell *b)
{
	return a->rate < b->rate ? -1 : a->rate > b->rate;
}

struct rates {
	const struct report *report;
	struct cell *rate, *window;
	size_t rates, windows;
	bool pooled;		/* windows */
	double least;		/* smallest share to show, per cent */
	FILE *f;
};

static bool in_point(const struct rates *r, const struct report_combo *combo,
		     const char *kconfig, size_t window, size_t rate)
{
	return combo->measured && !strcmp(combo->kernel->kconfig, kconfig) &&
		!rate_cmp(&combo->key, &r->rate[rate]) &&
		(r->pooled || !report_window_cmp(&combo->key,
						 &r->window[window]));
}

static void put_point(struct rates *r, size_t variant, size_t rate,
		      uint64_t hangs, uint64_t fulls)
{
	double lo, hi, least;

	if (stats_clopper_pearson(hangs, fulls, 0.95, &lo, &hi))
		return;
	least = hangs ? 100.0 * hangs / fulls : 100 * hi;
	r->least = least < r->least ? least : r->least;
	fprintf(r->f, "%zu %zu %" PRIu64 " %" PRIu64 " %.9g %.9g\n",
		variant + 1, rate + 1, hangs, fulls, lo * 100, hi * 100);
}

static void put_variant(struct rates *r, const char *kconfig, size_t window,
			size_t variant)
{
	const char *name = r->report->variants.name[variant];
	const struct report_combo *combo;
	uint64_t hangs, fulls;
	size_t i, rate;

	for (rate = 0; rate < r->rates; rate++) {
		hangs = 0;
		fulls = 0;
		for (i = 0; i < r->report->combos; i++) {
			combo = r->report->combo[i];
			if (!in_point(r, combo, kconfig, window, rate) ||
			    strcmp(combo->kernel->variant, name))
				continue;
			hangs += record_hangs(&combo->sum);
			fulls += combo->sum.fulls;
		}
		put_point(r, variant, rate, hangs, fulls);
	}
}

static void put_panels(struct rates *r)
{
	const struct report *report = r->report;
	size_t k, w, v;

	fprintf(r->f, "# variant, rate, hangs, fulls, 95 %% interval in per cent\n$data << EOD\n");
	for (k = 0; k < report->kconfigs.n; k++) {
		for (w = 0; w < r->windows; w++) {
			for (v = 0; v < report->variants.n; v++) {
				fprintf(r->f, "NaN NaN NaN NaN NaN NaN\n");
				put_variant(r, report->kconfigs.name[k], w, v);
				fprintf(r->f, "\n\n");
			}
		}
	}
	fprintf(r->f, "EOD\nleast = %.9g\n", r->least);
}

static void put_labels(const struct rates *r)
{
	const struct report *report = r->report;
	char value[CELL_VALUE_LEN], name[TEXT_NAME], *label;
	size_t i, k, n = 0;

	fprintf(r->f, "rates = %zu\narray rate[%zu]\nvariants = %zu\narray name[%zu]\n"
		"array slot[%zu]\npanels = %zu\narray panel[%zu]\n",
		r->rates, r->rates, report->variants.n, report->variants.n,
		report->variants.n, r->windows * report->kconfigs.n,
		r->windows * report->kconfigs.n);
	for (i = 0; i < r->rates; i++) {
		cell_get(&r->rate[i], cell_key_find("rate"), value);
		plot_element(r->f, "rate", i + 1, value);
	}
	for (i = 0; i < report->variants.n; i++) {
		plot_element(r->f, "name", i + 1,
			     text_shorten(name, report->variants.name[i],
					  NAME_WIDTH));
		for (k = 0; strcmp(report->kernel[k]->variant,
				   report->variants.name[i]); k++)
			;
		fprintf(r->f, "slot[%zu] = %zu\n", i + 1,
			report->kernel[k]->slot + 1);
	}
	for (k = 0; k < report->kconfigs.n; k++) {
		for (i = 0; i < r->windows; i++) {
			cell_get(&r->window[i], cell_key_find("window"),
				 value);
			label = xasprintf("%s%s%s", report->kconfigs.n > 1 ?
					  report->kconfigs.name[k] : "",
					  report->kconfigs.n > 1 ? ", " : "",
					  r->pooled ? "windows pooled" :
					  "window ");
			plot_element(r->f, "panel", ++n, label);
			if (!r->pooled) {
				fprintf(r->f, "panel[%zu] = panel[%zu].", n, n);
				plot_quoted(r->f, value);
			}
			free(label);
		}
	}
}

bool plot_hang_rate(const struct report *report, FILE *f)
{
	struct rates r = { .report = report, .least = 100, .f = f };
	uint64_t fulls = 0;
	size_t i;

	for (i = 0; i < report->combos; i++)
		fulls += report->combo[i]->sum.fulls;
	r.rates = report_distinct(report, NULL, rate_cmp, &r.rate);
	r.windows = report_distinct(report, NULL, report_window_cmp,
				    &r.window);
	r.pooled = r.windows * report->kconfigs.n > PANELS;
	if (r.pooled)
		r.windows = 1;
	if (r.rates > 1 && fulls) {
		fprintf(f, "total = %" PRIu64 "\n", fulls);
		put_labels(&r);
		put_panels(&r);
	}
	free(r.rate);
	free(r.window);
	return r.rates > 1 && fulls;
}
