// SPDX-License-Identifier: GPL-2.0-only
/* Patches as they came in mails and trackers (patches/), and what is right. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kconfigs/build/patch.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define CORE "one\ntwo\nthree\nfour\nfive\n"
#define THREE "one\ntwo\nTHREE\nfour\nfive\n"
#define TWO "one\nTWO\nthree\nfour\nfive\n"
#define RING "perf_event_disable_inatomic\n"
#define TWELVE RING "/* zw\303\266lf = twelve */\n"

/* After the patch; or what is said of it. */
static const struct patch_case {
	const char *files[3];
	const char *core, *ring;
	const char *more, *more_text;	/* another file, and what is in it */
	const char *says;
} cases[] = {
	/* The shorter name is the file's; the date is no part of it. */
	{ { "other-name.patch" }, .core = THREE },
	{ { "blank-for-tab.patch" }, .core = THREE },
	{ { "dot-in-path.patch" },
	  .says = "invalid path './kernel/events/core.c'" },
	{ { "git-copy.patch" }, .core = CORE,
	  .more = "kernel/events/second.c", .more_text = THREE },
	{ { "a-0001.eml", "a-0002.eml" }, .core = TWO, .ring = TWELVE },
	{ { "d-0001.eml", "d-0002.eml" }, .core = TWO, .ring = TWELVE },
	{ { "f-0001.eml", "f-0002.eml" }, .core = TWO, .ring = TWELVE },
	{ { "empty-and-mode.patch" }, .core = "#include \"empty.h\"\n" CORE,
	  .more = "kernel/events/empty.h", .more_text = "" },
	{ { "empty-and-mode.patch" }, .core = "#include \"empty.h\"\n" CORE,
	  .more = "kernel/events/gen.sh", .more_text = "#!/bin/sh\n" },
	{ { "hand-edited.patch" }, .core = TWO, .ring = RING "/* more */\n" },
	{ { "renamed-doc.patch" }, .core = THREE },
	{ { "words.patch" }, .core = THREE },
	{ { "cut-newline.patch" }, .core = THREE },
	{ { "mails-after-text.patch" }, .core = THREE,
	  .ring = RING "/* more = twelve */\n" },
	{ { "flowed.eml" }, .core = THREE },
	{ { "no-subject.eml" }, .core = THREE },
	{ { "zero-byte.patch" }, .says = "has a zero byte, at offset 82" },
	{ { "zero-byte.eml" }, .says = "has a zero byte, at offset " },
	{ { "a.diff" }, .says = "the hunk for kernel/events/core.c:15473" },
	{ { "b.diff" }, .says = "kernel/events/callchain.c: No such file" },
};

static int apply(const char *tree, const struct patch_case *c, bool joined,
		 struct err *err)
{
	const struct kernel_store store = { .stop_fd = -1 };
	char *path = xasprintf("%s/../joined.mbox", tree), *text;
	const char *paths[4] = { NULL };
	struct patch patch;
	int i, ret;

	for (i = 0; i < 3 && c->files[i]; i++)
		paths[i] = xasprintf(SRCDIR "/tests/unit/patches/%s",
				     c->files[i]);
	ret = patch_read(&patch, arch_here, paths, err);
	while (i--)
		free((char *)paths[i]);
	if (!ret && joined) {
		text = patch_mbox(&patch);
		patch_free(&patch);
		ret = file_write(path, text, strlen(text), err);
		free(text);
		if (!ret)
			ret = patch_read(&patch, arch_here,
					 (const char *[]){ path, NULL }, err);
	}
	if (!ret) {
		ret = patch_apply(&patch, &store, tree, err);
		patch_free(&patch);
	}
	free(path);
	return ret;
}

static void try(struct check *t, const struct patch_case *c, bool joined)
{
	char *dir = fixture_dir(), *tree = xasprintf("%s/linux", dir);
	int before = t->failed, ret;
	struct err err;

	err.text[0] = '\0';
	fixture_put(tree, "kernel/events/core.c", CORE);
	fixture_put(tree, "kernel/events/ring_buffer.c", RING);
	ret = apply(tree, c, joined, &err);
	if (c->says) {
		CHECK(t, ret < 0 && strstr(err.text, c->says));
		CHECK(t, fixture_is(tree, "kernel/events/core.c", CORE));
	} else {
		CHECK_EQ(t, ret, 0);
		CHECK(t, fixture_is(tree, "kernel/events/core.c", c->core));
		CHECK(t, fixture_is(tree, "kernel/events/ring_buffer.c",
				    c->ring ? c->ring : RING));
		CHECK(t, !c->more || fixture_is(tree, c->more, c->more_text));
	}
	if (t->failed > before)
		printf("%s%s: %s\n", c->files[0], joined ? ", joined" : "",
		       err.text);
	fixture_end(dir, 0);
	free(tree);
}

/* What is taken and what is left of a series with more than patches in it. */
static void series(struct check *t)
{
	static const struct {
		const char *subject, *diff;
	} mails[] = {
		{ "[PATCH v2 0/2] words", "Interdiff:\n--- a/kernel/events/core.c\n+++ b/kernel/events/core.c\n@@ -1 +1 @@\n-x\n+y\n" },
		{ "[PATCH v2 1/2] first", "> --- a/x\n> +++ b/x\n> @@ -1 +1 @@\n> -x\n> +y\n\n---\n--- a/kernel/events/core.c\n+++ b/kernel/events/core.c\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n" },
		{ "Re: [PATCH v2 1/2] first", "> -two\nLooks good.\n" },
		{ "[PATCH v2 2/2] second", "no diff here\n" },
		{ "Re: [PATCH v2 1/2] first", "Rather:\n--- a/kernel/events/core.c\n+++ b/kernel/events/core.c\n@@ -1 +1 @@\n-one\n+1\n" },
	};
	static const struct {
		const char *which;	/* of the mails */
		const char *says;	/* NULL: one part */
	} tries[] = {
		{ "012", NULL },
		{ "013", "mail 3 '[PATCH v2 2/2] second': git finds no diff" },
		{ "014", "a reply with a diff among a series" },
		{ "4", NULL },
		{ "02", "there is no diff" },
	};
	char *dir = fixture_dir(), *path = xasprintf("%s/s.mbox", dir);
	struct patch patch;
	struct err err;
	const char *w;
	FILE *f;
	size_t i;
	int ret;

	for (i = 0; i < sizeof(tries) / sizeof(*tries); i++) {
		f = fopen(path, "w");
		for (w = tries[i].which; f && *w; w++)
			fprintf(f, "From 1 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: %s\n\n%s\n",
				mails[*w - '0'].subject,
				mails[*w - '0'].diff);
		if (f)
			fclose(f);
		ret = patch_read(&patch, arch_here,
				 (const char *[]){ path, NULL }, &err);
		CHECK_EQ(t, !ret, !tries[i].says);
		if (!ret) {
			CHECK_EQ(t, patch.n_parts, 1);
			patch_free(&patch);
		} else if (tries[i].says && !strstr(err.text, tries[i].says)) {
			printf("%s\n", err.text);
			CHECK(t, !"the mail is named");
		}
	}
	fixture_end(dir, 0);
	free(path);
}

/* Paths that are no file's of the tree: refused, and nothing is changed. */
static void paths(struct check *t)
{
	static const char *const wrong[] = {
		"kernel/events", "kernel/events/..", "../x", "kernel/../../x",
		"kernel/events/core.c/x", ".git/config",
	};
	const struct kernel_store store = { .stop_fd = -1 };
	char *dir = fixture_dir(), *tree = xasprintf("%s/linux", dir);
	char *path = xasprintf("%s/p.patch", dir), *text;
	struct patch patch;
	struct err err;
	size_t i;
	int ret;

	fixture_put(tree, "kernel/events/core.c", CORE);
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		text = xasprintf("--- a/%s\n+++ b/%s\n@@ -0,0 +1 @@\n+x\n",
				 wrong[i], wrong[i]);
		fixture_put(dir, "p.patch", text);
		free(text);
		ret = patch_read(&patch, arch_here,
				 (const char *[]){ path, NULL }, &err);
		if (!ret) {
			ret = patch_apply(&patch, &store, tree, &err);
			patch_free(&patch);
		}
		CHECK_EQ(t, ret, -EINVAL);
		if (ret != -EINVAL)
			printf("%s: %s\n", wrong[i], err.text);
		CHECK(t, fixture_is(tree, "kernel/events/core.c", CORE));
	}
	fixture_end(dir, 0);
	free(path);
	free(tree);
}

int main(void)
{
	struct check t = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		try(&t, &cases[i], false);
		try(&t, &cases[i], true);
	}
	series(&t);
	paths(&t);
	return check_end(&t);
}
