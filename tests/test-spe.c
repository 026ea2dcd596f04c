// SPDX-License-Identifier: GPL-2.0-only
/* Streams of Arm SPE packets, written by hand after the Arm ARM. */
#include <stdlib.h>
#include <string.h>

#include "stress/decoder.h"
#include "tests/check.h"

/* A timestamp packet of a small number, which ends a record. */
#define TS(n) 0x71, (n), 0, 0, 0, 0, 0, 0, 0
/* pc, context, event, operation, two counters, address, data source */
#define PC 0xb0, 1, 2, 3, 4, 5, 6, 7, 8
#define CONTEXT 0x64, 0x71, 0, 0, 0
#define EVENTS 0x52, 0x01, 0x00
#define OPERATION 0x49, 0x00
#define LATENCY 0x99, 0x71, 0x00
#define EXTENDED_COUNTER 0x20, 0x98, 0x71, 0x71
#define ADDRESS 0xb2, 0x71, 0x71, 0x71, 0x71, 0x71, 0x71, 0x71, 0x71
#define SOURCE 0x43, 0x08
#define RECORD(n) PC, CONTEXT, EVENTS, OPERATION, LATENCY, EXTENDED_COUNTER, \
	ADDRESS, SOURCE, TS(n)

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

/* In pieces of each length: what is seen must not depend on it. */
static void in_pieces(struct check *t)
{
	static const unsigned char stream[] = {
		RECORD(5), 0, 0, 0, RECORD(6), 0, RECORD(9), PC, 0x01,
		EVENTS, TS(12), 0, 0, 0, 0,
	};
	struct decoder *decoder;
	struct seen seen;
	size_t piece, at, n;

	for (piece = 1; piece <= sizeof(stream); piece++) {
		decoder = begin(&seen);
		for (at = 0; at < sizeof(stream); at += n) {
			n = sizeof(stream) - at;
			n = n < piece ? n : piece;
			decoder->feed(decoder, stream + at, n);
		}
		CHECK_EQ(t, seen.n, 4);
		CHECK(t, seen.time[0] == 5 && seen.time[1] == 6 &&
		      seen.time[2] == 9 && seen.time[3] == 12);
		CHECK_EQ(t, decoder->resyncs, 0);
		decoder->free(decoder);
	}
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
	static const unsigned char stream[] = {
		TS(1),				/* 9 bytes */
		0x22, 0x00, 0x71, 0xff, 0xff, 0xff, 0xff,	/* to 16 */
		TS(2), 0, 0, 0, 0, 0, 0, 0, 0, 0,	/* to 34 */
		0x23, 0x00, 0x71, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		TS(3),				/* from 48 */
	};
	struct decoder *decoder;
	struct seen seen;
	size_t piece, at, n;

	for (piece = 1; piece <= sizeof(stream); piece++) {
		decoder = begin(&seen);
		for (at = 0; at < sizeof(stream); at += n) {
			n = sizeof(stream) - at;
			n = n < piece ? n : piece;
			decoder->feed(decoder, stream + at, n);
		}
		CHECK_EQ(t, seen.n, 3);
		CHECK_EQ(t, seen.time[2], 3);
		decoder->free(decoder);
	}
}

/* Stopped in the middle of a packet: the next one is whole again. */
static void cut(struct check *t)
{
	static const unsigned char before[] = { RECORD(1), PC, 0x71, 7 };
	static const unsigned char after[] = { RECORD(3) };
	struct decoder *decoder;
	struct seen seen;

	decoder = begin(&seen);
	decoder->feed(decoder, before, sizeof(before));
	decoder->cut(decoder);
	decoder->feed(decoder, after, sizeof(after));
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
	static const unsigned char stream[] = {
		RECORD(5), 0xff, 0x00, 0x71, 1, 1, 1, 1, 1, 1, 1, 1,
		0x71, 2, RECORD(7), RECORD(8), 0x20, 0x55, RECORD(9),
		RECORD(10),
	};
	struct decoder *decoder;
	struct seen seen;
	size_t piece, at, n;

	for (piece = 1; piece <= sizeof(stream); piece++) {
		decoder = begin(&seen);
		for (at = 0; at < sizeof(stream); at += n) {
			n = sizeof(stream) - at;
			n = n < piece ? n : piece;
			decoder->feed(decoder, stream + at, n);
		}
		CHECK_EQ(t, decoder->resyncs, 2);
		CHECK_EQ(t, seen.time[0], 5);
		CHECK_EQ(t, seen.time[seen.n - 1], 10);
		CHECK_EQ(t, seen.n, 5);
		decoder->free(decoder);
	}
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
