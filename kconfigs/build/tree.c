// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/tree.h"

#include <errno.h>
#include <fts.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/arch.h"
#include "lib/file.h"

/*
 * Most of a kernel tree is of no use to the guest.  What lies below these
 * folders is left out but for the files that Kconfig and make read in any
 * case.
 */
static const char *const unwanted[] = {
	"Documentation/", "LICENSES/", "rust/", "samples/", "sound/",
	"drivers/accel/", "drivers/clk/", "drivers/crypto/", "drivers/gpu/",
	"drivers/hwmon/", "drivers/iio/", "drivers/infiniband/",
	"drivers/media/", "drivers/mfd/", "drivers/mmc/", "drivers/mtd/",
	"drivers/net/", "drivers/phy/", "drivers/pinctrl/", "drivers/platform/",
	"drivers/power/", "drivers/regulator/", "drivers/s390/",
	"drivers/scsi/", "drivers/soc/", "drivers/spi/", "drivers/staging/",
	"drivers/usb/",
	NULL
};

/* Of arch/, tools/arch/ and tools/ only our own architecture's and these. */
static const char *const tools[] = {
	"tools/bpf/resolve_btfids/", "tools/build/", "tools/include/",
	"tools/lib/", "tools/objtool/", "tools/scripts/", NULL
};

/* What builds leave behind, at the top or anywhere. */
static const char *const products_top[] = {
	".config", ".config.old", ".git", ".version", "System.map",
	"include/config", "include/generated",
	"vmlinux", "vmlinux.a", "vmlinux.o", "vmlinux.unstripped", NULL
};

static const char *const products_suffix[] = {
	".o", ".a", ".ko", ".cmd", ".mod", ".mod.c", ".order", ".symvers", NULL
};

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && !strcmp(s + n - m, suffix);
}

static bool read_by_make(const char *path)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	return starts(name, "Kconfig") || starts(name, "Makefile") ||
		starts(name, "Kbuild");
}

static bool is_product(const char *path)
{
	int i;

	for (i = 0; products_top[i]; i++) {
		if (!strcmp(path, products_top[i]))
			return true;
	}
	for (i = 0; products_suffix[i]; i++) {
		if (ends(path, products_suffix[i]))
			return true;
	}
	return starts(path, "arch/") && ends(path, "/include/generated");
}

static bool starts_with_any(const char *path, const char *const *prefixes)
{
	for (; *prefixes; prefixes++) {
		if (starts(path, *prefixes))
			return true;
	}
	return false;
}

/* @path is below @folder and there not our architecture's. */
static bool of_other_arch(const char *path, const char *folder)
{
	const char *rest = path + strlen(folder);
	size_t len = arch_here ? strlen(arch_here->name) : 0;

	return starts(path, folder) && strchr(rest, '/') &&
		(!len || strncmp(rest, arch_here->name, len) ||
		 rest[len] != '/');
}

static bool is_unwanted(const char *path)
{
	if (arch_here && starts_with_any(path, arch_here->sources))
		return false;
	if (starts_with_any(path, unwanted) || of_other_arch(path, "arch/"))
		return true;
	if (starts(path, "tools/arch/"))
		return of_other_arch(path, "tools/arch/");
	return starts(path, "tools/") && strchr(path + 6, '/') &&
		!starts_with_any(path, tools);
}

bool tree_wants(const char *path, bool is_dir)
{
	if (is_product(path))
		return false;
	return is_dir || read_by_make(path) || !is_unwanted(path);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tree_file *)a)->path,
		      ((const struct tree_file *)b)->path);
}

static uint64_t stamp(const struct timespec *ts)
{
	return ts->tv_sec * 1000000000ull + ts->tv_nsec;
}

static void list_add(struct tree_list *list, const struct tree_file *file)
{
	/* Room for powers of two, from 64. */
	if (list->n < 64 ? !list->n : !(list->n & (list->n - 1))) {
		size_t room = list->n < 64 ? 64 : 2 * list->n;

		list->files = realloc(list->files,
				      room * sizeof(*list->files));
		if (!list->files)
			abort();
	}
	list->files[list->n++] = *file;
}

/* A build folder that the user keeps within the tree. */
static bool is_build_folder(const char *path)
{
	char *file = xasprintf("%s/include/config/auto.conf", path);
	bool found = file_exists(file);

	free(file);
	return found;
}

static void scan_one(FTS *fts, FTSENT *e, size_t root_len,
		     struct tree_list *list)
{
	const char *path = e->fts_path + root_len;
	struct tree_file file;

	if (e->fts_info == FTS_D) {
		if (e->fts_level && (!tree_wants(path, true) ||
				     (e->fts_level == 1 &&
				      is_build_folder(e->fts_accpath))))
			fts_set(fts, e, FTS_SKIP);
		return;
	}
	if ((e->fts_info != FTS_F && e->fts_info != FTS_SL &&
	     e->fts_info != FTS_SLNONE) || !tree_wants(path, false))
		return;
	file.path = xasprintf("%s", path);
	file.size = e->fts_statp->st_size;
	file.mtime = stamp(&e->fts_statp->st_mtim);
	file.ctime = stamp(&e->fts_statp->st_ctim);
	list_add(list, &file);
}

int tree_scan(const char *root, struct tree_list *list, struct err *err)
{
	char *const roots[] = { (char *)root, NULL };
	size_t root_len = strlen(root) + 1;
	FTSENT *e;
	FTS *fts;

	list->files = NULL;
	list->n = 0;
	fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (!fts)
		return err_set(err, -errno, "%s: %s", root, strerror(errno));
	while ((e = fts_read(fts)))
		scan_one(fts, e, root_len, list);
	fts_close(fts);
	if (!list->n)
		return err_set(err, -ENOENT, "%s: no files there", root);
	qsort(list->files, list->n, sizeof(*list->files), by_path);
	return 0;
}

void tree_list_free(struct tree_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		free(list->files[i].path);
	free(list->files);
	list->files = NULL;
	list->n = 0;
}

const struct tree_file *tree_find(const struct tree_list *list,
				  const char *path)
{
	const struct tree_file key = { .path = (char *)path };

	if (!list->n)
		return NULL;
	return bsearch(&key, list->files, list->n, sizeof(key), by_path);
}

void tree_key(const struct tree_list *list, struct key *key)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct tree_file *f = &list->files[i];
		uint64_t what[] = { f->size, f->mtime, f->ctime };

		key_add(key, f->path, what, sizeof(what));
	}
}

int tree_version(const char *root, char **version, struct err *err)
{
	char *path = xasprintf("%s/Makefile", root);
	unsigned int v = 0, p = 0, s = 0;
	char extra[64] = "";
	char *text, *line;
	int ret;

	ret = file_read(path, &text, NULL, err);
	free(path);
	if (ret)
		return err_prefix(err, ret, "not a kernel source");
	for (line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		sscanf(line, "VERSION = %u", &v);
		sscanf(line, "PATCHLEVEL = %u", &p);
		sscanf(line, "SUBLEVEL = %u", &s);
		sscanf(line, "EXTRAVERSION =%*[ ]%63[^\n]", extra);
		if (starts(line, "NAME ="))
			break;
	}
	free(text);
	if (!v)
		return err_set(err, -EINVAL,
			       "%s: not a kernel source: its Makefile has no VERSION",
			       root);
	*version = xasprintf("%u.%u.%u%s", v, p, s, extra);
	return 0;
}
