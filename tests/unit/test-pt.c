// SPDX-License-Identifier: GPL-2.0-only
/* Streams of Intel PT packets, made by libipt's encoder. */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "stress/trace/gaps.h"
#include "stress/event/pmu-kinds.h"
#include "tests/check.h"

#ifndef HAVE_LIBIPT
int main(void)
{
	struct pt_setup setup = { 0 };
	struct decoder *decoder;
	struct err err;

	if (!pt_decoder_new(&decoder, &setup, &err) ||
	    !strstr(err.text, "libipt-dev"))
		return 1;
	printf("SKIP: %s\n", err.text);
	return CHECK_SKIP;
}
#else
#include <intel-pt.h>

/* A stream under construction, and what the decoder saw in it. */
struct stream {
	uint8_t buf[16384];
	struct pt_encoder *encoder;
	struct check *t;
};

struct seen {
	char text[4000];
	uint64_t offset;
};

static const struct pt_setup setup = {
	.mtc_shift = 3, .art_num = 192, .art_den = 2, .max_ratio = 24,
};

static void begin(struct stream *s, struct check *t)
{
	struct pt_config config;

	pt_config_init(&config);
	memset(s->buf, 0, sizeof(s->buf));
	config.begin = s->buf;
	config.end = s->buf + sizeof(s->buf);
	s->encoder = pt_alloc_encoder(&config);
	s->t = t;
}

static size_t length(const struct stream *s)
{
	uint64_t offset = 0;

	pt_enc_get_offset(s->encoder, &offset);
	return offset;
}

static void end(struct stream *s)
{
	pt_free_encoder(s->encoder);
}

static void put(struct stream *s, struct pt_packet packet)
{
	CHECK(s->t, pt_enc_next(s->encoder, &packet) > 0);
}

static void put_type(struct stream *s, enum pt_packet_type type)
{
	put(s, (struct pt_packet) { .type = type });
}

static void put_ip(struct stream *s, enum pt_packet_type type)
{
	put(s, (struct pt_packet) { .type = type, .payload.ip.ipc = pt_ipc_sext_48,
				   .payload.ip.ip = 0x401000 });
}

static void put_tnt(struct stream *s, int n)
{
	struct pt_packet packet = { .type = ppt_tnt_8 };

	packet.payload.tnt.bit_size = 6;
	packet.payload.tnt.payload = 0x2a;
	while (n--)
		put(s, packet);
}

static void put_tsc(struct stream *s, uint64_t tsc)
{
	put(s, (struct pt_packet) { .type = ppt_tsc, .payload.tsc.tsc = tsc });
}

static void put_tma(struct stream *s, unsigned int ctc, unsigned int fc)
{
	put(s, (struct pt_packet) { .type = ppt_tma, .payload.tma.ctc = ctc,
				   .payload.tma.fc = fc });
}

static void put_mtc(struct stream *s, uint8_t ctc)
{
	put(s, (struct pt_packet) { .type = ppt_mtc, .payload.mtc.ctc = ctc });
}

static void put_cbr(struct stream *s, uint8_t ratio)
{
	put(s, (struct pt_packet) { .type = ppt_cbr, .payload.cbr.ratio = ratio });
}

static void put_cyc(struct stream *s, uint64_t value)
{
	put(s, (struct pt_packet) { .type = ppt_cyc, .payload.cyc.value = value });
}

/* PSB+ with a time; TMA and CBR go with it where there are MTCs. */
static void put_psb(struct stream *s, uint64_t tsc)
{
	put_type(s, ppt_psb);
	put_tsc(s, tsc);
	put_tma(s, 0x100, 0);
	put_cbr(s, 24);
	put_type(s, ppt_psbend);
}

static void on_event(void *ctx, enum decode_type type, uint64_t ticks)
{
	static const char names[] = "+-tv";
	struct seen *seen = ctx;
	size_t len = strlen(seen->text);

	snprintf(seen->text + len, sizeof(seen->text) - len, "%c%llu ",
		 names[type], (unsigned long long)ticks);
}

static struct decoder *new_decoder(struct seen *seen,
				   const struct pt_setup *with)
{
	struct decoder *decoder;
	struct err err;

	memset(seen, 0, sizeof(*seen));
	if (pt_decoder_new(&decoder, with, &err))
		abort();
	decoder->fn = on_event;
	decoder->ctx = seen;
	return decoder;
}

static void expect(struct check *t, const struct seen *seen,
		   const char *text, size_t piece)
{
	if (strcmp(seen->text, text))
		printf("pieces of %zu: got '%s', expected '%s'\n", piece,
		       seen->text, text);
	CHECK(t, !strcmp(seen->text, text));
}

/* The stream in pieces of every length up to 80, and whole. */
static void decodes_with(struct stream *s, const struct pt_setup *with,
			 const char *text, unsigned int resyncs)
{
	size_t len = length(s), piece, at, n;
	struct decoder *decoder;
	struct seen seen;

	for (piece = 1; piece <= 81; piece++) {
		decoder = new_decoder(&seen, with);
		for (at = 0; at < len; at += n) {
			n = piece > 80 ? len : piece;
			n = len - at < n ? len - at : n;
			decoder->feed(decoder, s->buf + at, n);
		}
		expect(s->t, &seen, text, piece);
		CHECK_EQ(s->t, decoder->resyncs, resyncs);
		decoder->free(decoder);
	}
}

static void decodes_to(struct stream *s, const char *text,
		       unsigned int resyncs)
{
	decodes_with(s, &setup, text, resyncs);
}

static void normal(struct check *t)
{
	struct stream s;

	begin(&s, t);
	put_psb(&s, 1000);
	put_ip(&s, ppt_tip_pge);
	put_tnt(&s, 20);
	put_psb(&s, 3000);
	put_tnt(&s, 3);
	put_tsc(&s, 4000);
	put_ip(&s, ppt_tip_pgd);
	decodes_to(&s, "+1000 t3000 t4000 -4000 ", 0);
	end(&s);
}

/* A pause: the start has no time of its own, the next packet has one. */
static void pause(struct check *t)
{
	struct stream s;

	begin(&s, t);
	put_psb(&s, 1000);
	put_ip(&s, ppt_tip_pge);
	put_tnt(&s, 2);
	put_ip(&s, ppt_tip_pgd);
	put_ip(&s, ppt_tip_pge);
	put_tnt(&s, 1);
	put_tsc(&s, 9000);
	put_tsc(&s, 9500);
	decodes_to(&s, "+1000 -1000 +9000 t9500 ", 0);
	end(&s);
}

/*
 * MTC: 8 CTC ticks each, 96 TSC ticks a CTC tick.  TSC 100000 was at CTC
 * 0x103 and 40 TSC ticks, so CTC 0x108 is 5 * 96 - 40 later.  The counter in
 * the packet wraps at 256.  CYC: at a core of 12 to the TSC's 24, twice.
 */
static void clocks(struct check *t)
{
	struct stream s;

	begin(&s, t);
	put_type(&s, ppt_psb);
	put_tsc(&s, 100000);
	put_tma(&s, 0x103, 40);
	put_cbr(&s, 12);
	put_type(&s, ppt_psbend);
	put_ip(&s, ppt_tip_pge);
	put_mtc(&s, 0x21);		/* CTC 0x108: 100440 */
	put_mtc(&s, 0x22);		/* 8 * 96 = 768 more: 101208 */
	put_cyc(&s, 100);		/* 200 more */
	put_tnt(&s, 1);
	put_cyc(&s, 50);		/* 100 more */
	put_mtc(&s, 0x23);		/* 101976 */
	put_mtc(&s, 0xff);		/* 220 periods: 270936 */
	put_mtc(&s, 0x01);		/* 2 more: 272472 */
	put_cyc(&s, 10);		/* from there, 20 more */
	decodes_to(&s, "+100000 t100440 t101208 t101408 t101508 t101976 t270936 t272472 t272492 ",
		   0);
	end(&s);
}

/* The hardware's overflow: told from a stop, its end is the next time. */
/*
 * MTC with bits 19..12 of a CTC that is 0x41e020 at the TSC packet; TMA has the
 * lowest 16.  The TSC counts once for two ticks of the CTC: from 0x200010 on,
 * 0xfe0 ticks to the first MTC and 0x1000 to the next.
 */
static void rare_mtc(struct check *t)
{
	static const struct pt_setup rare = {
		.mtc_shift = 12, .art_num = 1, .art_den = 2,
	};
	struct stream s;

	begin(&s, t);
	put_type(&s, ppt_psb);
	put_tsc(&s, 0x200018);
	put_tma(&s, 0xe020, 8);
	put_type(&s, ppt_psbend);
	put_ip(&s, ppt_tip_pge);
	put_mtc(&s, 0x1f);
	put_mtc(&s, 0x20);
	put_mtc(&s, 0x1f);		/* 255 more */
	decodes_with(&s, &rare, "+2097176 t2099200 t2101248 t2623488 ", 0);
	end(&s);
}

static void overflow(struct check *t)
{
	struct stream s;

	begin(&s, t);
	put_psb(&s, 1000);
	put_ip(&s, ppt_tip_pge);
	put_tnt(&s, 2);
	put_type(&s, ppt_ovf);
	put_ip(&s, ppt_fup);
	put_tnt(&s, 1);
	put_tsc(&s, 5000);
	put_type(&s, ppt_ovf);
	put_ip(&s, ppt_tip_pge);
	put_tsc(&s, 7000);
	decodes_to(&s, "+1000 v1000 t5000 v5000 +7000 ", 0);
	end(&s);
}

/* Damage: on from the next PSB, also from one right after it. */
static void resync(struct check *t)
{
	static const uint8_t bad[] = { 0x02, 0x3b, 0x02, 0x02 };
	struct stream s;
	size_t at;

	begin(&s, t);
	put_psb(&s, 1000);
	put_ip(&s, ppt_tip_pge);
	at = length(&s);
	put_tnt(&s, sizeof(bad));
	put_tsc(&s, 1500);
	put_psb(&s, 3000);
	put_tsc(&s, 3500);
	memcpy(s.buf + at, bad, sizeof(bad));
	decodes_to(&s, "+1000 t3000 t3500 ", 1);
	end(&s);

	/* Before the first PSB there is nothing to understand. */
	begin(&s, t);
	put_tsc(&s, 77);
	put_ip(&s, ppt_tip_pge);
	put_psb(&s, 1000);
	put_tnt(&s, 1);
	decodes_to(&s, "+1000 ", 0);
	end(&s);
}

/* A full tears a packet; what comes after it is whole again. */
static void torn(struct check *t)
{
	struct decoder *decoder;
	struct stream s;
	struct seen seen;
	size_t at, piece, from, n;

	begin(&s, t);
	put_psb(&s, 1000);
	put_ip(&s, ppt_tip_pge);
	put_tnt(&s, 2);
	put_tsc(&s, 2000);
	at = length(&s);
	put_tsc(&s, 2500);
	for (piece = 1; piece < 60; piece++) {
		decoder = new_decoder(&seen, &setup);
		/* Five of the eight bytes of the last one. */
		for (from = 0; from < at + 5; from += n) {
			n = at + 5 - from < piece ? at + 5 - from : piece;
			decoder->feed(decoder, s.buf + from, n);
		}
		decoder->cut(decoder);
		CHECK_EQ(t, decoder->torn, 1);
		/* Without a PSB: it was armed again, not begun anew. */
		decoder->feed(decoder, s.buf + at, 0);
		decoder->feed(decoder, s.buf, 0);
		{
			struct stream more;

			begin(&more, t);
			put_ip(&more, ppt_tip_pge);
			put_tsc(&more, 6000);
			decoder->feed(decoder, more.buf, length(&more));
			end(&more);
		}
		expect(t, &seen, "+1000 t2000 -2000 +6000 ", piece);
		CHECK_EQ(t, decoder->resyncs, 0);
		decoder->free(decoder);
	}
	end(&s);
}

static void on_mark(void *ctx, enum gap_mark mark, uint64_t time,
		    uint64_t fulls)
{
	struct seen *seen = ctx;
	size_t len = strlen(seen->text);

	snprintf(seen->text + len, sizeof(seen->text) - len, "%s%llu/%llu ",
		 mark == GAP_START ? "start " : "stop ",
		 (unsigned long long)time, (unsigned long long)fulls);
}

/* A ring of a power of two, read across its end as the tracer does. */
struct ring {
	unsigned char bytes[512];
	uint64_t head;
};

static void ring_put(struct ring *ring, const uint8_t *buf, size_t len)
{
	while (len--)
		ring->bytes[ring->head++ % sizeof(ring->bytes)] = *buf++;
}

static void ring_feed(struct gaps *gaps, const struct ring *ring,
		      uint64_t from)
{
	unsigned char copy[512];
	uint64_t i;

	for (i = from; i < ring->head; i++)
		copy[i - from] = ring->bytes[i % sizeof(ring->bytes)];
	gaps_feed(gaps, copy, ring->head - from);
}

/*
 * All of it: a wrapped buffer, a full whose gap is exact to the tick, a pause
 * and an overflow that are none.
 */
static void whole_path(struct check *t)
{
	static const struct hwclock clock = {
		.mult = 1, .shift = 1, .base_ticks = 0, .base_ns = 10000,
	};
	struct ring ring = { .head = 0 };
	struct decoder *decoder;
	struct gaps gaps;
	struct stream s;
	struct seen seen;
	struct err err;
	uint64_t from;

	decoder = new_decoder(&seen, &setup);
	CHECK_EQ(t, gaps_init(&gaps, decoder, &clock, on_mark, &seen, &err),
		 0);
	gaps.fixed_clock = true;

	begin(&s, t);
	put_psb(&s, 1000);
	put_ip(&s, ppt_tip_pge);
	put_tnt(&s, 300);
	put_ip(&s, ppt_tip_pgd);	/* a pause ... */
	put_ip(&s, ppt_tip_pge);
	put_tsc(&s, 3000);		/* ... of 1000 ns */
	put_type(&s, ppt_ovf);		/* lost ... */
	put_ip(&s, ppt_fup);
	put_tsc(&s, 3400);		/* ... for 200 ns */
	put_ip(&s, ppt_tip_pgd);
	ring_put(&ring, s.buf, length(&s));
	ring_feed(&gaps, &ring, 0);
	end(&s);
	from = ring.head;
	/* It is full here, and goes on 4300 ns later, across the end. */
	gaps_full(&gaps, ring.head, 99999);
	gaps_resumed(&gaps, ring.head, 88888);
	begin(&s, t);
	put_ip(&s, ppt_tip_pge);
	put_tsc(&s, 12000);
	put_tnt(&s, 250);
	put_tsc(&s, 12500);
	ring_put(&ring, s.buf, length(&s));
	CHECK(t, ring.head > sizeof(ring.bytes));
	ring_feed(&gaps, &ring, from);
	end(&s);
	gaps_end(&gaps);
	expect(t, &seen, "start 10500/0 stop 11700/0 start 16000/1 ", 0);
	CHECK_EQ(t, gaps.counts.pauses, 1);
	CHECK_EQ(t, gaps.counts.pause_ns, 1000);
	CHECK_EQ(t, gaps.counts.overflows, 1);
	CHECK_EQ(t, gaps.counts.overflow_ns, 200);
	CHECK_EQ(t, gaps.counts.blind, 0);
	CHECK_EQ(t, gaps.counts.resyncs + gaps.counts.torn, 0);
	gaps_free(&gaps);
}

/* From sysfs and the attributes, as they are made of our own defaults. */
static void setups(struct check *t)
{
	union pmu_attr attr = { .bytes = { 0 } };
	struct pt_setup read;
	struct pmu pmu;
	struct err err;

	CHECK(t, !pmu_find(&pmu, SRCDIR "/tests/unit/sysfs/intel", "intel_pt",
			   &err));
	CHECK(t, !pmu_attr_make(&pmu, &attr, "mtc_period=6", &err));
	pt_setup_read(&read, &pmu, &attr);
	CHECK_EQ(t, read.mtc_shift, 6);
	CHECK_EQ(t, read.art_num, 192);
	CHECK_EQ(t, read.art_den, 2);
	CHECK_EQ(t, read.max_ratio, 24);
}

int main(void)
{
	struct check t = { 0 };

	normal(&t);
	pause(&t);
	clocks(&t);
	rare_mtc(&t);
	overflow(&t);
	resync(&t);
	torn(&t);
	whole_path(&t);
	setups(&t);
	return check_end(&t);
}
#endif
