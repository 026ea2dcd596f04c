// SPDX-License-Identifier: GPL-2.0-only
#include "stress/trace/gaps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void mark(struct gaps *g, enum gap_mark what, uint64_t time)
{
	g->fn(g->ctx, what, time, g->fulls);
}

/* The end of a gap, or the very first start. */
static void start(struct gaps *g, uint64_t time)
{
	/* Never before its stop, whatever the clocks' resolution. */
	if (g->waiting && time < g->last)
		time = g->last;
	g->last = time;
	g->waiting = false;
	g->started = true;
	g->paused = 0;
	g->hint = 0;
	mark(g, GAP_START, time);
}

static void end_overflow(struct gaps *g, uint64_t time)
{
	if (g->overflow && time > g->overflow)
		g->counts.overflow_ns += time - g->overflow;
	g->overflow = 0;
}

static void on(struct gaps *g, uint64_t time)
{
	end_overflow(g, time);
	if (g->waiting || !g->started) {
		start(g, time);
	} else if (g->paused) {
		g->counts.pauses++;
		g->counts.pause_ns += time > g->paused ? time - g->paused : 0;
	}
	g->paused = 0;
}

static void take(void *ctx, enum decode_type type, uint64_t ticks)
{
	struct gaps *g = ctx;
	uint64_t time = ticks ? hwclock_ns(&g->clock, ticks) : g->last;

	/* A time that runs backward is no time: that of a damaged packet. */
	if (time < g->last)
		time = g->last;
	switch (type) {
	case DECODE_TIME:
		if (g->decoder->time_is_on && (g->waiting || !g->started))
			start(g, time);
		end_overflow(g, time);
		break;
	case DECODE_ON:
		on(g, time);
		break;
	case DECODE_OFF:
		end_overflow(g, time);
		if (!g->waiting)
			g->paused = time;
		break;
	case DECODE_LOST:
		g->counts.overflows++;
		if (!g->overflow)
			g->overflow = time;
		break;
	}
	g->last = time;
}

/* A gap whose end the trace does not show: by perf's records, as "flags". */
static void start_blind(struct gaps *g)
{
	g->counts.blind++;
	start(g, g->hint > g->last ? g->hint : g->last);
}

static void full(struct gaps *g, uint64_t time)
{
	g->decoder->cut(g->decoder);
	if (g->waiting)
		start_blind(g);
	if (!g->started)
		start(g, g->last ? g->last : time);
	/* What was dropped before it stopped, until it stopped. */
	end_overflow(g, g->last);
	if (!g->last)
		g->last = time;
	/* A pause before a full is where the trace ended. */
	mark(g, GAP_STOP, g->paused ? g->paused : g->last);
	g->paused = 0;
	g->fulls++;
	g->waiting = true;
}

static void note(struct gaps *g, bool is_full, uint64_t offset, uint64_t time)
{
	if (g->head - g->tail == GAPS_QUEUE) {
		g->counts.lost++;
		return;
	}
	g->queue[g->head++ % GAPS_QUEUE] = (struct gap_note) {
		.full = is_full, .offset = offset, .time = time,
	};
}

void gaps_full(struct gaps *g, uint64_t offset, uint64_t time)
{
	note(g, true, offset, time);
}

void gaps_resumed(struct gaps *g, uint64_t offset, uint64_t time)
{
	note(g, false, offset, time);
}

/* The notes for the byte that comes next. */
static void take_notes(struct gaps *g)
{
	const struct gap_note *next;

	while (g->tail != g->head) {
		next = &g->queue[g->tail % GAPS_QUEUE];
		if (next->offset > g->offset)
			break;
		g->tail++;
		if (next->full)
			full(g, next->time);
		else
			g->hint = next->time;
	}
}

void gaps_feed(struct gaps *g, const unsigned char *buf, size_t len)
{
	uint64_t until;
	size_t n;

	if (!g->fixed_clock)
		hwclock_sync(&g->clock);
	while (len) {
		take_notes(g);
		n = len;
		if (g->tail != g->head) {
			until = g->queue[g->tail % GAPS_QUEUE].offset;
			if (until - g->offset < n)
				n = until - g->offset;
		}
		g->decoder->feed(g->decoder, buf, n);
		g->offset += n;
		buf += n;
		len -= n;
	}
	take_notes(g);
}

void gaps_lost(struct gaps *g, uint64_t offset)
{
	g->decoder->cut(g->decoder);
	while (g->tail != g->head &&
	       g->queue[g->tail % GAPS_QUEUE].offset < offset) {
		g->fulls += g->queue[g->tail % GAPS_QUEUE].full;
		g->tail++;
	}
	g->offset = offset;
	g->started = g->waiting = false;
	g->paused = g->overflow = g->hint = 0;
}

void gaps_end(struct gaps *g)
{
	if (g->waiting && g->hint)
		start_blind(g);
	g->counts.resyncs = g->decoder->resyncs;
	g->counts.torn = g->decoder->torn;
}

int gaps_init(struct gaps *g, struct decoder *decoder,
	      const struct hwclock *clock, gap_fn fn, void *ctx,
	      struct err *err)
{
	*g = (struct gaps) {
		.decoder = decoder, .clock = *clock, .fn = fn, .ctx = ctx,
		.queue = calloc(GAPS_QUEUE, sizeof(*g->queue)),
	};
	decoder->fn = take;
	decoder->ctx = g;
	if (g->queue)
		return 0;
	gaps_free(g);
	return err_set(err, -ENOMEM, "no memory for a decoder");
}

void gaps_free(struct gaps *g)
{
	if (g->decoder)
		g->decoder->free(g->decoder);
	free(g->queue);
	g->decoder = NULL;
	g->queue = NULL;
}

/* All members are counts: one table for both. */
static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{ "overflows", offsetof(struct gap_counts, overflows) },
	{ "overflow_ns", offsetof(struct gap_counts, overflow_ns) },
	{ "pauses", offsetof(struct gap_counts, pauses) },
	{ "pause_ns", offsetof(struct gap_counts, pause_ns) },
	{ "resyncs", offsetof(struct gap_counts, resyncs) },
	{ "torn", offsetof(struct gap_counts, torn) },
	{ "blind", offsetof(struct gap_counts, blind) },
	{ "collisions", offsetof(struct gap_counts, collisions) },
	{ "partial", offsetof(struct gap_counts, partial) },
	{ "lost", offsetof(struct gap_counts, lost) },
	{ NULL, 0 }
};

void gap_counts_add(struct gap_counts *to, const struct gap_counts *from)
{
	int i;

	for (i = 0; fields[i].name; i++)
		*(uint64_t *)((char *)to + fields[i].offset) +=
			*(const uint64_t *)((const char *)from +
					    fields[i].offset);
}

json_t *gap_counts_to_json(const struct gap_counts *counts)
{
	json_t *json = json_object();
	int i;

	for (i = 0; fields[i].name; i++)
		json_object_set_new(json, fields[i].name, json_integer(
			*(const uint64_t *)((const char *)counts +
					    fields[i].offset)));
	return json;
}
