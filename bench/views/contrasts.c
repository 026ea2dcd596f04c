// SPDX-License-Identifier: GPL-2.0-only
/* Every kernel against the first one; its own values where it is alone. */
#include <stdlib.h>
#include <string.h>

#include "bench/views/contrast-table.h"
#include "bench/views/parts.h"

/* A line that says how many boots there are to compare. */
static void put_boots(const struct results *results, const char *kconfig,
		      const struct results_kernel *base, FILE *f)
{
	size_t i, least = SIZE_MAX, most = 0, n;

	for (i = 0; i < results->kernels; i++) {
		n = results->kernel[i]->repeats;
		if (strcmp(results->kernel[i]->kconfig, kconfig) || !n)
			continue;
		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	if (least == most)
		text_wrap(f, 2, "against %s, over the cells that both have; %zu boot%s of each%s",
			  base->variant, most, most == 1 ? "" : "s",
			  most == 1 ? ": no interval" : "");
	else
		text_wrap(f, 2, "against %s, over the cells that both have; %zu to %zu boots of each",
			  base->variant, least, most);
}

/* False when nothing is measured; @f gets what stands above the table. */
static bool fill(struct contrast_table *t, const struct results *results,
		 const char *kconfig, bool flat, FILE *f)
{
	const struct results_kernel *base = results_base(results, kconfig);
	struct contrast_pair *pairs;
	size_t i, n, others = 0;

	for (i = 0; i < results->kernels; i++)
		others += results->kernel[i] != base &&
			results->kernel[i]->measured &&
			!strcmp(results->kernel[i]->kconfig, kconfig);
	if (!base)
		return false;
	if (!flat)
		text_line(f, "%s", "");
	if (others)
		put_boots(results, kconfig, base, f);
	contrast_table_init(t, others ? others : 1, flat,
			    others ? "here" : "", others ? "base" : NULL);
	for (i = 0; i < results->kernels; i++) {
		if (strcmp(results->kernel[i]->kconfig, kconfig) ||
		    !results->kernel[i]->measured ||
		    (others && results->kernel[i] == base))
			continue;
		n = contrast_pairs(results, results->kernel[i], base, &pairs);
		contrast_table_add(t, results->kernel[i]->variant, pairs, n);
		free(pairs);
	}
	return true;
}

void report_contrasts(const struct results *results, const char *kconfig,
		      FILE *f)
{
	struct contrast_table t;

	if (fill(&t, results, kconfig, false, f))
		contrast_table_end(&t, f);
}

bool report_contrast_rows(const struct results *results, const char *kconfig,
			  struct text_table *table, FILE *above, FILE *below)
{
	struct contrast_table t;

	if (!fill(&t, results, kconfig, true, above))
		return false;
	*table = contrast_table_take(&t, below);
	return true;
}
