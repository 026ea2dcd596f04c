// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kconfigs/build/tree.h"
#include "lib/file.h"

static char *parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return xasprintf("%.*s", slash ? (int)(slash - path) : 0, path);
}

static int copy_link(const char *from, const char *to, struct err *err)
{
	char target[PATH_MAX];
	ssize_t n = readlink(from, target, sizeof(target) - 1);

	if (n < 0)
		return err_set(err, -errno, "%s: %s", from, strerror(errno));
	target[n] = '\0';
	unlink(to);
	if (symlink(target, to))
		return err_set(err, -errno, "%s: %s", to, strerror(errno));
	return 0;
}

/* A folder may be where a file belongs. */
static int clear_way(const char *to, struct err *err)
{
	struct stat st;

	return !lstat(to, &st) && S_ISDIR(st.st_mode) ? dir_remove(to, err) :
		0;
}

static int put_file(const char *src, const char *dst,
		    const struct tree_file *file, struct err *err)
{
	char *from = xasprintf("%s/%s", src, file->path);
	char *to = xasprintf("%s/%s", dst, file->path);
	char *parent = parent_of(to);
	int ret = clear_way(to, err);

	if (!ret && access(parent, F_OK))
		ret = dir_make(parent, err);
	if (!ret)
		ret = file->mode == TREE_LINK ? copy_link(from, to, err) :
			file_copy(from, to, err);
	free(parent);
	free(to);
	free(from);
	return ret;
}

/* With the folders that are empty then. */
static int remove_file(const char *dst, const char *path, struct err *err)
{
	char *full = xasprintf("%s/%s", dst, path), *slash;
	size_t top = strlen(dst);
	int ret = 0;

	if (unlink(full) && errno != ENOENT)
		ret = err_set(err, -errno, "%s: %s", full, strerror(errno));
	while (!ret && (slash = strrchr(full, '/')) > full + top) {
		*slash = '\0';
		if (rmdir(full))
			break;
	}
	free(full);
	return ret;
}

/* First what is in the way, a file in a folder's place among it. */
static int bring_to(const char *src, const struct tree_list *want,
		    const char *dst, const struct tree_list *is,
		    struct err *err)
{
	const struct tree_file *f;
	int ret = 0;
	size_t i;

	for (i = 0; i < is->n && !ret; i++) {
		if (!tree_find(want, is->files[i].path))
			ret = remove_file(dst, is->files[i].path, err);
	}
	for (i = 0; i < want->n && !ret; i++) {
		f = tree_find(is, want->files[i].path);
		if (!f || !tree_same(f, &want->files[i]))
			ret = put_file(src, dst, &want->files[i], err);
	}
	return ret;
}

/* Nothing is believed that was not read back. */
static int check_copy(const char *src, const struct tree_list *want,
		      const struct tree_list *now, struct err *err)
{
	const struct tree_file *f;
	size_t i;

	for (i = 0; i < want->n; i++) {
		f = tree_find(now, want->files[i].path);
		if (!f || !tree_same(f, &want->files[i]))
			return err_set(err, -ESTALE,
				       "%s/%s has changed since it was read: start again",
				       src, want->files[i].path);
	}
	if (now->n != want->n)
		return err_set(err, -ESTALE,
			       "the copy of %s is changed by somebody else",
			       src);
	return 0;
}

int tree_copy(const char *src, const struct tree_list *want, const char *dst,
	      const struct tree_list *memo, struct tree_list *now,
	      struct err *err)
{
	struct tree_list is = { 0 };
	int ret;

	memset(now, 0, sizeof(*now));
	ret = dir_make(dst, err);
	if (!ret)
		ret = tree_scan_copy(dst, memo, &is, err);
	if (!ret)
		ret = bring_to(src, want, dst, &is, err);
	if (!ret)
		ret = tree_scan_copy(dst, &is, now, err);
	if (!ret)
		ret = check_copy(src, want, now, err);
	if (ret)
		tree_list_free(now);
	tree_list_free(&is);
	return ret;
}
