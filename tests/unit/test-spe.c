// SPDX-License-Identifier: GPL-2.0-only
/* Streams of Arm SPE packets, written by hand after the Arm ARM. */
#include <stdlib.h>
#include <string.h>

#include "stress/trace/decoder.h"
#include "tests/check.h"

/* A stream under construction. */
struct stream {
	unsigned char bytes[1024];
	size_t len;
};

static void put(struct stream *s, const void *bytes, size_t len)
{
	memcpy(s->bytes + s->len, bytes, len);
	s->len += len;
}

static void put_zeros(struct stream *s, size_t n)
{
	memset(s->bytes + s->len, 0, n);
	s->len += n;
}

/* The timestamp packet of a small number, which ends a record. */
static void put_time(struct stream *s, unsigned char n)
{
	unsigned char packet[9] = { 0x71, n };

	put(s, packet, sizeof(packet));
}

/* Every kind of packet, with 0x71 in it where it can mislead. */
static const unsigned char pc[] = { 0xb0, 1, 2, 3, 4, 5, 6, 7, 8 };
static const unsigned char events[] = { 0x52, 0x01, 0x00 };
static const unsigned char others[] = {
	0x64, 0x71, 0, 0, 0,				/* context */
	0x49, 0x00,					/* operation */
	0x99, 0x71, 0x00,				/* latency */
	0x20, 0x98, 0x71, 0x71,				/* counter 8 */
	0xb2, 0x71, 0x71, 0x71, 0x71, 0x71, 0x71, 0x71, 0x71,	/* address */
	0x43, 0x08,					/* data source */
};

static void put_record(struct stream *s, unsigned char n)
{
	put(s, pc, sizeof(pc));
	put(s, events, sizeof(events));
	put(s, others, sizeof(others));
	put_time(s, n);
}

struct seen {
	uint64_t time[200];
	int n;
};

static void on_time(void *ctx, enum decode_type type, uint64_t ticks)
{
	struct seen *seen = ctx;

	if (type == DECODE_TIME && seen->n < 200)
		seen->time[seen->n++] = ticks;
}

static struct decoder *begin(struct seen *seen)
{
	struct decoder *decoder;
	struct err err;

	memset(seen, 0, sizeof(*seen));
	spe_decoder_new(&decoder, &err);
	decoder->fn = on_time;
	decoder->ctx = seen;
	return decoder;
}

/*
 * Fed in pieces of each length, for what is seen must not depend on it: the
 * @n times @expected, and so many resyncs.
 */
static void decodes_to(struct check *t, const struct stream *s,
		       const uint64_t *expected, int n, unsigned int resyncs)
{
	struct decoder *decoder;
	size_t piece, at, len;
	struct seen seen;

	for (piece = 1; piece <= s->len; piece++) {
		decoder = begin(&seen);
		for (at = 0; at < s->len; at += len) {
			len = s->len - at < piece ? s->len - at : piece;
			decoder->feed(decoder, s->bytes + at, len);
		}
		CHECK_EQ(t, seen.n, n);
		CHECK(t, !memcmp(seen.time, expected, n * sizeof(*expected)));
		CHECK_EQ(t, decoder->resyncs, resyncs);
		decoder->free(decoder);
	}
}

static void in_pieces(struct check *t)
{
	static const uint64_t expected[] = { 5, 6, 9, 12 };
	struct stream s = { .len = 0 };

	put_record(&s, 5);
	put_zeros(&s, 3);
	put_record(&s, 6);
	put_zeros(&s, 1);
	put_record(&s, 9);
	/* One without a time. */
	put(&s, pc, sizeof(pc));
	put(&s, "\1", 1);
	put(&s, events, sizeof(events));
	put_time(&s, 12);
	put_zeros(&s, 4);
	decodes_to(t, &s, expected, 4, 0);
}

static void whole_numbers(struct check *t)
{
	static const unsigned char stream[] = {
		0x71, 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01,
	};
	struct decoder *decoder;
	struct seen seen;

	decoder = begin(&seen);
	decoder->feed(decoder, stream, sizeof(stream));
	CHECK(t, seen.n == 1 && seen.time[0] == 0x0123456789abcdefull);
	CHECK(t, decoder->time_is_on);
	decoder->free(decoder);
}

/* Alignment padding goes to a multiple in the stream, not in the piece. */
static void alignment(struct check *t)
{
	static const unsigned char to_8[] = { 0x22, 0x00, 0x71, 255, 255, 255,
					      255 };
	static const unsigned char to_16[15] = { 0x23, 0x00, 0x71 };
	static const uint64_t expected[] = { 1, 2, 3 };
	struct stream s = { .len = 0 };

	put_time(&s, 1);			/* 9 bytes */
	put(&s, to_8, sizeof(to_8));		/* 16 */
	put_time(&s, 2);			/* 25 */
	put_zeros(&s, 8);			/* 33 */
	put(&s, to_16, sizeof(to_16));		/* 48 */
	put_time(&s, 3);
	decodes_to(t, &s, expected, 3, 0);
}

/* Stopped in the middle of a packet: the next one is whole again. */
static void cut(struct check *t)
{
	struct stream before = { .len = 0 }, after = { .len = 0 };
	struct decoder *decoder;
	struct seen seen;

	put_record(&before, 1);
	put(&before, pc, sizeof(pc));
	put(&before, "\x71\7", 2);
	put_record(&after, 3);
	decoder = begin(&seen);
	decoder->feed(decoder, before.bytes, before.len);
	decoder->cut(decoder);
	decoder->feed(decoder, after.bytes, after.len);
	CHECK_EQ(t, decoder->torn, 1);
	CHECK_EQ(t, decoder->resyncs, 0);
	CHECK(t, seen.n == 2 && seen.time[1] == 3);
	/* Between two packets there is nothing to tear. */
	decoder->cut(decoder);
	CHECK_EQ(t, decoder->torn, 1);
	decoder->free(decoder);
}

/*
 * Bytes that are no packet: not taken for times, unless they might be one
 * that follows; then on from there.
 */
static void damage(struct check *t)
{
	static const unsigned char junk[] = {
		0xff, 0x00, 0x71, 1, 1, 1, 1, 1, 1, 1, 1, 0x71, 2,
	};
	static const uint64_t expected[] = { 5, 7, 8, 9, 10 };
	struct stream s = { .len = 0 };

	put_record(&s, 5);
	put(&s, junk, sizeof(junk));
	put_record(&s, 7);
	put_record(&s, 8);
	put(&s, "\x20\x55", 2);
	put_record(&s, 9);
	put_record(&s, 10);
	decodes_to(t, &s, expected, 5, 2);
}

/* Whatever comes: no crash, no end without end. */
static void anything(struct check *t)
{
	unsigned char buf[997];
	struct decoder *decoder;
	struct seen seen;
	unsigned int i, k;
	uint32_t x = 20261124;

	printf("seed %u\n", x);
	decoder = begin(&seen);
	for (i = 0; i < 300; i++) {
		for (k = 0; k < sizeof(buf); k++) {
			x = x * 1664525 + 1013904223;
			buf[k] = x >> 24;
		}
		decoder->feed(decoder, buf, 1 + x % sizeof(buf));
		if (!(x >> 8 & 7))
			decoder->cut(decoder);
	}
	CHECK(t, decoder->resyncs > 0);
	decoder->free(decoder);
}

int main(void)
{
	struct check t = { 0 };

	in_pieces(&t);
	whole_numbers(&t);
	alignment(&t);
	cut(&t);
	damage(&t);
	anything(&t);
	return check_end(&t);
}
