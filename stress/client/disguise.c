// SPDX-License-Identifier: GPL-2.0-only
#include "stress/client/disguise.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"

/* Links to all that is in @from, but @except; in a new folder @to. */
static int link_all(const char *from, const char *to, const char *except)
{
	DIR *dir = opendir(from);
	struct dirent *entry;
	char *target, *link;
	int ret = 0;

	if (!dir)
		return -errno;
	if (mkdir(to, 0755) && errno != EEXIST)
		ret = -errno;
	while (!ret && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || !strcmp(entry->d_name, except))
			continue;
		target = xasprintf("%s/%s", from, entry->d_name);
		link = xasprintf("%s/%s", to, entry->d_name);
		if (symlink(target, link))
			ret = -errno;
		free(link);
		free(target);
	}
	closedir(dir);
	return ret;
}

int disguise_make(const char *dir, const char *pmu, const char *name,
		  struct err *err)
{
	/* From the root to where PMUs are: each has the next in it. */
	const char *const way[] = {
		"bus", "event_source", "devices", name
	};
	char *from = xasprintf("/sys"), *to = xasprintf("%s", dir);
	char *next;
	int ret = 0;
	size_t i;

	for (i = 0; i < 4 && !ret; i++) {
		ret = link_all(from, to, way[i]);
		next = xasprintf("%s/%s", from, i < 3 ? way[i] : pmu);
		free(from);
		from = next;
		next = xasprintf("%s/%s", to, way[i]);
		free(to);
		to = next;
	}
	if (!ret && symlink(from, to))
		ret = -errno;
	if (ret)
		err_set(err, ret, "%s, like %s: %s", to, from,
			strerror(-ret));
	free(to);
	free(from);
	return ret;
}
