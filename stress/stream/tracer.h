/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_TRACER_H
#define AUX_STRESS_STREAM_TRACER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/cell.h"
#include "lib/record.h"
#include "stress/stream/account.h"
#include "stress/event/auxring.h"
#include "stress/trace/gaps.h"
#include "stress/trace/trace.h"

/*
 * The tracer: a thread that polls, drains, moves the tail and re-enables, in
 * one of two manners (enum loop).  Its path allocates nothing, takes no lock
 * and writes no file; what others look at meanwhile is atomic.
 */
struct tracer {
	/* Set by the creator. */
	const struct cell *cell;
	int event_fd;
	int stop_fd;		/* readable: end */
	struct auxring *ring;
	int cpu;
	int policy, priority;	/* of sched_setscheduler(); 0: leave it */
	unsigned char *buf;	/* as large as the AUX area */
	uint64_t seed;
	bool driver;		/* the trace is auxsynth's, to be parsed */
	struct gaps *gaps;	/* else: its own times; NULL: by flags */
	const struct auxsynth_slot *slot;	/* what it shows, or NULL */
	const struct auxsynth_marks *marks;	/* beside the trace, or NULL */

	atomic_bool ready;	/* the thread is about to wait */
	atomic_int tid;
	atomic_bool nudged;	/* woken by tracer_nudge(), not by perf */
	/* Shared with the oracle. */
	atomic_bool in_poll;
	atomic_bool ending;		/* no more ENABLE */
	/*
	 * The last two fulls that were found hung, 0: none.  If nobody wakes
	 * the tracer, the second comes before it has seen the first's end.
	 */
	atomic_ullong hung_full[2];
	atomic_ullong max_gap;
	_Atomic uint64_t pub[8];	/* the stamps: see tracer_stamps() */
	atomic_uint passes;		/* odd while @pub changes */
	/* Without the driver: what perf's records say of fulls. */
	atomic_ullong flag_fulls;
	atomic_bool flag_waiting;

	/* The thread's own. */
	pthread_t thread;
	uint64_t rng;
	struct stamps pass;
	struct trace trace;
	uint64_t next_mark;	/* of @marks */
	uint64_t lost_marks;
	struct account account;
	struct record_hists hists;
	struct hist cost;	/* time that one pass took to parse, ns */
	uint64_t bytes;
	struct gap_counts counts;	/* what perf's records add to them */
};

/* Initialises what the creator does not set, and starts the thread. */
int tracer_start(struct tracer *tracer, struct err *err);
/* Joins it; @stop_fd must be readable by then. */
void tracer_join(struct tracer *tracer);

/*
 * After the join, with the event disabled: drains and counts the rest.
 */
void tracer_finish(struct tracer *tracer);

/* Full @full was found hung; for one other thread. */
void tracer_note_hang(struct tracer *tracer, uint64_t full);

/*
 * Is the thread asleep?  Not when it was woken and only waits for a CPU, which
 * the loop's own flag cannot tell.
 */
bool tracer_asleep(const struct tracer *tracer);
/* Ends the wait, as somebody would who noticed; it then drains as ever. */
void tracer_nudge(struct tracer *tracer);

/*
 * Fills in the tracer's half of a timeline: the last pass that drained, and
 * when it went to sleep again.  For other threads.
 */
void tracer_stamps(struct tracer *tracer, struct hang *hang);

#endif
