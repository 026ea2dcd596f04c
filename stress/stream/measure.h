/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_MEASURE_H
#define AUX_STRESS_STREAM_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/cell.h"
#include "lib/err.h"
#include "lib/record.h"

/* What a cell does not say: how it is run by hand. */
struct measure_options {
	int pairs;		/* 0: as the placement asks */
	int policy, priority;	/* of the tracers; 0: leave them */
	const int *cpus;	/* tracee, tracer, tracee, ... ; or NULL */
	int ncpus;
	bool no_driver;		/* judge by perf's flags alone */
	int stop_fd;		/* readable: end early; -1: none */
	/* About once a second; may be NULL. */
	void (*progress)(void *ctx, const struct record *so_far);
	/* At each hang, right after it was found; may be NULL. */
	void (*on_hang)(void *ctx, const struct hang *hang);
	void *ctx;
};

/*
 * Runs one cell on the running kernel and fills in @record (to be freed with
 * record_free() when 0 is returned).  -EINTR: ended early by @stop_fd; the
 * record holds what was measured until then.
 */
int measure(const struct cell *cell, const struct measure_options *options,
	    struct record *record, struct err *err);

#endif
