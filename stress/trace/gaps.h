/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_TRACE_GAPS_H
#define AUX_STRESS_TRACE_GAPS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stress/trace/decoder.h"
#include "stress/trace/hwclock.h"

/*
 * Where a real PMU's trace has gaps for want of room, from two sources: perf's
 * records say at which byte a full was, the trace's own times say when the
 * hardware stopped before it and started after it.  A stop that was no full
 * (switched out, filtered) is a pause, and what the hardware dropped by itself
 * an overflow; neither is a gap.
 */

/* Fulls whose bytes are still to come; the data buffer holds fewer records. */
#define GAPS_QUEUE 8192

enum gap_mark { GAP_START, GAP_STOP };

/*
 * @time: CLOCK_MONOTONIC, ns.  @fulls: before this STOP, or with the one that
 * this START ends, as auxsynth counts them.
 */
typedef void (*gap_fn)(void *ctx, enum gap_mark mark, uint64_t time,
		       uint64_t fulls);

struct gap_counts {
	uint64_t overflows, overflow_ns;
	uint64_t pauses, pause_ns;
	uint64_t resyncs, torn;
	uint64_t blind;		/* gaps whose end is from perf's records */
	uint64_t collisions, partial;	/* of perf's records */
	uint64_t lost;		/* perf's records that were lost */
};

struct gaps {
	struct decoder *decoder;
	struct hwclock clock;
	bool fixed_clock;	/* a recorded trace: do not read ours */
	gap_fn fn;
	void *ctx;
	struct gap_counts counts;

	struct gap_note {
		bool full;	/* else: it goes on from here */
		uint64_t offset, time;
	} *queue;
	size_t head, tail;	/* free running */

	uint64_t offset;	/* of the AUX byte that is decoded next */
	uint64_t fulls;
	uint64_t last;		/* ns of the latest sign of life, 0: none */
	uint64_t paused;	/* since, 0: not */
	uint64_t overflow;	/* since, 0: not */
	uint64_t hint;		/* when perf's records say it went on */
	bool started;		/* there was a START */
	bool waiting;		/* after a full, before its START */
};

/* Takes @decoder over, also when it fails (-ENOMEM). */
int gaps_init(struct gaps *gaps, struct decoder *decoder,
	      const struct hwclock *clock, gap_fn fn, void *ctx,
	      struct err *err);
void gaps_free(struct gaps *gaps);

/*
 * What perf's records say, in their order: the trace was stopped for want of
 * room with its byte before @offset; it went on with the byte at @offset.
 * @time: that of the record, or the best guess there is.
 */
void gaps_full(struct gaps *gaps, uint64_t offset, uint64_t time);
void gaps_resumed(struct gaps *gaps, uint64_t offset, uint64_t time);

/* The next @len bytes of trace, after all records that told of them. */
void gaps_feed(struct gaps *gaps, const unsigned char *buf, size_t len);

/*
 * The bytes up to @offset are lost: what they had of gaps is not known, and
 * the next byte is that at @offset.
 */
void gaps_lost(struct gaps *gaps, uint64_t offset);

/* No more will come. */
void gaps_end(struct gaps *gaps);

void gap_counts_add(struct gap_counts *to, const struct gap_counts *from);
json_t *gap_counts_to_json(const struct gap_counts *counts);

#endif
