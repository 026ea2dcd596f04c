/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_EVENT_EVENT_H
#define AUX_STRESS_EVENT_EVENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/cell.h"
#include "lib/err.h"
#include "stress/event/pmu.h"

/* What an event is attached to: perf_event_open()'s pid and cpu. */
struct event_where {
	pid_t tid;
	int cpu;		/* -1: wherever the thread runs */
	bool inherit;		/* its children, too; needs a CPU to be mapped */
};

/* The attributes of such an event, as event_open() makes them. */
int event_attr(const struct cell *cell, const struct pmu *pmu,
	       unsigned int slot, union pmu_attr *attr, struct err *err);

/*
 * Opens an event as the cell wants it, disabled.  *slot: the driver's slot to
 * take; with @slots (auxsynth is the judge) the next free one when another
 * process holds it.  Returns a descriptor or -errno.
 */
int event_open(const struct cell *cell, const struct pmu *pmu,
	       const struct event_where *where, bool slots,
	       unsigned int *slot, struct err *err);

#endif
