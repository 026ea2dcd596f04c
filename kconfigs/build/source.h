/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_SOURCE_H
#define AUX_KCONFIGS_BUILD_SOURCE_H

#include <stdbool.h>

#include "kconfigs/build/cache.h"
#include "kconfigs/build/kernel.h"
#include "kconfigs/build/tree.h"

/* The kernel source of a store: tarball, git tree or plain directory. */
struct source {
	const char *path;	/* of the store */
	char id[17];		/* which tree: names folders in the cache */
	char content[KEY_HEX];	/* what is in it at the moment */
	/* From source_prepare(): */
	char *tree;		/* a directory to mirror from */
	bool ours;		/* that directory is the cache's */
	char *version;		/* "7.3.4" */
	struct tree_list list;
};

/* Cheap: enough to look something up in the cache. */
int source_identify(const struct kernel_store *store, struct source *source,
		    struct err *err);
/* Unpacks a tarball unless that was done, and lists the files. */
int source_prepare(const struct kernel_store *store, struct source *source,
		   struct err *err);
/*
 * Whether the store's path can be one at all: a folder with a kernel's files,
 * or a tarball.  Quick; a broken tarball is found when it is unpacked.
 */
int source_check(const struct kernel_store *store, struct err *err);
void source_free(struct source *source);

/*
 * Finds a source in folders of tarballs and trees: the newest linux-source or
 * linux of at least 6.17 below @folders (NULL-ended).  NULL when there is
 * none.
 */
char *source_search(const char *const *folders);

#endif
