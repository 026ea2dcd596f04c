// SPDX-License-Identifier: GPL-2.0-only
#include "lib/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "lib/version.h"

static const struct option_def *find_in(const struct option_def *o,
					const char *name, size_t len)
{
	for (; o && o->name; o++) {
		if (strlen(o->name) == len && !strncmp(o->name, name, len))
			return o;
	}
	return NULL;
}

static const struct option_def *find_long(const struct program *program,
					  const char *name, size_t len)
{
	const struct option_def *o = find_in(program->options, name, len);

	return o ? o : find_in(program->more_options, name, len);
}

static const struct option_def *find_short(const struct program *program,
					   char letter)
{
	const struct option_def *o;

	for (o = program->options; o->name; o++) {
		if (o->letter == letter)
			return o;
	}
	return NULL;
}

/* "  -D, --duration=TIME" */
static void option_form(const struct option_def *o, char *buf, size_t size)
{
	char letter[8] = "";

	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	snprintf(buf, size, "%s--%s%s%s", letter, o->name, o->arg ? "=" : "",
		 o->arg ? o->arg : "");
}

static void help_options(const struct option_def *o)
{
	char form[64];

	for (; o && o->name; o++) {
		option_form(o, form, sizeof(form));
		printf("  %-28s %s\n", form, o->help);
	}
}

static void print_help(const struct program *program)
{
	const struct option_section *s;

	printf("Usage: %s %s\n%s\n\n%s\n\nOptions:\n", program->name,
	       program->usage, program->summary, program->description);
	help_options(program->options);
	help_options(program->more_options);
	printf("  %-28s %s\n  %-28s %s\n", "--help", "this text", "--version",
	       "the version");
	for (s = program->sections; s && s->title; s++)
		printf("\n%s\n%s\n", s->title, s->text);
}

/* Text for roff: a backslash, a dash and a leading dot mean themselves. */
static void roff(const char *text)
{
	char last = '\n';

	for (; *text; text++) {
		if (last == '\n' && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (*text == '\\')
			fputs("\\\\", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
		last = *text;
	}
	putchar('\n');
}

static void man_options(const struct option_def *o)
{
	char form[64];

	for (; o && o->name; o++) {
		option_form(o, form, sizeof(form));
		printf(".TP\n.B ");
		roff(form);
		roff(o->help);
	}
}

static void print_man(const struct program *program)
{
	const struct option_section *s;

	printf(".TH %s 1 \"\" \"%s\" \"aux-tests\"\n.SH NAME\n",
	       program->name, PACKAGE_STRING);
	printf("%s \\- ", program->name);
	roff(program->summary);
	printf(".SH SYNOPSIS\n.B %s\n", program->name);
	roff(program->usage);
	printf(".SH DESCRIPTION\n");
	roff(program->description);
	printf(".SH OPTIONS\n");
	man_options(program->options);
	man_options(program->more_options);
	printf(".TP\n.B \\-\\-help\nthis text\n.TP\n.B \\-\\-version\n"
	       "the version\n");
	for (s = program->sections; s && s->title; s++) {
		printf(".SH %s\n.nf\n", s->title);
		roff(s->text);
		printf(".fi\n");
	}
}

static int standard_option(const struct program *program, const char *name)
{
	if (!strcmp(name, "help"))
		print_help(program);
	else if (!strcmp(name, "version"))
		printf("%s (%s %s)\n", program->name, PACKAGE_NAME,
		       version_full);
	else if (!strcmp(name, "man"))
		print_man(program);
	else
		return 0;
	return 1;
}

/* @arg: what was glued to the option; @next: the following word, or NULL. */
static int take_option(const struct option_def *o, const char *arg,
		       const char *next, int *used_next, void *ctx,
		       struct err *err)
{
	*used_next = 0;
	if (!o->arg && arg)
		return err_set(err, -EINVAL, "--%s takes no argument",
			       o->name);
	if (o->arg && !arg) {
		if (!next)
			return err_set(err, -EINVAL, "--%s needs %s", o->name,
				       o->arg);
		arg = next;
		*used_next = 1;
	}
	return o->set(ctx, arg, err);
}

static int parse_long(const struct program *program, const char *word,
		      const char *next, int *used_next, void *ctx,
		      struct err *err)
{
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_def *o = find_long(program, word, len);

	if (!o)
		return err_set(err, -EINVAL,
			       "unknown option --%.*s (see --help)", (int)len,
			       word);
	return take_option(o, equals ? equals + 1 : NULL, next, used_next, ctx,
			   err);
}

/* "-q", "-qD2s", "-D 2s" */
static int parse_short(const struct program *program, const char *word,
		       const char *next, int *used_next, void *ctx,
		       struct err *err)
{
	const struct option_def *o;
	int ret;

	*used_next = 0;
	for (; *word; word++) {
		o = find_short(program, *word);
		if (!o)
			return err_set(err, -EINVAL,
				       "unknown option -%c (see --help)",
				       *word);
		if (o->arg)
			return take_option(o, word[1] ? word + 1 : NULL, next,
					   used_next, ctx, err);
		ret = o->set(ctx, NULL, err);
		if (ret)
			return ret;
	}
	return 0;
}

int options_parse(const struct program *program, int argc, char **argv,
		  void *ctx, struct err *err)
{
	int i, used_next, only_operands = 0, ret;
	const char *word, *next;

	for (i = 1; i < argc; i++) {
		word = argv[i];
		next = i + 1 < argc ? argv[i + 1] : NULL;
		used_next = 0;
		if (!only_operands && !strcmp(word, "--")) {
			only_operands = 1;
			continue;
		}
		if (!only_operands && !strncmp(word, "--", 2)) {
			if (standard_option(program, word + 2))
				return 1;
			ret = parse_long(program, word + 2, next, &used_next,
					 ctx, err);
		} else if (!only_operands && word[0] == '-' && word[1]) {
			if (word[1] == 'h' && !find_short(program, 'h')) {
				print_help(program);
				return 1;
			}
			ret = parse_short(program, word + 1, next, &used_next,
					  ctx, err);
		} else if (program->operand) {
			ret = program->operand(ctx, word, err);
		} else {
			ret = err_set(err, -EINVAL,
				      "'%s': no such argument (see --help)",
				      word);
		}
		if (ret)
			return ret;
		i += used_next;
	}
	return 0;
}
