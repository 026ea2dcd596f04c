/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_LOAD_H
#define AUX_STRESS_STREAM_LOAD_H

#include <jansson.h>
#include <sys/types.h>

#include "lib/cell.h"
#include "lib/err.h"
#include "stress/stream/membw.h"
#include "stress/place/placement.h"

/*
 * What runs beside a cell: hackbench (from rt-tests) or a stream through
 * memory as interference, cyclictest (from rt-tests) as the reference for what
 * the scheduler alone costs.
 */
struct loads {
	pid_t hackbench, cyclictest;	/* 0: not running */
	struct membw membw;
	int node;		/* asked for, -1: none in particular */
	int cpus;		/* that it may run on */
	char json[64];		/* cyclictest's result */
};

/*
 * @places: of the pairs; "tracee" and "tracer" as nodes are those of the
 * first.  -PLACEMENT_SKIP with the package's name when a program is not
 * there, or when there is no such node.
 */
int load_start(struct loads *load, const struct cell *cell,
	       const struct places *places, struct err *err);

/*
 * Ends all.  Returns cyclictest's own JSON (a new reference), or NULL when it
 * did not run or left none.  *what: what the interference was and did; NULL
 * when there was none.
 */
json_t *load_stop(struct loads *load, json_t **what);

#endif
