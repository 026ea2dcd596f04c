// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/clock.h"

#include <errno.h>

static int wrong(uint64_t there, uint64_t here, struct err *err)
{
	return err_set(err, -EIO,
		       "the guest's clock is wrong: %.1f s went by there, %.1f s here",
		       there / 1e9, here / 1e9);
}

int clock_check(uint64_t started, const struct clock_pair *first,
		const struct clock_pair *now, struct err *err)
{
	uint64_t since = now->here - started;
	uint64_t there = now->there - first->there;
	uint64_t here = now->here - first->here;

	/* Test programs in the agent's place have none. */
	if (!first->there)
		return 0;
	if (now->there > since + since / CLOCK_SHARE + CLOCK_EARLY)
		return wrong(now->there, since, err);
	if (now->there < first->there ||
	    here > there + there / CLOCK_SHARE + CLOCK_LATE)
		return wrong(there, here, err);
	return 0;
}
