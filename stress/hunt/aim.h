/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_HUNT_AIM_H
#define AUX_STRESS_HUNT_AIM_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/cell.h"
#include "lib/phases.h"

/*
 * Chooses the phases of a hunt's next cycle, and learns from where the last
 * one landed.  Pure arithmetic: no clock, no event.
 */

/* Where ENABLE fell: the span is full .. disable, as the driver stamps it. */
enum landing_where {
	LANDED_NOWHERE,		/* no full, or no ENABLE, in this cycle */
	LANDED_BEFORE,
	LANDED_INSIDE,
	LANDED_AFTER,
	LANDINGS
};

struct landing {
	enum landing_where where;
	uint64_t miss;		/* ns outside of the span */
	bool find;
};

/* A cycle's stamps as far as its landing goes; 0: did not happen. */
struct aim_stamps {
	uint64_t start, full, disable;		/* driver */
	uint64_t poll_out;			/* last poll before ENABLE */
	uint64_t enable_in, enable_out;
};

/* @order: of the phases that were tried. */
struct landing aim_landing(const struct aim_stamps *stamps, int order);

struct arm {
	struct phases phases;
	int32_t spread;		/* ns: start varies by as much either way */
	double plays, reward;
};

#define ARMS_MAX 160

struct aim {
	int mode;		/* enum aim_mode */
	bool eager;		/* the tracer enables after every wakeup */
	bool acts;		/* the tracee acts around full, too */
	uint64_t rng;
	struct phases replay;
	struct arm arm[ARMS_MAX];
	int arms, last;
	double plays;
	double fill;		/* ns, start to full, a moving mean; 0: none */
};

void aim_init(struct aim *aim, const struct cell *cell, enum around around,
	      uint64_t seed);
void aim_next(struct aim *aim, struct phases *phases);
void aim_learn(struct aim *aim, const struct aim_stamps *stamps,
	       const struct landing *landing);

#endif
