/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_SAMPLES_H
#define AUX_TESTS_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

/*
 * What AUX samples hold, looked up in the trace that they were taken of.  Zeroed
 * but for the trace: an area that began at 0, began as zeroes and has not
 * wrapped, so all of the trace is still in it.  Nothing here is owned.
 */
struct samples {
	const unsigned char *trace;
	size_t size;			/* bytes of the trace's area */
	size_t at;			/* where the last one found begins */
	uint64_t in_trace, not_in_trace;
};

/* In the order of their time; "size" bytes each. */
void samples_look_up(struct samples *seen, const unsigned char *data,
		     size_t size);

#endif
