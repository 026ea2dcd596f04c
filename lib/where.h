/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_WHERE_H
#define AUX_LIB_WHERE_H

/*
 * Where the suite's own files are, seen from the program that runs: nothing
 * knows the folder in which it was built, so a tree may be moved, copied or
 * installed.  Names are as in the source tree, and there are two places:
 *
 *             programs                      data: jobs, plots, patches, ...
 *   tree      TOP                           TOP
 *   VPATH     BUILD                         BUILD/data, a link to the sources
 *   installed PREFIX/libexec/aux-tests      its data, a link to
 *                                           PREFIX/share/aux-tests
 */

/* The path of a file or folder of the data, there or not; caller frees. */
char *where_data(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same of what is built: "stress/agent". */
char *where_built(const char *name);

#endif
