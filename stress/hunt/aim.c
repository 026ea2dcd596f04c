// SPDX-License-Identifier: GPL-2.0-only
#include "stress/hunt/aim.h"

#include <math.h>
#include <string.h>

#include "lib/random.h"
#include "lib/units.h"

/* Closeness halves at this distance from the span. */
#define NEAR_NS 500.0

/* New cycles count this much in the mean time of a fill. */
#define FILL_WEIGHT 0.1

static uint64_t after(uint64_t at, uint64_t since)
{
	return at > since ? at - since : 0;
}

struct landing aim_landing(const struct aim_stamps *s, int order)
{
	struct landing landing = { .where = LANDED_NOWHERE };
	uint64_t early;

	if (!s->full || !s->enable_in)
		return landing;
	/*
	 * A poll that comes before the full leaves the full's own wakeup
	 * queued, so it is as far off as an ENABLE that comes before.
	 */
	early = after(s->full, s->enable_out);
	if (order == ORDER_POLL && s->poll_out && s->poll_out < s->full)
		early = s->full - s->poll_out;
	if (early) {
		landing.where = LANDED_BEFORE;
		landing.miss = early;
	} else if (s->disable && s->enable_in > s->disable) {
		landing.where = LANDED_AFTER;
		landing.miss = s->enable_in - s->disable;
	} else {
		landing.where = LANDED_INSIDE;
	}
	return landing;
}

static void add_arm(struct aim *aim, int trigger, int order, int32_t start,
		    int32_t spread)
{
	if (aim->arms == ARMS_MAX)
		return;
	aim->arm[aim->arms++] = (struct arm) {
		.phases = { .trigger = trigger, .order = order,
			    .start = start },
		.spread = spread,
	};
}

/*
 * The grid.  Time: coarse, over some wakeup latencies around the moment at
 * which the full is due, and fine just before it.  Head and full are seen as
 * they happen: only what comes after.
 */
static void make_grid(struct aim *aim, bool seen)
{
	int order, t, i;

	for (order = 0; order < ORDERS; order++) {
		for (t = -30; t <= 40; t += 10)
			add_arm(aim, TRIGGER_TIME, order, t * 1000, 5000);
		for (t = -8; t <= 4; t++)
			add_arm(aim, TRIGGER_TIME, order, t * 1000, 500);
		if (!seen || order == ORDER_SPLIT)
			continue;
		for (i = 0; i < 12; i++) {
			/* 0 .. 1.4 us, then 2.2, 4.4, 8.8, 17.6 */
			t = i < 8 ? 200 * i : 1100 << (i - 7);
			add_arm(aim, TRIGGER_HEAD, order, t, 100);
			add_arm(aim, TRIGGER_FULL, order, t, 100);
		}
	}
}

void aim_init(struct aim *aim, const struct cell *cell, enum around around,
	      uint64_t seed)
{
	memset(aim, 0, sizeof(*aim));
	aim->mode = cell->aim;
	aim->eager = cell->loop == LOOP_EAGER;
	aim->acts = around == AROUND_SCHED || around == AROUND_MIGRATE ||
		    around == AROUND_SHARED || around == AROUND_CHILDREN;
	aim->rng = seed;
	aim->replay = cell->phases;
	/* A sweep goes by the clock alone. */
	make_grid(aim, aim->mode != AIM_SWEEP);
}

/*
 * UCB1 (Auer, Cesa-Bianchi, Fischer, "Finite-time analysis of the multiarmed
 * bandit problem", 2002): the arm with the highest mean reward plus a bonus
 * for having been tried little.
 */
#define BONUS 0.01	/* rewards are far below 1: see reward() */

static int best_arm(const struct aim *aim)
{
	double score, best = -1;
	int i, found = 0;

	for (i = 0; i < aim->arms; i++) {
		const struct arm *arm = &aim->arm[i];

		if (!arm->plays)
			return i;
		score = arm->reward / arm->plays +
			sqrt(2 * log(aim->plays) / arm->plays) * BONUS;
		if (score > best) {
			best = score;
			found = i;
		}
	}
	return found;
}

static int choose_arm(struct aim *aim)
{
	switch (aim->mode) {
	case AIM_SWEEP:
		return (aim->last + 1) % aim->arms;
	case AIM_RANDOM:
		return random_next(&aim->rng) % aim->arms;
	default:
		return best_arm(aim);
	}
}

/* Some of the pauses between steps are none, the others up to @max. */
static int32_t draw_pause(struct aim *aim, int32_t max)
{
	double u = random_unit(&aim->rng);

	return u < 0.875 ? 0 : (u - 0.875) * 8 * max;
}

void aim_next(struct aim *aim, struct phases *phases)
{
	const struct arm *arm;

	memset(phases, 0, sizeof(*phases));
	if (aim->mode == AIM_REPLAY)
		*phases = aim->replay;
	if (aim->mode == AIM_REPLAY || aim->mode == AIM_BLIND)
		return;
	aim->last = choose_arm(aim);
	arm = &aim->arm[aim->last];
	*phases = arm->phases;
	if (aim->mode != AIM_SWEEP) {
		phases->start += (2 * random_unit(&aim->rng) - 1) *
				 arm->spread;
		phases->tail = draw_pause(aim, 3000);
		phases->enable = draw_pause(aim, 3000);
	}
	if (aim->acts)
		phases->around = (random_unit(&aim->rng) - 0.4) * 50000;
}

/*
 * A find is worth most; landing near, and inside, only shows the way there.
 * For a tracer that enables always, its poll has to land inside, too: where it
 * comes after the ENABLE, it finds the full's wakeup and all is well again.
 */
static double reward(const struct aim *aim, const struct landing *landing)
{
	double near = 0;

	if (landing->find)
		return 1;
	if (landing->where == LANDED_INSIDE)
		near = 0.02;
	else if (landing->where != LANDED_NOWHERE)
		near = 0.015 / (1 + landing->miss / NEAR_NS);
	if (aim->eager && aim->arm[aim->last].phases.order == ORDER_DRAIN)
		near /= 8;
	return near;
}

void aim_learn(struct aim *aim, const struct aim_stamps *stamps,
	       const struct landing *landing)
{
	double fill = (double)stamps->full - (double)stamps->start;

	if (stamps->full > stamps->start && stamps->start) {
		if (!aim->fill)
			aim->fill = fill;
		/* A fill that was interrupted for long says nothing. */
		else if (fill < 4 * aim->fill)
			aim->fill += FILL_WEIGHT * (fill - aim->fill);
		else
			aim->fill *= 1.01;
	}
	if (aim->mode == AIM_BLIND || aim->mode == AIM_REPLAY)
		return;
	aim->arm[aim->last].plays++;
	aim->arm[aim->last].reward += reward(aim, landing);
	aim->plays++;
}
