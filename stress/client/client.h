/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_CLIENT_CLIENT_H
#define AUX_STRESS_CLIENT_CLIENT_H

#include "stress/stream/measure.h"

/* The name under which perf record takes auxsynth for hardware it knows. */
#define CLIENT_PMU "intel_bts"

/*
 * Runs unmodified perf record as the tracer of a process that spins for the
 * cell's duration (of CPU time), as measure() runs a tracer of ours.  perf
 * has its own ways: the cell's loop, drain, watermark, placement and tracee
 * say nothing here.  -PLACEMENT_SKIP: perf is not installed.
 *
 * record->detail:
 *  workload_ns   CPU time of the workload
 *  span_ns       from the first to the last record of the trace perf saved
 *  traced_ns     of these, the time between START and STOP
 *  bytes         of AUX data in perf.data
 *  missing       records that are not in it: perf cuts them at the wrap
 *  aux_records, truncated, lost_events, unfinished    what else is in it
 *  fulls         the driver's count
 *  hangs         {lost_wakeup, silent_stop}, by the driver's state
 *  beside_ns, beside_max_ns    time that perf was in poll() beside an event
 *                stopped for want of room, all and the longest
 *  stopped_at_end    it was in that state when the workload ended
 *  exit, ended   perf's exit code, and by what it ended: itself, SIGINT,
 *                SIGKILL
 *  said          the last line of its stderr
 */
int client_run(const struct cell *cell, const struct measure_options *options,
	       struct record *record, struct err *err);

#endif
