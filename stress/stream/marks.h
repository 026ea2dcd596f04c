/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_MARKS_H
#define AUX_STRESS_STREAM_MARKS_H

#include <linux/perf_event.h>

#include "stress/auxsynth/auxsynth.h"
#include "stress/trace/gaps.h"

struct tracer;

/*
 * Where a trace starts and stops, in auxsynth's words, from whatever shows it;
 * each takes the tracer as its context, in the tracer's own thread.
 */

/* A record of auxsynth's trace. */
void marks_take(void *ctx, const struct auxsynth_record *r);
/* The times of another trace: see gaps_init(). */
void marks_gap(void *ctx, enum gap_mark mark, uint64_t time, uint64_t fulls);
/*
 * What the driver says beside the trace, if it does, up to @until.  In a trace
 * a pass sees what came before it; so should it be here.
 */
void marks_beside(struct tracer *tracer, uint64_t until);
/* One of perf's own: without the driver's marks its flags must do. */
void marks_perf_record(void *ctx, const struct perf_event_header *h);

#endif
