/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RUN_PARTS_H
#define AUX_BENCH_RUN_PARTS_H

/* What the parts of a run share: run.c, boots.c and targets.c. */
#include "bench/job/plan.h"
#include "lib/progress.h"
#include "bench/run/run.h"
#include "bench/target/machine.h"
#include "kconfigs/build/kernel.h"
#include "lib/status.h"
#include "lib/store.h"
#include "lib/units.h"

/* Boot and shutdown of a guest, to begin the estimate with. */
#define BOOT_ESTIMATE (2 * NSEC_PER_SEC)

/* A kernel of the job, as this run has it. */
struct run_kernel {
	struct kernel kernel;
	bool built;
	uint64_t build_ns;	/* about as long to build; 0: it was in the cache */
	char *why;		/* it was not built, or does not boot */
	enum status status;	/* of its cells then */
	bool given_up;		/* no more cells: enough is known */
	int crashes;		/* cells that ended in a panic or lockup */
	int failed_boots;	/* in a row */
	int failed_hosts;	/* in a row: boots that this side made fail */
	char *stored_key;	/* what an earlier part of the run used */
};

struct run {
	const struct run_options *options;
	struct job job;
	struct plan plan;
	char *dir;
	struct store *store;
	struct kernel_store kernel_store;
	struct run_kernel *kernels;	/* as many as the job has */
	struct target *target;
	char *agent, *module;	/* for the target; they may not be there */
	const char *programs[32];	/* for the target, NULL-ended */
	const char *files[4];	/* that these want, NULL-ended */
	char *selftest;		/* one of them; NULL: not wanted, or not had */
	struct machine_kernel machine;	/* when that is no guest */
	const char **pmus;	/* that the cells ask for, NULL-ended */
	struct progress progress;
	json_t *versions;
	int boot;		/* number of the latest */
	size_t at;		/* its place in the plan, from 0 */
	int builds, build;	/* kernels to build, and the latest's number */
	size_t unmeasured;	/* cells without a record */
	const char *what;	/* for the live line: kernel or cell */
	uint64_t deadline;	/* begin no repeat that ends after; 0: none */
	bool out_of_time;	/* it was so */
	int crash_limit;	/* crashes after which a kernel is given up */
	/*
	 * Of those who add boots as they go, may be NULL: whether a boot is
	 * wanted now, and a look at what a cell gave; 0, 1 when the boot's
	 * other cells need not be run, or -errno.
	 */
	bool (*wants)(void *ctx, const struct plan_boot *boot);
	int (*look)(void *ctx, const struct plan_boot *boot, struct err *err);
	void *ctx;
};

/* The parts of run_matrix(), for those who add boots as they go. */
int run_open(struct run *run, const struct run_options *options,
	     struct err *err);
/* The kernels that have something to do and were not tried before. */
int run_build(struct run *run, struct err *err);
/* More repeats (never fewer), also in DIR/job.ini. */
int run_extend(struct run *run, uint64_t repeats, struct err *err);
void run_close(struct run *run);

/* "peterz/guest" */
#define KERNEL_NAME_LEN 128
const char *run_kernel_name(const struct run *run, size_t kernel,
			    char buf[KERNEL_NAME_LEN]);

/*
 * Makes what the job's target asks for, a guest or a machine; the latter's
 * kernel becomes the only one of the job.
 */
int run_make_target(struct run *run, struct err *err);
/* That kernel as one of the run's; -ESTALE: not the one it began with. */
int run_take_kernel(struct run *run, struct err *err);

/* Callbacks of the target, with the run as their context. */
void run_cell_progress(void *ctx, uint64_t fulls, uint64_t hangs);
void run_target_note(void *ctx, const char *text);

/*
 * Now that the kernel @index is there: whether two are, and others still take
 * a while.
 */
bool run_first_due(const struct run *run, size_t index);
/*
 * A boot of each of these two, measured into DIR/first for a first table.
 * Nothing of it enters the run, whose boots come all later and in the order of
 * the plan.  0 or -EINTR: the run does not fail with it.
 */
int run_first_look(struct run *run, struct err *err);

/*
 * A job with hosts: on each of them all of it, at once, below DIR/hosts; each is
 * a shard of one run.  -EINTR when stopped; hosts that are lost are no error.
 */
int run_lanes(struct run *run, struct run_done *done, struct err *err);

/* All boots of the plan; 0, -EINTR, or why no more can be stored. */
int run_boots(struct run *run, struct err *err);

#endif
