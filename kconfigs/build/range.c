// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/range.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfigs/build/cache.h"
#include "kconfigs/build/source.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

/* Packing a whole tree on a slow disk. */
#define EXPORT_NS (30 * 60 * NSEC_PER_SEC)

/* More than that is another kernel, not a patch. */
#define DIFFERENT_FILES_MAX 4000

#define MAX_ARGS 16

/* git's output without the newline at its end; caller frees *out. */
static int git(const struct kernel_store *store, const char *path,
	       const char *const *args, char **out, struct err *err)
{
	const char *argv[MAX_ARGS] = { "git", "-c", "safe.directory=*" };
	int i = 3, ret;

	while (*args && i < MAX_ARGS - 1)
		argv[i++] = *args++;
	argv[i] = NULL;
	ret = run_output(store, argv, path, false, out, err);
	if (!ret)
		return 0;
	free(*out);
	*out = NULL;
	return ret;
}

bool range_is_git(const struct kernel_store *store, const char *path)
{
	const char *const args[] = { "rev-parse", "--show-prefix", NULL };
	struct err err;
	char *out;
	bool top;

	if (git(store, path, args, &out, &err))
		return false;
	/* A folder within somebody's repository is not a kernel's tree. */
	chomp(out);
	top = !*out;
	free(out);
	return top;
}

int range_last_tag(const struct kernel_store *store, const char *path,
		   char **tag, struct err *err)
{
	const char *const args[] = {
		"describe", "--tags", "--abbrev=0", "--match", "v[0-9]*",
		"HEAD", NULL
	};

	if (git(store, path, args, tag, err))
		return err_set(err, -ENOENT,
			       "%s: no release tag (v6.18, v7.3-rc4 ...) below HEAD to compare with; say --range BASE..HEAD",
			       path);
	chomp(*tag);
	return 0;
}

static int resolve(const struct kernel_store *store, const char *path,
		   const char *rev, char **commit, struct err *err)
{
	char *name = xasprintf("%s^{commit}", rev);
	const char *const args[] = {
		"rev-parse", "--verify", "--quiet", "--end-of-options", name,
		NULL
	};
	int ret = git(store, path, args, commit, err);

	if (ret == -ECHILD)
		ret = err_set(err, -EINVAL, "%s: git knows no commit '%s'",
			      path, rev);
	else if (!ret)
		chomp(*commit);
	free(name);
	return ret;
}

static int archive(const struct kernel_store *store, const char *path,
		   const char *commit, const char *tarball, struct err *err)
{
	char *tmp = xasprintf("%s.new", tarball);
	const char *const argv[] = {
		"git", "-c", "safe.directory=*", "archive", "--format=tar.gz",
		"-1", "--prefix=linux/", "-o", tmp, commit, NULL
	};
	const struct proc proc = {
		.argv = argv, .cwd = path, .in = -1, .out = -1, .errout = 2,
	};
	int ret = proc_run(&proc, store->stop_fd, EXPORT_NS, err);

	if (!ret && rename(tmp, tarball))
		ret = err_set(err, -errno, "%s: %s", tarball, strerror(errno));
	if (ret)
		unlink(tmp);
	free(tmp);
	return ret;
}

int range_export(const struct kernel_store *store, const char *path,
		 const char *rev, char **tarball, struct err *err)
{
	char *dir = xasprintf("%s/range", store->cache), *commit, *lock;
	int fd = -1, ret;

	*tarball = NULL;
	ret = dir_make(dir, err);
	if (!ret)
		ret = resolve(store, path, rev, &commit, err);
	if (ret) {
		free(dir);
		return ret;
	}
	*tarball = xasprintf("%s/linux-%s.tar.gz", dir, commit);
	lock = xasprintf("%s.lock", *tarball);
	fd = cache_lock(store, lock, "the same commit", err);
	ret = fd < 0 ? fd : 0;
	if (!ret && !file_exists(*tarball)) {
		cache_progress(store, "pack %s of %s", rev, path);
		ret = archive(store, path, commit, *tarball, err);
	}
	if (fd >= 0)
		close(fd);
	if (ret) {
		free(*tarball);
		*tarball = NULL;
	}
	free(lock);
	free(commit);
	free(dir);
	return ret;
}

int range_diff(const struct kernel_store *store, const char *path,
	       const char *base, const char *tip, char **diff,
	       struct err *err)
{
	char *from = NULL, *to = NULL;
	int ret;

	*diff = NULL;
	ret = resolve(store, path, base, &from, err);
	if (!ret && tip)
		ret = resolve(store, path, tip, &to, err);
	if (!ret) {
		const char *const args[] = {
			"diff", "--no-renames", "--no-ext-diff",
			"--no-textconv", "--no-color", "--src-prefix=a/",
			"--dst-prefix=b/", from, to, NULL
		};

		ret = git(store, path, args, diff, err);
		if (ret)
			err_prefix(err, ret, "git diff in %s", path);
	}
	if (!ret && !**diff) {
		free(*diff);
		*diff = NULL;
		ret = err_set(err, -ENODATA, "%s: no difference between %s and %s",
			      path, base, tip ? tip : "the work tree");
	}
	free(from);
	free(to);
	return ret;
}

static int diff_file(const struct kernel_store *store, const char *a,
		     const char *b, const char *path, FILE *out,
		     struct err *err)
{
	char *from = xasprintf("--label=a/%s", path);
	char *to = xasprintf("--label=b/%s", path);
	const char *const argv[] = {
		"diff", "-u", "-N", from, to, a, b, NULL
	};
	char *text;
	int ret = run_output(store, argv, NULL, false, &text, err);

	/* 1: they differ. */
	if (ret == -ECHILD)
		ret = 0;
	if (!ret && text)
		fputs(text, out);
	free(text);
	free(to);
	free(from);
	return ret;
}

/* One path of either tree, if it differs. */
static int diff_path(const struct kernel_store *store,
		     const struct source *base, const struct source *tree,
		     const char *path, int *differ, FILE *out,
		     struct err *err)
{
	const struct tree_file *f = tree_find(&base->list, path);
	const struct tree_file *g = tree_find(&tree->list, path);
	char *a, *b;
	int ret;

	if (f && g && tree_same(f, g))
		return 0;
	if (++*differ > DIFFERENT_FILES_MAX)
		return err_set(err, -E2BIG,
			       "%s differs from %s in more than %d files: not a patch, another kernel; say --range, or give its own baseline with --linux and the change with --patch",
			       tree->tree, store->linux_path,
			       DIFFERENT_FILES_MAX);
	a = f ? xasprintf("%s/%s", base->tree, path) : xasprintf("/dev/null");
	b = g ? xasprintf("%s/%s", tree->tree, path) : xasprintf("/dev/null");
	ret = diff_file(store, a, b, path, out, err);
	free(a);
	free(b);
	return ret;
}

static int diff_lists(const struct kernel_store *store,
		      const struct source *base, const struct source *tree,
		      FILE *out, struct err *err)
{
	int differ = 0, ret = 0;
	size_t i;

	for (i = 0; i < base->list.n && !ret; i++)
		ret = diff_path(store, base, tree, base->list.files[i].path,
				&differ, out, err);
	for (i = 0; i < tree->list.n && !ret; i++) {
		if (!tree_find(&base->list, tree->list.files[i].path))
			ret = diff_path(store, base, tree,
					tree->list.files[i].path, &differ,
					out, err);
	}
	if (!ret && !differ)
		ret = err_set(err, -ENODATA, "%s: no difference to %s",
			      tree->tree, store->linux_path);
	return ret;
}

int range_diff_trees(const struct kernel_store *store, const char *tree,
		     char **diff, struct err *err)
{
	struct kernel_store other = *store;
	struct source a, b;
	size_t size;
	FILE *out;
	int ret;

	*diff = NULL;
	memset(&b, 0, sizeof(b));
	other.linux_path = (char *)tree;
	ret = source_identify(store, &a, err);
	if (!ret)
		ret = source_prepare(store, &a, err);
	if (!ret)
		ret = source_identify(&other, &b, err);
	if (!ret)
		ret = source_prepare(&other, &b, err);
	if (!ret) {
		cache_progress(store, "compare %s with %s", tree,
			       store->linux_path);
		out = open_memstream(diff, &size);
		ret = out ? diff_lists(store, &a, &b, out, err) : -ENOMEM;
		if (out)
			fclose(out);
		if (ret) {
			free(*diff);
			*diff = NULL;
		}
	}
	source_free(&a);
	source_free(&b);
	return ret;
}
