/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_GIT_H
#define AUX_KCONFIGS_BUILD_GIT_H

#include <stdbool.h>
#include <stddef.h>

#include "kconfigs/build/kernel.h"
#include "lib/err.h"

/* git, as a program: only it reads patches and repositories as git does. */

/* One call. */
struct git {
	int stop_fd;		/* see lib/proc.h */
	const char *cwd;	/* NULL: here */
	const char *input;	/* a file for its stdin, or NULL: */
	const char *text;	/* what it reads there, or NULL: nothing */
	size_t text_len;
	bool apart;		/* sees no repository around @cwd */
};

/*
 * Runs git with @args (NULL-ended) and neither the user's settings nor a
 * repository from the environment.  0, -ECHILD when it failed, -ENOENT when
 * there is none, or -errno.  *out is what it printed (*len bytes; may be
 * NULL), *why what it complained of; caller frees both, whatever happened.
 */
int git_run(const struct git *git, const char *const *args, char **out,
	    size_t *len, char **why, struct err *err);

/* It complains of this machine, not of what it was given. */
bool git_blames_host(const char *why);

/* An option with a path, so that git takes each of its characters as it is. */
char *git_pattern(const char *option, const char *path);

#endif
