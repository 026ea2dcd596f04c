// SPDX-License-Identifier: GPL-2.0-only
/* The initramfs, as libarchive reads it back. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "bench/target/initramfs.h"
#include "bench/target/needed.h"
#include "lib/file.h"
#include "lib/package.h"
#include "tests/check.h"

struct content {
	int entries, libraries, loader, twice;
	mode_t init, module, dev, program;
	dev_t console;
	long init_size;
	bool order;		/* each directory before what is in it */
	char names[200][128];
};

static bool known(const struct content *c, const char *name)
{
	int i;

	for (i = 0; i < c->entries; i++) {
		if (!strcmp(c->names[i], name))
			return true;
	}
	return false;
}

static void look(struct content *c, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	mode_t mode = archive_entry_mode(entry);
	char parent[128], *slash;

	snprintf(parent, sizeof(parent), "%s", name);
	slash = strrchr(parent, '/');
	if (slash)
		*slash = '\0';
	c->order &= !slash || known(c, parent);
	c->twice += known(c, name);
	if (c->entries < 200)
		snprintf(c->names[c->entries++], 128, "%s", name);
	if (!strcmp(name, "init")) {
		c->init = mode;
		c->init_size = archive_entry_size(entry);
	}
	if (!strcmp(name, "auxsynth.ko"))
		c->module = mode;
	if (!strcmp(name, "usr/bin/ls"))
		c->program = mode;
	if (!strcmp(name, "dev"))
		c->dev = mode;
	if (!strcmp(name, "dev/console") && S_ISCHR(mode))
		c->console = archive_entry_rdev(entry);
	c->libraries += !!strstr(name, "libc.so");
	c->loader += !!strstr(name, "ld-");
}

static int read_back(const char *path, struct content *c)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	int ret;

	memset(c, 0, sizeof(*c));
	c->order = true;
	archive_read_support_format_cpio(a);
	archive_read_support_filter_all(a);
	ret = archive_read_open_filename(a, path, 65536);
	while (!ret && !(ret = archive_read_next_header(a, &entry)))
		look(c, entry);
	if (archive_format(a) != ARCHIVE_FORMAT_CPIO_SVR4_NOCRC ||
	    archive_filter_code(a, 0) != ARCHIVE_FILTER_NONE)
		ret = ARCHIVE_FATAL;
	archive_read_free(a);
	return ret == ARCHIVE_EOF ? 0 : ret;
}

static void test_whole(struct check *t, const char *dir, const char *self)
{
	static const char *const programs[] = {
		"ls", "no-such-program-here", NULL
	};
	char *path = xasprintf("%s/i.cpio", dir);
	char *module = xasprintf("%s/x.ko", dir);
	struct initramfs initramfs = {
		.agent = self, .module = module, .programs = programs,
	};
	struct content c;
	struct err err = { "" };
	struct stat st;

	CHECK_EQ(t, file_write(module, "module", 6, &err), 0);
	CHECK_EQ(t, initramfs_write(&initramfs, path, -1, &err), 0);
	if (*err.text)
		printf("%s\n", err.text);
	CHECK_EQ(t, read_back(path, &c), 0);
	CHECK(t, S_ISREG(c.init) && (c.init & 0111) == 0111);
	CHECK_EQ(t, stat(self, &st), 0);
	CHECK_EQ(t, c.init_size, st.st_size);
	CHECK(t, S_ISREG(c.module));
	CHECK(t, S_ISREG(c.program) && (c.program & 0111));
	CHECK(t, S_ISDIR(c.dev));
	CHECK_EQ(t, c.console, makedev(5, 1));
	CHECK_EQ(t, c.libraries, 1);
	CHECK(t, c.loader > 0);
	CHECK(t, c.order);
	CHECK_EQ(t, c.twice, 0);
	CHECK(t, known(&c, "proc") && known(&c, "sys") && known(&c, "tmp"));
	CHECK(t, !known(&c, "usr/bin/no-such-program-here"));
	free(module);
	free(path);
}

static void expect_error(struct check *t, const char *dir,
			 const char *agent, const char *what)
{
	char *path = xasprintf("%s/bad.cpio", dir);
	struct initramfs initramfs = { .agent = agent };
	struct err err = { "" };

	CHECK(t, initramfs_write(&initramfs, path, -1, &err) < 0);
	if (!strstr(err.text, what))
		printf("said: %s\nexpected: %s\n", err.text, what);
	CHECK(t, strstr(err.text, what));
	/* Nothing half-made is left. */
	CHECK(t, !file_exists(path));
	free(path);
}

/* By its name in $PATH, or where it is said to be. */
static void test_find(struct check *t, const char *self)
{
	char *path = program_find("sh");

	CHECK(t, path && strstr(path, "/sh"));
	free(path);
	path = program_find(self);
	CHECK(t, path && !strcmp(path, self));
	free(path);
	CHECK(t, !program_find("/no/such/program"));
	CHECK(t, !program_find("no-such-program"));
}

/* What the file itself says, without its loader; and files that are torn. */
static void test_needed(struct check *t, const char *dir, const char *self)
{
	char *path = xasprintf("%s/torn", dir), *data;
	struct needed needed;
	struct err err;
	size_t size, len, i;
	bool libc = false;

	CHECK_EQ(t, needed_read(&needed, self, &err), 0);
	CHECK(t, needed.loader && strstr(needed.loader, "/ld-"));
	for (i = 0; i < needed.n; i++)
		libc |= !strcmp(needed.libraries[i], "libc.so.6");
	CHECK(t, libc);
	needed_free(&needed);
	CHECK_EQ(t, file_read(self, &data, &size, &err), 0);
	for (len = 1; len < size; len = len < 2000 ? len + 7 : len * 2) {
		CHECK_EQ(t, file_write(path, data, len, &err), 0);
		if (!needed_read(&needed, path, &err))
			needed_free(&needed);
		CHECK(t, len >= 64 || strstr(err.text, "not a 64-bit ELF"));
	}
	CHECK(t, needed_read(&needed, "/no/such/file", &err) < 0);
	free(data);
	free(path);
}

/*
 * With another architecture's name nothing is run, and libraries are looked for
 * where that has its own: ours are not there, or they are not for us.
 */
static void test_foreign(struct check *t, const char *dir, const char *self)
{
	const struct arch other = { .name = "other", .triplet = "no-such" };
	struct initramfs initramfs = { .agent = self, .arch = &other };
	char *path = xasprintf("%s/foreign.cpio", dir);
	struct err err = { "" };

	CHECK_EQ(t, initramfs_write(&initramfs, path, -1, &err), -ENOENT);
	CHECK(t, strstr(err.text, "a library of other that is not installed"));
	CHECK(t, !file_exists(path));
	free(path);
}

int main(void)
{
	char dir[] = "/tmp/test-initramfs-XXXXXX", *script;
	struct check t = { 0 };
	char self[4096] = "";
	struct err err;

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0 ||
	    !mkdtemp(dir))
		return 1;
	test_find(&t, self);
	test_whole(&t, dir, self);
	test_needed(&t, dir, self);
	test_foreign(&t, dir, self);
	expect_error(&t, dir, "/no/such/agent", "/no/such/agent: No such");
	script = xasprintf("%s/script", dir);
	CHECK_EQ(&t, file_write(script, "#!/bin/sh\n", 10, &err), 0);
	expect_error(&t, dir, script, "not a 64-bit ELF program");
	CHECK(&t, initramfs_write(&(struct initramfs){ .agent = self },
				  "/no/such/dir/x", -1, &err) < 0);
	dir_remove(dir, &err);
	free(script);
	return check_end(&t);
}
