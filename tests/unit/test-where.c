// SPDX-License-Identifier: GPL-2.0-only
/* A tree that was copied, moved, built elsewhere or installed has its own data. */
#include <string.h>

#include "lib/package.h"
#include "lib/where.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/layouts.h"
#include "tests/unit/made-store.h"

/* This test's own: the tree in which it was built. */
static void here(struct check *t)
{
	char *data = where_data("bench/jobs/%s.job", "smoke");
	char *agent = where_built("stress/agent");

	CHECK(t, file_exists(data));
	CHECK(t, !strcmp(agent, BUILDDIR "/stress/agent"));
	free(agent);
	free(data);
}

static bool has_gnuplot(void)
{
	char *gnuplot = program_find("gnuplot");
	bool has = gnuplot;

	free(gnuplot);
	return has;
}

static void lists(struct check *t, const char *dir, enum layout layout)
{
	static const char *const smoke[] = { "smoke", "--list", NULL };
	static const char *const own[] = { "own", "--list", NULL };
	static const char *const thread[] = { "thread", "--list", NULL };
	bool installed = layout == LAYOUT_INSTALLED;

	CHECK(t, !layout_run(dir, layout, "run-matrix", dir, smoke));
	CHECK_EQ(t, !layout_run(dir, layout, "run-matrix", dir, own),
		 !installed);
	CHECK_EQ(t, !layout_run(dir, layout, "run-matrix", dir, thread),
		 installed);
}

static void reports(struct check *t, const char *dir, enum layout layout)
{
	static const struct made_line lines[] = {
		{ .variant = "baseline", .fulls = 100, .lost = 3, .boot = 1,
		  .wakeup = 1000000 },
		{ .variant = "sync", .fulls = 100, .boot = 2,
		  .wakeup = 1000000 },
	};
	char *store = made_store(lines, 2);
	const char *const args[] = { store, NULL };

	CHECK(t, !layout_run(dir, layout, "report", dir, args));
	CHECK(t, fixture_has(store, "summary.txt"));
	CHECK(t, fixture_has(store, "report.html"));
	if (has_gnuplot()) {
		CHECK(t, fixture_has(store, "plots/hang-incidence.png"));
		CHECK_EQ(t, fixture_has(store, "plots/own-style"),
			 layout != LAYOUT_INSTALLED);
	}
	made_drop(store);
}

static void installs(struct check *t, const char *dir)
{
	static const char *const files[] = {
		"bin/aux-sign-off", "bin/aux-compare", "bin/auxlat",
		"libexec/aux-tests/stress/agent",
		"libexec/aux-tests/data/stress/auxsynth/Kbuild",
		"libexec/aux-tests/data/stress/model/variants/sync.pml",
		"libexec/aux-tests/data/kconfigs/variants/sync.patch",
		"share/aux-tests/kconfigs/arch/x86.config",
		"share/man/man1/aux-run-matrix.1", "share/man/man1/auxlat.1",
	};
	char *usr = xasprintf("%s/dest/usr", dir);
	char *man = made_read(usr, "share/man/man1/aux-report.1");
	unsigned int i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (!fixture_has(usr, files[i]))
			printf("missing: %s\n", files[i]);
		CHECK(t, fixture_has(usr, files[i]));
	}
	CHECK(t, strstr(man, ".TH aux-report 1"));
	CHECK(t, strstr(man, "\naux-report \\- "));
	free(man);
	free(usr);
}

int main(void)
{
	struct check t = { 0 };
	char *dir = fixture_dir();
	int layout;

	here(&t);
	for (layout = 0; layout < LAYOUTS; layout++) {
		layout_make(&t, dir, layout);
		lists(&t, dir, layout);
		reports(&t, dir, layout);
	}
	installs(&t, dir);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
