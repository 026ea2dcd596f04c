// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

/*
 * Most of a kernel tree is of no use to the guest.  What lies below these
 * folders is left out but for the files that Kconfig and make read in any
 * case.
 */
static const char *const unwanted[] = {
	"Documentation/", "LICENSES/", "net/", "rust/", "samples/", "sound/",
	"drivers/accel/", "drivers/ata/", "drivers/block/", "drivers/clk/",
	"drivers/comedi/", "drivers/crypto/", "drivers/dma/", "drivers/gpio/",
	"drivers/gpu/", "drivers/hid/", "drivers/hwmon/", "drivers/i2c/",
	"drivers/iio/", "drivers/infiniband/", "drivers/input/",
	"drivers/isdn/", "drivers/md/", "drivers/media/", "drivers/mfd/",
	"drivers/misc/", "drivers/mmc/", "drivers/mtd/", "drivers/net/",
	"drivers/phy/", "drivers/pinctrl/", "drivers/platform/",
	"drivers/power/", "drivers/regulator/", "drivers/s390/",
	"drivers/scsi/", "drivers/soc/", "drivers/spi/", "drivers/staging/",
	"drivers/target/", "drivers/usb/", "drivers/video/",
	"fs/btrfs/", "fs/ceph/", "fs/ext4/", "fs/f2fs/", "fs/gfs2/",
	"fs/nfs/", "fs/nfsd/", "fs/ntfs3/", "fs/ocfs2/", "fs/smb/",
	"fs/ubifs/", "fs/xfs/",
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
static bool of_other_arch(const struct arch *arch, const char *path,
			  const char *folder)
{
	const char *rest = path + strlen(folder);
	size_t len = arch ? strlen(arch->name) : 0;

	return starts(path, folder) && strchr(rest, '/') &&
		(!len || strncmp(rest, arch->name, len) ||
		 rest[len] != '/');
}

static bool is_unwanted(const struct arch *arch, const char *path)
{
	if (arch && starts_with_any(path, arch->sources))
		return false;
	if (starts_with_any(path, unwanted) || of_other_arch(arch, path, "arch/"))
		return true;
	if (starts(path, "tools/arch/"))
		return of_other_arch(arch, path, "tools/arch/");
	return starts(path, "tools/") && strchr(path + 6, '/') &&
		!starts_with_any(path, tools);
}

bool tree_wants(const struct arch *arch, const char *path, bool is_dir)
{
	if (is_product(path))
		return false;
	return is_dir || read_by_make(path) || !is_unwanted(arch, path);
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
