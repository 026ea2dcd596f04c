// SPDX-License-Identifier: GPL-2.0-only
/* Candidates as people have them; a toy repository stands for a kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sign-off-input.h"
#include "kconfigs/build/kernel.h"
#include "kconfigs/build/range.h"
#include "lib/file.h"
#include "lib/package.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"

static const char makefile[] =
"VERSION = 6\nPATCHLEVEL = 18\nSUBLEVEL = 0\nEXTRAVERSION =\nNAME = Toy\n";

#define DIFF(file, old, new) \
	"--- a/" file "\n+++ b/" file "\n@@ -1 +1 @@\n-" old "\n+" new "\n"

struct place {
	struct check *t;
	char *dir, *tree;
	struct err err;
};

static int stage(struct place *p, struct inputs *inputs)
{
	int ret = inputs_stage(inputs, -1, NULL, NULL, &p->err);

	if (ret)
		printf("%s\n", p->err.text);
	return ret;
}

static bool ends(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && !strcmp(text + n - m, end);
}

/* The text of candidate @i, whose file must be NAME.patch. */
static char *candidate(struct place *p, const struct inputs *inputs, int i,
		       const char *name)
{
	char *file = xasprintf("/%s.patch", name), *text;
	int k;

	for (k = 0; k <= i; k++) {
		if (!inputs->patches || !inputs->patches[k]) {
			CHECK(p->t, !"there is such a candidate");
			free(file);
			return xasprintf("%s", "");
		}
	}
	if (!ends(inputs->patches[i], file))
		printf("%s, expected %s\n", inputs->patches[i], file);
	CHECK(p->t, ends(inputs->patches[i], file));
	free(file);
	if (file_read(inputs->patches[i], &text, NULL, &p->err))
		return xasprintf("%s", "");
	return text;
}

static void begin(struct place *p, struct inputs *inputs)
{
	memset(inputs, 0, sizeof(*inputs));
	inputs->linux_path = xasprintf("%s", p->tree);
}

static void add(struct place *p, struct inputs *inputs, const char *prefix,
		const char *name)
{
	char *arg = xasprintf("%s%s/%s", prefix, p->dir, name);

	inputs_add(inputs, INPUT_PATCH, arg);
	free(arg);
}

/* A series in all its forms is one candidate, in order. */
static void test_series(struct place *p)
{
	struct inputs inputs;
	char *text, *arg;
	int i;

	fixture_put(p->dir, "s/0000-cover-letter.patch", "Subject: words\n");
	fixture_put(p->dir, "s/0001-x.patch", DIFF("kernel/a.c", "1", "2"));
	fixture_put(p->dir, "s/0002-y.patch", DIFF("kernel/a.c", "2", "3"));
	begin(p, &inputs);
	add(p, &inputs, "", "s");
	add(p, &inputs, "joined=", "s/0001-x.patch");
	arg = xasprintf("%s/s/0002-y.patch", p->dir);
	CHECK_EQ(p->t, inputs_add_file(&inputs, arg, &p->err), 0);
	add(p, &inputs, "", "s/0001-x.patch");
	CHECK_EQ(p->t, inputs_name(&inputs, "third", &p->err), 0);
	add(p, &inputs, "", "s");
	CHECK_EQ(p->t, stage(p, &inputs), 0);
	for (i = 0; i < 2; i++) {
		text = candidate(p, &inputs, i, i ? "joined" : "s");
		CHECK(p->t, strstr(text, "-1\n+2\n"));
		CHECK(p->t, strstr(strstr(text, "+2\n"), "-2\n+3\n"));
		free(text);
	}
	text = candidate(p, &inputs, 2, "third");
	CHECK(p->t, ends(text, "-1\n+2\n"));
	free(text);
	/* The same name again: still a name of its own. */
	free(candidate(p, &inputs, 3, "s-2"));
	CHECK(p->t, inputs.source && !strcmp(inputs.source, p->tree));
	free(arg);
	inputs_free(&inputs);
}

/* What is of the guests' kernel goes by their architecture. */
static void test_arch(struct place *p)
{
	static const char *const names[] = { "x86", "arm64" };
	struct inputs inputs;
	int i;

	fixture_put(p->dir, "x86.patch", DIFF("arch/x86/kernel/tsc.c", "1", "2"));
	fixture_put(p->dir, "arm64.patch",
		    DIFF("arch/arm64/kernel/time.c", "1", "2"));
	for (i = 0; i < 4; i++) {
		begin(p, &inputs);
		inputs.arch = arch_find(names[i / 2]);
		add(p, &inputs, "", i % 2 ? "arm64.patch" : "x86.patch");
		CHECK_EQ(p->t, stage(p, &inputs), i / 2 == i % 2 ? 0 : -ENODATA);
		inputs_free(&inputs);
	}
}

/* The text of a shipped variant is that variant. */
static void test_shipped(struct place *p)
{
	struct inputs inputs;

	begin(p, &inputs);
	inputs_add(&inputs, INPUT_PATCH,
		   SRCDIR "/kconfigs/variants/peterz.patch");
	fixture_put(p->dir, "sync.patch", DIFF("kernel/a.c", "1", "2"));
	add(p, &inputs, "", "sync.patch");
	CHECK_EQ(p->t, stage(p, &inputs), 0);
	CHECK(p->t, !strcmp(inputs.variants[0], "baseline"));
	CHECK(p->t, inputs.variants[1] &&
	      !strcmp(inputs.variants[1], "peterz"));
	free(candidate(p, &inputs, 0, "sync-2"));
	CHECK(p->t, inputs.notes && strstr(inputs.notes,
					   "'sync' is called sync-2"));
	inputs_free(&inputs);
}

static void test_wrong(struct place *p)
{
	static const struct {
		const char *file, *text, *says;
	} wrong[] = {
		{ "words.txt", "Subject: hello\n", "there is no diff in it" },
		{ "docs.patch", DIFF("Documentation/x.rst", "1", "2"),
		  "changes nothing" },
		{ "missing.patch", NULL, "No such file" },
	};
	struct inputs inputs;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (wrong[i].text)
			fixture_put(p->dir, wrong[i].file, wrong[i].text);
		begin(p, &inputs);
		add(p, &inputs, "", wrong[i].file);
		CHECK(p->t, stage(p, &inputs) < 0);
		CHECK(p->t, strstr(p->err.text, wrong[i].says));
		inputs_free(&inputs);
	}
	begin(p, &inputs);
	CHECK(p->t, inputs_name(&inputs, "x", &p->err) < 0);
	CHECK(p->t, inputs_add_file(&inputs, "x", &p->err) < 0);
	add(p, &inputs, "", "words.txt");
	CHECK(p->t, inputs_name(&inputs, "a b", &p->err) < 0);
	inputs_free(&inputs);
}

static void git(struct place *p, const char *const *args)
{
	const char *argv[16] = {
		"git", "-c", "user.name=T", "-c", "user.email=t@example.org",
		"-c", "commit.gpgsign=false"
	};
	struct proc proc = {
		.argv = argv, .cwd = p->tree, .in = -1, .out = -1, .errout = 2
	};
	int i = 7, ret;

	while (*args)
		argv[i++] = *args++;
	ret = proc_run(&proc, -1, 60 * NSEC_PER_SEC, &p->err);
	if (ret)
		printf("%s\n", p->err.text);
	CHECK_EQ(p->t, ret, 0);
}

#define GIT(p, ...) git(p, (const char *const[]) { __VA_ARGS__, NULL })

static void make_repository(struct place *p)
{
	GIT(p, "init", "-q");
	GIT(p, "add", "-A");
	GIT(p, "commit", "-qm", "base");
	GIT(p, "tag", "v6.18");
	fixture_put(p->tree, "kernel/a.c", "2\n");
	GIT(p, "commit", "-qam", "change");
	GIT(p, "tag", "fix");
	fixture_put(p->tree, "kernel/a.c", "uncommitted\n");
}

static void test_range(struct place *p)
{
	struct inputs inputs;
	char *text;

	begin(p, &inputs);
	inputs_add(&inputs, INPUT_RANGE, "v6.18..fix");
	CHECK_EQ(p->t, stage(p, &inputs), 0);
	text = candidate(p, &inputs, 0, "fix");
	CHECK(p->t, strstr(text, "-1\n+2\n"));
	free(text);
	CHECK(p->t, inputs.source && ends(inputs.source, ".tar.gz") &&
	      file_exists(inputs.source));
	inputs_free(&inputs);
	begin(p, &inputs);
	inputs_add(&inputs, INPUT_RANGE, "v6.18..nothing");
	CHECK(p->t, stage(p, &inputs) < 0);
	CHECK(p->t, strstr(p->err.text, "no commit 'nothing'"));
	inputs_free(&inputs);
	begin(p, &inputs);
	inputs_add(&inputs, INPUT_RANGE, "v6.18");
	CHECK(p->t, stage(p, &inputs) < 0);
	inputs_free(&inputs);
	begin(p, &inputs);
	inputs_add(&inputs, INPUT_RANGE, "v6.18..v6.18");
	CHECK(p->t, stage(p, &inputs) < 0);
	CHECK(p->t, strstr(p->err.text, "no difference"));
	inputs_free(&inputs);
}

/* A tree alone: against its last release, with what is not committed. */
static void test_tree(struct place *p)
{
	struct inputs inputs;
	char *text;

	begin(p, &inputs);
	CHECK_EQ(p->t, stage(p, &inputs), 0);
	text = candidate(p, &inputs, 0, "tree");
	CHECK(p->t, strstr(text, "-1\n+uncommitted\n"));
	free(text);
	CHECK(p->t, inputs.source && ends(inputs.source, ".tar.gz"));
	CHECK(p->t, strstr(inputs.baseline, "v6.18"));
	inputs_free(&inputs);
}

/* Trees without git. */
static void test_two_trees(struct place *p)
{
	struct kernel_store store;
	char *other = xasprintf("%s/other", p->dir), *diff = NULL;

	fixture_put(other, "Makefile", makefile);
	fixture_put(other, "kernel/a.c", "3\n");
	fixture_put(other, "kernel/new.c", "new\n");
	fixture_put(other, "kernel/b.c", "same\n");
	CHECK_EQ(p->t, kernel_store_init(&store, p->tree, &p->err), 0);
	CHECK_EQ(p->t, range_diff_trees(&store, other, &diff, &p->err), 0);
	CHECK(p->t, diff && strstr(diff, "--- a/kernel/a.c\n+++ b/kernel/a.c"));
	CHECK(p->t, diff && strstr(diff, "+++ b/kernel/new.c\n@@ -0,0 +1 @@"));
	CHECK(p->t, diff && !strstr(diff, "kernel/b.c"));
	free(diff);
	CHECK(p->t, range_diff_trees(&store, p->tree, &diff, &p->err) < 0);
	CHECK(p->t, strstr(p->err.text, "no difference"));
	kernel_store_free(&store);
	free(other);
}

int main(void)
{
	struct check t = { 0 };
	struct place p = { .t = &t, .dir = fixture_dir() };
	char *cache = xasprintf("%s/cache", p.dir);
	char *git_program = program_find("git");

	setenv("AUX_TESTS_CACHE", cache, 1);
	p.tree = xasprintf("%s/tree", p.dir);
	fixture_put(p.tree, "Makefile", makefile);
	fixture_put(p.tree, "kernel/a.c", "1\n");
	fixture_put(p.tree, "kernel/b.c", "same\n");
	test_series(&p);
	test_arch(&p);
	test_shipped(&p);
	test_wrong(&p);
	test_two_trees(&p);
	if (git_program) {
		make_repository(&p);
		test_range(&p);
		test_tree(&p);
	} else {
		printf("no git: ranges are not tested\n");
	}
	free(git_program);
	dir_remove(p.dir, &p.err);
	free(p.tree);
	free(p.dir);
	free(cache);
	return check_end(&t);
}
