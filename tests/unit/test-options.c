// SPDX-License-Identifier: GPL-2.0-only
/* Command lines and the user's file of defaults. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/options.h"
#include "lib/suggest.h"
#include "tests/check.h"
#include "tests/fixture.h"

struct got {
	const char *output, *linux_path, *label, *operand, *key;
	int lists, quiet;
};

static int set_output(void *ctx, const char *arg, struct err *err)
{
	((struct got *)ctx)->output = arg;
	return 0;
}

static int set_linux(void *ctx, const char *arg, struct err *err)
{
	((struct got *)ctx)->linux_path = arg;
	return 0;
}

static int set_list(void *ctx, const char *arg, struct err *err)
{
	((struct got *)ctx)->lists++;
	return 0;
}

static int set_list_all(void *ctx, const char *arg, struct err *err)
{
	((struct got *)ctx)->lists += 100;
	return 0;
}

static int set_quiet(void *ctx, const char *arg, struct err *err)
{
	((struct got *)ctx)->quiet++;
	return 0;
}

static int take_operand(void *ctx, const char *arg, struct err *err)
{
	((struct got *)ctx)->operand = arg;
	return 0;
}

static int set_default(void *ctx, const char *name, const char *value,
		       struct err *err)
{
	if (strcmp(name, "drain"))
		return -ENOENT;
	((struct got *)ctx)->key = value;
	return 0;
}

static const struct option_def options[] = {
	{ 'o', "output", "DIR", "there", set_output },
	{ 0, "linux", "PATH", "source", set_linux },
	{ 0, "list", NULL, "list", set_list },
	{ 0, "list-all", NULL, "list all", set_list_all },
	{ 'q', "quiet", NULL, "quiet", set_quiet },
	{ 0 }
};

static const struct program program = {
	.name = "run-matrix", .summary = "a test", .usage = "", .options =
	options, .description = "", .operand = take_operand,
	.set_default = set_default,
};

/* The words of @line. */
static int parse(const char *line, struct got *got, struct err *err)
{
	static char copy[256];
	char *argv[16] = { "test" }, *save;
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	*got = (struct got) { NULL };
	*err = (struct err) { "" };
	for (argv[argc] = strtok_r(copy, " ", &save); argv[argc];
	     argv[argc] = strtok_r(NULL, " ", &save))
		argc++;
	return options_parse(&program, argc, argv, got, err);
}

static bool fails(const char *line, const char *text)
{
	struct err err;
	struct got got;
	bool good = parse(line, &got, &err) == -EINVAL &&
		strstr(err.text, text);

	if (!good)
		printf("'%s': '%s', expected '%s'\n", line, err.text, text);
	return good;
}

static void abbreviations(struct check *t)
{
	struct err err;
	struct got got;

	CHECK(t, !parse("--out=a --lin b --q x", &got, &err));
	CHECK(t, got.output && !strcmp(got.output, "a"));
	CHECK(t, got.linux_path && !strcmp(got.linux_path, "b"));
	CHECK(t, got.operand && !strcmp(got.operand, "x"));
	CHECK_EQ(t, got.quiet, 1);
	/* A whole name is meant, also when it begins another. */
	CHECK(t, !parse("--list", &got, &err));
	CHECK_EQ(t, got.lists, 1);
	CHECK(t, !parse("--list-", &got, &err));
	CHECK_EQ(t, got.lists, 100);
	CHECK(t, !parse("-qoa", &got, &err));
	CHECK(t, got.quiet && got.output && !strcmp(got.output, "a"));
	CHECK(t, !parse("-- --list", &got, &err));
	CHECK(t, got.operand && !strcmp(got.operand, "--list"));
	CHECK(t, fails("--li", "--li may be --linux or --list"));
	CHECK(t, fails("--liunx=x",
		       "unknown option --liunx; did you mean --linux?"));
	CHECK(t, fails("--zzz", "unknown option --zzz (see --help)"));
	CHECK(t, fails("-z", "unknown option -z"));
	CHECK(t, fails("--quiet=1", "--quiet takes no argument"));
	CHECK(t, fails("--output", "--output needs DIR"));
	CHECK(t, fails("--help=nothing", "expected one of all, defaults"));
	CHECK(t, fails("--completion=ksh", "expected bash or zsh"));
}

static void suggestions(struct check *t)
{
	static const struct {
		const char *word, *best;
	} cases[] = {
		{ "drian", "drain" }, { "watermak", "watermark" },
		{ "dur", "duration" }, { "xyzzy", NULL }, { "d", NULL },
		{ "rain", "drain" }, { "dranis", "drain" },
	};
	static const char *const names[] = {
		"drain", "watermark", "duration", "window"
	};
	struct suggest s;
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		suggest_init(&s, cases[i].word);
		for (k = 0; k < 4; k++)
			suggest_offer(&s, names[k]);
		CHECK(t, !s.best == !cases[i].best &&
		      (!s.best || !strcmp(s.best, cases[i].best)));
	}
}

static void defaults(struct check *t)
{
	char *dir = fixture_dir();
	struct err err;
	struct got got;

	unsetenv("AUX_TESTS_CONFIG");
	setenv("XDG_CONFIG_HOME", dir, 1);
	CHECK(t, !parse("x", &got, &err));
	fixture_put(dir, "aux-tests",
		    "# mine\n[sign-off]\nbudget = 1h\n\n[run-matrix]\n"
		    "  linux = /a tree \nquiet=yes\nlist = no\ndrain = 3ms\n");
	CHECK(t, !parse("x", &got, &err));
	CHECK(t, got.linux_path && !strcmp(got.linux_path, "/a tree"));
	CHECK(t, got.quiet == 1 && !got.lists);
	CHECK(t, got.key && !strcmp(got.key, "3ms"));
	/* The command line has the last word. */
	CHECK(t, !parse("--linux=/b", &got, &err));
	CHECK(t, got.linux_path && !strcmp(got.linux_path, "/b"));

	fixture_put(dir, "aux-tests", "[run-matrix]\nlinus = /a\n");
	CHECK(t, fails("x", "aux-tests:2: run-matrix has no option or key 'linus'; did you mean linux?"));
	fixture_put(dir, "aux-tests", "[run-matirx]\nlinux = /a\n");
	CHECK(t, fails("x", "aux-tests:1: [run-matirx]: expected the name of a program, such as [run-matrix]; did you mean run-matrix?"));
	fixture_put(dir, "aux-tests", "[run-matrix]\nquiet = 1\n");
	CHECK(t, fails("x", "aux-tests:2: quiet: '1', expected yes or no"));
	fixture_put(dir, "aux-tests", "linux = /a\n");
	CHECK(t, fails("x", "aux-tests:1: expected [program]"));
	/* It does not stand between a user and help. */
	CHECK_EQ(t, parse("-V", &got, &err), 1);
	fixture_end(dir, t->failed);
}

int main(void)
{
	struct check t = { 0 };

	setenv("AUX_TESTS_CONFIG", "/dev/null", 1);
	abbreviations(&t);
	suggestions(&t);
	defaults(&t);
	return check_end(&t);
}
