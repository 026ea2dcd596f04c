// SPDX-License-Identifier: GPL-2.0-only
/*
 * A moved tree, a build folder beside it and an installed suite each boot a
 * kernel and measure; results are where the user is, and nowhere else.
 */
#include <glob.h>

#include "lib/proc.h"
#include "lib/store.h"
#include "lib/units.h"
#include "tests/fixture.h"
#include "tests/guest/guest.h"
#include "tests/layouts.h"

static int look(void *ctx, const struct store_entry *e)
{
	int *measured = ctx;

	printf("%s %s: %s %s\n", e->variant, e->cell, e->status,
	       e->why ? e->why : "");
	*measured += e->measured && e->record.fulls;
	return 0;
}

static void boots(struct check *t, const char *dir, enum layout layout)
{
	static const char *const args[] = {
		"smoke", "variants=baseline", "loop=eager", NULL
	};
	char *cwd = xasprintf("%s/user-%d", dir, layout);
	char *store = xasprintf("%s/results/*/store.jsonl", cwd);
	int measured = 0;
	struct err err;
	glob_t found;
	bool torn;

	CHECK(t, !dir_make(cwd, &err));
	CHECK(t, !layout_run(dir, layout, "run-matrix", cwd, args));
	CHECK(t, !glob(store, 0, NULL, &found));
	if (found.gl_pathc)
		CHECK(t, !store_each(found.gl_pathv[0], &torn, look, &measured,
				     &err));
	CHECK_EQ(t, found.gl_pathc, 1);
	CHECK_EQ(t, measured, 1);
	globfree(&found);
	free(store);
	free(cwd);
}

/* What is newer than the last layout, but for the users' folders. */
static void nothing_written(struct check *t, const char *dir)
{
	static const char *const argv[] = {
		"sh", "-c",
		"find copied moved build dest -newer made 2>/dev/null | { ! grep .; }",
		NULL
	};
	struct proc proc = {
		.argv = argv, .cwd = dir, .in = -1, .out = 1, .errout = 2,
	};
	struct err err;

	CHECK(t, !proc_run(&proc, -1, 60 * NSEC_PER_SEC, &err));
}

int main(void)
{
	struct check t = { 0 };
	int layout;
	char *dir;

	if (!guests_possible())
		return CHECK_SKIP;
	dir = fixture_dir();
	for (layout = 0; layout < LAYOUTS; layout++) {
		layout_make(&t, dir, layout);
		fixture_put(dir, "made", "");
		/* The copied one is the moved one, but for its name. */
		if (layout != LAYOUT_COPIED)
			boots(&t, dir, layout);
		nothing_written(&t, dir);
	}
	fixture_end(dir, t.failed);
	return check_end(&t);
}
