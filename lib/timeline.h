/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_TIMELINE_H
#define AUX_LIB_TIMELINE_H

#include <stdio.h>

#include "lib/record.h"

#define TIMELINE_STEPS 12

/* Something that happened, on the one CPU or the other. */
struct timeline_step {
	uint64_t at;
	const char *tracee, *tracer;	/* constants; one of them is "" */
};

/* The steps of @hang that happened, by time; returns how many. */
size_t timeline_steps(const struct hang *hang,
		      struct timeline_step steps[TIMELINE_STEPS]);
/* Who woke the tracer, and when that was queued; a constant, or NULL. */
const char *timeline_note(const struct hang *hang);
/* What is said at its end, when the hang was detected; a constant. */
const char *timeline_verdict(const struct hang *hang);
/* When the time of a timeline begins. */
uint64_t timeline_zero(const struct hang *hang);

/*
 * Prints the cycle that hung as the table the bug was reported with: what the
 * tracee's CPU did on the left, the tracer on the right, microseconds since
 * the buffer was full.  At most 72 columns wide.
 */
void timeline_print(FILE *out, const struct hang *hang);

#endif
