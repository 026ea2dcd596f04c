// SPDX-License-Identifier: GPL-2.0-only
#include "stress/trace/trace.h"

#include <string.h>

void trace_init(struct trace *trace)
{
	memset(trace, 0, sizeof(*trace));
}

void trace_lost(struct trace *trace)
{
	trace->part_len = 0;
	trace->skip = 0;
	trace->lost = 1;
}

static int is_record(const struct auxsynth_record *r)
{
	unsigned int type = AUXSYNTH_INFO_TYPE(r->info);

	return AUXSYNTH_INFO_MAGIC(r->info) == AUXSYNTH_MAGIC &&
	       type >= AUXSYNTH_START && type <= AUXSYNTH_STOP;
}

/* One byte of a torn stretch was no help: slide on by one. */
static void slide(struct trace *trace)
{
	trace->part_len--;
	memmove(trace->part, trace->part + 1, trace->part_len);
}

static void accept(struct trace *trace, const struct auxsynth_record *r,
		   trace_fn fn, void *ctx)
{
	trace->seq = r->seq + 1;
	trace->skip = AUXSYNTH_INFO_PAD(r->info);
	if (AUXSYNTH_INFO_TYPE(r->info) == AUXSYNTH_DATA)
		trace->data++;
	else
		fn(ctx, r);
}

/* @trace->part is whole; takes it, or finds that it is no record. */
static void take_part(struct trace *trace, trace_fn fn, void *ctx)
{
	struct auxsynth_record r;

	memcpy(&r, trace->part, sizeof(r));
	if (trace->lost) {
		if (!is_record(&r) || r.seq < trace->seq ||
		    AUXSYNTH_INFO_TYPE(r.info) != AUXSYNTH_START) {
			slide(trace);
			return;
		}
		trace->lost = 0;
	} else if (!is_record(&r) || r.seq != trace->seq) {
		trace->bad++;
		trace->lost = 1;
		slide(trace);
		return;
	}
	trace->part_len = 0;
	accept(trace, &r, fn, ctx);
}

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

void trace_feed(struct trace *trace, const void *buf, size_t len, trace_fn fn,
		void *ctx)
{
	const unsigned char *p = buf, *end = p + len;
	struct auxsynth_record r;
	size_t n;

	while (p < end) {
		n = min_size(trace->skip, end - p);
		trace->skip -= n;
		p += n;
		/* The fast path: whole records, in sequence. */
		while (!trace->part_len && !trace->lost && !trace->skip &&
		       (size_t)(end - p) >= sizeof(r)) {
			memcpy(&r, p, sizeof(r));
			if (!is_record(&r) || r.seq != trace->seq)
				break;
			p += sizeof(r);
			accept(trace, &r, fn, ctx);
		}
		if (trace->skip)
			continue;
		n = min_size(sizeof(trace->part) - trace->part_len, end - p);
		memcpy(trace->part + trace->part_len, p, n);
		trace->part_len += n;
		p += n;
		if (trace->part_len == sizeof(trace->part))
			take_part(trace, fn, ctx);
	}
}
