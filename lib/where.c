// SPDX-License-Identifier: GPL-2.0-only
#include "lib/where.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"

/* No other folder has it. */
#define MARK "bench/jobs/default.job"

static bool has(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool there = file_exists(path);

	free(path);
	return there;
}

/* Removes the last component; false when there is none. */
static bool up(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		return false;
	*slash = '\0';
	return true;
}

/*
 * The nearest folder above the program that has the data.  Without any, the one
 * above the program's: what is then looked for in it is named in the error.
 */
static char *find_top(void)
{
	char exe[PATH_MAX], *top;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[n > 0 ? n : 0] = '\0';
	top = xasprintf("%s", exe);
	while (up(top)) {
		if (has(top, "data/" MARK) || has(top, MARK))
			return top;
	}
	free(top);
	up(exe);
	up(exe);
	return xasprintf("%s", exe);
}

char *where_data(const char *fmt, ...)
{
	char *top = find_top(), *name = NULL, *path;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&name, fmt, ap) < 0)
		abort();
	va_end(ap);
	path = xasprintf(has(top, "data/" MARK) ? "%s/data/%s" : "%s/%s", top,
			 name);
	free(name);
	free(top);
	return path;
}

char *where_built(const char *name)
{
	char *top = find_top(), *path = xasprintf("%s/%s", top, name);

	free(top);
	return path;
}
