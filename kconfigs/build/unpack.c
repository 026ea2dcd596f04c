// SPDX-License-Identifier: GPL-2.0-only
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/tree.h"
#include "lib/file.h"
#include "lib/package.h"
#include "lib/proc.h"

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

/* A tarball that is being unpacked. */
struct unpack {
	const struct kernel_store *store;
	const char *name;
	const char *dst;
	bool all;		/* and not only what a kernel's copy wants */
};

/* Where in @dst an entry of a tarball goes: *path, NULL for nowhere. */
static int unpack_path(const struct unpack *u, struct archive_entry *entry,
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
	if (!u->all && !tree_wants(u->store->arch, at + 1, false))
		return 0;
	link = below_top(archive_entry_hardlink(entry));
	if (link) {
		target = xasprintf("%s%s", u->dst, link);
		archive_entry_set_hardlink(entry, target);
		free(target);
	}
	archive_entry_set_perm(entry, archive_entry_perm(entry) & 0777);
	*path = xasprintf("%s%s", u->dst, at);
	return 0;
}

static int unpack_entries(const struct unpack *u, struct archive *in,
			  struct archive *out, struct err *err)
{
	struct archive_entry *entry;
	char *path;
	int ret;

	for (;;) {
		ret = archive_read_next_header(in, &entry);
		if (ret == ARCHIVE_EOF)
			return 0;
		if (ret < ARCHIVE_WARN)
			return err_set(err, -EINVAL, "%s: %s", u->name,
				       archive_error_string(in));
		if (proc_stopped(u->store->stop_fd))
			return err_set(err, -EINTR, "interrupted");
		ret = unpack_path(u, entry, &path, err);
		if (ret)
			return err_prefix(err, ret, "%s", u->name);
		if (!path)
			continue;
		archive_entry_set_pathname(entry, path);
		free(path);
		/* A file that cannot be made is but a warning of libarchive's. */
		ret = archive_read_extract2(in, entry, out);
		if (ret < ARCHIVE_OK)
			return err_set(err, -EIO, "%s: %s: %s", u->name,
				       archive_entry_pathname(entry),
				       archive_error_string(in));
	}
}

/*
 * Most of the time goes into xz, which is a program beside us where it is
 * there: on another CPU, or, as its tarballs are made of blocks, on several.
 */
static void read_any(struct archive *in)
{
	static const char magic[] = "\xfd" "7zXZ";
	char *xz = program_find("xz");

	/* The first one that knows the magic number gets the file. */
	if (xz)
		archive_read_support_filter_program_signature(in,
				"xz -dcqT0", magic, sizeof(magic));
	archive_read_support_filter_all(in);
	archive_read_support_format_tar(in);
	free(xz);
}

static int unpack(const struct unpack *u, struct err *err)
{
	struct archive *in = archive_read_new();
	struct archive *out = archive_write_disk_new();
	int ret;

	read_any(in);
	/* Nothing outside of @dst; times matter to make. */
	archive_write_disk_set_options(out, ARCHIVE_EXTRACT_TIME |
				       ARCHIVE_EXTRACT_PERM |
				       ARCHIVE_EXTRACT_SECURE_SYMLINKS |
				       ARCHIVE_EXTRACT_SECURE_NODOTDOT);
	if (archive_read_open_filename(in, u->name, 1 << 20))
		ret = err_set(err, -EINVAL, "%s: %s", u->name,
			      archive_error_string(in));
	else
		ret = unpack_entries(u, in, out, err);
	archive_write_free(out);
	archive_read_free(in);
	return ret;
}

int tree_unpack(const struct kernel_store *store, const char *tarball,
		const char *dst, struct err *err)
{
	const struct unpack u = { .store = store, .name = tarball, .dst = dst };

	return unpack(&u, err);
}

int tree_unpack_all(const struct kernel_store *store, const char *tarball,
		    const char *dst, struct err *err)
{
	const struct unpack u = {
		.store = store, .name = tarball, .dst = dst, .all = true,
	};

	return unpack(&u, err);
}
