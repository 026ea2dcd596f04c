/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_PACE_H
#define AUX_KCONFIGS_BUILD_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "kconfigs/build/kernel.h"

/*
 * How long this machine takes to build a kernel: what the last build of the
 * kind took is kept in the cache, so that the next one can say when it ends.
 */
struct pace {
	int files;		/* that make compiled */
	uint64_t ns;
};

/*
 * @cold: all of a kernel, not only what a patch changed.  Before the first
 * build a guess from the number of CPUs.
 */
void pace_read(const struct kernel_store *store, const char *kconfig,
	       bool cold, struct pace *pace);
void pace_write(const struct kernel_store *store, const char *kconfig,
		bool cold, const struct pace *pace);

/* What is still to come when @now is done of what will be as @whole. */
uint64_t pace_left(const struct pace *now, const struct pace *whole);

/* How many files were compiled, by make's own lines. */
int pace_count(const char *log);

/* The CPUs that this process may use. */
int pace_cpus(void);

#endif
