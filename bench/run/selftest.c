// SPDX-License-Identifier: GPL-2.0-only
#include "bench/run/selftest.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kconfigs/build/source.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

#define FOLDER "tools/testing/selftests"

/* A tarball is read from its beginning to its end. */
#define UNPACK_TIMEOUT (300 * NSEC_PER_SEC)
#define COMPILE_TIMEOUT (120 * NSEC_PER_SEC)

static int run(const struct kernel_store *store, const char *const *argv,
	       uint64_t timeout, struct err *err)
{
	struct proc proc = { .argv = argv, .in = -1, .out = -1, .errout = -1 };

	return proc_run(&proc, store->stop_fd, timeout, err);
}

/* Only what is needed, into @dir; tar complains of what is not there. */
static int unpack(const struct kernel_store *store, const char *dir,
		  struct err *err)
{
	const char *const argv[] = {
		"tar", "-x", "-f", store->linux_path, "-C", dir,
		"--strip-components=1", "--wildcards",
		"*/" FOLDER "/perf_events/mmap.c",
		"*/" FOLDER "/kselftest.h",
		"*/" FOLDER "/kselftest_harness.h", NULL
	};

	return run(store, argv, UNPACK_TIMEOUT, err);
}

static int compile(const struct kernel_store *store, const char *root,
		   const char *to, struct err *err)
{
	char *source = xasprintf("%s/" FOLDER "/perf_events/mmap.c", root);
	char *folder = xasprintf("-I%s/" FOLDER, root);
	char *tmp = xasprintf("%s.%d", to, (int)getpid());
	const char *const argv[] = {
		"gcc", "-O1", "-w", "-o", tmp, folder, source, "-lpthread",
		NULL
	};
	int ret;

	if (!file_exists(source))
		ret = err_set(err, -ENOENT, "%s has no " FOLDER
			      "/perf_events/mmap.c", store->linux_path);
	else
		ret = run(store, argv, COMPILE_TIMEOUT, err);
	if (!ret && rename(tmp, to))
		ret = err_set(err, -errno, "%s cannot be made", to);
	unlink(tmp);
	free(tmp);
	free(folder);
	free(source);
	return ret;
}

static int make(const struct kernel_store *store, const char *to,
		struct err *err)
{
	struct err ignored;
	struct stat st;
	char *dir;
	int ret;

	if (!stat(store->linux_path, &st) && S_ISDIR(st.st_mode))
		return compile(store, store->linux_path, to, err);
	dir = dir_temp(err);
	if (!dir)
		return -EIO;
	ret = unpack(store, dir, err);
	if (!ret)
		ret = compile(store, dir, to, err);
	dir_remove(dir, &ignored);
	free(dir);
	return ret;
}

int selftest_get(const struct kernel_store *store, char **path,
		 struct err *err)
{
	struct source source;
	char *dir;
	int ret;

	if (!store->linux_path)
		return err_set(err, -ENOENT, "there is no kernel source here");
	ret = source_identify(store, &source, err);
	if (ret)
		return ret;
	dir = xasprintf("%s/selftest/%s", store->cache, source.content);
	source_free(&source);
	*path = xasprintf("%s/" SELFTEST_MMAP, dir);
	if (!file_exists(*path)) {
		ret = dir_make(dir, err);
		if (!ret)
			ret = make(store, *path, err);
	}
	free(dir);
	if (ret) {
		free(*path);
		*path = NULL;
	}
	return ret;
}
