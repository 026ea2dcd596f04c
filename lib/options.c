// SPDX-License-Identifier: GPL-2.0-only
#include "lib/options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "lib/ending.h"
#include "lib/options-parts.h"
#include "lib/suggest.h"
#include "lib/version.h"

const struct option_def options_standard[] = {
	{ 'h', "help", "PART", "this text; =all, or =PART: the manual", NULL },
	{ 'V', "version", NULL, "the version", NULL },
	{ 0, "completion", "SHELL", "for bash or zsh, to be sourced", NULL },
	{ 0, "man", NULL, "the manual as a man page", NULL },
	{ 0 }
};

const struct option_def *options_table(const struct program *program, int i)
{
	static const struct option_def none[] = { { 0 } };
	const struct option_def *more = program->more_options;

	switch (i) {
	case 0:
		return program->options;
	case 1:
		return more ? more : none;
	case 2:
		return options_standard;
	}
	return NULL;
}

/* While a long option is looked for: what its beginning could mean. */
struct search {
	const struct option_def *found;
	const struct option_def *second;
	struct suggest suggest;
};

static bool is_exact(const struct option_def *o, size_t len)
{
	return strlen(o->name) == len;
}

static void search_long(struct search *search, const struct program *program,
			const char *name, size_t len)
{
	const struct option_def *o;
	int i;

	for (i = 0; options_table(program, i); i++) {
		for (o = options_table(program, i); o->name; o++) {
			suggest_offer(&search->suggest, o->name);
			if (strncmp(o->name, name, len))
				continue;
			if (!search->found || is_exact(o, len)) {
				search->second = search->found;
				search->found = o;
			} else {
				search->second = o;
			}
		}
	}
}

/* The whole name, or so much of it that it can be no other. */
static int find_long(const struct program *program, const char *name,
		     size_t len, const struct option_def **found,
		     struct err *err)
{
	struct search search = { NULL };
	char word[64], text[SUGGEST_LEN];

	snprintf(word, sizeof(word), "%.*s", (int)len, name);
	suggest_init(&search.suggest, word);
	search_long(&search, program, name, len);
	*found = search.found;
	if (!search.found)
		return err_set(err, -EINVAL,
			       "unknown option --%.*s%s (see --help)",
			       (int)len, name,
			       suggest_text(&search.suggest, "--", text));
	if (search.second && !is_exact(search.found, len))
		return err_set(err, -EINVAL,
			       "--%.*s may be --%s or --%s: a letter more is needed",
			       (int)len, name, search.found->name,
			       search.second->name);
	return 0;
}

static const struct option_def *find_short(const struct program *program,
					   char letter)
{
	const struct option_def *o;
	int i;

	for (i = 0; options_table(program, i); i++) {
		for (o = options_table(program, i); o->name; o++) {
			if (o->letter == letter)
				return o;
		}
	}
	return NULL;
}

/* 1 when served, -EINVAL with @err. */
static int serve_standard(const struct program *program,
			  const struct option_def *o, const char *arg,
			  struct err *err)
{
	int ret = 0;

	if (!strcmp(o->name, "help"))
		ret = options_help(program, arg, err);
	else if (!strcmp(o->name, "completion"))
		ret = options_completion(program, arg, err);
	else if (!strcmp(o->name, "man"))
		options_man(program);
	else
		printf("%s (%s %s)\n", program->name, PACKAGE_NAME,
		       version_full);
	return ret ? ret : 1;
}

/* @arg: what was glued to the option; @next: the following word, or NULL. */
static int take_option(const struct program *program,
		       const struct option_def *o, const char *arg,
		       const char *next, int *used_next, void *ctx,
		       struct err *err)
{
	/* Of --help the argument may be left out. */
	bool needed = o->arg && strcmp(o->name, "help");

	*used_next = 0;
	if (!o->arg && arg)
		return err_set(err, -EINVAL, "--%s takes no argument",
			       o->name);
	if (needed && !arg) {
		if (!next)
			return err_set(err, -EINVAL, "--%s needs %s", o->name,
				       o->arg);
		arg = next;
		*used_next = 1;
	}
	return o->set ? o->set(ctx, arg, err) :
		serve_standard(program, o, arg, err);
}

static int parse_long(const struct program *program, const char *word,
		      const char *next, int *used_next, void *ctx,
		      struct err *err)
{
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_def *o;
	int ret;

	ret = find_long(program, word, len, &o, err);
	return ret ? ret : take_option(program, o, equals ? equals + 1 : NULL,
				       next, used_next, ctx, err);
}

/* "-q", "-qD2s", "-D 2s" */
static int parse_short(const struct program *program, const char *word,
		       const char *next, int *used_next, void *ctx,
		       struct err *err)
{
	const struct option_def *o;
	bool takes;
	int ret;

	*used_next = 0;
	for (; *word; word++) {
		o = find_short(program, *word);
		if (!o)
			return err_set(err, -EINVAL,
				       "unknown option -%c (see --help)",
				       *word);
		takes = o->arg && strcmp(o->name, "help");
		ret = take_option(program, o, takes && word[1] ? word + 1 :
				  NULL, next, used_next, ctx, err);
		if (ret || takes)
			return ret;
	}
	return 0;
}

static int parse(const struct program *program, int argc, char **argv,
		 void *ctx, struct err *err)
{
	int i, used_next, only_operands = 0, ret;
	const char *word, *next;

	ending_watch(program->name);
	for (i = 1; i < argc; i++) {
		word = argv[i];
		next = i + 1 < argc ? argv[i + 1] : NULL;
		used_next = 0;
		if (!only_operands && !strcmp(word, "--")) {
			only_operands = 1;
			continue;
		}
		if (!only_operands && !strncmp(word, "--", 2))
			ret = parse_long(program, word + 2, next, &used_next,
					 ctx, err);
		else if (!only_operands && word[0] == '-' && word[1])
			ret = parse_short(program, word + 1, next, &used_next,
					  ctx, err);
		else if (program->operand)
			ret = program->operand(ctx, word, err);
		else
			ret = err_set(err, -EINVAL,
				      "'%s': no such argument (see --help)",
				      word);
		if (ret)
			return ret;
		i += used_next;
	}
	return 0;
}

int options_parse(const struct program *program, int argc, char **argv,
		  void *ctx, struct err *err)
{
	struct err of_defaults;
	int defaults, ret;

	/* Help is given whatever the file of defaults looks like. */
	defaults = options_defaults(program, ctx, &of_defaults);
	ret = parse(program, argc, argv, ctx, err);
	if (ret <= 0 && defaults) {
		*err = of_defaults;
		return defaults;
	}
	return ret;
}
