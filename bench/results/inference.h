/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_INFERENCE_H
#define AUX_BENCH_RESULTS_INFERENCE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Fisher's exact test, two-sided: the probability that two kernels with the
 * same chance of a hang differ as much as @k1 of @n1 and @k2 of @n2, or more.
 * 1 when there is nothing to compare.
 */
double stats_fisher(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2);

/*
 * The exact conditional interval at @level for the ratio (k1/n1) / (k2/n2) of
 * two rates.  *lo is 0 when k1 is, *hi infinite when k2 is.  0, or -EINVAL
 * when both are 0, or an n is.
 */
int stats_rate_ratio(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2,
		     double level, double *lo, double *hi);

/* A sample, summed up. */
struct stats_sample {
	size_t n;
	double mean;
	double var;		/* unbiased; 0 when n < 2 */
};

struct stats_sample stats_sample(const double *x, size_t n);

/* a - b */
struct stats_welch {
	double diff, se, df;
	double t, p;		/* two-sided */
	double lo, hi;		/* of diff, at the level asked for */
};

/* Welch's t test; -EINVAL when a sample has less than two values. */
int stats_welch(const struct stats_sample *a, const struct stats_sample *b,
		double level, struct stats_welch *w);

/*
 * Holm's adjustment: @adjusted[i] (may be @p) is what to compare with the
 * level that is to hold for all @n tests together.
 */
void stats_holm(const double *p, size_t n, double *adjusted);

/*
 * Boots of each of two kernels, so that a difference of @delta between means
 * with the standard deviation @sd is shown, two-sided at @alpha, with the
 * probability @power; for non-inferiority @delta is the margin and the true
 * difference is 0.  At least 2.
 */
size_t stats_boots_needed(double sd, double delta, double alpha, double power);

#endif
