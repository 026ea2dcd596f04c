// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-patches-random [TRIALS [SEED]]: patches made of edits that are known, in
 * all the forms that mail gives them, must have just that effect; the same
 * with something broken in them must have the effect that git's own commands
 * have, or be refused.  What we refuse and git takes is refused by name.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kconfigs/build/mail.h"
#include "kconfigs/build/patch.h"
#include "lib/random.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/unit/patch-forms.h"

#define DEFAULT_TRIALS 200

struct place {
	struct check *t;
	char *dir;
	uint64_t random;
	long trial, whole, broken, refused, git_takes;
};

static int shell(struct place *p, const char *command)
{
	char *all = xasprintf("cd %s && export GIT_DIR=/nonexistent && { %s; } >>log 2>&1",
			      p->dir, command);
	int ret = system(all);

	free(all);
	return ret;
}

static char *in(struct place *p, const char *name)
{
	return xasprintf("%s/%s", p->dir, name);
}

/* @lines lines, each of which is there once; none has a blank at its end. */
static char *some_text(struct place *p, int lines)
{
	const char *end = pick(&p->random, 5) ? "\n" : "\r\n";
	size_t size;
	char *text;
	FILE *f = open_memstream(&text, &size);

	while (lines--)
		fprintf(f, "%s%s%x = \303\266;%s",
			pick(&p->random, 3) ? "\t" : "",
			pick(&p->random, 9) ? "line" : "From rename from --- ",
			(unsigned int)random_next(&p->random) & 0xffffff, end);
	if (!pick(&p->random, 5))
		fprintf(f, "no newline at the end");
	fclose(f);
	return text;
}

/* One line of @text is another, is gone, or there is one more. */
static char *edited(struct place *p, const char *text)
{
	size_t lines = 0, n, size, len;
	const char *c;
	char *out;
	FILE *f = open_memstream(&out, &size);

	for (c = text; *c; c++)
		lines += *c == '\n';
	n = lines ? pick(&p->random, lines) : 0;
	for (c = text; *c; c += len, n--) {
		len = strcspn(c, "\n");
		len += c[len] == '\n';
		if (n || pick(&p->random, 3))
			fwrite(c, 1, len, f);
		if (!n && c[len - 1] == '\n')
			fprintf(f, "new%x\n",
				(unsigned int)random_next(&p->random));
	}
	fclose(f);
	return out;
}

/* A change of text, as diff(1) can say it, or of anything. */
static void edit(struct place *p, struct toy *toy, bool text_only)
{
	int i = pick(&p->random, toy->n);
	struct toy_file *f = &toy->file[i];
	char *text;

	switch (text_only ? 9 : pick(&p->random, 10)) {
	case 0:
		toy_add(toy, toy_name(toy, "new"),
			some_text(p, pick(&p->random, 9)));
		return;
	case 1:
		toy_add(toy, toy_name(toy, "empty"), xasprintf("%s", ""));
		return;
	case 2:
		if (toy->n > 3)
			toy_remove(toy, i);
		return;
	case 3:
		free(f->path);
		f->path = toy_name(toy, "renamed");
		return;
	case 4:
		text = edited(p, f->text);
		toy_add(toy, toy_name(toy, "copy"), text);
		return;
	case 5:
		f->program = !f->program;
		return;
	case 6:
		free(f->text);
		f->text = xasprintf("\001\002binary%x\003\n",
				    (unsigned int)random_next(&p->random));
		return;
	}
	text = edited(p, f->text);
	free(f->text);
	f->text = text;
}

static void put_tree(struct place *p, const struct toy *toy,
		     const char *name)
{
	char *path = in(p, name);
	struct err err;

	dir_remove(path, &err);
	toy_write(toy, path);
	free(path);
}

/* From a to b, by git or by diff(1). */
static char *make_diff(struct place *p, bool text_only)
{
	static const char *const ways[] = {
		"git diff --no-index --no-prefix --binary a b",
		"git diff --no-index --no-prefix --binary -M a b",
		"git diff --no-index --no-prefix --binary -M -C --find-copies-harder a b",
		"git diff --no-index --no-prefix --binary --no-renames a b",
	};
	/* Without an index git has the folders in these lines, too. */
	char *command = xasprintf("%s | LC_ALL=C sed -E 's,^((rename|copy) (from|to)) [ab]/,\\1 ,' >diff",
				  text_only ? "diff -aurN a b" :
				  ways[pick(&p->random, 4)]);
	char *path = in(p, "diff"), *text = NULL;
	struct err err;

	shell(p, command);
	if (file_read(path, &text, NULL, &err))
		text = xasprintf("%s", "");
	free(path);
	free(command);
	return text;
}

/* Edits until there is a diff. */
static char *next_diff(struct place *p, struct toy *toy, bool text_only)
{
	char *diff = NULL;
	int edits;

	put_tree(p, toy, "a");
	do {
		free(diff);
		for (edits = 1 + pick(&p->random, 3); edits; edits--)
			edit(p, toy, text_only);
		put_tree(p, toy, "b");
		diff = make_diff(p, text_only);
	} while (!*diff);
	return diff;
}

/* What git makes of the.patch, in the folder ref. */
static bool git_takes(struct place *p, const char *text)
{
	return !shell(p, mail_begins(text) ?
		      "rm -rf mail && mkdir mail && git mailsplit -b -omail -- the.patch && for m in mail/0*; do git mailinfo -n -k msg mail.diff <$m && (cd ref && git apply ../mail.diff) || exit 1; done" :
		      "cd ref && git apply ../the.patch");
}

static int our_way(struct place *p, struct err *err)
{
	const struct kernel_store store = { .stop_fd = -1 };
	char *path = in(p, "the.patch"), *tree = in(p, "ours");
	struct patch patch;
	int ret;

	ret = patch_read(&patch, arch_here, (const char *[]){ path, NULL },
			 err);
	if (!ret) {
		ret = patch_apply(&patch, &store, tree, err);
		patch_free(&patch);
	}
	free(tree);
	free(path);
	return ret;
}

static void wrong(struct place *p, const char *what, const struct err *err)
{
	printf("trial %ld: %s: %s\n", p->trial, what, err->text);
	p->t->failed++;
}

/* It names a thing that git has no objection to. */
static bool is_named(const char *text)
{
	return strstr(text, "renames or copies") ||
		strstr(text, "changes nothing that is part of") ||
		strstr(text, "a reply with a diff") ||
		strstr(text, "has a zero byte") ||
		strstr(text, "is left out");
}

/* Ours and git's, from the same tree. */
static void try_broken(struct place *p, const char *text)
{
	struct err err = { .text = "" };
	bool git;
	int ret;

	fixture_put(p->dir, "the.patch", text);
	git = git_takes(p, text);
	ret = our_way(p, &err);
	if (!ret && !git)
		wrong(p, "we take what git does not", &err);
	else if (!ret && shell(p, "diff -r --no-dereference ref ours"))
		wrong(p, "not what git makes of it", &err);
	else if (ret && git && !is_named(err.text))
		wrong(p, "git takes what we refuse without a name", &err);
	p->t->done++;
	p->broken++;
	p->refused += ret != 0;
	p->git_takes += ret && git;
}

/* As it was meant. */
static void try_whole(struct place *p, const struct toy *want,
		      const char *text)
{
	struct err err = { .text = "" };
	char *tree = in(p, "ours");
	int ret;

	fixture_put(p->dir, "the.patch", text);
	ret = our_way(p, &err);
	if (ret)
		wrong(p, "refused", &err);
	else if (!toy_is(want, tree))
		wrong(p, "not what was meant", &err);
	p->t->done++;
	p->whole++;
	free(tree);
}

/* Puts the diffs into one file; mails with others around, if @company. */
static char *assemble(struct place *p, char *const *diffs, int n, bool mail,
		      bool company)
{
	size_t size;
	char *text;
	FILE *f = open_memstream(&text, &size);
	int i;

	if (!mail)
		form_plain(f, &p->random, diffs[0]);
	if (mail && company && pick(&p->random, 2))
		form_cover(f, n, diffs[0]);
	for (i = 0; i < n && mail; i++)
		form_mail(f, &p->random, i + 1, n, diffs[i]);
	if (mail && company && pick(&p->random, 2))
		form_reply(f, diffs[0]);
	fclose(f);
	return text;
}

static void trial(struct place *p)
{
	bool mail = pick(&p->random, 2), text_only = !pick(&p->random, 4);
	bool broken = pick(&p->random, 2);
	int n = mail ? 1 + pick(&p->random, 3) : 1, i;
	struct toy toy = { .n = 0 };
	char *diffs[3], *text, *bad;

	for (i = 0; i < 4; i++)
		toy_add(&toy, toy_name(&toy, "file"),
			some_text(p, 3 + pick(&p->random, 30)));
	put_tree(p, &toy, "ours");
	put_tree(p, &toy, "ref");
	for (i = 0; i < n; i++)
		diffs[i] = next_diff(p, &toy, text_only);
	text = assemble(p, diffs, n, mail, !broken);
	if (broken) {
		bad = form_broken(&p->random, text);
		try_broken(p, bad);
		free(bad);
	} else {
		try_whole(p, &toy, text);
	}
	for (i = 0; i < n; i++)
		free(diffs[i]);
	free(text);
	toy_free(&toy);
}

int main(int argc, char **argv)
{
	long trials = argc > 1 ? atol(argv[1]) : DEFAULT_TRIALS;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) :
		(uint64_t)time(NULL);
	struct check t = { 0 };
	struct place p = { .t = &t };

	fixture_in_memory();
	p.dir = fixture_dir();
	for (p.trial = 0; p.trial < trials && t.failed < 10; p.trial++) {
		/* Each has a seed of its own, to be tried again by itself. */
		p.random = seed + p.trial;
		random_next(&p.random);
		trial(&p);
		if (t.failed) {
			printf("again: %s 1 %llu\n", argv[0],
			       (unsigned long long)seed + p.trial);
			break;
		}
	}
	printf("seed %llu: %ld whole, %ld broken, of these %ld refused, %ld taken by git\n",
	       (unsigned long long)seed, p.whole, p.broken, p.refused,
	       p.git_takes);
	fixture_end(p.dir, t.failed);
	return check_end(&t);
}
