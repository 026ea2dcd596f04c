/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_PATCH_H
#define AUX_KCONFIGS_BUILD_PATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "kconfigs/build/kernel.h"
#include "lib/arch.h"
#include "lib/err.h"

/*
 * Patches as people send them: a plain diff, a mail, an mbox or several files
 * with a whole series, in whatever encoding.  git reads them and applies them;
 * nothing here knows what a hunk is, but to say why one does not apply.
 */

/* One path that a part changes, makes or removes. */
struct patch_file {
	char *path;
	bool left_out;		/* not in the trees we build from */
};

/* One mail's diff, or a file's that is no mail. */
struct patch_part {
	char *name;		/* "fix.mbox: mail 2 '[PATCH 1/2] perf: ...'" */
	char *diff;
	size_t len;
	struct patch_file *files;
	size_t n_files;
};

struct patch {
	const struct arch *arch;	/* of the guests; NULL: of none */
	char *name;		/* what it was read from */
	struct patch_part *parts;	/* in their order */
	size_t n_parts;
	char *skipped;		/* mails without a diff, for a notice; or NULL */
};

/*
 * Reads the files of a series, NULL-ended, in their order, for guests of @arch.
 * 0, or -errno with file, mail and what is wrong there; -ENOMSG: there is no
 * diff in any.
 */
int patch_read(struct patch *patch, const struct arch *arch,
	       const char *const *paths, struct err *err);
void patch_free(struct patch *patch);

/* How many of its files are part of the guest's kernel. */
size_t patch_count(const struct patch *patch);
/* True when it changes, makes or removes @path. */
bool patch_changes(const struct patch *patch, const char *path);

/* As one text that patch_read() reads as the same; caller frees. */
char *patch_mbox(const struct patch *patch);

/*
 * Applies it to @tree.  On -EINVAL the text names file, place and reason, and
 * the parts before that one have been applied.
 */
int patch_apply(const struct patch *patch, const struct kernel_store *store,
		const char *tree, struct err *err);

/*
 * Arguments of git for @part: @args (NULL-ended), and @option with each of its
 * files that is (not) @left_out.
 */
const char **part_args(const struct patch_part *part, const char *const *args,
		       const char *option, bool left_out);
void part_args_free(const char **args);

#endif
