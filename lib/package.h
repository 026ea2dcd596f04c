/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_PACKAGE_H
#define AUX_LIB_PACKAGE_H

#include "lib/err.h"

/* Programs that we call, and the packages that have them. */

/* A program from $PATH; NULL when it is not there.  Caller frees. */
char *program_find(const char *name);

/* Debian's package of a program, or NULL when we do not know. */
const char *program_package(const char *name);

/*
 * All of @names (NULL-ended) are there, or -ENOENT with those that are not
 * and what to install.
 */
int programs_check(const char *const *names, struct err *err);

#endif
