// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests of arm64, on x86 under emulation, and the real arm_spe_pmu over a
 * modelled SPE in them: what hangs does so by the hardware's own word, and what
 * the driver passes on is what the hardware wrote.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/guest/driver-cells.h"
#include "tests/guest/guest.h"

/* Nothing of what the hardware wrote is lost, whatever hangs. */
static struct driver_cells sum(struct check *t, const char *dir,
			       const char *section, const char *variant)
{
	struct driver_cells seen = driver_cells_sum(t, dir, section, variant);

	CHECK_EQ(t, seen.unpublished, 0);
	CHECK_EQ(t, seen.overrun, 0);
	CHECK_EQ(t, seen.disagree, 0);
	CHECK_EQ(t, seen.written, seen.published);
	return seen;
}

static void check_all(struct check *t, const char *dir)
{
	struct driver_cells seen = sum(t, dir, "synth", "baseline");

	/*
	 * In two seconds and two loops there are 15 fulls and more, of which 13
	 * of 15 hang, 0.59 at least (95 %): none in 2e-6 of all runs.
	 */
	CHECK(t, seen.measured == 2 && seen.lost > 0);

	seen = sum(t, dir, "window", "baseline");
	CHECK(t, seen.measured == 2 && seen.lost > 0 && seen.written > 0);
	seen = sum(t, dir, "window", "rearm");
	CHECK(t, seen.measured == 2 && seen.fulls > 0 && seen.written > 0);
	CHECK_EQ(t, seen.hangs, 0);

	seen = sum(t, dir, "late", "baseline");
	CHECK(t, seen.measured == 1 && seen.fulls > 0 && seen.written > 0);
	seen = sum(t, dir, "late", "rearm");
	CHECK(t, seen.measured == 1 && seen.fulls > 0 && seen.written > 0);
	CHECK_EQ(t, seen.hangs, 0);

	/* What hangs on baseline is chance here, that data is lost is not. */
	seen = sum(t, dir, "loss", "baseline");
	CHECK(t, seen.measured == 1 && seen.fulls > 0 && seen.written > 0);
	seen = sum(t, dir, "loss", "rearm");
	CHECK(t, seen.measured == 1 && seen.fulls > 0 && seen.written > 0);
	CHECK_EQ(t, seen.hangs, 0);
	seen = sum(t, dir, "hunt", "rearm");
	CHECK(t, seen.measured == 2 && seen.fulls > 0);
	CHECK_EQ(t, seen.hangs, 0);

	/*
	 * A fault leaves baseline's event on, and its hardware off, but where
	 * the task is scheduled out just then, in each of some 50 faults.
	 */
	seen = sum(t, dir, "scenario", "baseline");
	CHECK(t, seen.clean == 2 && seen.other == 1 && !seen.wrong);
	seen = sum(t, dir, "scenario", "rearm");
	CHECK_EQ(t, seen.clean, 3);

	seen = sum(t, dir, "refused", "baseline");
	CHECK(t, seen.skipped == 1 && !seen.measured);
}

/* Records of 128 bytes anywhere, and of 2048 at their multiples. */
static void test_parts(struct check *t, const char *dir)
{
	static const char *const parts[] = { "v1p1", "v1p4" };
	static const char *const sections[] = { "whole", "cut" };
	struct driver_cells seen;
	size_t i, k;

	for (i = 0; i < 2; i++) {
		char *sub = xasprintf("%s/%s", dir, parts[i]);
		char *part = xasprintf("guest_spe=%s", parts[i]);
		const char *const options[] = {
			"--seed=20261126", "--arch=arm64", part, NULL
		};

		guests_run_matrix(t, sub, SRCDIR "/tests/guest/spe-parts.job",
				  options);
		for (k = 0; k < 2; k++) {
			seen = sum(t, sub, sections[k], "rearm");
			CHECK(t, seen.measured == 1 && seen.fulls > 0);
			CHECK(t, seen.written > 0 && !seen.hangs);
		}
		free(part);
		free(sub);
	}
}

/*
 * A candidate is judged by arm_spe: under no-wakeup nobody is ever woken, so
 * each full hangs.
 */
static void test_sign_off(struct check *t, const char *dir)
{
	char *output = xasprintf("--output=%s/verdict", dir);
	char *path = xasprintf("%s/verdict/verdict.json", dir);
	const char *const argv[] = {
		BUILDDIR "/bench/sign-off", "--arch=arm64", "--fix",
		"--patch", SRCDIR "/tests/guest/candidates/no-wakeup.patch",
		"--job=" SRCDIR "/tests/guest/sign-off-spe.job",
		"--seed=20261126", "--no-model", output, NULL
	};
	struct proc proc = { .argv = argv, .in = -1, .out = 1, .errout = 2 };
	const json_t *candidate, *truth;
	struct err err = { "" };
	json_t *verdict, *word;
	size_t i;

	CHECK(t, proc_run(&proc, -1, 20 * 60 * NSEC_PER_SEC, &err));
	CHECK(t, strstr(err.text, "exit status 2"));
	verdict = json_load_file(path, 0, NULL);
	candidate = json_array_get(json_object_get(verdict, "candidates"), 0);
	CHECK(t, !strcmp(json_text(candidate, "verdict"), "BAD"));
	truth = json_object_get(candidate, "truth");
	CHECK(t, json_array_size(truth));
	json_array_foreach((json_t *)truth, i, word) {
		if (!strcmp(json_text(word, "source"), "real drivers"))
			CHECK(t, json_count(word, "hangs") > 0);
	}
	json_decref(verdict);
	free(output);
	free(path);
}

static void look(struct check *t, const char *dir)
{
	check_all(t, dir);
	test_parts(t, dir);
	test_sign_off(t, dir);
}

int main(void)
{
	return guests_arm64_main(SRCDIR "/tests/guest/spe.job", look);
}
