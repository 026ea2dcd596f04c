// SPDX-License-Identifier: GPL-2.0-only
#include "lib/package.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"

static const struct {
	const char *program, *package;
} packages[] = {
	{ "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu" },
	{ "aarch64-linux-gnu-ld", "binutils-aarch64-linux-gnu" },
	{ "aarch64-linux-gnu-objcopy", "binutils-aarch64-linux-gnu" },
	{ "b4", "b4" },
	{ "bc", "bc" },
	{ "bison", "bison" },
	{ "cyclictest", "rt-tests" },
	{ "flex", "flex" },
	{ "flock", "util-linux" },
	{ "gcc", "gcc" },
	{ "git", "git" },
	{ "gnuplot", "gnuplot-nox" },
	{ "hackbench", "rt-tests" },
	{ "ld", "binutils" },
	{ "make", "make" },
	{ "objcopy", "binutils" },
	{ "patch", "patch" },
	{ "perf", "linux-perf" },
	{ "qemu-system-aarch64", "qemu-system-arm" },
	{ "qemu-system-x86_64", "qemu-system-x86" },
	{ "scp", "openssh-client" },
	{ "sftp", "openssh-client" },
	{ "spin", "spin" },
	{ "ssh", "openssh-client" },
	{ "tar", "tar" },
};

char *program_find(const char *name)
{
	const char *path = getenv("PATH"), *end;
	char *full;

	if (strchr(name, '/'))
		return access(name, X_OK) ? NULL : xasprintf("%s", name);
	for (; path && *path; path = *end ? end + 1 : end) {
		end = strchrnul(path, ':');
		full = xasprintf("%.*s/%s", (int)(end - path), path, name);
		if (end != path && !access(full, X_OK))
			return full;
		free(full);
	}
	return NULL;
}

const char *program_package(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(packages) / sizeof(packages[0]); i++) {
		if (!strcmp(packages[i].program, name))
			return packages[i].package;
	}
	return NULL;
}

static void join(char *list, size_t size, const char *word)
{
	size_t len = strlen(list);

	snprintf(list + len, size - len, "%s%s", len ? " " : "", word);
}

int programs_check(const char *const *names, struct err *err)
{
	char missing[200] = "", install[200] = "";
	const char *package;
	char *path;
	int i;

	for (i = 0; names[i]; i++) {
		path = program_find(names[i]);
		package = program_package(names[i]);
		if (!path) {
			join(missing, sizeof(missing), names[i]);
			if (package && !strstr(install, package))
				join(install, sizeof(install), package);
		}
		free(path);
	}
	if (!*missing)
		return 0;
	return err_set(err, -ENOENT, "not installed: %s%s%s%s", missing,
		       *install ? " (apt-get install " : "", install,
		       *install ? ")" : "");
}
