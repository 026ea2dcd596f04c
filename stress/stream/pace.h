/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_PACE_H
#define AUX_STRESS_STREAM_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/cell.h"
#include "stress/stream/steer.h"

/* When a tracee runs and when it sleeps: lib/workload.h made into slices. */
struct pace {
	struct workload workload;
	bool hot;		/* the pair is on the hot node */
	struct steer steer;
	uint64_t rng;
	uint64_t bytes, run_ns;	/* of the trace and the thread, last time */
};

/* Runs for @on ns, then sleeps for @off ns. */
struct slice {
	uint64_t on, off;
};

void pace_init(struct pace *pace, const struct cell *cell, int node,
	       uint64_t seed);

/*
 * The slice that begins @at ns after the first; @bytes of trace and @run_ns of
 * CPU time the tracee has had until now.
 */
struct slice pace_next(struct pace *pace, uint64_t at, uint64_t bytes,
		       uint64_t run_ns);

/*
 * What came of it: bytes, CPU time and the time that the tracee meant to run,
 * in bins of equal length from the beginning of the cell.
 */
#define SERIES_BINS 50

struct series {
	uint64_t bin_ns;
	uint64_t bytes[SERIES_BINS];
	uint64_t run_ns[SERIES_BINS];
	uint64_t plan_ns[SERIES_BINS];
};

/* Bins for @duration, or of 100 ms when there is none. */
void series_init(struct series *series, uint64_t duration);
/* What came in the time up to @at; what is beyond the last bin is left out. */
void series_add(struct series *series, uint64_t at, uint64_t bytes,
		uint64_t run_ns);
/* The tracee means to run in [from, to). */
void series_plan(struct series *series, uint64_t from, uint64_t to);
void series_merge(struct series *into, const struct series *from);

#endif
