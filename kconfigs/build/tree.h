/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_TREE_H
#define AUX_KCONFIGS_BUILD_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kconfigs/build/cache.h"
#include "lib/err.h"

/*
 * Kernel source trees.  We build in a mirror of our own, never in the user's
 * tree: only what the guest's kernel can need is copied, a patch may change
 * it, and afterwards only what differs is copied again, so that make rebuilds
 * no more than that.
 */

/*
 * True for what belongs in a mirror: not other architectures, drivers that
 * the guest has not got, documentation, build products.
 */
bool tree_wants(const char *path, bool is_dir);

struct tree_file {
	char *path;
	uint64_t size;
	uint64_t mtime, ctime;	/* ns; both 0: must be copied again */
};

/* A tree's files as they are now, sorted by path. */
struct tree_list {
	struct tree_file *files;
	size_t n;
};

int tree_scan(const char *root, struct tree_list *list, struct err *err);
void tree_list_free(struct tree_list *list);
const struct tree_file *tree_find(const struct tree_list *list,
				  const char *path);
/* Paths, sizes and times. */
void tree_key(const struct tree_list *list, struct key *key);

/*
 * Makes @dst like @src, whose list is @now.  @manifest: what @dst was made
 * from last time; @touched: NULL-ended paths which were changed in @dst since.
 * @link: @src is ours and nobody writes to its files, so the first mirror may
 * share them.  What is copied is newer than anything built before.
 */
int tree_mirror(const char *src, const struct tree_list *now, const char *dst,
		const char *manifest, char *const *touched, bool link,
		struct err *err);

/* Gives @path in @dst a file of its own, so that it may be written to. */
int tree_unshare(const char *dst, const char *path, struct err *err);

/* Unpacks what a mirror wants of a tarball, without its first folder. */
int tree_unpack(const struct kernel_store *store, const char *tarball,
		const char *dst, struct err *err);

/* "7.3.4", from the top Makefile; the caller frees. */
int tree_version(const char *root, char **version, struct err *err);

#endif
