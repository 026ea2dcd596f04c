// SPDX-License-Identifier: GPL-2.0-only
#include "stress/client/client-trace.h"

#include <string.h>

/* No more records than that are missing at one place. */
#define JUMP_MAX (1ull << 24)

void client_trace_init(struct client_trace *trace)
{
	memset(trace, 0, sizeof(*trace));
}

/*
 * 16 bytes of three words are checked: magic and type, a sequence number that
 * may come next, a time that does not go back.  Random bytes pass once in
 * 2^60 or so.
 */
static bool is_next(const struct client_trace *trace,
		    const struct auxsynth_record *r)
{
	unsigned int type = AUXSYNTH_INFO_TYPE(r->info);

	return AUXSYNTH_INFO_MAGIC(r->info) == AUXSYNTH_MAGIC &&
	       type >= AUXSYNTH_START && type <= AUXSYNTH_STOP &&
	       r->seq >= trace->seq && r->seq - trace->seq < JUMP_MAX &&
	       r->time >= trace->stop;
}

static void begin_stretch(struct client_trace *trace, uint64_t time)
{
	if (trace->running)
		return;
	trace->running = true;
	trace->start = time;
	if (trace->full)
		trace->gap_ns += time - trace->stop;
	trace->full = false;
}

static void end_stretch(struct client_trace *trace, uint64_t time, bool full)
{
	if (trace->running && time > trace->start)
		trace->traced_ns += time - trace->start;
	trace->running = false;
	trace->full = full;
	trace->stop = time;
}

static void take(struct client_trace *trace, const struct auxsynth_record *r)
{
	if (!trace->any)
		trace->first = r->time;
	else
		trace->missing += r->seq - trace->seq;
	trace->any = true;
	trace->seq = r->seq + 1;
	trace->skip = AUXSYNTH_INFO_PAD(r->info);
	if (r->time > trace->last)
		trace->last = r->time;
	switch (AUXSYNTH_INFO_TYPE(r->info)) {
	case AUXSYNTH_START:
		begin_stretch(trace, r->time);
		break;
	case AUXSYNTH_DATA:
		begin_stretch(trace, r->time);
		trace->records++;
		break;
	case AUXSYNTH_STOP:
		end_stretch(trace, r->time,
			    AUXSYNTH_INFO_CAUSE(r->info) == AUXSYNTH_FULL);
		break;
	}
}

void client_trace_feed(struct client_trace *trace, const void *buf, size_t len)
{
	const unsigned char *p = buf, *end = p + len;
	struct auxsynth_record r;
	size_t n;

	while (p < end) {
		n = trace->skip < (size_t)(end - p) ? trace->skip :
		    (size_t)(end - p);
		trace->skip -= n;
		p += n;
		n = sizeof(r) - trace->part_len;
		if (n > (size_t)(end - p))
			n = end - p;
		memcpy(trace->part + trace->part_len, p, n);
		trace->part_len += n;
		p += n;
		if (trace->part_len < sizeof(r))
			return;
		memcpy(&r, trace->part, sizeof(r));
		trace->part_len = 0;
		if (is_next(trace, &r)) {
			take(trace, &r);
			continue;
		}
		/* Slide on by one byte. */
		trace->part_len = sizeof(r) - 1;
		memmove(trace->part, trace->part + 1, trace->part_len);
	}
}

void client_trace_end(struct client_trace *trace, uint64_t end)
{
	if (trace->running)
		end_stretch(trace, trace->last, false);
	else if (trace->full && end > trace->stop)
		trace->gap_ns += end - trace->stop;
	trace->full = false;
}

uint64_t client_trace_span(const struct client_trace *trace)
{
	return trace->last - trace->first;
}
