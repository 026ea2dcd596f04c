/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_LAYOUTS_H
#define AUX_TESTS_LAYOUTS_H

#include <stdbool.h>

#include "tests/check.h"

/* The suite in another place than where it was built, for lib/where.h. */
enum layout {
	LAYOUT_COPIED,
	LAYOUT_MOVED,		/* ... when it has been copied */
	LAYOUT_VPATH,		/* a build folder of that moved one */
	LAYOUT_INSTALLED,	/* for /usr, below a DESTDIR */
	LAYOUTS
};
extern const char *const layout_names[];

/*
 * Makes it in @dir, which is to be the same one for all, in their order.  The
 * copied tree has a job of its own, "own", but no "thread", and its plots leave
 * a file "own-style" where they are drawn.
 */
void layout_make(struct check *t, const char *dir, enum layout layout);

/*
 * Runs its run-matrix or report with NULL-ended arguments in @cwd: 0, or -ECHILD
 * when it failed.
 */
int layout_run(const char *dir, enum layout layout, const char *program,
	       const char *cwd, const char *const *args);

#endif
