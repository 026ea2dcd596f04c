// SPDX-License-Identifier: GPL-2.0-only
/*
 * The real hisi_ptt over a modelled device, in guests of arm64: what hangs does
 * so by the hardware's own word, and what the driver passes on is what the
 * device wrote.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "tests/check.h"
#include "tests/guest/driver-cells.h"
#include "tests/guest/guest.h"

static struct driver_cells sum(struct check *t, const char *dir,
			       const char *variant)
{
	struct driver_cells seen = driver_cells_sum(t, dir, "window", variant);

	CHECK(t, seen.measured == 2 && seen.fulls > 0 && seen.written > 0);
	CHECK_EQ(t, seen.unpublished, 0);
	CHECK_EQ(t, seen.overrun, 0);
	CHECK_EQ(t, seen.written, seen.published);
	return seen;
}

/* Of ptt-beyond, as expected of baseline, and in the driver. */
static void check_died(struct check *t, const char *dir)
{
	char *path = xasprintf("%s/run/scenarios.tsv", dir), *text = NULL;
	struct err err = { "" };

	CHECK_EQ(t, file_read(path, &text, NULL, &err), 0);
	CHECK(t, text && strstr(text, "\tpanic\tpanic\tas expected\t"));
	CHECK(t, text && !strstr(text, "NOT as expected"));
	free(text);
	free(path);
	path = xasprintf("grep -q hisi_ptt_update_aux %s/run/console/*-baseline-*",
			 dir);
	CHECK_EQ(t, system(path), 0);
	free(path);
}

static void check_all(struct check *t, const char *dir)
{
	struct driver_cells seen;

	/*
	 * The tracer drains all of it in the window: 16 of 18 fulls hang, 0.65 at
	 * least (95 %), and where none does there are 20 and more: none by chance
	 * in 1e-9 of all runs.
	 */
	CHECK(t, sum(t, dir, "baseline").lost > 0);
	CHECK_EQ(t, sum(t, dir, "rearm").hangs, 0);
	seen = driver_cells_sum(t, dir, "scenario", "baseline");
	CHECK(t, seen.other == 2 && !seen.wrong);
	seen = driver_cells_sum(t, dir, "scenario", "rearm");
	CHECK_EQ(t, seen.clean, 2);
	check_died(t, dir);
	seen = driver_cells_sum(t, dir, "hunt", "baseline");
	CHECK(t, seen.measured == 1 && seen.skipped == 1 && seen.fulls > 0);
}

int main(void)
{
	return guests_arm64_main(SRCDIR "/tests/guest/hisi.job", check_all);
}
