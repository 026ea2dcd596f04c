/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_GUEST_GUEST_H
#define AUX_TESTS_GUEST_GUEST_H

#include <stdbool.h>

#include "bench/target/guest.h"
#include "tests/check.h"

/*
 * What the tests that boot a kernel have in common.
 */

/*
 * False, with the reason on stdout, when guests cannot be run here; else when
 * no other test runs any.
 */
bool guests_possible(void);

/* The same of guests of @arch, with kernels that are built here. */
bool guests_possible_of(const char *arch);

/*
 * A test's main() in guests of arm64: @job is run by run-matrix into @dir/run,
 * of a folder that goes with it, and @look checks what is there.
 */
int guests_arm64_main(const char *job,
		      void (*look)(struct check *t, const char *dir));

/*
 * Runs @job with run-matrix into @dir/run, with the NULL-ended @options, and
 * checks that it exits with 0.
 */
void guests_run_matrix(struct check *t, const char *dir, const char *job,
		       const char *const *options);

/*
 * For main(): gives @run a target, not yet started, with the baseline kernel
 * of @kconfig and a path for the console.  Returns the exit status.
 */
int guests_boot(const struct guest_config *config, const char *kconfig,
		void (*run)(struct check *t, struct target *target,
			    const struct target_kernel *kernel,
			    const char *console));

#endif
