/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RUN_PREFLIGHT_H
#define AUX_BENCH_RUN_PREFLIGHT_H

#include "bench/job/job.h"
#include "kconfigs/build/kernel.h"
#include "lib/err.h"

/*
 * What can be known to be wrong before anything is built, booted or written:
 * each returns 0 or -errno with what is missing, and what to do.
 */

/*
 * What is needed for guests of another architecture than this machine's;
 * @builds: kernels are to be built.
 */
int preflight_guest_arch(const struct guest_shape *shape, bool builds,
			 struct err *err);

/* /dev/kvm at @path runs guests, as far as can be told without one. */
int preflight_kvm(const char *path, struct err *err);

/* QEMU gets as far as a machine that is about to run. */
int preflight_kvm_machine(const struct arch *arch, int stop_fd,
			  struct err *err);

/* Guests have every PMU that the job's cells name. */
int preflight_guest_pmus(const struct job *job, struct err *err);

/* The buffers of each cell fit into the guest's memory. */
int preflight_guest_memory(const struct job *job, struct err *err);

/* The source is one, the patches are, and what builds is there. */
int preflight_kernels(const struct job *job, struct kernel_store *store,
		      struct err *err);

/* All of these. */
int preflight_guest(const struct job *job, struct kernel_store *store,
		    struct err *err);

#endif
