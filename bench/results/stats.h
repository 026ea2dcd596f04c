/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_STATS_H
#define AUX_BENCH_RESULTS_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/hist.h"

/*
 * The regularised incomplete beta function I_x(a, b), a, b > 0, x in 0..1,
 * which is the distribution function of the beta distribution.
 */
double stats_beta_cdf(double a, double b, double x);

/*
 * Clopper-Pearson: the exact two-sided interval at @level (0.95) for the
 * probability behind @k events in @n trials.  0, or -EINVAL when there is no
 * such interval (n = 0, k > n, level outside 0..1).
 */
int stats_clopper_pearson(uint64_t k, uint64_t n, double level, double *lo,
			  double *hi);

/* One step of a survival curve: what happens up to @ns, and S just after. */
struct stats_step {
	uint64_t ns;		/* upper end of a bucket, never past the max */
	uint64_t at_risk;	/* not ended and not censored before */
	uint64_t events;
	uint64_t censored;
	double survival;	/* P(longer than ns) */
};

/*
 * Kaplan-Meier: product-limit survival over what was measured and what was
 * cut off, for each bucket in which either has a count, in order of time.
 * Without censoring survival is 1 minus the empirical distribution.
 */
void stats_survival(const struct hist *events, const struct hist *censored,
		    void (*fn)(void *ctx, const struct stats_step *step),
		    void *ctx);

/*
 * The q-quantile in ns by Kaplan-Meier: the first time by which at least q of
 * all have ended.  Without anything censored (NULL: nothing is) it is that of
 * hist_quantile().  INFINITY when too much was cut off to know it, NAN when
 * there is nothing.
 */
double stats_quantile(const struct hist *events, const struct hist *censored,
		      double q);
/* The longest that either has seen: what such a quantile is above. */
uint64_t stats_longest(const struct hist *events, const struct hist *censored);

/*
 * The restricted means in ns: the area under the survival curve up to each of
 * the @n @ends, which are in order.  What was cut off later than the last
 * event counts with the end.  NAN when there is nothing.
 */
void stats_restricted_means(const struct hist *events,
			    const struct hist *censored, const double *ends,
			    size_t n, double *means);

#endif
