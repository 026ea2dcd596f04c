/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_TRACE_TRACE_H
#define AUX_STRESS_TRACE_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "stress/auxsynth/auxsynth.h"

/*
 * Reads auxsynth's trace from pieces of any length: a record may be torn
 * between two pieces, padding too.  A record that is not one, or that is out
 * of sequence, is counted as bad; the reader then searches for the next START
 * of a later sequence number, for a trace always begins with one.
 */
struct trace {
	unsigned char part[AUXSYNTH_RECORD_SIZE];
	size_t part_len;
	size_t skip;		/* bytes of padding still to come */
	uint64_t seq;		/* expected next */
	int lost;		/* searching */
	uint64_t data;		/* DATA records seen */
	uint64_t bad;
};

/* Called for every good record that is not DATA. */
typedef void (*trace_fn)(void *ctx, const struct auxsynth_record *record);

void trace_init(struct trace *trace);
/* What comes next does not follow on what came; the reader's fault is none. */
void trace_lost(struct trace *trace);
void trace_feed(struct trace *trace, const void *buf, size_t len, trace_fn fn,
		void *ctx);

#endif
