// SPDX-License-Identifier: GPL-2.0-only
/* Tests, intervals and censored times, against values computed elsewhere. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/results/inference.h"
#include "bench/results/stats.h"
#include "tests/check.h"

static int near(double a, double b, double tolerance)
{
	return fabs(a - b) <= tolerance * fabs(b) + 1e-15;
}

/*
 * The first two are in R's ?fisher.test (TeaTasting, Convictions).  All were
 * computed in exact fractions from the definition.
 */
static void test_fisher(struct check *t)
{
	static const struct {
		uint64_t k1, n1, k2, n2;
		double p;
	} golden[] = {
		{ 3, 4, 1, 4, 0.4857142857142857 },
		{ 2, 12, 15, 18, 0.0005367241191434358 },
		{ 0, 1200, 38, 1100, 4.785993856544899e-13 },
		{ 8, 572, 0, 1249, 9.16268881872579e-05 },
		{ 21, 976, 12, 988, 0.11635650441206084 },
		{ 5, 20000, 17, 21000, 0.01757193860035585 },
		{ 0, 10, 0, 12, 1 },
	};
	size_t i;

	for (i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		CHECK(t, near(stats_fisher(golden[i].k1, golden[i].n1,
					   golden[i].k2, golden[i].n2),
			      golden[i].p, 1e-6));
		CHECK(t, near(stats_fisher(golden[i].k2, golden[i].n2,
					   golden[i].k1, golden[i].n1),
			      golden[i].p, 1e-6));
	}
	CHECK(t, stats_fisher(0, 0, 1, 2) == 1);
}

/*
 * The first is R's ?poisson.test, breast cancer in two groups: 0.8584264 to
 * 4.2772659.  Both from roots of binomial sums in 40 digits.
 */
static void test_rate_ratio(struct check *t)
{
	double lo, hi;

	CHECK_EQ(t, stats_rate_ratio(11, 800, 21, 3011, 0.95, &lo, &hi), 0);
	CHECK(t, near(lo, 0.8584264033916397, 1e-9));
	CHECK(t, near(hi, 4.277265943654075, 1e-9));
	CHECK_EQ(t, stats_rate_ratio(12, 988, 21, 976, 0.95, &lo, &hi), 0);
	CHECK(t, near(lo, 0.25317347071672214, 1e-9));
	CHECK(t, near(hi, 1.2013189772337887, 1e-9));
	CHECK_EQ(t, stats_rate_ratio(0, 100, 5, 100, 0.95, &lo, &hi), 0);
	CHECK(t, lo == 0 && hi < 1.1);
	CHECK_EQ(t, stats_rate_ratio(5, 100, 0, 100, 0.95, &lo, &hi), 0);
	CHECK(t, isinf(hi) && lo > 0.9);
	CHECK_EQ(t, stats_rate_ratio(0, 5, 0, 5, 0.95, &lo, &hi), -EINVAL);
}

/* Student's sleep data as in R's ?t.test: extra ~ group. */
static void test_welch(struct check *t)
{
	static const double one[] = {
		0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0
	};
	static const double two[] = {
		1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4
	};
	struct stats_sample a = stats_sample(one, 10);
	struct stats_sample b = stats_sample(two, 10);
	struct stats_welch w;

	CHECK_EQ(t, stats_welch(&a, &b, 0.95, &w), 0);
	CHECK(t, near(w.t, -1.8608, 1e-4));
	CHECK(t, near(w.df, 17.776, 1e-4));
	CHECK(t, near(w.p, 0.07939, 1e-4));
	CHECK(t, near(w.lo, -3.3654832, 1e-7));
	CHECK(t, near(w.hi, 0.2054832, 1e-6));
	b.n = 1;
	CHECK_EQ(t, stats_welch(&a, &b, 0.95, &w), -EINVAL);
	/* Values without any spread: equal, or surely not. */
	a = (struct stats_sample) { 5, 1, 0 };
	b = (struct stats_sample) { 5, 1, 0 };
	CHECK_EQ(t, stats_welch(&a, &b, 0.95, &w), 0);
	CHECK(t, w.p == 1 && w.lo == 0 && w.hi == 0);
	b.mean = 2;
	CHECK_EQ(t, stats_welch(&a, &b, 0.95, &w), 0);
	CHECK(t, w.p == 0 && w.hi == -1);
}

/* From the definition, by hand: R's p.adjust(c(...), "holm"). */
static void test_holm(struct check *t)
{
	double p[] = { 0.03, 0.01, 0.04, 0.02 }, out[4];
	double more[] = { 0.5, 0.001, 0.9 };

	stats_holm(p, 4, out);
	CHECK(t, near(out[1], 0.04, 1e-12));
	CHECK(t, near(out[3], 0.06, 1e-12));
	CHECK(t, near(out[0], 0.06, 1e-12));
	CHECK(t, near(out[2], 0.06, 1e-12));
	stats_holm(more, 3, more);
	CHECK(t, near(more[1], 0.003, 1e-12));
	CHECK(t, near(more[0], 1, 1e-12));
	CHECK(t, near(more[2], 1, 1e-12));
	stats_holm(p, 0, out);
}

/* R's power.t.test(power = .90, delta = 1) says 22.02, so 23. */
static void test_boots_needed(struct check *t)
{
	CHECK_EQ(t, stats_boots_needed(1, 1, 0.05, 0.9), 23);
	/* power.t.test(power = .80, delta = 0.5): 63.77. */
	CHECK_EQ(t, stats_boots_needed(1, 0.5, 0.05, 0.8), 64);
	CHECK_EQ(t, stats_boots_needed(0, 1, 0.05, 0.8), 2);
	CHECK(t, stats_boots_needed(1, 0, 0.05, 0.8) > 100000);
}

static struct hist *hist_of(const int *values, size_t n)
{
	struct hist *h = malloc(sizeof(*h));
	size_t i;

	hist_init(h);
	for (i = 0; i < n; i++)
		hist_add(h, values[i]);
	return h;
}

/*
 * The 6-MP group of Freireich et al., Blood 21 (1963), 699-716: the median is
 * 23 in every text; the mean up to 35 was computed in exact fractions (R's
 * print(survfit(...), rmean = 35) has 23.3).
 */
static void test_censored(struct check *t)
{
	static const int event[] = { 6, 6, 6, 7, 10, 13, 16, 22, 23 };
	static const int cut[] = {
		6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35
	};
	static const double ends[] = { 1, 6, 35, 70 };
	struct hist *events = hist_of(event, 9), *cuts = hist_of(cut, 12);
	struct hist *none = hist_of(NULL, 0);
	double means[4];

	CHECK(t, stats_quantile(events, cuts, 0.5) == 23);
	CHECK(t, stats_quantile(events, cuts, 0.1) == 6);
	CHECK(t, isinf(stats_quantile(events, cuts, 0.9)));
	CHECK_EQ(t, stats_longest(events, cuts), 35);
	CHECK(t, stats_quantile(events, NULL, 0.5) ==
	      hist_quantile(events, 0.5));
	CHECK(t, isnan(stats_quantile(none, NULL, 0.5)));
	stats_restricted_means(events, cuts, ends, 4, means);
	CHECK(t, near(means[0], 1, 1e-12));
	CHECK(t, near(means[1], 6, 1e-12));
	CHECK(t, near(means[2], 23.287394957983192, 1e-12));
	CHECK(t, means[3] > means[2]);
	/* All of them ended: beyond the last there is nothing more. */
	stats_restricted_means(events, none, ends, 4, means);
	CHECK(t, near(means[2], 109.0 / 9, 1e-12));
	CHECK(t, near(means[3], 109.0 / 9, 1e-12));
	stats_restricted_means(none, none, ends, 4, means);
	CHECK(t, isnan(means[0]) && isnan(means[3]));
	free(events);
	free(cuts);
	free(none);
}

int main(void)
{
	struct check t = { 0 };

	test_fisher(&t);
	test_rate_ratio(&t);
	test_welch(&t);
	test_holm(&t);
	test_boots_needed(&t);
	test_censored(&t);
	return check_end(&t);
}
