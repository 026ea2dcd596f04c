/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_INITRAMFS_H
#define AUX_BENCH_TARGET_INITRAMFS_H

#include <stdbool.h>

#include "lib/arch.h"
#include "lib/err.h"

/*
 * The initramfs of a guest: the agent as /init, the module it loads, the
 * programs it may start, and whatever shared libraries these need, each under
 * the path where this machine's loader finds it.  Made without root.
 */
struct initramfs {
	const char *agent;	/* becomes /init */
	const char *module;	/* becomes /auxsynth.ko, or NULL */
	/*
	 * Programs, looked up in $PATH unless they have a slash, NULL-ended, which
	 * go to /usr/bin; one that is not there is left out.
	 */
	const char *const *programs;
	/* Other files, NULL-ended, which keep their place; the same holds. */
	const char *const *files;
	/*
	 * For a machine that has all else: a tar archive of the same files,
	 * without the directories and devices of a system.
	 */
	bool bundle;
	/* Whose programs they are; NULL: of this machine. */
	const struct arch *arch;
};

/* Writes it to @path; see lib/proc.h for @stop_fd. */
int initramfs_write(const struct initramfs *initramfs, const char *path,
		    int stop_fd, struct err *err);

#endif
