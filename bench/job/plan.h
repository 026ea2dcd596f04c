/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_JOB_PLAN_H
#define AUX_BENCH_JOB_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/job/job.h"

/*
 * The plan of a run: which kernel boots when, and which cells it runs in
 * which order.  A function of the job and the seed alone, so that a run can
 * be resumed, and done again.
 *
 * The unit of replication is the boot.  Each repeat boots every kernel once,
 * in a random order of its own: what drifts on the host meets all variants
 * alike.  Within a boot the cells come in random order.  Hunts share
 * no boot with other cells: what they have made warm is no part of a steady
 * stream, and who adds boots until something is known adds those that tell.
 */

struct plan_cell {
	int id;			/* of this measurement in the whole run */
	size_t cell;		/* index in the job */
	/*
	 * Of the cell's own random choices: the same on every kernel, so that
	 * the kernels are compared on the same draws.
	 */
	uint64_t seed;
	bool done;
};

struct plan_boot {
	size_t kernel;		/* index in the job */
	int repeat;
	bool hunts;		/* all of its cells are, else none is */
	struct plan_cell *cells;
	size_t count;
};

struct plan {
	uint64_t seed;
	struct plan_boot *boots;
	size_t count;
	size_t cells;		/* in all boots */
	size_t all;		/* and in those of the other shards, too */
};

void plan_make(struct plan *plan, const struct job *job, uint64_t seed);
void plan_free(struct plan *plan);

/* Marks as done, e.g. when the store has it; NULL when there is no such id. */
struct plan_cell *plan_find(struct plan *plan, int id,
			    const struct plan_boot **boot);

/* Cells that are still to be run. */
size_t plan_left(const struct plan *plan);
/* About how long they take, in ns, with @boot_ns for each boot. */
uint64_t plan_time(const struct plan *plan, const struct job *job,
		   uint64_t boot_ns);

#endif
