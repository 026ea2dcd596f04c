// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/blocks.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

static bool has_both(const struct block *b)
{
	return b->boots[0].n && b->boots[1].n;
}

static double difference(const struct block *b)
{
	return b->boots[0].mean - b->boots[1].mean;
}

/* What its difference weighs: that of means of so many boots. */
static double weight(const struct block *b)
{
	double n = b->boots[0].n, m = b->boots[1].n;

	return n * m / (n + m);
}

/* Sums over hosts, but @without. */
struct sums {
	double weight, mean[2];	/* weighted */
	double within;		/* squares about the means of each host */
	size_t n[2], hosts;
};

static struct sums sums_of(const struct block *block, size_t n, size_t without)
{
	struct sums s = { 0 };
	size_t i;
	int side;

	for (i = 0; i < n; i++) {
		if (i == without || !has_both(&block[i]))
			continue;
		s.hosts++;
		s.weight += weight(&block[i]);
		for (side = 0; side < 2; side++) {
			s.mean[side] += weight(&block[i]) *
				block[i].boots[side].mean;
			s.within += (block[i].boots[side].n - 1) *
				block[i].boots[side].var;
			s.n[side] += block[i].boots[side].n;
		}
	}
	return s;
}

static bool fit_without(struct blocks_fit *fit, const struct block *block,
			size_t n, size_t without)
{
	struct sums s = sums_of(block, n, without);
	double squares = s.within, var;
	size_t i;
	int side;

	*fit = (struct blocks_fit) { .hosts = s.hosts };
	if (!s.hosts)
		return false;
	fit->diff = (s.mean[0] - s.mean[1]) / s.weight;
	for (i = 0; i < n; i++) {
		if (i != without && has_both(&block[i]))
			squares += weight(&block[i]) *
				pow(difference(&block[i]) - fit->diff, 2);
	}
	fit->df = (double)s.n[0] + s.n[1] - s.hosts - 1;
	var = fit->df >= 1 ? squares / fit->df : 0;
	fit->se = sqrt(var / s.weight);
	for (side = 0; side < 2; side++)
		fit->boots[side] = (struct stats_sample) {
			.n = s.n[side], .mean = s.mean[side] / s.weight,
			.var = var,
		};
	return true;
}

bool blocks_fit(struct blocks_fit *fit, const struct block *block, size_t n)
{
	return fit_without(fit, block, n, n);
}

int blocks_test(const struct blocks_fit *fit, double shift, double level,
		struct stats_welch *w)
{
	double half;

	if (fit->df < 1)
		return -EINVAL;
	*w = (struct stats_welch) {
		.diff = fit->diff - shift, .se = fit->se, .df = fit->df,
	};
	w->t = w->se > 0 ? w->diff / w->se :
		w->diff ? copysign(INFINITY, w->diff) : 0;
	w->p = isinf(w->t) ? 0 : 2 * gsl_cdf_tdist_Q(fabs(w->t), w->df);
	half = w->se * gsl_cdf_tdist_Pinv((1 + level) / 2, w->df);
	w->lo = w->diff - half;
	w->hi = w->diff + half;
	return 0;
}

/* How likely a host is as far from the others; 1: it cannot be known. */
static double p_of(const struct block *b, const struct blocks_fit *others)
{
	double var = others->boots[0].var, far, weights;

	if (others->df < 1)
		return 1;
	far = fabs(difference(b) - others->diff);
	if (!(var > 0))
		return 1;	/* no noise at all: made up, or counted in whole */
	weights = var / (others->se * others->se);
	return 2 * gsl_cdf_tdist_Q(far / sqrt(var * (1 / weight(b) +
						    1 / weights)), others->df);
}

size_t blocks_odd(const struct block *block, size_t n,
		  struct blocks_fit *others)
{
	double least = 1, p;
	struct blocks_fit fit;
	size_t i, odd = n, hosts = 0;

	for (i = 0; i < n; i++) {
		if (!has_both(&block[i]))
			continue;
		hosts++;
		if (!fit_without(&fit, block, n, i))
			continue;
		p = p_of(&block[i], &fit);
		if (p < least) {
			least = p;
			odd = i;
			*others = fit;
		}
	}
	/* Holm's first step: the least of them all. */
	return least * hosts < BLOCKS_ODD_P ? odd : n;
}
