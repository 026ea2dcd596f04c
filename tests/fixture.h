/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_FIXTURE_H
#define AUX_TESTS_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"

/* A folder with small files in it, for tests of what handles trees. */

/*
 * In memory, where there is room for it: for tests that write many files, each
 * of which is waited for.  To be called before fixture_dir().
 */
static inline void fixture_in_memory(void)
{
	if (!access("/dev/shm", W_OK))
		setenv("TMPDIR", "/dev/shm", 0);
}

static inline char *fixture_dir(void)
{
	struct err err;
	char *dir = dir_temp(&err);

	if (!dir) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	return dir;
}

static inline void fixture_put(const char *dir, const char *name,
			       const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	char *slash = strrchr(path, '/');
	struct err err;

	*slash = '\0';
	if (dir_make(path, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	*slash = '/';
	if (file_write(path, text, strlen(text), &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	free(path);
}

/* True when the file is there with just this text. */
static inline int fixture_is(const char *dir, const char *name,
			     const char *text)
{
	char *path = xasprintf("%s/%s", dir, name), *now;
	struct err err;
	int same = 0;

	if (!file_read(path, &now, NULL, &err)) {
		same = !strcmp(now, text);
		free(now);
	}
	free(path);
	return same;
}

static inline int fixture_has(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	int has = file_exists(path);

	free(path);
	return has;
}

/* Removes it, unless something @failed: then it is kept to be looked at. */
static inline void fixture_end(char *dir, int failed)
{
	struct err err;

	char *kept = xasprintf("%s-kept", dir);

	/* By another name, or the next program would tidy it away. */
	if (failed)
		printf("kept: %s\n", rename(dir, kept) ? dir : kept);
	else
		dir_remove(dir, &err);
	free(kept);
	free(dir);
}

#endif
