// SPDX-License-Identifier: GPL-2.0-only
/* A look at what is said to be a kernel source, before much time is spent. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kconfigs/build/source.h"
#include "lib/file.h"

#define EXPECTED "expected a git tree, folder or tarball of Linux"

static int check_folder(const char *path, struct err *err)
{
	char *core = xasprintf("%s/kernel/events/core.c", path), *version;
	int ret;

	ret = tree_version(path, &version, err);
	if (ret) {
		ret = err_set(err, -EINVAL,
			      "%s: not a kernel source (it has no Makefile with a VERSION), "
			      EXPECTED, path);
	} else {
		free(version);
		if (!file_exists(core))
			ret = err_set(err, -EINVAL,
				      "%s: not a whole kernel source (no kernel/events/core.c), "
				      EXPECTED, path);
	}
	free(core);
	return ret;
}

/* What the machine lacks says nothing of the file. */
static int not_read(struct archive *in, const char *path, struct err *err)
{
	const char *why = archive_error_string(in);
	int code = archive_errno(in);

	if (code == ENOMEM || code == EIO || code == EACCES)
		return err_set(err, -code, "%s: it cannot be read: %s", path,
			       why ? why : strerror(code));
	return err_set(err, -EINVAL, "%s: not a kernel source (%s), " EXPECTED,
		       path, why ? why : "an empty file");
}

/* The first entry tells whether it is one; the rest would take a minute. */
static int check_tarball(const char *path, struct err *err)
{
	struct archive *in = archive_read_new();
	struct archive_entry *entry;
	int ret = 0;

	archive_read_support_filter_all(in);
	archive_read_support_format_tar(in);
	if (archive_read_open_filename(in, path, 1 << 16) ||
	    archive_read_next_header(in, &entry) < ARCHIVE_WARN)
		ret = not_read(in, path, err);
	else if (!strchr(archive_entry_pathname(entry), '/'))
		ret = err_set(err, -EINVAL,
			      "%s: not a kernel source (its files are in no folder), "
			      EXPECTED, path);
	archive_read_free(in);
	return ret;
}

int source_check(const struct kernel_store *store, struct err *err)
{
	struct stat st;

	if (stat(store->linux_path, &st))
		return err_set(err, -errno, "%s: %s", store->linux_path,
			       strerror(errno));
	return S_ISDIR(st.st_mode) ? check_folder(store->linux_path, err) :
		check_tarball(store->linux_path, err);
}
