/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_BOOTSTRAP_H
#define AUX_BENCH_RESULTS_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "lib/hist.h"

/*
 * What was measured in one boot, and what was cut off there, small enough to
 * keep of every boot: only the buckets that are not empty.
 */
struct stats_count {
	uint16_t bucket;	/* HIST_BUCKETS: overflow */
	uint32_t events, censored;
};

struct stats_times {
	struct stats_count *count;	/* owned */
	size_t n;
	uint64_t events, censored;	/* samples */
	uint64_t max, censored_max;
	double sum;			/* ns, of the events */
};

/* Adds histograms; @censored may be NULL.  Begins with all zero. */
void stats_times_add(struct stats_times *t, const struct hist *events,
		     const struct hist *censored);
void stats_times_merge(struct stats_times *t, const struct stats_times *more);
void stats_times_free(struct stats_times *t);

/*
 * The q-quantile in ns by Kaplan-Meier: the first time by which at least q of
 * all have ended.  Without anything censored it is that of hist_quantile() to
 * within a bucket.  INFINITY when too much was cut off to know it, NAN when
 * there is nothing.
 */
double stats_times_quantile(const struct stats_times *t, double q);

/*
 * The restricted mean in ns: the area under the survival curve up to @tau.
 * What was cut off later than the last event counts with @tau.  NAN when
 * there is nothing.
 */
double stats_times_mean(const struct stats_times *t, double tau);

/* A difference of quantiles, a - b, in ns. */
struct stats_quantiles {
	double q;
	double a, b;		/* of all boots together */
	double lo, hi;		/* of a - b; NAN when it cannot be said */
};

/*
 * Bootstrap over boots: @draws times, as many boots as there are, drawn
 * with replacement from @a and from @b, and the interval is that of the
 * percentiles of the differences.  Fills in all of @out but q.
 */
void stats_bootstrap(const struct stats_times *a, size_t na,
		     const struct stats_times *b, size_t nb, double level,
		     unsigned int draws, uint64_t seed,
		     struct stats_quantiles *out, size_t nout);

#endif
