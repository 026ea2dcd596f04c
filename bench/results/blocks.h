/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_BLOCKS_H
#define AUX_BENCH_RESULTS_BLOCKS_H

#include <stdbool.h>

#include "bench/results/inference.h"

/*
 * Hosts as blocks: two kernels are compared within each host, where both ran
 * beside each other, and the differences are pooled.  The model is that of
 * randomized blocks (R. A. Fisher, The Design of Experiments (1935), ch. IV):
 * boot = host + kernel + noise, by least squares; how far hosts differ in
 * their differences is part of the noise.
 */
struct block {
	struct stats_sample boots[2];	/* of a host: candidate, reference */
};

struct blocks_fit {
	size_t hosts;		/* that have both */
	struct stats_sample boots[2];	/* of all; var is the noise's */
	double diff, se, df;	/* df below 1: no interval */
};

/* True when there is a host that has both. */
bool blocks_fit(struct blocks_fit *fit, const struct block *block, size_t n);

/*
 * The interval and the test of the difference less @shift; -EINVAL when df is
 * below 1.
 */
int blocks_test(const struct blocks_fit *fit, double shift, double level,
		struct stats_welch *w);

/* A host must be as unlikely as that, after Holm over all, to be named. */
#define BLOCKS_ODD_P 0.01

/*
 * The host whose difference is the furthest from that of the others, by a fit
 * without it (R. D. Cook, S. Weisberg, Residuals and Influence in Regression
 * (1982), section 2.2.2); its place, or @n: none is that far.
 */
size_t blocks_odd(const struct block *block, size_t n,
		  struct blocks_fit *others);

#endif
