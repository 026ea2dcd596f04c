// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole kernels of other kconfigs, for "make check-kernels" alone: it builds
 * one of each, which takes an hour where make check takes minutes.  Each is
 * what it says, the debug kernels find nothing in baseline and in auxsynth,
 * and they do find three bugs that were put there for them.
 */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "bench/target/initramfs.h"
#include "lib/store.h"
#include "lib/package.h"
#include "lib/file.h"
#include "lib/package.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/guest/guest.h"

/* A machine that is busy may need hours. */
#define LONG (6 * 3600 * NSEC_PER_SEC)

static const struct {
	const char *kconfig, *model;
} expected[] = {
	{ "lazy", "lazy" }, { "preempt", "full" }, { "rt", "rt" },
	{ "debug", "lazy" }, { "kcsan", "lazy" },
};

#define EXPECTED (sizeof(expected) / sizeof(expected[0]))

struct seen {
	struct check *t;
	unsigned int clean[EXPECTED];	/* cells */
	bool gone;
	bool lock, memory, race;	/* the bugs of tests/guest/bad.patch */
};

static int run_matrix(const char *const *args, const char *output)
{
	const char *argv[10] = { BUILDDIR "/bench/run-matrix", output };
	struct proc proc = { .argv = argv, .in = -1, .out = 1, .errout = 2 };
	struct err err = { "" };
	int i, ret;

	for (i = 0; args[i]; i++)
		argv[i + 2] = args[i];
	ret = proc_run(&proc, -1, LONG, &err);
	if (ret)
		printf("%s\n", err.text);
	return ret;
}

static const char *model(const struct store_entry *e)
{
	const json_t *kernel = e->kernel;
	const char *name = json_string_value(json_object_get(kernel,
							     "preempt"));

	return name ? name : "";
}

/* KCSAN finds races of the kernel's own, too: those are not asserted. */
static bool is_ours(const struct store_entry *e, const char *line)
{
	return strcmp(e->kconfig, "kcsan") || !strstr(line, "KCSAN") ||
		strstr(line, "[auxsynth]");
}

static void look_clean(struct seen *seen, const struct store_entry *e)
{
	const json_t *console = e->console, *line;
	struct check *t = seen->t;
	unsigned int k;
	size_t i;

	CHECK(t, e->measured);
	json_array_foreach(console, i, line) {
		printf("  console: %s\n", json_string_value(line));
		CHECK(t, !is_ours(e, json_string_value(line)));
	}
	for (k = 0; k < EXPECTED; k++) {
		if (strcmp(expected[k].kconfig, e->kconfig))
			continue;
		seen->clean[k]++;
		CHECK(t, !strcmp(model(e), expected[k].model));
	}
}

/* A tree that still has the model builds it, others say that they cannot. */
static void look_gone(struct seen *seen, const struct store_entry *e)
{
	struct check *t = seen->t;

	seen->gone = true;
	if (e->measured) {
		CHECK(t, !strcmp(model(e), "none"));
		return;
	}
	CHECK(t, !strcmp(e->status, "build-failed"));
	CHECK(t, strstr(e->why, "kconfig none on Linux "));
	CHECK(t, strstr(e->why, "CONFIG_PREEMPT_NONE=y (not offered"));
}

static int look(void *ctx, const struct store_entry *e)
{
	struct seen *seen = ctx;

	printf("%s/%s %s: %s %s\n", e->variant, e->kconfig, e->cell, e->status,
	       e->why ? e->why : "");
	if (!strcmp(e->section, "clean"))
		look_clean(seen, e);
	else
		look_gone(seen, e);
	return 0;
}

static int look_bad(void *ctx, const struct store_entry *e)
{
	const json_t *console = e->console, *line;
	struct seen *seen = ctx;
	size_t i;

	json_array_foreach(console, i, line) {
		seen->lock |= !!strstr(json_string_value(line),
				       "Invalid wait context");
		seen->memory |= !!strstr(json_string_value(line),
					 "KASAN: slab-out-of-bounds");
		seen->race |= !!strstr(json_string_value(line),
				       "KCSAN: data-race in perf_event_task");
	}
	return 0;
}

/* KCSAN tests itself at boot; a kernel without it would say nothing. */
static void kcsan_works(struct check *t, const char *dir)
{
	char *pattern = xasprintf("%s/run/console/*-kcsan.log", dir);
	struct err err;
	glob_t found;
	char *text;

	CHECK(t, !glob(pattern, 0, NULL, &found));
	if (found.gl_pathc && !file_read(found.gl_pathv[0], &text, NULL,
					 &err)) {
		CHECK(t, strstr(text, "kcsan: enabled early"));
		CHECK(t, strstr(text, "selftest: 3/3 tests passed"));
		free(text);
	}
	globfree(&found);
	free(pattern);
}

static void read_store(struct check *t, const char *dir, const char *run,
		       int (*fn)(void *ctx, const struct store_entry *e),
		       struct seen *seen)
{
	char *path = xasprintf("%s/%s/store.jsonl", dir, run);
	struct err err;
	bool torn;

	if (store_each(path, &torn, fn, seen, &err)) {
		printf("%s\n", err.text);
		CHECK(t, !"the store can be read");
	}
	free(path);
}

static void test(struct seen *seen, const char *dir)
{
	const char *const kernels[] = { SRCDIR "/tests/guest/kernels.job", NULL };
	const char *const bad[] = {
		SRCDIR "/tests/guest/kernels.job", "variants=bad",
		"kconfigs=debug,kcsan",
		/* A tick on all CPUs at once. */
		"load=hackbench",
		"--patch=" SRCDIR "/tests/guest/bad.patch", NULL
	};
	char *run = xasprintf("--output=%s/run", dir);
	char *run_bad = xasprintf("--output=%s/bad", dir);
	struct check *t = seen->t;
	unsigned int k;

	/* That "none" was not measured is no success. */
	run_matrix(kernels, run);
	read_store(t, dir, "run", look, seen);
	for (k = 0; k < EXPECTED; k++)
		CHECK_EQ(t, seen->clean[k], 2);
	CHECK(t, seen->gone);
	kcsan_works(t, dir);
	CHECK_EQ(t, run_matrix(bad, run_bad), 0);
	read_store(t, dir, "bad", look_bad, seen);
	CHECK(t, seen->lock);
	CHECK(t, seen->memory);
	CHECK(t, seen->race);
	free(run_bad);
	free(run);
}

int main(void)
{
	struct check t = { 0 };
	struct seen seen = { .t = &t };
	char *dir, *hackbench;

	if (!guests_possible())
		return CHECK_SKIP;
	hackbench = program_find("hackbench");
	if (!hackbench) {
		printf("SKIP: no hackbench: install rt-tests\n");
		return CHECK_SKIP;
	}
	free(hackbench);
	dir = fixture_dir();
	test(&seen, dir);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
