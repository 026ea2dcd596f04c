// SPDX-License-Identifier: GPL-2.0-only
/* Tarballs that would write elsewhere than in the folder they are given. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kconfigs/build/tree.h"
#include "tests/check.h"
#include "tests/fixture.h"

struct item {
	const char *path;
	int type;		/* AE_IFREG ... */
	const char *link;	/* symbolic, or hard with type 0 */
	int mode;
};

static const struct item good[] = {
	{ "linux-7/Makefile", AE_IFREG, NULL, 0644 },
	{ "linux-7/kernel", AE_IFDIR, NULL, 0755 },
	{ "linux-7/kernel/core.c", AE_IFREG, NULL, 0644 },
	{ "linux-7/scripts/run.sh", AE_IFREG, NULL, 0755 },
	{ "linux-7/scripts/dtc/prefix", AE_IFLNK, "../../kernel", 0777 },
	{ "linux-7/kernel/again.c", 0, "linux-7/kernel/core.c", 0644 },
};

/* The last item, after the good ones, and what is said of it. */
static const struct {
	struct item item[2];
	const char *what;
} bad[] = {
	{ { { "linux-7/../../out", AE_IFREG, NULL, 0644 } },
	  "a path out of the tree" },
	{ { { "linux-7/kernel/..", AE_IFREG, NULL, 0644 } },
	  "a path out of the tree" },
	{ { { "linux-7/kernel/x", AE_IFLNK, "/etc", 0777 } },
	  "a symbolic link out of the tree" },
	{ { { "linux-7/kernel/x", AE_IFLNK, "../../out", 0777 } },
	  "a symbolic link out of the tree" },
	{ { { "linux-7/x", AE_IFLNK, "kernel/../../out", 0777 } },
	  "a symbolic link out of the tree" },
	{ { { "linux-7/x.c", 0, "/etc/passwd", 0644 } }, "does not exist" },
	{ { { "linux-7/x.c", 0, "linux-7/../../secret", 0644 } },
	  "a hard link out of the tree" },
	{ { { "linux-7/x.c", 0, "secret", 0644 } },
	  "a hard link out of the tree" },
	{ { { "linux-7/kernel/null", AE_IFCHR, NULL, 0666 } },
	  "no file, folder or link" },
	{ { { "linux-7/kernel/sda", AE_IFBLK, NULL, 0666 } },
	  "no file, folder or link" },
	{ { { "linux-7/kernel/pipe", AE_IFIFO, NULL, 0666 } },
	  "no file, folder or link" },
	/* A link within, and then a file through it. */
	{ { { "linux-7/lib", AE_IFLNK, "kernel", 0777 },
	    { "linux-7/lib/x.c", AE_IFREG, NULL, 0644 } },
	  "symlink" },
};

static void put_item(struct archive *out, const struct item *item)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, item->path);
	archive_entry_set_filetype(entry, item->type ? (unsigned int)item->type :
				   AE_IFREG);
	archive_entry_set_perm(entry, item->mode);
	archive_entry_set_mtime(entry, 1700000000, 0);
	if (item->link && item->type)
		archive_entry_set_symlink(entry, item->link);
	else if (item->link)
		archive_entry_set_hardlink(entry, item->link);
	archive_entry_set_size(entry, item->type == AE_IFREG ? 4 : 0);
	archive_write_header(out, entry);
	if (item->type == AE_IFREG)
		archive_write_data(out, "text", 4);
	archive_entry_free(entry);
}

static void make_tarball(const char *path, const struct item *more, bool xz)
{
	struct archive *out = archive_write_new();
	size_t i;

	archive_write_set_format_pax_restricted(out);
	if (xz)
		archive_write_add_filter_xz(out);
	archive_write_open_filename(out, path);
	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		put_item(out, &good[i]);
	for (i = 0; i < 2 && more && more[i].path; i++)
		put_item(out, &more[i]);
	archive_write_free(out);
}

static int mode_of(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct stat st = { 0 };

	if (lstat(path, &st))
		st.st_mode = 0;
	free(path);
	return st.st_mode & 07777;
}

static int unpack(const char *dir, const struct item *more, struct err *err)
{
	struct kernel_store store = {
		.stop_fd = -1, .arch = arch_here,
	};
	char *tarball = xasprintf("%s/t.tar", dir);
	char *tree = xasprintf("%s/tree", dir);
	int ret;

	err->text[0] = '\0';
	dir_remove(tree, err);
	make_tarball(tarball, more, false);
	ret = tree_unpack(&store, tarball, tree, err);
	free(tarball);
	free(tree);
	return ret;
}

enum damage { WHOLE, CUT, CHANGED, DAMAGES };

static void damage(const char *path, enum damage how)
{
	struct err err;
	size_t len;
	char *data;

	if (file_read(path, &data, &len, &err))
		exit(1);
	if (how == CUT)
		len -= 40;
	else if (how == CHANGED)
		data[len / 2] ^= 0x55;
	file_write(path, data, len, &err);
	free(data);
}

/* By the program or, where that is not there, by the library: the same. */
static void compressed(struct check *t, const char *dir, const char *programs)
{
	struct kernel_store store = { .stop_fd = -1 };
	char *tarball = xasprintf("%s/t.tar.xz", dir);
	char *tree = xasprintf("%s/tree", dir);
	struct err err;
	int how, ret;

	setenv("PATH", programs, 1);
	for (how = WHOLE; how < DAMAGES; how++) {
		dir_remove(tree, &err);
		make_tarball(tarball, NULL, true);
		damage(tarball, how);
		ret = tree_unpack(&store, tarball, tree, &err);
		if (how == WHOLE)
			CHECK_EQ(t, ret, 0);
		else
			CHECK(t, ret < 0 && strstr(err.text, "t.tar.xz: "));
		if (how == WHOLE)
			CHECK(t, fixture_is(dir, "tree/kernel/again.c", "text"));
	}
	free(tree);
	free(tarball);
}

int main(void)
{
	static const struct item setuid[] = {
		{ "linux-7/scripts/root.sh", AE_IFREG, NULL, 06755 }, { 0 }
	};
	char *made = fixture_dir(), *dir = realpath(made, NULL);
	struct check t = { 0 };
	struct err err;
	size_t i;
	int ret;

	umask(022);
	fixture_put(dir, "secret", "mine");
	CHECK_EQ(&t, unpack(dir, setuid, &err), 0);
	CHECK(&t, fixture_is(dir, "tree/kernel/core.c", "text"));
	CHECK(&t, fixture_is(dir, "tree/kernel/again.c", "text"));
	CHECK(&t, fixture_is(dir, "tree/scripts/dtc/prefix/core.c", "text"));
	CHECK_EQ(&t, mode_of(dir, "tree/scripts/run.sh"), 0755);
	CHECK_EQ(&t, mode_of(dir, "tree/scripts/root.sh"), 0755);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ret = unpack(dir, bad[i].item, &err);
		if (!ret || !strcasestr(err.text, bad[i].what))
			printf("%s: %d '%s'\n", bad[i].item[0].path, ret,
			       err.text);
		CHECK(&t, ret < 0);
		CHECK(&t, strcasestr(err.text, bad[i].what));
		CHECK(&t, fixture_is(dir, "secret", "mine"));
		CHECK(&t, !fixture_has(dir, "out"));
	}
	compressed(&t, dir, getenv("PATH"));
	compressed(&t, dir, "/nonexistent");
	free(dir);
	fixture_end(made, t.failed);
	return check_end(&t);
}
