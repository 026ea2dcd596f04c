// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/setting.h"
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

struct rates {
	const struct results *results;
	struct cell *rate, *setting;
	size_t rates, settings;
	bool pooled;		/* settings */
	double least;		/* smallest share to show, per cent */
	FILE *f;
};

static bool in_point(const struct rates *r, const struct results_combo *combo,
		     const char *kconfig, size_t setting, size_t rate)
{
	return combo->measured && !strcmp(combo->kernel->kconfig, kconfig) &&
		!results_rate_cmp(&combo->key, &r->rate[rate]) &&
		(r->pooled || !results_setting_cmp(&combo->key,
						 &r->setting[setting]));
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

static void put_variant(struct rates *r, const char *kconfig, size_t setting,
			size_t variant)
{
	const char *name = r->results->variants.name[variant];
	const struct results_combo *combo;
	uint64_t hangs, fulls;
	size_t i, rate;

	for (rate = 0; rate < r->rates; rate++) {
		hangs = 0;
		fulls = 0;
		for (i = 0; i < r->results->combos; i++) {
			combo = r->results->combo[i];
			if (!in_point(r, combo, kconfig, setting, rate) ||
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
	const struct results *results = r->results;
	size_t k, w, v;

	fprintf(r->f, "# variant, rate, hangs, fulls, 95 %% interval in per cent\n$data << EOD\n");
	for (k = 0; k < results->kconfigs.n; k++) {
		for (w = 0; w < r->settings; w++) {
			for (v = 0; v < results->variants.n; v++) {
				fprintf(r->f, "NaN NaN NaN NaN NaN NaN\n");
				put_variant(r, results->kconfigs.name[k], w, v);
				fprintf(r->f, "\n\n");
			}
		}
	}
	fprintf(r->f, "EOD\nleast = %.9g\n", r->least);
}

static void put_labels(const struct rates *r)
{
	const struct results *results = r->results;
	char value[CELL_VALUE_LEN], name[TEXT_NAME], *label, *setting;
	size_t i, k, n = 0;

	fprintf(r->f, "rates = %zu\narray rate[%zu]\nvariants = %zu\narray name[%zu]\n"
		"array slot[%zu]\npanels = %zu\narray panel[%zu]\n",
		r->rates, r->rates, results->variants.n, results->variants.n,
		results->variants.n, r->settings * results->kconfigs.n,
		r->settings * results->kconfigs.n);
	for (i = 0; i < r->rates; i++) {
		cell_get(&r->rate[i], cell_key_find("rate"), value);
		plot_element(r->f, "rate", i + 1, value);
	}
	for (i = 0; i < results->variants.n; i++) {
		plot_element(r->f, "name", i + 1,
			     text_shorten(name, results->variants.name[i],
					  NAME_WIDTH));
		for (k = 0; strcmp(results->kernel[k]->variant,
				   results->variants.name[i]); k++)
			;
		fprintf(r->f, "slot[%zu] = %zu\n", i + 1,
			results->kernel[k]->slot + 1);
	}
	for (k = 0; k < results->kconfigs.n; k++) {
		for (i = 0; i < r->settings; i++) {
			setting = setting_label(results, r->pooled ? NULL :
						&r->setting[i]);
			label = xasprintf("%s%s%s", results->kconfigs.n > 1 ?
					  results->kconfigs.name[k] : "",
					  results->kconfigs.n > 1 ? ", " : "",
					  setting);
			plot_element(r->f, "panel", ++n, label);
			free(setting);
			free(label);
		}
	}
}

static bool put_hang_rate(const struct results *results, FILE *f)
{
	struct rates r = { .results = results, .least = 100, .f = f };
	uint64_t fulls = 0;
	size_t i;

	for (i = 0; i < results->combos; i++)
		fulls += results->combo[i]->sum.fulls;
	r.rates = results_distinct(results, NULL, results_rate_cmp, &r.rate);
	r.settings = results_distinct(results, NULL, results_setting_cmp,
				    &r.setting);
	r.pooled = r.settings * results->kconfigs.n > PANELS;
	if (r.pooled)
		r.settings = 1;
	if (r.rates > 1 && fulls) {
		fprintf(f, "total = %" PRIu64 "\n", fulls);
		put_labels(&r);
		put_panels(&r);
	}
	free(r.rate);
	free(r.setting);
	return r.rates > 1 && fulls;
}

const struct plot plot_hang_rate = {
	"hang-rate", "Hangs by rate of the trace",
	put_hang_rate, "the rate does not vary", false, false,
};
