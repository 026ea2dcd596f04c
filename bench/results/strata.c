// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/strata.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/inference.h"

struct stratum *strata_at(struct strata *strata, size_t host)
{
	if (host >= strata->n) {
		strata->host = reallocarray(strata->host, host + 1,
					    sizeof(*strata->host));
		if (!strata->host)
			abort();
		memset(strata->host + strata->n, 0, (host + 1 - strata->n) *
		       sizeof(*strata->host));
		strata->n = host + 1;
	}
	return &strata->host[host];
}

void strata_free(struct strata *strata)
{
	free(strata->host);
	memset(strata, 0, sizeof(*strata));
}

static bool has_both(const struct stratum *s)
{
	return s->n[0] && s->n[1] && s->k[0] <= s->n[0] && s->k[1] <= s->n[1];
}

/* A host without hangs says nothing of how often they are. */
static bool has_hangs(const struct stratum *s)
{
	return has_both(s) && s->k[0] + s->k[1];
}

typedef bool stratum_is(const struct stratum *s);

/* How many are so; @last: the last of them. */
static size_t count(const struct strata *strata, stratum_is *is,
		    const struct stratum **last)
{
	size_t i, n = 0;

	*last = NULL;
	for (i = 0; i < strata->n; i++) {
		if (!is(&strata->host[i]))
			continue;
		*last = &strata->host[i];
		n++;
	}
	return n;
}

size_t strata_hosts(const struct strata *strata)
{
	const struct stratum *last;

	return count(strata, has_both, &last);
}

/* How the candidate's hangs are distributed: p[i] is for first + i of them. */
struct pmf {
	double *p;
	uint64_t first;
	size_t n;
};

/*
 * What is less likely than that, next to the likeliest, is left out: of a test
 * beyond what is printed, of an interval beyond its digits.
 */
#define TEST_TAIL 1e-130
#define INTERVAL_TAIL 1e-30

/* A stratum's, for one value of it; @ratio is of the rates. */
typedef double stratum_pdf(const struct stratum *s, double ratio, uint64_t k);

/* R. A. Fisher, J. R. Stat. Soc. 98 (1935), 39-82: the rates are the same. */
static double hypergeometric(const struct stratum *s, double ratio, uint64_t k)
{
	return gsl_ran_hypergeometric_pdf(k, s->n[0], s->n[1],
					  s->k[0] + s->k[1]);
}

/* The probability that a hang is one of the candidate's. */
static double share(const struct stratum *s, double ratio)
{
	double mine = ratio * s->n[0];

	return mine / (mine + s->n[1]);
}

/* See stats_rate_ratio(). */
static double binomial(const struct stratum *s, double ratio, uint64_t k)
{
	return gsl_ran_binomial_pdf(k, share(s, ratio), s->k[0] + s->k[1]);
}

static uint64_t least(const struct stratum *s, stratum_pdf *pdf)
{
	uint64_t hangs = s->k[0] + s->k[1];

	return pdf == hypergeometric && hangs > s->n[1] ? hangs - s->n[1] : 0;
}

static uint64_t most(const struct stratum *s, stratum_pdf *pdf)
{
	uint64_t hangs = s->k[0] + s->k[1];

	return pdf == hypergeometric && hangs > s->n[0] ? s->n[0] : hangs;
}

/* From the likeliest outwards. */
static struct pmf stratum_pmf(const struct stratum *s, stratum_pdf *pdf,
			      double ratio, double tail)
{
	uint64_t lo = least(s, pdf), hi = most(s, pdf), first, last, k;
	uint64_t mode = share(s, ratio) * (s->k[0] + s->k[1]);
	struct pmf pmf;
	double peak;

	mode = mode < lo ? lo : mode > hi ? hi : mode;
	peak = pdf(s, ratio, mode);
	for (first = mode; first > lo &&
	     pdf(s, ratio, first - 1) > peak * tail; first--)
		;
	for (last = mode; last < hi &&
	     pdf(s, ratio, last + 1) > peak * tail; last++)
		;
	pmf = (struct pmf) { .first = first, .n = last - first + 1 };
	pmf.p = calloc(pmf.n, sizeof(*pmf.p));
	if (!pmf.p)
		abort();
	for (k = first; k <= last; k++)
		pmf.p[k - first] = pdf(s, ratio, k);
	return pmf;
}

static void trim(struct pmf *pmf, double tail)
{
	double peak = 0;
	size_t i, off;

	for (i = 0; i < pmf->n; i++)
		peak = fmax(peak, pmf->p[i]);
	while (pmf->n > 1 && pmf->p[pmf->n - 1] <= peak * tail)
		pmf->n--;
	for (off = 0; off + 1 < pmf->n && pmf->p[off] <= peak * tail; off++)
		;
	pmf->first += off;
	pmf->n -= off;
	memmove(pmf->p, pmf->p + off, pmf->n * sizeof(*pmf->p));
}

/* That of the sum of both, in place of @all. */
static void convolve(struct pmf *all, const struct pmf *one)
{
	struct pmf sum = {
		.first = all->first + one->first, .n = all->n + one->n - 1,
	};
	size_t i, k;

	sum.p = calloc(sum.n, sizeof(*sum.p));
	if (!sum.p)
		abort();
	for (i = 0; i < all->n; i++) {
		for (k = 0; k < one->n; k++)
			sum.p[i + k] += all->p[i] * one->p[k];
	}
	free(all->p);
	*all = sum;
}

/* Of the candidate's hangs on all hosts that have any. */
static struct pmf sum_pmf(const struct strata *strata, stratum_pdf *pdf,
			  double ratio)
{
	double tail = pdf == hypergeometric ? TEST_TAIL : INTERVAL_TAIL;
	struct pmf all = { .n = 1 }, one;
	size_t i;

	all.p = calloc(1, sizeof(*all.p));
	if (!all.p)
		abort();
	all.p[0] = 1;
	for (i = 0; i < strata->n; i++) {
		if (!has_hangs(&strata->host[i]))
			continue;
		one = stratum_pmf(&strata->host[i], pdf, ratio, tail);
		convolve(&all, &one);
		trim(&all, tail);
		free(one.p);
	}
	return all;
}

/* The candidate's hangs, of @all, on hosts that count. */
static uint64_t seen_of(const struct strata *strata, uint64_t *all)
{
	uint64_t seen = 0;
	size_t i;

	*all = 0;
	for (i = 0; i < strata->n; i++) {
		const struct stratum *s = &strata->host[i];

		if (!has_hangs(s))
			continue;
		seen += s->k[0];
		*all += s->k[0] + s->k[1];
	}
	return seen;
}

static double at(const struct pmf *pmf, uint64_t k)
{
	return k < pmf->first || k - pmf->first >= pmf->n ? 0 :
		pmf->p[k - pmf->first];
}

/*
 * Given the margins of each host's table its hangs are hypergeometric, and their
 * sum is the test statistic (M. W. Birch, J. R. Stat. Soc. B 26 (1964), 313-324;
 * C. R. Mehta, N. R. Patel, R. Gray, J. Am. Stat. Assoc. 80 (1985), 969-973).
 * Two-sided as stats_fisher() is.
 */
double strata_test(const struct strata *strata)
{
	const struct stratum *last;
	size_t n = count(strata, has_hangs, &last), i;
	double seen, sum = 0;
	struct pmf pmf;
	uint64_t all;

	if (n <= 1)
		return n ? stats_fisher(last->k[0], last->n[0], last->k[1],
					last->n[1]) : 1;
	pmf = sum_pmf(strata, hypergeometric, 1);
	seen = at(&pmf, seen_of(strata, &all));
	for (i = 0; i < pmf.n; i++) {
		if (pmf.p[i] <= seen * (1 + 1e-7))
			sum += pmf.p[i];
	}
	free(pmf.p);
	return sum < 1 ? sum : 1;
}

/*
 * N. Mantel, W. Haenszel, J. Natl. Cancer Inst. 22 (1959), 719-748, for the
 * ratio of rates.
 */
double strata_ratio(const struct strata *strata)
{
	double mine = 0, others = 0, all;
	size_t i;

	for (i = 0; i < strata->n; i++) {
		const struct stratum *s = &strata->host[i];

		if (!has_hangs(s))
			continue;
		all = (double)s->n[0] + s->n[1];
		mine += (double)s->k[0] * s->n[1] / all;
		others += (double)s->k[1] * s->n[0] / all;
	}
	return others > 0 ? mine / others : mine > 0 ? INFINITY : NAN;
}

/* Where the chance of so many hangs, or more (fewer), is @tail. */
struct search {
	const struct strata *strata;
	uint64_t seen;
	bool more;
	double tail;
};

static double beyond(double log_ratio, void *arg)
{
	const struct search *s = arg;
	struct pmf pmf = sum_pmf(s->strata, binomial, exp(log_ratio));
	double sum = 0;
	size_t i;

	for (i = 0; i < pmf.n; i++) {
		if (s->more ? pmf.first + i >= s->seen :
			      pmf.first + i <= s->seen)
			sum += pmf.p[i];
	}
	free(pmf.p);
	/* On a scale on which it is nearly straight. */
	return log(fmax(sum, 1e-300)) - log(s->tail);
}

/* Ratios of rates between which all are. */
#define LOG_RATIO_MOST 40

static double solve(struct search *s)
{
	gsl_root_fsolver *solver;
	gsl_function f = { .function = beyond, .params = s };
	double lo = -LOG_RATIO_MOST, hi = LOG_RATIO_MOST, root;
	int i;

	solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
	if (!solver)
		abort();
	gsl_root_fsolver_set(solver, &f, lo, hi);
	for (i = 0; i < 200; i++) {
		gsl_root_fsolver_iterate(solver);
		lo = gsl_root_fsolver_x_lower(solver);
		hi = gsl_root_fsolver_x_upper(solver);
		if (gsl_root_test_interval(lo, hi, 1e-9, 0) == GSL_SUCCESS)
			break;
	}
	root = gsl_root_fsolver_root(solver);
	gsl_root_fsolver_free(solver);
	return exp(root);
}

int strata_interval(const struct strata *strata, double level, double *lo,
		    double *hi)
{
	struct search s = { .strata = strata, .tail = (1 - level) / 2 };
	const struct stratum *last;
	size_t n = count(strata, has_hangs, &last);
	uint64_t all;

	if (n <= 1)
		return n ? stats_rate_ratio(last->k[0], last->n[0],
					    last->k[1], last->n[1], level, lo,
					    hi) : -EINVAL;
	if (!(level > 0 && level < 1))
		return -EINVAL;
	s.seen = seen_of(strata, &all);
	s.more = true;
	*lo = s.seen ? solve(&s) : 0;
	s.more = false;
	*hi = s.seen < all ? solve(&s) : INFINITY;
	return 0;
}
