/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_CLOCK_H
#define AUX_BENCH_TARGET_CLOCK_H

#include <stdint.h>

#include "lib/err.h"
#include "lib/units.h"

/*
 * A guest's clock against ours.  What it says reaches us late by as much as a
 * loaded host likes, so the two directions differ: nothing can come before it
 * was said, but a line may well have taken a second.
 */
struct clock_pair {
	uint64_t there;		/* what it says; 0: nothing yet */
	uint64_t here;		/* when we have read it */
};

/*
 * How far it may be off: this share, and a constant.  96 lines of guests that
 * had the least priority on two busy CPUs were up to 0.17 s late.
 */
#define CLOCK_SHARE 10		/* a tenth */
#define CLOCK_EARLY (NSEC_PER_SEC / 10)
#define CLOCK_LATE (2 * NSEC_PER_SEC)

/* Neither faster since it was @started nor slower since @first than that. */
int clock_check(uint64_t started, const struct clock_pair *first,
		const struct clock_pair *now, struct err *err);

#endif
