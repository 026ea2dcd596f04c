// SPDX-License-Identifier: GPL-2.0-only
/* What is said of a run on several hosts. */
#include "bench/views/numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* On the scale of the comparison: logs for a ratio. */
static void put_delta(FILE *f, const struct metric *metric, double x)
{
	char text[NUMBER_TEXT];

	fputs(number_delta(text, metric,
			   metric->scale == SCALE_RATIO ? exp(x) : x), f);
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
		put_delta(f, c.metric, c.odd_difference);
		fputs(" against ", f);
		put_delta(f, c.metric, c.odd_others);
		fputs(" on the others", f);
	}
	free(pairs);
}

char *number_hosts(const struct results *results)
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
