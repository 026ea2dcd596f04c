// SPDX-License-Identifier: GPL-2.0-only
/* What is said of a run on several hosts. */
#include "bench/results/contrast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_value(FILE *f, const struct metric *metric, double x)
{
	if (metric->scale == SCALE_RATIO)
		fprintf(f, "x %.3g", exp(x));
	else
		fprintf(f, "%+.3g points", metric_shown(metric, x));
}

static void put_odd(FILE *f, const struct results *results,
		    const struct results_kernel *kernel,
		    const struct results_kernel *base)
{
	struct contrast_pair *pairs;
	size_t n = contrast_pairs(results, kernel, base, &pairs);
	struct contrast c;
	int m;

	for (m = 0; m < METRICS; m++) {
		if (metrics[m].detail)
			continue;
		contrast_make(&c, m, pairs, n, CONTRAST_PAD_NS);
		if (c.state != CONTRAST_KNOWN || !c.odd)
			continue;
		fprintf(f, "; %s DISAGREES, %s of %s: ",
			results->hosts.name[c.odd_host], c.metric->title,
			kernel->variant);
		put_value(f, c.metric, c.odd_difference);
		fputs(" against ", f);
		put_value(f, c.metric, c.odd_others);
		fputs(" on the others", f);
	}
	free(pairs);
}

char *contrast_hosts_text(const struct results *results)
{
	const struct results_kernel *base;
	char *text = NULL;
	size_t size, i;
	FILE *f;

	if (results->hosts.n < 2)
		return NULL;
	f = open_memstream(&text, &size);
	if (!f)
		abort();
	fprintf(f, "%zu: kernels are compared on each, and the differences pooled",
		results->hosts.n);
	for (i = 0; i < results->kernels; i++) {
		base = results_base(results, results->kernel[i]->kconfig);
		if (base && base != results->kernel[i])
			put_odd(f, results, results->kernel[i], base);
	}
	fclose(f);
	return text;
}
