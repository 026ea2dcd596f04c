/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A driver's transactions with perf core, as its calls show them: what perf
 * core gave, what the hardware wrote meanwhile, and where there was no room.
 * A CPU has one at a time.  On that CPU, with interrupts off.
 */
#ifndef AUX_HARDWARE_HANDLE_H
#define AUX_HARDWARE_HANDLE_H

#include "hook-perf.h"

struct model_handle {
	/* Set by the creator: bytes that the hardware has written, ever. */
	const u64 *written;
	/* Of the transaction that is open, or the interrupt that is handled. */
	struct perf_event *event;
	bool open;
	bool used;		/* the hardware was switched on in it */
	bool truncated;		/* the last end was flagged so */
	bool in_irq;		/* the driver's handler runs, */
	bool begun;		/* and has begun a transaction; */
	bool was_stopped;	/* the hardware was out of room before it */
	u64 room;		/* given; 0: without end (overwrite) */
	u64 before;		/* @written when it began */
};

/* Around the driver's interrupt handler. */
void handle_enter(struct model_handle *h);
void handle_leave(struct model_handle *h);

/*
 * The driver switches the hardware on.  If its interrupt has told perf core
 * that there was no room, and goes on since by now there is: a full, and the
 * next stop may be the disable that it has asked for.
 */
void handle_used(struct model_handle *h);

/* What a driver's hook calls, of events of a struct model_pmu. */
extern const struct hook_perf handle_hooks;

#endif
