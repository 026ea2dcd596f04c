/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_REFERENCE_H
#define AUX_BENCH_RESULTS_REFERENCE_H

#include "lib/hist.h"
#include "lib/record.h"

/*
 * What the scheduler alone cost (cyclictest) beside what our wakeups took, in
 * the cells that had both.
 */
struct results_reference {
	struct hist clock;	/* cyclictest's latencies, ns */
	struct hist wakeup;	/* of the same cells */
	uint64_t max;		/* cyclictest's largest, ns */
	uint64_t cells;
};

/* Adds a record's, if it has one; *reference: NULL at first, to be freed. */
void results_reference_add(struct results_reference **reference,
			  const struct record *record);

#endif
