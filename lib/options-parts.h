/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_OPTIONS_PARTS_H
#define AUX_LIB_OPTIONS_PARTS_H

/* What the parts of lib/options share. */
#include "lib/options.h"

/* Those that every program has; ends with a NULL name, nothing to set. */
extern const struct option_def options_standard[];

/* The tables of a program, one after the other: NULL after the last. */
const struct option_def *options_table(const struct program *program, int i);

/* What --help=PART says is known; @part NULL: the short form. */
int options_help(const struct program *program, const char *part,
		 struct err *err);
void options_man(const struct program *program);
/* @shell: bash or zsh. */
int options_completion(const struct program *program, const char *shell,
		       struct err *err);

/* The file of defaults, if there is one. */
int options_defaults(const struct program *program, void *ctx,
		     struct err *err);
/* What is to be said of that file in the manual. */
extern const struct option_section options_defaults_section;

#endif
