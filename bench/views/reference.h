/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_REFERENCE_H
#define AUX_BENCH_VIEWS_REFERENCE_H

#include <stdio.h>

#include "bench/results/data.h"

/*
 * What the scheduler alone cost (cyclictest) beside what our wakeups took, in
 * the cells that had both.
 */
struct report_reference {
	struct hist clock;	/* cyclictest's latencies, ns */
	struct hist wakeup;	/* of the same cells */
	uint64_t max;		/* cyclictest's largest, ns */
	uint64_t cells;
};

/* Adds a record's, if it has one; *reference: NULL at first, to be freed. */
void report_reference_add(struct report_reference **reference,
			  const struct record *record);
/* The table for summary.txt; nothing without any reference. */
void report_reference_table(const struct report *report, const char *kconfig,
			    FILE *f);

#endif
