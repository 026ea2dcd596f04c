// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <glob.h>

#include "kconfigs/build/patch.h"
#include "lib/variant.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define ONE "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n"

#define HEAD "--- a/kernel/one.c\n+++ b/kernel/one.c\n"

/* What the patch tests share: a tree of two files, and the last notice. */
struct bench {
	struct check *t;
	char *dir, *tree, *patch;
	struct kernel_store store;
	char notice[256];
};

static void notice(void *ctx, const char *what)
{
	struct bench *b = ctx;

	snprintf(b->notice, sizeof(b->notice), "%s", what);
}

static void bench_init(struct bench *b, struct check *t)
{
	memset(b, 0, sizeof(*b));
	b->t = t;
	b->dir = fixture_dir();
	b->tree = xasprintf("%s/linux", b->dir);
	b->patch = xasprintf("%s/the.patch", b->dir);
	b->store.stop_fd = -1;
	b->store.progress = notice;
	b->store.progress_ctx = b;
	fixture_put(b->tree, "kernel/one.c", ONE);
	fixture_put(b->tree, "kernel/two.c", "red\ngreen\nblue\n");
}

static void bench_free(struct bench *b)
{
	struct err err;

	dir_remove(b->dir, &err);
	free(b->patch);
	free(b->tree);
	free(b->dir);
}

/* Reads and applies @text. */
static int try(struct bench *b, const char *text, struct err *err)
{
	struct patch patch;
	int ret;

	err->text[0] = '\0';
	b->notice[0] = '\0';
	fixture_put(b->dir, "the.patch", text);
	ret = patch_read(&patch, arch_here,
			 (const char *[]){ b->patch, NULL }, err);
	if (!ret) {
		ret = patch_apply(&patch, &b->store, b->tree, err);
		patch_free(&patch);
	}
	return ret;
}

static void applies(struct check *t)
{
	struct bench b;
	struct err err;

	bench_init(&b, t);
	CHECK_EQ(t, try(&b, HEAD "@@ -2,3 +2,3 @@ here\n two\n-three\n+3\n four\n",
			&err), 0);
	CHECK(t, fixture_is(b.tree, "kernel/one.c",
			    "one\ntwo\n3\nfour\nfive\nsix\nseven\neight\nnine\nten\n"));
	CHECK(t, !b.notice[0]);
	/* Two lines further down than the patch says. */
	CHECK_EQ(t, try(&b, HEAD "@@ -6,3 +6,3 @@\n seven\n-eight\n+8\n nine\n",
			&err), 0);
	CHECK(t, strstr(b.notice, "offset 1 line"));
	bench_free(&b);
}

/* As a list's archive has them: an mbox of two, each encoded in its way. */
static void encoded(struct check *t)
{
	static const char mbox[] =
		"From mboxrd@z Thu Jan  1 00:00:00 1970\n"
		"From: A <a@example.org>\nSubject: [PATCH 1/2] =?utf-8?q?=C3=A9?=\n"
		"MIME-Version: 1.0\n"
		"Content-Type: text/plain; charset=utf-8\n"
		"Content-Transfer-Encoding: Quoted-Printable\n\n"
		"Drei =3D 3.\n---\n" HEAD
		"@@ -2,3 +2,3 @@=\n here\n two\n-three\n+3 =3D=C3=A9 is a line that go=\nes on\n f=6Fur\n"
		"--=20\n2.39\n\n"
		"From mboxrd@z Thu Jan  1 00:00:00 1970\n"
		"From: A <a@example.org>\nSubject: [PATCH 2/2] b\n"
		"MIME-Version: 1.0\n"
		"Content-Type: text/plain\n"
		"Content-Transfer-Encoding: base64\n\n"
		/* --- a/kernel/two.c, +++, @@ -1,3 +1,3 @@, red to rot */
		"LS0tIGEva2VybmVsL3R3by5jCisrKyBiL2tlcm5lbC90d28uYwpAQCAtMSwzICsxLDMgQEAKLXJl\n"
		"ZAorcm90CiBncmVlbgogYmx1ZQo=\n\n";
	struct bench b;
	struct err err;

	bench_init(&b, t);
	CHECK_EQ(t, try(&b, mbox, &err), 0);
	CHECK(t, fixture_is(b.tree, "kernel/one.c",
			    "one\ntwo\n3 =\303\251 is a line that goes on\nfour\nfive\nsix\nseven\neight\nnine\nten\n"));
	CHECK(t, fixture_is(b.tree, "kernel/two.c", "rot\ngreen\nblue\n"));
	/* Again: it is said of which mail. */
	CHECK_EQ(t, try(&b, mbox, &err), -EINVAL);
	CHECK(t, strstr(err.text, "mail 1 '[PATCH 1/2]"));
	CHECK(t, strstr(err.text, "the change already"));
	bench_free(&b);
}

static void refusals(struct check *t)
{
	struct bench b;
	struct err err;

	bench_init(&b, t);
	CHECK_EQ(t, try(&b, HEAD
			"@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"
			"@@ -7,3 +7,3 @@\n seven\n-acht\n+8\n nine\n",
			&err), -EINVAL);
	CHECK(t, strstr(err.text, "hunk for kernel/one.c:7"));
	CHECK(t, strstr(err.text, "no line 'acht'"));
	/* patch(1) would take this one with fuzz 1. */
	CHECK_EQ(t, try(&b, HEAD
			"@@ -4,3 +4,3 @@\n vier\n-five\n+5\n six\n",
			&err), -EINVAL);
	CHECK(t, strstr(err.text, "hunk for kernel/one.c:4"));
	CHECK(t, strstr(err.text, "no line 'vier'"));
	CHECK_EQ(t, try(&b, HEAD
			"@@ -4,3 +4,3 @@\n nine\n-five\n+5\n four\n",
			&err), -EINVAL);
	CHECK(t, strstr(err.text, "not in this place or order"));
	CHECK_EQ(t, try(&b, HEAD
			"@@ -4,3 +4,3 @@\n four\n-fifth\n+five\n six\n",
			&err), -EINVAL);
	CHECK(t, strstr(err.text, "the change already"));
	CHECK_EQ(t, try(&b, "--- a/kernel/no.c\n+++ b/kernel/no.c\n"
			"@@ -1,2 +1,2 @@\n one\n-two\n+2\n", &err), -EINVAL);
	CHECK(t, strstr(err.text, "kernel/no.c: No such file"));
	bench_free(&b);
}

static void damaged(struct check *t)
{
	struct bench b;
	struct err err;

	bench_init(&b, t);
	CHECK_EQ(t, try(&b, HEAD "@@ -2,3 +2,3 @@\n two\n-thr\nee\n+3\n four\n",
			&err), -EINVAL);
	CHECK(t, strstr(err.text, "the.patch:6:"));
	CHECK_EQ(t, try(&b, HEAD "@@ -2,3 +2,3 @@\n two\n", &err), -EINVAL);
	CHECK_EQ(t, try(&b, HEAD "@@ -2,3 2,3 @@\n two\n", &err), -EINVAL);
	CHECK_EQ(t, try(&b, "a mail\n\nwithout a diff\n", &err), -ENOMSG);
	CHECK(t, strstr(err.text, "no diff"));
	CHECK_EQ(t, try(&b, "--- a/../x\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n",
			&err), -EINVAL);
	CHECK_EQ(t, try(&b, "rename from kernel/one.c\n", &err), -ENOMSG);
	CHECK(t, fixture_is(b.tree, "kernel/one.c", ONE));
	bench_free(&b);
}

static const char mbox[] =
"From git@z Thu Jan  1 00:00:00 1970\n"
"From: Somebody <somebody@example.org>\n"
"Subject: [PATCH 1/2] first\n"
"\n"
"> --- a/kernel/one.c\n"
"> +++ b/kernel/one.c\n"
"--- not a diff\n"
"\n"
"---\n"
" kernel/one.c | 2 +-\n"
"\n"
"diff --git a/kernel/one.c b/kernel/one.c\n"
"index 1111111..2222222 100644\n"
"--- a/kernel/one.c\n"
"+++ b/kernel/one.c\n"
"@@ -1,3 +1,4 @@\n"
" one\n"
"+one and a half\n"
" two\n"
" three\n"
"-- \n"
"2.43.0\n"
"\n"
"From git@z Thu Jan  1 00:00:00 1970\n"
"Subject: [PATCH 2/2] second\n"
"\n"
"diff --git a/kernel/one.c b/kernel/one.c\n"
"--- a/kernel/one.c\n"
"+++ b/kernel/one.c\n"
"@@ -1,3 +1,3 @@\n"
" one\n"
"-one and a half\n"
"+1.5\n"
" two\n"
"diff --git a/kernel/new.c b/kernel/new.c\n"
"new file mode 100644\n"
"--- /dev/null\n"
"+++ b/kernel/new.c\n"
"@@ -0,0 +1,2 @@\n"
"+new\n"
"+file\n"
"diff --git a/kernel/two.c b/kernel/two.c\n"
"deleted file mode 100644\n"
"--- a/kernel/two.c\n"
"+++ /dev/null\n"
"@@ -1,3 +0,0 @@\n"
"-red\n"
"-green\n"
"-blue\n"
"diff --git a/Documentation/x.rst b/Documentation/x.rst\n"
"--- a/Documentation/x.rst\n"
"+++ b/Documentation/x.rst\n"
"@@ -1 +1 @@\n"
"-x\n"
"+y\n"
"-- \n"
"2.43.0\n";

static void series(struct check *t)
{
	struct patch patch;
	struct bench b;
	struct err err;

	bench_init(&b, t);
	CHECK_EQ(t, try(&b, mbox, &err), 0);
	CHECK(t, fixture_is(b.tree, "kernel/one.c",
			    "one\n1.5\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n"));
	CHECK(t, fixture_is(b.tree, "kernel/new.c", "new\nfile\n"));
	CHECK(t, !fixture_has(b.tree, "kernel/two.c"));
	CHECK(t, strstr(b.notice, "Documentation/x.rst"));

	CHECK_EQ(t, patch_read(&patch, arch_here, (const char *[]){ b.patch, NULL },
			       &err), 0);
	CHECK_EQ(t, patch.n_parts, 2);
	CHECK_EQ(t, patch.parts[1].n_files, 4);
	CHECK(t, !strcmp(patch.parts[1].files[1].path, "kernel/new.c"));
	CHECK(t, patch.parts[1].files[3].left_out);
	CHECK_EQ(t, patch_count(&patch), 4);
	patch_free(&patch);

	CHECK_EQ(t, try(&b, "--- a/sound/x.c\n+++ b/sound/x.c\n"
			"@@ -1 +1 @@\n-x\n+y\n", &err), -EINVAL);
	CHECK(t, strstr(err.text, "nothing that is part"));
	bench_free(&b);
}

/* The second mail of a series is the one that fails. */
static void series_fails(struct check *t)
{
	struct bench b;
	struct err err;

	bench_init(&b, t);
	CHECK_EQ(t, try(&b, HEAD "@@ -1,2 +1,2 @@\n-one\n+1\n two\n"
			HEAD "@@ -1,2 +1,2 @@\n-one\n+eins\n two\n", &err),
		 -EINVAL);
	CHECK(t, strstr(err.text, "hunk for kernel/one.c:1"));
	bench_free(&b);
}

/* What kconfigs/variants/ORDER lists is there: a patch and a model. */
static void shipped(struct check *t)
{
	struct patch patch;
	char *path, *model;
	glob_t found;
	struct err err;
	size_t i;

	CHECK(t, !strcmp(shipped_variants[0].name, "baseline"));
	for (i = 1; shipped_variants[i].name; i++) {
		path = xasprintf(SRCDIR "/kconfigs/variants/%s.patch",
				 shipped_variants[i].name);
		model = xasprintf(SRCDIR "/stress/model/variants/%s.pml",
				  shipped_variants[i].name);
		CHECK_EQ(t, patch_read(&patch, arch_here,
				       (const char *[]){ path, NULL }, &err),
			 0);
		CHECK(t, patch_count(&patch));
		patch_free(&patch);
		CHECK(t, file_exists(model));
		CHECK(t, *shipped_variants[i].what);
		CHECK_EQ(t, variant_rank(shipped_variants[i].name), i);
		free(model);
		free(path);
	}
	CHECK_EQ(t, variant_rank("of-mine"), i);
	CHECK(t, variant_cmp("baseline", "of-mine") < 0);
	CHECK(t, variant_cmp("of-mine", "of-yours") < 0);
	CHECK_EQ(t, glob(SRCDIR "/kconfigs/variants/*.patch", 0, NULL,
			 &found), 0);
	CHECK_EQ(t, found.gl_pathc, i - 1);
	globfree(&found);
}

int main(void)
{
	struct check t = { 0 };

	applies(&t);
	encoded(&t);
	refusals(&t);
	damaged(&t);
	series(&t);
	series_fails(&t);
	shipped(&t);
	return check_end(&t);
}
