// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests of arm64, on x86 under emulation, and the real arm_spe_pmu over a
 * modelled SPE in them: what hangs does so by the hardware's own word, and what
 * the driver passes on is what the hardware wrote.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/run/preflight.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/store.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/guest/guest.h"

struct seen {
	struct check *t;
	const char *section, *variant;
	uint64_t measured, skipped, fulls, hangs, lost, disagree;
	json_int_t written, published;
};

static void add_hardware(struct seen *seen, const json_t *h)
{
	seen->written += json_count(h, "written");
	seen->published += json_count(h, "published");
	CHECK_EQ(seen->t, json_count(h, "unpublished"), 0);
	CHECK_EQ(seen->t, json_count(h, "unwritten"), 0);
	CHECK_EQ(seen->t, json_count(h, "overrun"), 0);
	CHECK_EQ(seen->t, json_count(h, "faults"), 0);
}

static int look(void *ctx, const struct store_entry *e)
{
	struct seen *seen = ctx;
	int class;

	if (strcmp(e->section, seen->section) ||
	    strcmp(e->variant, seen->variant))
		return 0;
	printf("%s %s %s: %s %s\n", e->variant, e->section, e->cell, e->status,
	       e->why ? e->why : "");
	seen->skipped += !strcmp(e->status, "skipped");
	if (!e->measured)
		return 0;
	seen->measured++;
	seen->fulls += e->record.fulls;
	for (class = 0; class < HANG_CLASSES; class++)
		seen->hangs += e->record.hangs[class];
	seen->lost += e->record.hangs[HANG_LOST_WAKEUP];
	seen->disagree += e->record.disagree;
	add_hardware(seen, json_object_get(e->record.detail, "hardware"));
	return 0;
}

static struct seen sum(struct check *t, const char *dir, const char *section,
		       const char *variant)
{
	struct seen seen = { .t = t, .section = section, .variant = variant };
	char *store = xasprintf("%s/run/store.jsonl", dir);
	struct err err = { "" };
	bool torn;

	CHECK_EQ(t, store_each(store, &torn, look, &seen, &err), 0);
	printf("%s %s: %llu fulls, %llu hangs, %lld of %lld bytes published\n",
	       section, variant, (unsigned long long)seen.fulls,
	       (unsigned long long)seen.hangs, (long long)seen.published,
	       (long long)seen.written);
	CHECK_EQ(t, seen.disagree, 0);
	CHECK_EQ(t, seen.written, seen.published);
	free(store);
	return seen;
}

static void check_all(struct check *t, const char *dir)
{
	struct seen seen = sum(t, dir, "synth", "baseline");

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

	seen = sum(t, dir, "refused", "baseline");
	CHECK(t, seen.skipped == 1 && !seen.measured);
}

int main(void)
{
	static const char *const options[] = {
		"--seed=20261126", "--arch=arm64", NULL
	};
	const struct guest_shape shape = { .arch = arch_find("arm64") };
	struct check t = { 0 };
	struct err err;
	char *dir;

	if (!guests_possible())
		return CHECK_SKIP;
	if (preflight_guest_arch(&shape, &err)) {
		printf("SKIP: %s\n", err.text);
		return CHECK_SKIP;
	}
	dir = fixture_dir();
	guests_run_matrix(&t, dir, SRCDIR "/tests/guest/spe.job", options);
	check_all(&t, dir);
	dir_remove(dir, &err);
	free(dir);
	return check_end(&t);
}
