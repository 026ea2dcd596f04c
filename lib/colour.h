/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_COLOUR_H
#define AUX_LIB_COLOUR_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/err.h"

/*
 * Colours, on terminals only: not with TERM=dumb or without TERM, not when
 * NO_COLOR is set (no-color.org).
 */
bool colour_wanted(FILE *f);

/* "program: text" on stderr. */
void colour_error(const char *program, const char *text);

/*
 * A summary or a verdict on @f: GOOD, BAD and UNDECIDED stand out, and
 * hangs/fulls where there are hangs.  Else it is written as it is.
 */
void colour_put(FILE *f, const char *text);

/* The same with colours, wherever @f goes. */
void colour_put_always(FILE *f, const char *text);

#endif
