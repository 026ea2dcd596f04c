/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_DESCRIBE_H
#define AUX_STRESS_STREAM_DESCRIBE_H

#include <jansson.h>

#include "lib/hist.h"
#include "stress/stream/pair.h"

/* What a record says beyond its counters; all return new references. */

/* What watching cost: by the watcher's clock and CPU time, ns. */
struct watch_cost {
	struct hist look;	/* one look at one pair */
	uint64_t cpu_ns;	/* of the watcher in all */
	uint64_t looks;		/* at all pairs */
};

/* A list with an object for each pair: CPUs, nodes, where its pages are. */
json_t *describe_places(const struct pair *pair, int n);

/*
 * The tool's own cost for each pair: the watcher's look at it, the tracer's
 * accounting of one drained buffer (medians, ns, in which what a busy host
 * takes away does not show) and the watcher's CPU time, of all time.
 */
json_t *describe_cost(const struct pair *pair, int n,
		      const struct watch_cost *cost);

/*
 * A real driver over modelled hardware: what the hardware wrote, what the
 * driver passed on of it, and what of that came.  The events are closed to
 * further trace.
 */
json_t *describe_hardware(const struct pair *pair, int n);

/*
 * For each node with tracees the trace over time: bytes/s that came and that
 * the plan of the workload amounts to.  The tracees have ended.
 */
json_t *describe_workload(const struct pair *pair, int n);

#endif
