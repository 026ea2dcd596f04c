/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_OPTIONS_H
#define AUX_LIB_OPTIONS_H

#include <stdio.h>

#include "lib/err.h"

/*
 * One table per program drives parsing, --help, the man page and the shells'
 * completion, so that these cannot differ.
 */
struct option_def {
	char letter;		/* 0: long form only */
	const char *name;
	const char *arg;	/* what stands for its argument; NULL: none */
	const char *help;
	/* Takes the argument (NULL if none); 0 or -errno with @err set. */
	int (*set)(void *ctx, const char *arg, struct err *err);
};

/* A paragraph of the man page after the options ("EXIT STATUS", ...). */
struct option_section {
	const char *title;
	const char *text;
};

struct program {
	const char *name;
	const char *summary;	/* one line */
	const char *usage;	/* what follows the name */
	const char *description;
	const struct option_def *options;	/* ends with a NULL name */
	/* More lines of options that come from another table; may be NULL. */
	const struct option_def *more_options;
	const struct option_section *sections;	/* ends with NULL title */
	/* Takes an argument that is not an option; NULL: none allowed. */
	int (*operand)(void *ctx, const char *arg, struct err *err);
	/* For completion: what an operand can be, one a line; may be NULL. */
	void (*words)(FILE *out);
	/*
	 * Takes what the user's file of defaults says of something that is
	 * not an option.  -ENOENT: there is no such thing.  May be NULL.
	 */
	int (*set_default)(void *ctx, const char *name, const char *value,
			   struct err *err);
};

/*
 * Options and operands may be mixed; "--" ends the options; "--name=arg",
 * "--name arg", "-xarg" and "-x arg" are all understood, and of a long name
 * as much as makes it the only one.  Here are handled, for every program: -h,
 * --help[=PART], -V, --version, --man (the man page on stdout, for the build)
 * and --completion=SHELL.  Before the command line comes the user's file of
 * defaults (lib/options-defaults.c).  lib/ending.h sees to the end.
 * Returns 0 to go on, 1 when --help and the like have been served, or
 * -EINVAL with @err set.
 */
int options_parse(const struct program *program, int argc, char **argv,
		  void *ctx, struct err *err);

#endif
