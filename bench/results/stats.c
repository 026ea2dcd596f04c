// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/stats.h"

#include <errno.h>
#include <math.h>

/* A convergent c, d and the value f of a continued fraction 1 / (1 + ...). */
struct lentz {
	double c, d, f;
};

/* Takes in one more term; returns the factor by which f changed. */
static double lentz_term(struct lentz *l, double term)
{
	const double tiny = 1e-300;	/* in place of a division by zero */

	l->d = 1 + term * l->d;
	l->c = 1 + term / l->c;
	if (fabs(l->d) < tiny)
		l->d = tiny;
	if (fabs(l->c) < tiny)
		l->c = tiny;
	l->d = 1 / l->d;
	l->f *= l->c * l->d;
	return l->c * l->d;
}

/*
 * The continued fraction of the incomplete beta function, DLMF 8.17.22
 * (https://dlmf.nist.gov/8.17.E22), by the modified Lentz method; about
 * sqrt(max(a, b)) terms when x < (a + 1) / (a + b + 2).
 *
 * Our own, because GSL 2.7 stops after 512 terms: gsl_cdf_beta_Pinv() gives
 * NaN for 5 of 10,000,000 and ran ten minutes on 5,000,000 of 10,000,000.
 */
static double beta_fraction(double a, double b, double x)
{
	struct lentz l = { .c = 1, .d = 1, .f = 1 };
	double change;
	int m = 0;

	l.d = 1 / (1 - (a + b) * x / (a + 1));
	l.f = l.d;
	do {
		m++;
		lentz_term(&l, m * (b - m) * x /
			   ((a + 2 * m - 1) * (a + 2 * m)));
		change = lentz_term(&l, -(a + m) * (a + b + m) * x /
				    ((a + 2 * m) * (a + 2 * m + 1)));
	} while (fabs(change - 1) > 1e-15 && m < 10000000);
	return l.f;
}

double stats_beta_cdf(double a, double b, double x)
{
	double front;

	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) +
		    b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front / a * beta_fraction(a, b, x);
	return 1 - front / b * beta_fraction(b, a, 1 - x);
}

/* The x with I_x(a, b) = p, by bisection: slow but it cannot go astray. */
static double beta_quantile(double a, double b, double p)
{
	double lo = 0, hi = 1, mid;
	int i;

	for (i = 0; i < 1100 && hi - lo > 1e-13 * hi; i++) {
		mid = lo + (hi - lo) / 2;
		if (stats_beta_cdf(a, b, mid) < p)
			lo = mid;
		else
			hi = mid;
	}
	return lo + (hi - lo) / 2;
}

/*
 * C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413, in the form
 * with quantiles of the beta distribution; for k = 0 and k = n these have a
 * closed form.
 */
int stats_clopper_pearson(uint64_t k, uint64_t n, double level, double *lo,
			  double *hi)
{
	double tail = (1 - level) / 2;
	uint64_t rest;

	if (!n || k > n || !(level > 0 && level < 1))
		return -EINVAL;
	rest = n - k;
	*lo = 0;
	*hi = 1;
	if (!k)
		*hi = -expm1(log(tail) / n);
	else if (rest)
		*hi = beta_quantile(k + 1.0, rest, 1 - tail);
	if (!rest)
		*lo = exp(log(tail) / n);
	else if (k)
		*lo = beta_quantile(k, rest + 1.0, tail);
	return 0;
}

/*
 * E. L. Kaplan, P. Meier, J. Am. Stat. Assoc. 53 (1958), 457-481:
 * S(t) is the product of 1 - d/r over the times up to t, d the events at that
 * time and r those at risk before it.  Within a bucket the events come first,
 * as is the rule for ties.
 */
static void survival_step(struct stats_step *step, uint64_t ns,
			  uint64_t events, uint64_t censored,
			  void (*fn)(void *ctx, const struct stats_step *step),
			  void *ctx)
{
	step->at_risk -= step->events + step->censored;
	step->ns = ns;
	step->events = events;
	step->censored = censored;
	step->survival *= 1 - (double)events / step->at_risk;
	fn(ctx, step);
}

uint64_t stats_longest(const struct hist *events, const struct hist *censored)
{
	uint64_t max = events->n ? events->max : 0;

	return censored && censored->n && censored->max > max ?
		censored->max : max;
}

/* The first bucket from @i on in which either has a count. */
static unsigned int next_bucket(const struct hist *events,
				const struct hist *censored, unsigned int i)
{
	unsigned int a = hist_next(events, i);
	unsigned int b = censored ? hist_next(censored, i) : HIST_BUCKETS;

	return a < b ? a : b;
}

void stats_survival(const struct hist *events, const struct hist *censored,
		    void (*fn)(void *ctx, const struct stats_step *step),
		    void *ctx)
{
	struct stats_step step = {
		.at_risk = events->n + (censored ? censored->n : 0),
		.survival = 1,
	};
	uint64_t max = stats_longest(events, censored), ns, cut;
	unsigned int i;

	for (i = next_bucket(events, censored, 0); i < HIST_BUCKETS;
	     i = next_bucket(events, censored, i + 1)) {
		cut = censored ? censored->bucket[i] : 0;
		ns = hist_bucket_high(i) - 1;
		survival_step(&step, ns < max ? ns : max, events->bucket[i],
			      cut, fn, ctx);
	}
	cut = censored ? censored->overflow : 0;
	if (events->overflow || cut)
		survival_step(&step, max, events->overflow, cut, fn, ctx);
}

struct quantile {
	double q, ns;
};

static void quantile_step(void *ctx, const struct stats_step *step)
{
	struct quantile *quantile = ctx;

	/* Products of fractions: 0.5 may come out a bit above. */
	if (isinf(quantile->ns) && step->events &&
	    1 - step->survival >= quantile->q - 1e-12)
		quantile->ns = step->ns;
}

double stats_quantile(const struct hist *events, const struct hist *censored,
		      double q)
{
	struct quantile quantile = { q, INFINITY };

	if (!censored || !censored->n)
		return events->n ? hist_quantile(events, q) : NAN;
	stats_survival(events, censored, quantile_step, &quantile);
	return quantile.ns;
}

struct area {
	const double *ends;
	double *means;
	size_t n, done;
	double last, survival, sum;
};

static void area_step(void *ctx, const struct stats_step *step)
{
	struct area *a = ctx;

	for (; a->done < a->n && a->ends[a->done] < step->ns; a->done++)
		a->means[a->done] = a->sum + a->survival *
			(a->ends[a->done] - a->last);
	a->sum += a->survival * (step->ns - a->last);
	a->last = step->ns;
	a->survival = step->survival;
}

/*
 * The restricted mean survival time: J. O. Irwin, J. Hygiene 47 (1949),
 * 188-189; P. Royston, M. K. B. Parmar, BMC Med. Res. Methodol. 13 (2013), 152.
 */
void stats_restricted_means(const struct hist *events,
			    const struct hist *censored, const double *ends,
			    size_t n, double *means)
{
	struct area a = {
		.ends = ends, .means = means, .n = n, .survival = 1,
	};

	if (!events->n && !(censored && censored->n)) {
		for (; a.done < n; a.done++)
			means[a.done] = NAN;
		return;
	}
	stats_survival(events, censored, area_step, &a);
	for (; a.done < n; a.done++)
		means[a.done] = a.sum + a.survival * (ends[a.done] - a.last);
}
