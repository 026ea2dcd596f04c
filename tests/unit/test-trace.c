// SPDX-License-Identifier: GPL-2.0-only
/* The readers of both rings: wrap, torn records, padding, damage. */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

#include "stress/event/auxring.h"
#include "stress/trace/trace.h"
#include "tests/check.h"

struct seen {
	unsigned int n;
	struct auxsynth_record last;
};

static void on_record(void *ctx, const struct auxsynth_record *r)
{
	struct seen *seen = ctx;

	seen->n++;
	seen->last = *r;
}

static size_t put(unsigned char *buf, size_t at, uint64_t seq, int type,
		  int pad)
{
	struct auxsynth_record r = {
		.time = 1000 + seq, .seq = seq,
		.info = AUXSYNTH_INFO(type, 0, pad, 1, 0),
	};

	memcpy(buf + at, &r, sizeof(r));
	memset(buf + at + sizeof(r), 0xff, pad);
	return at + sizeof(r) + pad;
}

/* START, 5 DATA, PMI, STOP with padding, START, DATA */
static size_t make_trace(unsigned char *buf)
{
	size_t len = put(buf, 0, 0, AUXSYNTH_START, 0);
	uint64_t seq;

	for (seq = 1; seq < 6; seq++)
		len = put(buf, len, seq, AUXSYNTH_DATA, 0);
	len = put(buf, len, 6, AUXSYNTH_PMI, 0);
	len = put(buf, len, 7, AUXSYNTH_STOP, 112);
	len = put(buf, len, 8, AUXSYNTH_START, 0);
	return put(buf, len, 9, AUXSYNTH_DATA, 0);
}

static void any_pieces(struct check *t)
{
	unsigned char buf[1024];
	size_t len = make_trace(buf), piece, at, n;
	struct trace trace;
	struct seen seen;

	for (piece = 1; piece <= len; piece++) {
		trace_init(&trace);
		memset(&seen, 0, sizeof(seen));
		for (at = 0; at < len; at += n) {
			n = len - at < piece ? len - at : piece;
			trace_feed(&trace, buf + at, n, on_record, &seen);
		}
		if (seen.n != 4 || trace.data != 6 || trace.bad ||
		    seen.last.seq != 8)
			break;
	}
	CHECK_EQ(t, piece, len + 1);
}

static void damage(struct check *t)
{
	unsigned char buf[1024];
	size_t len = make_trace(buf);
	struct seen seen = { 0 };
	struct trace trace;

	/* A byte of the third record: found again at the next START. */
	buf[2 * 24 + 16] ^= 0x40;
	trace_init(&trace);
	trace_feed(&trace, buf, len, on_record, &seen);
	CHECK_EQ(t, trace.bad, 1);
	CHECK_EQ(t, seen.last.seq, 8);
	CHECK_EQ(t, trace.data, 2);

	/* A record that is missing is seen, too. */
	len = make_trace(buf);
	memmove(buf + 24, buf + 48, len - 48);
	trace_init(&trace);
	memset(&seen, 0, sizeof(seen));
	trace_feed(&trace, buf, len - 24, on_record, &seen);
	CHECK_EQ(t, trace.bad, 1);
	CHECK_EQ(t, seen.last.seq, 8);

	/* Noise of any kind only ever counts as bad. */
	memset(buf, 0x5a, sizeof(buf));
	trace_init(&trace);
	memset(&seen, 0, sizeof(seen));
	trace_feed(&trace, buf, sizeof(buf), on_record, &seen);
	CHECK(t, trace.bad == 1 && !seen.n && !trace.data);
}

static void aux_wrap(struct check *t)
{
	struct perf_event_mmap_page page = { .aux_head = 4096 + 100,
					     .aux_tail = 4096 - 28 };
	unsigned char aux[4096], out[128];
	struct auxring ring = { .page = &page, .aux = aux,
				.aux_size = sizeof(aux) };
	int i;

	for (i = 0; i < 4096; i++)
		aux[i] = i & 0xff;
	CHECK_EQ(t, auxring_aux_head(&ring), 4196);
	auxring_aux_copy(&ring, 4096 - 28, 4196, out);
	CHECK(t, !memcmp(out, aux + 4096 - 28, 28));
	CHECK(t, !memcmp(out + 28, aux, 100));
	auxring_aux_release(&ring, 4196);
	CHECK_EQ(t, page.aux_tail, 4196);
	CHECK_EQ(t, ring.laps, 0);
}

/* A head that cannot be is not copied, and counted once. */
static void aux_lap(struct check *t)
{
	struct perf_event_mmap_page page = { .aux_head = 3 * 4096 + 100,
					     .aux_tail = 4096 };
	unsigned char aux[4096] = { 0 }, out[4096 + 16] = { 0 };
	struct auxring ring = { .page = &page, .aux = aux,
				.aux_size = sizeof(aux) };

	memset(out + 4096, 0x5a, 16);
	CHECK_EQ(t, auxring_aux_copy(&ring, 4096, 2 * 4096, out), 0);
	CHECK(t, out[4096] == 0x5a);
	CHECK_EQ(t, auxring_aux_copy(&ring, 4096, page.aux_head, out),
		 -ERANGE);
	CHECK(t, out[4096] == 0x5a);
	auxring_aux_release(&ring, page.aux_head);
	CHECK_EQ(t, ring.laps, 1);
	CHECK_EQ(t, page.aux_tail, page.aux_head);
	/* It ran backward. */
	CHECK_EQ(t, auxring_aux_copy(&ring, page.aux_tail, 4096, out),
		 -ERANGE);
	auxring_aux_release(&ring, 4096);
	CHECK_EQ(t, ring.laps, 2);
}

/* What comes after a lap is read from its first START on; nothing is bad. */
static void after_lap(struct check *t)
{
	unsigned char buf[1024];
	size_t len = make_trace(buf);
	struct seen seen = { 0 };
	struct trace trace;

	trace_init(&trace);
	trace_feed(&trace, buf, 30, on_record, &seen);
	trace_lost(&trace);
	trace_feed(&trace, buf + 100, len - 100, on_record, &seen);
	CHECK_EQ(t, trace.bad, 0);
	CHECK_EQ(t, seen.n, 2);
	CHECK_EQ(t, seen.last.seq, 8);
	CHECK_EQ(t, trace.data, 1);
}

static void count_types(void *ctx, const struct perf_event_header *h)
{
	unsigned int *types = ctx;

	*types = *types * 16 + h->type;
}

static void data_wrap(struct check *t)
{
	struct perf_event_mmap_page page = { .data_tail = 4096 - 4,
					     .data_head = 4096 - 4 + 40 };
	struct perf_event_header a = { .type = 11, .size = 16 };
	struct perf_event_header b = { .type = 12, .size = 24 };
	unsigned char data[4096] = { 0 };
	struct auxring ring = { .page = &page, .data = data,
				.data_size = sizeof(data) };
	unsigned int types = 0;

	/* The first header itself is torn at the end of the ring. */
	memcpy(data + 4092, &a, 4);
	memcpy(data, (char *)&a + 4, 4);
	memcpy(data + 12, &b, sizeof(b));
	CHECK_EQ(t, auxring_data_read(&ring, count_types, &types), 2);
	CHECK_EQ(t, types, 11 * 16 + 12);
	CHECK_EQ(t, page.data_tail, page.data_head);

	/* A size that cannot be does not make it run away. */
	a.size = 2;
	memcpy(data + 100, &a, sizeof(a));
	page.data_tail = 100;
	page.data_head = 200;
	CHECK_EQ(t, auxring_data_read(&ring, count_types, &types), 0);
	CHECK_EQ(t, page.data_tail, 200);

	/* Nor does a head that is further away than the ring is long. */
	page.data_head = 200 + 4096 + 8;
	CHECK_EQ(t, auxring_data_read(&ring, count_types, &types), 0);
	CHECK_EQ(t, page.data_tail, page.data_head);
	CHECK_EQ(t, ring.laps, 1);
}

int main(void)
{
	struct check t = { 0 };

	any_pieces(&t);
	damage(&t);
	aux_wrap(&t);
	aux_lap(&t);
	after_lap(&t);
	data_wrap(&t);
	return check_end(&t);
}
