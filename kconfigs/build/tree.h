/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_TREE_H
#define AUX_KCONFIGS_BUILD_TREE_H

#include <sha256.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kconfigs/build/cache.h"
#include "lib/arch.h"
#include "lib/err.h"

/*
 * Kernel source trees.  We build in a copy of our own, never in the user's
 * tree: only what the guest's kernel can need is copied, and a patch may change
 * it.  A tree is known by its contents: each file's hash, which is remembered
 * together with what stat says of the file, and taken again when that differs.
 */

/*
 * True for what belongs in a copy for guests of @arch (NULL: of none): not
 * other architectures, drivers that the guest has not got, documentation, build
 * products.
 */
bool tree_wants(const struct arch *arch, const char *path, bool is_dir);

/* What a file is: its permissions as far as they count, or one of these. */
enum {
	TREE_FILE = 0644,
	TREE_PROGRAM = 0755,
	TREE_LINK = 0120000,
	TREE_OTHER = 0,		/* a device, a socket: in no tree of ours */
};

struct tree_file {
	char *path;
	unsigned int mode;
	uint64_t size, inode;
	uint64_t mtime, ctime;	/* ns; ctime 0: hash it again next time */
	uint8_t hash[SHA256_DIGEST_LENGTH];
};

/* A tree's files as they are now, sorted by path. */
struct tree_list {
	struct tree_file *files;
	size_t n, room;
};

/* Sorted paths. */
struct tree_names {
	char **names;
	size_t n;
	char *text;		/* that they point into */
};

/*
 * What a copy for @arch needs of the tree at @root.  @only: the files that are source,
 * or NULL: all.  @memo: the list of an earlier time, or NULL.
 */
int tree_scan(const struct arch *arch, const char *root,
	      const struct tree_names *only, const struct tree_list *memo,
	      struct tree_list *list, struct err *err);
/* Everything in a copy but the folder obj at its top. */
int tree_scan_copy(const char *root, const struct tree_list *memo,
		   struct tree_list *list, struct err *err);
void tree_list_free(struct tree_list *list);
const struct tree_file *tree_find(const struct tree_list *list,
				  const char *path);
/* The same contents and mode, wherever they are. */
bool tree_same(const struct tree_file *a, const struct tree_file *b);

/* The same in all, stat's word included. */
bool tree_list_equal(const struct tree_list *a, const struct tree_list *b);

/* The hash over all paths, modes and contents. */
void tree_hash(const struct tree_list *list, char hex[KEY_HEX]);

/* A list as a file; one that is torn or not there is an empty list. */
int tree_list_write(const char *path, const struct tree_list *list,
		    struct err *err);
void tree_list_read(const char *path, struct tree_list *list);

/* Mode, SHA-256 and path of each: what a kernel was compiled of. */
int tree_manifest_write(const char *path, const struct tree_list *list,
			struct err *err);

/*
 * The files of @root that git takes for source: what it tracks, and else what
 * .gitignore does not say is made by a build.  @scratch is a folder for an
 * empty repository, for trees that have none.
 */
int tree_names_read(const struct kernel_store *store, const char *root,
		    const char *scratch, struct tree_names *names,
		    struct err *err);
void tree_names_free(struct tree_names *names);

/*
 * Makes @dst, whatever is there, the files of @src that @want lists, and
 * nothing else but obj.  @memo: what is known of @dst; *now: what it is then.
 * What is copied is newer than anything built before; what was right is left
 * as it is.  -ESTALE: @src is no longer as listed.
 */
int tree_copy(const char *src, const struct tree_list *want, const char *dst,
	      const struct tree_list *memo, struct tree_list *now,
	      struct err *err);

/* Unpacks what a copy wants of a tarball, without its first folder. */
int tree_unpack(const struct kernel_store *store, const char *tarball,
		const char *dst, struct err *err);
/* The same of all that is in it. */
int tree_unpack_all(const struct kernel_store *store, const char *tarball,
		    const char *dst, struct err *err);

/* "7.3.4", from the top Makefile; the caller frees. */
int tree_version(const char *root, char **version, struct err *err);

#endif
