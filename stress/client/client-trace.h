/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_CLIENT_CLIENT_TRACE_H
#define AUX_STRESS_CLIENT_CLIENT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stress/auxsynth/auxsynth.h"

/*
 * auxsynth's trace as perf record saved it.  Where the AUX area wraps, perf
 * cuts a piece down to whole records of intel_bts (24 bytes): the record that
 * lay across the end is not in the file.  So this reader, unlike trace.h,
 * takes up the trace behind whatever is missing.
 */
struct client_trace {
	unsigned char part[AUXSYNTH_RECORD_SIZE];
	size_t part_len;
	size_t skip;		/* bytes of padding still to come */
	uint64_t seq;		/* expected next */
	bool any;		/* a record was seen */
	bool running;		/* a START, or data, since the last STOP */
	bool full;		/* the last STOP was one for want of room */
	uint64_t first, last;	/* times of the first and the last record */
	uint64_t start, stop;	/* of the running stretch; the last STOP */
	uint64_t traced_ns;	/* START .. STOP, summed */
	uint64_t gap_ns;	/* STOP for want of room .. START, summed */
	uint64_t records;	/* DATA */
	uint64_t missing;	/* sequence numbers that are not there */
};

void client_trace_init(struct client_trace *trace);
void client_trace_feed(struct client_trace *trace, const void *buf,
		       size_t len);
/* The workload ended at @end: what is still open ends there. */
void client_trace_end(struct client_trace *trace, uint64_t end);

/* From the first to the last record, ns. */
uint64_t client_trace_span(const struct client_trace *trace);

#endif
