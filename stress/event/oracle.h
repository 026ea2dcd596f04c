/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_EVENT_ORACLE_H
#define AUX_STRESS_EVENT_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/record.h"
#include "stress/auxsynth/auxsynth.h"

/*
 * What is a hang, and which.  The driver's own state, read through
 * /dev/auxsynth, is the judge; user space's view (does the event's
 * time_enabled advance?) is taken beside it and a difference is reported.
 */

/* The driver's window: all slots, mapped read-only. */
struct oracle {
	int fd;				/* of /dev/auxsynth; -1: no driver */
	const struct auxsynth_board *board;
	const struct auxsynth_slot *slots;	/* in it */
};

/* -ENOENT when the driver is not loaded. */
int oracle_open(struct oracle *oracle, struct err *err);
void oracle_close(struct oracle *oracle);

/* A copy of the slot that belongs to one full: all stamps, no mixture. */
void oracle_slot(const struct oracle *oracle, unsigned int slot,
		 struct auxsynth_slot *copy);

/*
 * The marks of a slot up to the time @until, and since the last call: each
 * goes to @mark.  *@next: 0 before the first call.  Returns how many were
 * overwritten before they could be read.
 */
uint64_t oracle_marks(const struct auxsynth_marks *marks, uint64_t *next,
		      uint64_t until,
		      void (*mark)(void *ctx, const struct auxsynth_record *r),
		      void *ctx);

/* What perf core says of the slot's event. */
int oracle_state(const struct oracle *oracle, unsigned int slot,
		 struct auxsynth_state *state);

/* The class that user space sees: reads time_enabled twice, 2 ms apart. */
int oracle_user_class(int event_fd);
/*
 * The same of the slot's event, to be compared with the class of @event_state;
 * -1: perf core's word is another by now, as of a stop that ended by itself.
 */
int oracle_compared_class(const struct oracle *oracle, unsigned int slot,
			  int event_fd, int event_state);

/* The class of a hang by the event's state. */
enum hang_class oracle_class(int event_state);

/* The driver's half of a hang that was found now: the slot's stamps. */
void oracle_hang(const struct auxsynth_slot *slot, struct hang *hang);

/*
 * Is a stop at a full buffer for ever, by what perf core says of its event?
 * Then nothing that core has begun is still under way, so nobody will end it:
 * no disable and no wakeup is pending, and the event is OFF, or it is ACTIVE
 * and its hardware stopped.  (INACTIVE it is added again by the multiplexing
 * timer.)
 */
bool oracle_settled(const struct auxsynth_state *state);

/*
 * One event under watch.  A hang is declared when, for one full, the tracer is
 * in poll and the tracee has run for the timeout without a restart: whether
 * the buffer was drained meanwhile, or the wakeup never came.  That is enough
 * where the stop was settled all that while.  Else, and where no driver shows
 * its state, whoever is to end it may be slow, and the tracee must have run
 * for WATCH_GAPS times the largest gap that has ended by itself as well.
 */
struct watch {
	uint64_t full;			/* that is being watched, 0: none */
	uint64_t since_cpu;		/* tracee's CPU time when it began */
	uint64_t settled_cpu;		/* and since when it is settled */
};

#define WATCH_GAPS 20

/* What is so now. */
struct watch_input {
	bool waiting;			/* stopped by a full, not restarted */
	uint64_t full;			/* its number, from 1 */
	bool in_poll;
	uint64_t tracee_cpu;		/* ns */
	uint64_t timeout;		/* ns */
	bool settled;
	uint64_t max_gap;		/* ns */
};

/* True: a hang.  The watch then starts anew. */
bool watch_step(struct watch *watch, const struct watch_input *in);

/*
 * Whether it is one still, after it was looked at more closely: nobody has done
 * anything about it, so what has gone on by itself was only late.
 */
bool watch_stands(const struct watch_input *then,
		  const struct watch_input *now);

#endif
