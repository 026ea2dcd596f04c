// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/results/stats.h"
#include "tests/check.h"

static int near(double a, double b)
{
	return fabs(a - b) <= 1e-6 * fabs(b) + 1e-15;
}

/*
 * The first four are what R's binom.test() gives.  For k = 0 and k = n the
 * closed form, for the others the roots of the sums of binomial terms that
 * define the interval, were computed in 40 digits with mpmath.
 */
static void test_clopper_pearson(struct check *t)
{
	static const struct {
		uint64_t k, n;
		double lo, hi;
	} golden[] = {
		{ 0, 10, 0, 0.3084971 },
		{ 5, 10, 0.1870860284474, 0.8129139715526 },
		{ 10, 10, 0.6915029, 1 },
		{ 1, 100, 0.00025314603297742, 0.054459385392081 },
		{ 38, 39, 0.8652360784405, 0.99935103610452 },
		{ 0, 20000, 0, 0.000184426963962 },
		{ 2, 157000, 1.5427379814109e-6, 4.6016353224119e-5 },
		{ 5, 10000000, 1.6234865830303e-7, 1.1668328188907e-6 },
		/* By the normal approximation, corrected for continuity. */
		{ 5000000, 10000000, 0.49969005, 0.50030995 },
	};
	double lo, hi;
	size_t i;

	for (i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		CHECK_EQ(t, stats_clopper_pearson(golden[i].k, golden[i].n,
						  0.95, &lo, &hi), 0);
		CHECK(t, near(lo, golden[i].lo));
		CHECK(t, near(hi, golden[i].hi));
	}
	CHECK_EQ(t, stats_clopper_pearson(0, 0, 0.95, &lo, &hi), -EINVAL);
	CHECK_EQ(t, stats_clopper_pearson(3, 2, 0.95, &lo, &hi), -EINVAL);
	CHECK_EQ(t, stats_clopper_pearson(1, 2, 1, &lo, &hi), -EINVAL);
}

/* What no table has to be asked for. */
static void test_interval_shape(struct check *t)
{
	double lo, hi, lo2, hi2;
	uint64_t k, n;

	for (n = 1; n < 3000; n = n * 3 + 1) {
		for (k = 0; k <= n; k += n / 7 + 1) {
			stats_clopper_pearson(k, n, 0.95, &lo, &hi);
			stats_clopper_pearson(n - k, n, 0.95, &lo2, &hi2);
			CHECK(t, lo <= (double)k / n && (double)k / n <= hi);
			CHECK(t, near(lo, 1 - hi2) || near(1 - lo, hi2));
			CHECK(t, k == 0 || near(1 - stats_beta_cdf(k,
				n - k + 1, lo), 0.975));
			CHECK(t, k == n || near(stats_beta_cdf(k + 1, n - k,
				hi), 0.975));
		}
	}
	CHECK(t, near(stats_beta_cdf(3, 5, 0.3), 0.3529305));
	CHECK_EQ(t, stats_beta_cdf(3, 5, 0), 0);
	CHECK_EQ(t, stats_beta_cdf(3, 5, 1), 1);
}

#define STEPS 16

struct steps {
	size_t n;
	struct stats_step step[STEPS];
};

static void take_step(void *ctx, const struct stats_step *step)
{
	struct steps *steps = ctx;

	if (steps->n < STEPS)
		steps->step[steps->n] = *step;
	steps->n++;
}

/*
 * The 6-MP group of Freireich et al., Blood 21 (1963), 699-716, as in every
 * text on survival: events at 6 6 6 7 10 13 16 22 23, censored at 6 9 10 11
 * 17 19 20 25 32 32 34 35.
 */
static void test_survival(struct check *t)
{
	static const int event[] = { 6, 6, 6, 7, 10, 13, 16, 22, 23 };
	static const int cut[] = {
		6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35
	};
	static const struct {
		unsigned int ns, at_risk;
		double survival;
	} want[] = {
		{ 6, 21, 0.857142857 }, { 7, 17, 0.806722689 },
		{ 10, 15, 0.752941176 }, { 13, 12, 0.690196078 },
		{ 16, 11, 0.627450980 }, { 22, 7, 0.537815126 },
		{ 23, 6, 0.448179272 },
	};
	struct hist *events = malloc(sizeof(*events));
	struct hist *censored = malloc(sizeof(*censored));
	struct steps steps = { 0 };
	size_t i, k;

	hist_init(events);
	hist_init(censored);
	for (i = 0; i < sizeof(event) / sizeof(event[0]); i++)
		hist_add(events, event[i]);
	for (i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
		hist_add(censored, cut[i]);
	stats_survival(events, censored, take_step, &steps);
	CHECK_EQ(t, steps.n, 16);
	for (i = 0, k = 0; i < steps.n && i < STEPS; i++) {
		if (!steps.step[i].events)
			continue;
		CHECK_EQ(t, steps.step[i].ns, want[k].ns);
		CHECK_EQ(t, steps.step[i].at_risk, want[k].at_risk);
		CHECK(t, near(steps.step[i].survival, want[k].survival));
		k++;
	}
	CHECK_EQ(t, k, sizeof(want) / sizeof(want[0]));
	free(events);
	free(censored);
}

/* Without censoring it is 1 - CDF; what overflows comes last. */
static void test_survival_plain(struct check *t)
{
	struct hist *events = malloc(sizeof(*events));
	struct hist *none = malloc(sizeof(*none));
	struct steps steps = { 0 };

	hist_init(events);
	hist_init(none);
	stats_survival(events, none, take_step, &steps);
	CHECK_EQ(t, steps.n, 0);
	hist_add(events, 5);
	hist_add(events, 7);
	hist_add(events, 1000000);
	hist_add(events, HIST_LIMIT + 5);
	stats_survival(events, none, take_step, &steps);
	CHECK_EQ(t, steps.n, 4);
	CHECK(t, near(steps.step[0].survival, 0.75));
	CHECK(t, near(steps.step[1].survival, 0.5));
	CHECK(t, near(steps.step[2].survival, 0.25));
	CHECK(t, near(steps.step[3].survival, 0));
	CHECK_EQ(t, steps.step[3].ns, HIST_LIMIT + 5);
	free(events);
	free(none);
}

int main(void)
{
	struct check t = { 0 };

	test_clopper_pearson(&t);
	test_interval_shape(&t);
	test_survival(&t);
	test_survival_plain(&t);
	return check_end(&t);
}
