/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_PATCH_H
#define AUX_KCONFIGS_BUILD_PATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "kconfigs/build/kernel.h"
#include "lib/err.h"

/*
 * Patches as people send them: a plain diff -p1, a mail, an mbox with a whole
 * series; encoded mails (kconfigs/build/mail.h) are decoded.  Everything that is not
 * a diff is ignored.
 */

/* The changes to one file within one mail; points into the patch's text. */
struct patch_file {
	char *path;		/* without a/ or b/ */
	const char *diff;	/* from "--- " to the end of the last hunk */
	size_t len;
	int line;		/* of the "--- " in the patch file, from 1 */
	int hunks;
	bool left_out;		/* not in the trees we build from */
};

struct patch {
	char *name;		/* the file it came from */
	char *text;
	struct patch_file *files;
	size_t n_files;
};

/* 0, or -errno with file, line and what is wrong there. */
int patch_read(struct patch *patch, const char *path, struct err *err);
void patch_free(struct patch *patch);
/* True when it changes, makes or removes @path. */
bool patch_changes(const struct patch *patch, const char *path);

/*
 * Applies it to @tree with patch(1), without fuzz; @work is where a file may
 * be written.  -EIO: this machine failed.  On -EINVAL the text names file, hunk and reason, and some
 * files of the tree may have been changed already.
 */
int patch_apply(const struct patch *patch, const struct kernel_store *store,
		const char *tree, const char *work, struct err *err);

#endif
