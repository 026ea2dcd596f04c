// SPDX-License-Identifier: GPL-2.0-only
/*
 * The real drivers of CoreSight over modelled trace units and buffers (ETE, TRBE),
 * in guests of arm64: what hangs does so by the hardware's own word, and what the
 * drivers pass on is what the hardware wrote.
 */
#include "tests/check.h"
#include "tests/guest/driver-cells.h"
#include "tests/guest/guest.h"

/* Nothing of what the hardware wrote is lost, whatever hangs. */
static struct driver_cells sum(struct check *t, const char *dir,
			       const char *section, const char *variant,
			       uint64_t cells)
{
	struct driver_cells seen = driver_cells_sum(t, dir, section, variant);

	CHECK_EQ(t, seen.measured, cells);
	CHECK(t, seen.fulls > 0 && seen.written > 0);
	CHECK_EQ(t, seen.unpublished, 0);
	CHECK_EQ(t, seen.overrun, 0);
	CHECK_EQ(t, seen.disagree, 0);
	CHECK_EQ(t, seen.written, seen.published);
	return seen;
}

static void check_all(struct check *t, const char *dir)
{
	struct driver_cells seen;

	/* The tracer has drained and calls ENABLE within the window: each hangs. */
	CHECK(t, sum(t, dir, "window", "baseline", 2).lost > 0);
	CHECK_EQ(t, sum(t, dir, "window", "rearm", 2).hangs, 0);
	/* What hangs on baseline is chance here. */
	sum(t, dir, "late", "baseline", 1);
	CHECK_EQ(t, sum(t, dir, "late", "rearm", 1).hangs, 0);
	CHECK_EQ(t, sum(t, dir, "overflow", "rearm", 1).hangs, 0);

	seen = driver_cells_sum(t, dir, "hunt", "rearm");
	CHECK(t, seen.measured == 2 && seen.fulls > 0);
	CHECK_EQ(t, seen.hangs, 0);
	CHECK_EQ(t, seen.unpublished + seen.overrun, 0);
	/* Both are as expected of the driver, which is not mended. */
	seen = driver_cells_sum(t, dir, "scenario", "baseline");
	CHECK(t, seen.other == 2 && !seen.wrong);
	seen = driver_cells_sum(t, dir, "refused", "baseline");
	CHECK(t, seen.skipped == 1 && !seen.measured);
}

int main(void)
{
	return guests_arm64_main(SRCDIR "/tests/guest/trbe.job", check_all);
}
