// SPDX-License-Identifier: GPL-2.0-only
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kconfigs/build/tree.h"
#include "lib/file.h"
#include "lib/proc.h"

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

/* One file from one tree to the other, as a link if @share. */
static int put_file(const char *src, const char *dst, const char *path,
		    bool share, struct err *err)
{
	char *from = xasprintf("%s/%s", src, path);
	char *to = xasprintf("%s/%s", dst, path);
	char *parent = parent_of(to);
	struct stat st;
	int ret = 0;

	if (lstat(from, &st))
		ret = err_set(err, -errno, "%s: %s", from, strerror(errno));
	if (!ret && access(parent, F_OK))
		ret = dir_make(parent, err);
	if (!ret && S_ISLNK(st.st_mode)) {
		ret = copy_link(from, to, err);
	} else if (!ret) {
		if (share)
			unlink(to);
		if (!share || link(from, to))
			ret = file_copy(from, to, err);
	}
	free(parent);
	free(to);
	free(from);
	return ret;
}

int tree_unshare(const char *dst, const char *path, struct err *err)
{
	char *full = xasprintf("%s/%s", dst, path);
	struct stat st;
	int ret = 0;

	if (!lstat(full, &st) && S_ISREG(st.st_mode) && st.st_nlink > 1)
		ret = file_copy(full, full, err);
	free(full);
	return ret;
}

static int manifest_write(const char *path, const struct tree_list *list,
			  struct err *err)
{
	struct file_new out;
	size_t i;
	int ret;

	ret = file_open(&out, path, err);
	if (ret)
		return ret;
	for (i = 0; i < list->n; i++)
		fprintf(out.stream,
			"%" PRIu64 " %" PRIu64 " %" PRIu64 " %s\n",
			list->files[i].size, list->files[i].mtime,
			list->files[i].ctime, list->files[i].path);
	return file_commit(&out, err);
}

/* A manifest that is not there, or torn, is an empty one: copy all. */
static void manifest_read(const char *path, struct tree_list *list)
{
	char *text, *line, *end;
	struct tree_file file;
	size_t room = 0;
	struct err err;
	int at;

	list->files = NULL;
	list->n = 0;
	if (file_read(path, &text, NULL, &err))
		return;
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (sscanf(line, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %n",
			   &file.size, &file.mtime, &file.ctime, &at) != 3)
			break;
		file.path = xasprintf("%s", line + at);
		if (list->n == room) {
			room = room ? 2 * room : 1024;
			list->files = realloc(list->files,
					      room * sizeof(file));
			if (!list->files)
				abort();
		}
		list->files[list->n++] = file;
	}
	free(text);
}

/* The ctime of a file that is shared changes with every link to it. */
static bool same(const struct tree_file *a, const struct tree_file *b,
		 bool link)
{
	return a->size == b->size && a->mtime == b->mtime && a->mtime &&
		(link || a->ctime == b->ctime);
}

static bool is_in(char *const *paths, const char *path)
{
	for (; paths && *paths; paths++) {
		if (!strcmp(*paths, path))
			return true;
	}
	return false;
}

/* One bit per file of @now: has to be copied. */
static size_t mark_changes(const struct tree_list *old,
			   const struct tree_list *now, char *const *touched,
			   bool link, bool *copy)
{
	size_t i, n = 0;

	for (i = 0; i < now->n; i++) {
		const struct tree_file *f = &now->files[i];
		const struct tree_file *was = tree_find(old, f->path);

		copy[i] = !was || !same(was, f, link) ||
			is_in(touched, f->path);
		n += copy[i];
	}
	return n;
}

static int remove_file(const char *dst, const char *path, struct err *err)
{
	char *full = xasprintf("%s/%s", dst, path);
	int ret = 0;

	if (unlink(full) && errno != ENOENT && errno != ENOTDIR)
		ret = err_set(err, -errno, "%s: %s", full, strerror(errno));
	free(full);
	return ret;
}

/* What is in @dst and no longer in @now. */
static int remove_gone(const struct tree_list *old,
		       const struct tree_list *now, char *const *touched,
		       const char *dst, struct err *err)
{
	int ret = 0;
	size_t i;

	for (i = 0; i < old->n && !ret; i++) {
		if (!tree_find(now, old->files[i].path))
			ret = remove_file(dst, old->files[i].path, err);
	}
	for (; touched && *touched && !ret; touched++) {
		if (!tree_find(now, *touched))
			ret = remove_file(dst, *touched, err);
	}
	return ret;
}

/*
 * Before anything is changed: from now on, and should we die half-way, the
 * files in question count as unknown.
 */
static int disclaim(const char *manifest, struct tree_list *old,
		    const struct tree_list *now, const bool *copy,
		    struct err *err)
{
	size_t i;

	for (i = 0; i < old->n; i++) {
		const struct tree_file *f = tree_find(now, old->files[i].path);

		if (!f || copy[f - now->files])
			old->files[i].mtime = 0;
	}
	return manifest_write(manifest, old, err);
}

int tree_mirror(const char *src, const struct tree_list *now, const char *dst,
		const char *manifest, char *const *touched, bool link,
		struct err *err)
{
	bool first = !file_exists(manifest);
	struct tree_list old;
	size_t i, n;
	bool *copy;
	int ret;

	copy = calloc(now->n, sizeof(*copy));
	if (!copy)
		abort();
	manifest_read(manifest, &old);
	n = mark_changes(&old, now, touched, link, copy);
	ret = dir_make(dst, err);
	if (!ret && !first && (n || old.n != now->n))
		ret = disclaim(manifest, &old, now, copy, err);
	if (!ret)
		ret = remove_gone(&old, now, touched, dst, err);
	for (i = 0; i < now->n && !ret; i++) {
		if (copy[i])
			ret = put_file(src, dst, now->files[i].path,
				       first && link, err);
	}
	if (!ret && (n || old.n != now->n))
		ret = manifest_write(manifest, now, err);
	tree_list_free(&old);
	free(copy);
	return ret;
}

/* What is below a tarball's only folder, "/kernel/events/core.c"; or NULL. */
static const char *below_top(const char *path)
{
	if (path && path[0] == '.' && path[1] == '/')
		path += 2;
	return path ? strchr(path, '/') : NULL;
}

/* Does @target, of a link in the folder of @at ("/scripts/dtc/x"), stay? */
static bool stays_inside(const char *at, const char *target)
{
	int depth = -1;
	size_t len;

	if (*target == '/')
		return false;
	for (; *at; at++)
		depth += *at == '/';
	for (; *target; target += len + strspn(target + len, "/")) {
		len = strcspn(target, "/");
		if (len == 2 && !strncmp(target, "..", 2))
			depth--;
		else if (len != 1 || *target != '.')
			depth++;
		if (depth < 0)
			return false;
	}
	return true;
}

/*
 * A kernel's source is files, and links within: whatever else there is in a
 * tarball would be written somewhere else, or be somebody's trap.
 */
static const char *bad_entry(struct archive_entry *entry, const char *at)
{
	const char *link = archive_entry_symlink(entry);

	if (strstr(at, "/../") || (strlen(at) > 2 &&
				   !strcmp(at + strlen(at) - 3, "/..")))
		return "a path out of the tree";
	if (archive_entry_hardlink(entry)) {
		link = below_top(archive_entry_hardlink(entry));
		return link && stays_inside("/", link + 1) ? NULL :
			"a hard link out of the tree";
	}
	if (link)
		return stays_inside(at, link) ? NULL :
			"a symbolic link out of the tree";
	return archive_entry_filetype(entry) == AE_IFREG ? NULL :
		"no file, folder or link";
}

/* Where in @dst an entry of a tarball goes: *path, NULL for nowhere. */
static int unpack_path(const char *dst, struct archive_entry *entry,
		       char **path, struct err *err)
{
	const char *at = below_top(archive_entry_pathname(entry));
	const char *bad, *link;
	char *target;

	*path = NULL;
	if (!at || archive_entry_filetype(entry) == AE_IFDIR)
		return 0;
	bad = bad_entry(entry, at);
	if (bad)
		return err_set(err, -EINVAL, "%s: %s",
			       archive_entry_pathname(entry), bad);
	if (!tree_wants(at + 1, false))
		return 0;
	link = below_top(archive_entry_hardlink(entry));
	if (link) {
		target = xasprintf("%s%s", dst, link);
		archive_entry_set_hardlink(entry, target);
		free(target);
	}
	archive_entry_set_perm(entry, archive_entry_perm(entry) & 0777);
	*path = xasprintf("%s%s", dst, at);
	return 0;
}

static int unpack_all(const struct kernel_store *store, struct archive *in,
		      struct archive *out, const char *dst, const char *name,
		      struct err *err)
{
	struct archive_entry *entry;
	char *path;
	int ret;

	for (;;) {
		ret = archive_read_next_header(in, &entry);
		if (ret == ARCHIVE_EOF)
			return 0;
		if (ret < ARCHIVE_WARN)
			return err_set(err, -EINVAL, "%s: %s", name,
				       archive_error_string(in));
		if (proc_stopped(store->stop_fd))
			return err_set(err, -EINTR, "interrupted");
		ret = unpack_path(dst, entry, &path, err);
		if (ret)
			return err_prefix(err, ret, "%s", name);
		if (!path)
			continue;
		archive_entry_set_pathname(entry, path);
		free(path);
		/* A file that cannot be made is but a warning of libarchive's. */
		ret = archive_read_extract2(in, entry, out);
		if (ret < ARCHIVE_OK)
			return err_set(err, -EIO, "%s: %s: %s", name,
				       archive_entry_pathname(entry),
				       archive_error_string(in));
	}
}

int tree_unpack(const struct kernel_store *store, const char *tarball,
		const char *dst, struct err *err)
{
	struct archive *in = archive_read_new();
	struct archive *out = archive_write_disk_new();
	int ret;

	archive_read_support_filter_all(in);
	archive_read_support_format_tar(in);
	/* Nothing outside of @dst; times matter to make. */
	archive_write_disk_set_options(out, ARCHIVE_EXTRACT_TIME |
				       ARCHIVE_EXTRACT_PERM |
				       ARCHIVE_EXTRACT_SECURE_SYMLINKS |
				       ARCHIVE_EXTRACT_SECURE_NODOTDOT);
	if (archive_read_open_filename(in, tarball, 1 << 20))
		ret = err_set(err, -EINVAL, "%s: %s", tarball,
			      archive_error_string(in));
	else
		ret = unpack_all(store, in, out, dst, tarball, err);
	archive_write_free(out);
	archive_read_free(in);
	return ret;
}
