// SPDX-License-Identifier: GPL-2.0-only
/* How a hunt chooses its phases; no kernel, no clock. */
#include <string.h>

#include "lib/random.h"
#include "stress/hunt/aim.h"
#include "tests/check.h"

static void test_phases(struct check *t)
{
	static const char *const good[] = {
		"wake:poll:0:0:0:0", "time:split:-30000:1:2:-50000",
		"full:drain:700:0:2999:100000000",
	};
	static const char *const bad[] = {
		"", "full", "full:poll:0:0:0", "full:poll:0:0:0:0:0",
		"full:poll:-1:0:0:0", "time:poll:0:-1:0:0",
		"never:poll:0:0:0:0", "full:sleep:0:0:0:0",
		"full:poll:x:0:0:0", "full:poll:100000001:0:0:0",
	};
	char text[PHASES_LEN];
	struct phases phases;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK_EQ(t, phases_parse(good[i], &phases), 0);
		CHECK(t, !strcmp(phases_format(text, &phases), good[i]));
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(t, phases_parse(bad[i], &phases));
}

static void landing_is(struct check *t, struct aim_stamps stamps, int order,
		       int where, uint64_t miss)
{
	struct landing landing = aim_landing(&stamps, order);

	CHECK_EQ(t, landing.where, where);
	CHECK_EQ(t, landing.miss, miss);
}

static void test_landings(struct check *t)
{
	struct aim_stamps s = { .start = 100, .full = 1000, .disable = 3000 };

	landing_is(t, s, ORDER_POLL, LANDED_NOWHERE, 0);
	s.poll_out = 1500;
	s.enable_in = 2000;
	s.enable_out = 2500;
	landing_is(t, s, ORDER_POLL, LANDED_INSIDE, 0);
	/* It polled before the full: the full's own wakeup is still to come. */
	s.poll_out = 900;
	landing_is(t, s, ORDER_POLL, LANDED_BEFORE, 100);
	landing_is(t, s, ORDER_DRAIN, LANDED_INSIDE, 0);
	s.enable_in = 3400;
	landing_is(t, s, ORDER_DRAIN, LANDED_AFTER, 400);
	s.enable_in = 500;
	s.enable_out = 700;
	landing_is(t, s, ORDER_DRAIN, LANDED_BEFORE, 300);
	/* Not disabled yet: still inside. */
	s = (struct aim_stamps) {
		.full = 1000, .enable_in = 9000, .enable_out = 9100,
	};
	landing_is(t, s, ORDER_DRAIN, LANDED_INSIDE, 0);
}

/* A made-up kernel: ENABLE comes @reach after the start of the pass. */
static struct aim_stamps shoot(const struct phases *phases, uint64_t *rng)
{
	int64_t full = 1000000, jitter = random_unit(rng) * 400;
	int64_t seen = phases->trigger == TRIGGER_TIME ? 0 :
		       phases->trigger == TRIGGER_HEAD ? 100 : 800;
	int64_t begin = full + seen + phases->start + jitter;

	return (struct aim_stamps) {
		.start = 900000, .full = full, .disable = full + 2000,
		.poll_out = phases->order == ORDER_DRAIN ? 0 : begin + 500,
		.enable_in = begin + 800 + phases->tail + phases->enable,
		.enable_out = begin + 1300 + phases->tail + phases->enable,
	};
}

/* Cycles of @n that a find was in: inside, and early enough at that. */
static int finds(struct cell *cell, int mode, int n, uint64_t seed)
{
	struct aim_stamps stamps;
	struct landing landing;
	struct phases phases;
	struct aim aim;
	int i, found = 0;

	cell->aim = mode;
	aim_init(&aim, cell, AROUND_NOTHING, seed);
	for (i = 0; i < n; i++) {
		aim_next(&aim, &phases);
		stamps = shoot(&phases, &seed);
		landing = aim_landing(&stamps, phases.order);
		landing.find = landing.where == LANDED_INSIDE &&
			       phases.order != ORDER_DRAIN &&
			       stamps.enable_out < stamps.disable;
		found += landing.find;
		aim_learn(&aim, &stamps, &landing);
	}
	return found;
}

static void test_learns(struct check *t)
{
	struct cell cell;
	int aimed, random, sweep;

	cell_init(&cell);
	aimed = finds(&cell, AIM_AIMED, 20000, 1);
	random = finds(&cell, AIM_RANDOM, 20000, 1);
	sweep = finds(&cell, AIM_SWEEP, 20000, 1);
	printf("finds of 20000: aimed %d, random %d, sweep %d\n", aimed,
	       random, sweep);
	CHECK(t, random > 0 && sweep > 0);
	CHECK(t, aimed > 5 * random);
	CHECK(t, aimed > 5 * sweep);
	CHECK_EQ(t, finds(&cell, AIM_AIMED, 20000, 1), aimed);
}

static void test_modes(struct check *t)
{
	struct phases phases;
	struct cell cell;
	struct aim aim;
	int i, seen = 0;

	cell_init(&cell);
	cell.aim = AIM_BLIND;
	aim_init(&aim, &cell, AROUND_SCHED, 7);
	aim_next(&aim, &phases);
	CHECK_EQ(t, phases.trigger, TRIGGER_WAKE);
	cell.aim = AIM_REPLAY;
	CHECK_EQ(t, phases_parse("full:drain:5:6:7:8", &cell.phases), 0);
	aim_init(&aim, &cell, AROUND_SCHED, 7);
	aim_next(&aim, &phases);
	CHECK_EQ(t, phases.enable, 7);
	CHECK_EQ(t, phases.around, 8);
	/* A sweep comes to each of its places, once in a round. */
	cell.aim = AIM_SWEEP;
	aim_init(&aim, &cell, AROUND_NOTHING, 7);
	CHECK(t, aim.arms < ARMS_MAX);
	for (i = 0; i < aim.arms; i++) {
		aim_next(&aim, &phases);
		aim.arm[aim.last].plays++;
	}
	for (i = 0; i < aim.arms; i++)
		seen += aim.arm[i].plays == 1;
	CHECK_EQ(t, seen, aim.arms);
	CHECK_EQ(t, phases.around, 0);
}

int main(void)
{
	struct check t = { 0 };

	test_phases(&t);
	test_landings(&t);
	test_learns(&t);
	test_modes(&t);
	return check_end(&t);
}
