// SPDX-License-Identifier: GPL-2.0-only
/* Hosts as blocks: against what is known by hand. */
#include <math.h>

#include "bench/results/blocks.h"
#include "tests/check.h"

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-6 * fmax(1, fabs(b));
}

static struct block block_of(double a, double b, size_t n, double var)
{
	return (struct block) { { { n, a, var }, { n, b, var } } };
}

/* One boot of each on each host is the paired t test. */
static void test_paired(struct check *t)
{
	const struct block block[] = {
		block_of(11, 10, 1, 0), block_of(102, 100, 1, 0),
		block_of(1003, 1000, 1, 0),
	};
	struct blocks_fit fit;
	struct stats_welch w;

	CHECK(t, blocks_fit(&fit, block, 3));
	CHECK_EQ(t, fit.hosts, 3);
	CHECK(t, near(fit.diff, 2) && near(fit.se, 0.5773502692));
	CHECK(t, near(fit.df, 2));
	CHECK_EQ(t, blocks_test(&fit, 0, 0.95, &w), 0);
	CHECK(t, near(w.p, 0.0741799002));
	CHECK(t, near(w.lo, -0.4841377118) && near(w.hi, 4.4841377118));
	CHECK_EQ(t, blocks_test(&fit, 2, 0.95, &w), 0);
	CHECK(t, near(w.diff, 0) && near(w.p, 1));
}

/* What hosts differ in is no noise: levels that are far apart, ten boots. */
static void test_levels(struct check *t)
{
	struct block block[] = {
		block_of(101, 100, 10, 4), block_of(2001, 2000, 10, 4),
		{ { { 0, 0, 0 }, { 10, 500, 4 } } },	/* has one side only */
	};
	struct blocks_fit fit, others;
	struct stats_welch w;

	CHECK(t, blocks_fit(&fit, block, 3));
	CHECK_EQ(t, fit.hosts, 2);
	CHECK_EQ(t, fit.boots[0].n, 20);
	/* 36 degrees within, 1 between: 4 * 36 / 37. */
	CHECK(t, near(fit.df, 37) && near(fit.diff, 1));
	CHECK(t, near(fit.se, sqrt(144. / 37 / 10)));
	CHECK_EQ(t, blocks_test(&fit, 0, 0.95, &w), 0);
	CHECK(t, w.lo > -0.3 && w.hi < 2.3);
	CHECK_EQ(t, blocks_odd(block, 3, &others), 3);
	/* And a host that disagrees is named, with what the others say. */
	block[2] = block_of(520, 500, 10, 4);
	CHECK_EQ(t, blocks_odd(block, 3, &others), 2);
	CHECK(t, near(others.diff, 1));
}

/* Unequal numbers weigh as least squares has them. */
static void test_unequal(struct check *t)
{
	const struct block block[] = {
		{ { { 3, 5, 1 }, { 6, 3, 1 } } },	/* weight 2, difference 2 */
		{ { { 2, 9, 1 }, { 2, 4, 1 } } },	/* weight 1, difference 5 */
	};
	struct blocks_fit fit;

	CHECK(t, blocks_fit(&fit, block, 2));
	CHECK(t, near(fit.diff, 3));
	/* Within 2 + 5 + 1 + 1, between 2 * 1 + 1 * 4, over 13 - 2 - 1. */
	CHECK(t, near(fit.df, 10) && near(fit.se, sqrt(15. / 10 / 3)));
}

static void test_none(struct check *t)
{
	const struct block block = { { { 3, 1, 1 }, { 0, 0, 0 } } };
	const struct block one = block_of(2, 1, 1, 0);
	struct blocks_fit fit;
	struct stats_welch w;

	CHECK(t, !blocks_fit(&fit, &block, 1));
	CHECK(t, !blocks_fit(&fit, NULL, 0));
	CHECK(t, blocks_fit(&fit, &one, 1));
	CHECK(t, blocks_test(&fit, 0, 0.95, &w) < 0);
}

int main(void)
{
	struct check t = { 0 };

	test_paired(&t);
	test_levels(&t);
	test_unequal(&t);
	test_none(&t);
	return check_end(&t);
}
