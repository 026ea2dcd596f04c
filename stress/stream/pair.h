/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_PAIR_H
#define AUX_STRESS_STREAM_PAIR_H

#include <stdbool.h>

#include "lib/cell.h"
#include "lib/record.h"
#include "stress/event/auxring.h"
#include "stress/event/oracle.h"
#include "stress/place/placement.h"
#include "stress/event/pmu-kinds.h"
#include "stress/event/pmu.h"
#include "stress/stream/tracee.h"
#include "stress/stream/tracer.h"

/* One tracee, its event, its tracer, and the watch over them. */
struct pair {
	int nr;
	const struct cell *cell;
	const struct oracle *oracle;	/* NULL: no driver */
	struct place place;
	unsigned int slot;
	int event_fd;
	struct auxring ring;
	struct gaps gaps;	/* when the trace has times that we read */
	enum gap_method method;
	char why[200];		/* the method is no better than flags */
	struct tracee tracee;
	struct tracer tracer;
	struct watch watch;
	uint64_t hangs[HANG_CLASSES];
	uint64_t disagree;
	uint64_t hung_full;	/* the last full that hung, 0: none */
	uint64_t recover_since;	/* tracee's CPU time when it was restarted */
	uint64_t ended;		/* when its trace was ended */
	/* Where the pages really are, -1: not known. */
	int buffer_node;	/* the tracer's buffer */
	int aux_node;		/* the AUX area's first page */
	uint64_t aux_elsewhere;	/* its pages on other nodes */
	/* The trace over time, for workloads that change. */
	struct series series;
	uint64_t begun;
	uint64_t seen_bytes, seen_ns;
};

/*
 * Opens event and buffers and starts both threads; the tracee waits and the
 * event is disabled.  @stop_fd ends the tracer.
 */
int pair_open(struct pair *pair, const struct pmu *pmu, int stop_fd,
	      int policy, int priority, struct err *err);
/* Lets the tracee go and enables the event. */
int pair_go(struct pair *pair, struct err *err);

/* Fulls so far, by the driver's count (perf's flags without a driver). */
uint64_t pair_fulls(struct pair *pair);

/*
 * One look: 1 when a hang was found, which is then in @hang, counted, and
 * ended by DISABLE + ENABLE; else 0.  -EIO when the event cannot be restarted.
 */
int pair_watch(struct pair *pair, struct hang *hang, struct err *err);

/* Ends the trace: the event is disabled, and stays so. */
void pair_end_trace(struct pair *pair);
/* Then stops both threads (@stop_fd is readable by now). */
void pair_stop(struct pair *pair);
/* Adds what was measured. */
void pair_collect(struct pair *pair, struct record *record);
void pair_close(struct pair *pair);

#endif
