/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_ACCOUNT_H
#define AUX_STRESS_STREAM_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/record.h"
#include "stress/auxsynth/auxsynth.h"

/*
 * Turns the trace's marks and the tracer's stamps into intervals.  One per
 * tracer, touched by its thread only; no allocation, no lock.
 */

/* The stamps of one pass of the tracer's loop; CLOCK_MONOTONIC, ns. */
struct stamps {
	uint64_t poll_in, poll_out;
	uint64_t begin;		/* drain begins: poll_out, or a re-read */
	uint64_t drained;	/* tail moved */
	uint64_t enable_in, enable_out;
	int enable_ret;
	bool polled;		/* this pass began with a poll */
	bool fresh;		/* it found new data */
};

struct account {
	struct record_hists *h;
	uint64_t wakeups, ready, empty, enables, resumed;
	uint64_t traced_ns, gap_ns;
	uint64_t max_gap;	/* largest gap that ended by itself */

	bool stopped;		/* the last mark was a STOP */
	uint64_t stop;		/* its time */
	uint64_t start;		/* of the running stretch, 0: none yet */
	uint64_t fulls;		/* as of the last mark, modulo 2^24 */
	struct stamps last_pass;	/* the last pass that drained */
	bool last_known;
	uint64_t first_pmi;	/* in this batch, 0: none */
};

void account_init(struct account *account, struct record_hists *h);

/*
 * A batch: begin, the marks in order, end with the stamps of the pass that
 * drained it.  @hung: the oracle found the full hung that the mark counts as
 * the last; a gap that ends there is censored.
 */
void account_begin(struct account *account);
void account_mark(struct account *account, const struct auxsynth_record *r,
		  bool hung);
void account_end(struct account *account, const struct stamps *pass);

/* Trace was lost: when the next mark comes, nobody knows what was before it. */
void account_lost(struct account *account);

/* The ENABLE of a pass. */
void account_enable(struct account *account, const struct stamps *pass);

/* The cell is over at @now: if no STOP has come, it was traced until then. */
void account_still_tracing(struct account *account, uint64_t now);

/* The cell is over at @now with a full still open: one more censored gap. */
void account_open_gap(struct account *account, uint64_t now);

#endif
