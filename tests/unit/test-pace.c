// SPDX-License-Identifier: GPL-2.0-only
/* Workloads as slices, and the steering of a rate against made-up hardware. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/units.h"
#include "lib/workload.h"
#include "stress/stream/pace.h"
#include "tests/check.h"

static void texts(struct check *t)
{
	static const char *const good[] = {
		"steady", "burst:5ms/100ms", "duty:20ms/30ms", "ramp:1s",
		"hot:1", "branchy", "branchy:5M",
	};
	static const char *const bad[] = {
		"", "fast", "steady:1", "burst", "burst:5ms", "burst:0/5ms",
		"duty:5ms/0", "duty:5ms-5ms", "ramp", "ramp:0", "hot:x",
		"branchy:0", "stead", "hot:5000",
	};
	struct workload w;
	char text[96];
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK(t, !workload_parse(&w, good[i]));
		workload_format(&w, text, sizeof(text));
		CHECK(t, !strcmp(text, good[i]));
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(t, workload_parse(&w, bad[i]), -EINVAL);
	CHECK(t, !workload_parse(&w, "hot") && w.kind == WORKLOAD_HOT);
}

/* The share of the time that a workload runs in [from, to). */
static double share(const char *text, int node, uint64_t from, uint64_t to)
{
	uint64_t at = 0, on = 0;
	struct slice slice;
	struct pace pace;
	struct cell cell;

	cell_init(&cell);
	if (workload_parse(&cell.workload, text))
		return NAN;
	pace_init(&pace, &cell, node, 42);
	while (at < to) {
		slice = pace_next(&pace, at, 0, at + 1);
		if (at >= from)
			on += slice.on;
		at += slice.on + slice.off;
	}
	return (double)on / (to - from);
}

#define NEAR(t, a, b) CHECK(t, fabs((a) - (b)) < 0.03)

static void shares(struct check *t)
{
	const uint64_t s = NSEC_PER_SEC;

	NEAR(t, share("duty:20ms/30ms", 0, 0, 10 * s), 0.4);
	/* 10000 s of it: random, but from a seed. */
	NEAR(t, share("burst:5ms/45ms", 0, 0, 10000 * s), 0.1);
	NEAR(t, share("ramp:10s", 0, 0, s), 0.05);
	NEAR(t, share("ramp:10s", 0, 9 * s, 10 * s), 0.95);
	NEAR(t, share("ramp:10s", 0, 10 * s, 11 * s), 0.05);
	NEAR(t, share("hot:1", 1, 0, s), 1);
	NEAR(t, share("hot:1", 0, 0, s), 0.1);
	CHECK(t, share("burst:5ms/45ms", 0, 0, s) !=
	      share("burst:5ms/45ms", 0, s, 2 * s));
}

/*
 * A trace unit that writes @per_s bytes for a second of CPU time, in pieces of
 * @piece, with noise; the mean rate over the last half of @periods.
 */
static double steer_rate(double wanted, double per_s, double piece,
			 double noise, int change, int periods)
{
	const double period = 20e6;
	double buffered = 0, bytes, total = 0, measured = 0, factor;
	uint64_t out, random = 7;
	struct steer steer;
	int i;

	steer_init(&steer, wanted);
	for (i = 0; i < periods; i++) {
		random = random * 6364136223846793005ull +
			 1442695040888963407ull;
		factor = 1 + noise * ((random >> 40) * 0x1p-23 - 1);
		if (change && i > periods / 4)
			factor *= change;
		bytes = steer.duty * period / 1e9 * per_s * factor;
		buffered += bytes;
		out = piece ? floor(buffered / piece) * piece : buffered;
		buffered -= out;
		if (i >= periods / 2) {
			total += bytes;
			measured += period / 1e9;
		}
		steer_step(&steer, out, steer.duty * period);
	}
	return total / measured;
}

static void steering(struct check *t)
{
	struct steer steer;
	int i;

	/* Bytes as they come, in pieces, with noise, and when code changes. */
	NEAR(t, steer_rate(5e6, 20e6, 0, 0, 0, 100) / 5e6, 1);
	NEAR(t, steer_rate(5e6, 300e6, 0, 0, 0, 100) / 5e6, 1);
	CHECK(t, fabs(steer_rate(5e6, 20e6, 32768, 0, 0, 1000) / 5e6 - 1) <
	      0.1);
	CHECK(t, fabs(steer_rate(200e3, 20e6, 32768, 0, 0, 4000) / 200e3 - 1) <
	      0.25);
	CHECK(t, fabs(steer_rate(5e6, 20e6, 0, 0.5, 0, 1000) / 5e6 - 1) <
	      0.1);
	CHECK(t, fabs(steer_rate(5e6, 10e6, 4096, 0.2, 8, 1000) / 5e6 - 1) <
	      0.1);
	/* More than there is: all of it. */
	NEAR(t, steer_rate(50e6, 20e6, 0, 0, 0, 100) / 20e6, 1);
	/* A trace that stands still does not wind it up. */
	steer_init(&steer, 5e6);
	for (i = 0; i < 100; i++)
		steer_step(&steer, steer.duty * 20e6 * 0.02, steer.duty * 20e6);
	NEAR(t, steer.duty, 0.25);
	for (i = 0; i < 1000; i++)
		steer_step(&steer, 0, steer.duty * 20e6);
	for (i = 0; i < 100; i++)
		steer_step(&steer, steer.duty * 20e6 * 0.02, steer.duty * 20e6);
	NEAR(t, steer.duty, 0.25);
}

static void bins(struct check *t)
{
	struct series a, b;
	uint64_t plan = 0;
	int i;

	series_init(&a, 5 * NSEC_PER_SEC);
	CHECK_EQ(t, a.bin_ns, 100 * NSEC_PER_MSEC);
	series_add(&a, 150 * NSEC_PER_MSEC, 1000, 5);
	series_add(&a, 3600 * NSEC_PER_SEC, 1000, 5);
	series_plan(&a, 50 * NSEC_PER_MSEC, 250 * NSEC_PER_MSEC);
	CHECK_EQ(t, a.bytes[1], 1000);
	CHECK_EQ(t, a.plan_ns[0], 50 * NSEC_PER_MSEC);
	CHECK_EQ(t, a.plan_ns[1], 100 * NSEC_PER_MSEC);
	CHECK_EQ(t, a.plan_ns[2], 50 * NSEC_PER_MSEC);
	series_init(&b, 0);
	series_merge(&b, &a);
	series_merge(&b, &a);
	for (i = 0; i < SERIES_BINS; i++)
		plan += b.plan_ns[i];
	CHECK_EQ(t, plan, 400 * NSEC_PER_MSEC);
	CHECK_EQ(t, b.bytes[1], 2000);
}

int main(void)
{
	struct check t = { 0 };

	texts(&t);
	shares(&t);
	steering(&t);
	bins(&t);
	return check_end(&t);
}
