/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_RANGE_H
#define AUX_KCONFIGS_BUILD_RANGE_H

#include "kconfigs/build/kernel.h"

/*
 * Trees and git ranges as what the builder understands: a source, and a patch
 * against it.  Nothing is written to anybody's tree or repository.
 */

/* True when git has a work tree at @path. */
bool range_is_git(const struct kernel_store *store, const char *path);

/*
 * The last release (a tag v[0-9]*) below @path's HEAD; caller frees *tag.
 * -ENOENT when there is none.
 */
int range_last_tag(const struct kernel_store *store, const char *path,
		   char **tag, struct err *err);

/*
 * @rev of the repository at @path as a tarball in the cache, which is made
 * unless it is there; caller frees *tarball.
 */
int range_export(const struct kernel_store *store, const char *path,
		 const char *rev, char **tarball, struct err *err);

/*
 * What lies between @base and @tip, as a diff; @tip NULL: the work tree as it
 * is, with what is not committed.  Caller frees *diff; -ENODATA when it
 * would be empty.
 */
int range_diff(const struct kernel_store *store, const char *path,
	       const char *base, const char *tip, char **diff,
	       struct err *err);

/*
 * The same for trees without git: the files of @tree that a guest's kernel is
 * made of, against those of @store's source.
 */
int range_diff_trees(const struct kernel_store *store, const char *tree,
		     char **diff, struct err *err);

#endif
