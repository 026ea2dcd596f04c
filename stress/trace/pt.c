// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel PT, its packets only: when packet generation was on (TIP.PGE and
 * TIP.PGD), when the hardware dropped some (OVF), and the time of each (TSC,
 * MTC with TMA, CYC with CBR).  What was executed is nobody's question here.
 */
#include "stress/trace/decoder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "stress/event/pmu-kinds.h"

static void read_ratio(const struct pmu *pmu, struct pt_setup *setup)
{
	char text[64];
	unsigned int num, den;

	if (pmu_read(pmu, "tsc_art_ratio", text, sizeof(text)) ||
	    sscanf(text, "%u:%u", &num, &den) != 2 || !num || !den)
		return;
	setup->art_num = num;
	setup->art_den = den;
}

void pt_setup_read(struct pt_setup *setup, const struct pmu *pmu,
		   const union pmu_attr *attr)
{
	uint64_t shift = 0;

	memset(setup, 0, sizeof(*setup));
	/* Four bits in the hardware's register. */
	if (!pmu_get(pmu, attr, "mtc_period", &shift))
		setup->mtc_shift = shift & 15;
	setup->max_ratio = pmu_number(pmu, "max_nonturbo_ratio", 0);
	read_ratio(pmu, setup);
}

#ifndef HAVE_LIBIPT

int pt_decoder_new(struct decoder **decoder, const struct pt_setup *setup,
		   struct err *err)
{
	return err_set(err, -ENOTSUP,
		       "built without libipt (install libipt-dev, configure again)");
}

#else
#include <intel-pt.h>

/* The longest packet, a PSB, has 16 bytes. */
#define PACKET_MAX 16

struct pt {
	struct decoder decoder;
	struct pt_setup setup;
	unsigned char part[2 * PACKET_MAX];	/* not yet a whole packet */
	size_t part_len;
	bool synced;
	bool on;		/* packets are generated, by the last word */
	bool pending_on;	/* on, and its time is still to come */
	bool fresh;		/* a time has come since the last stop */

	uint64_t time;		/* TSC ticks, 0: none yet */
	uint64_t base;		/* the same without CYC */
	uint64_t tsc;		/* of the last TSC packet */
	bool have_tma;
	uint64_t tma_tsc;	/* TSC when the CTC was @tma_ctc */
	uint32_t tma_ctc;
	uint64_t mtc_ticks;	/* CTC, without its low bits, since then */
	uint8_t last_mtc;
	uint8_t mtc_mask;	/* the bits of it that are known */
	uint64_t cycles;	/* of CYC since @base */
	unsigned int cbr;
};

static void emit(struct pt *pt, enum decode_type type)
{
	pt->decoder.fn(pt->decoder.ctx, type, pt->time);
}

static void set_time(struct pt *pt, uint64_t time)
{
	/* An estimate between two packets may have been ahead of the next. */
	if (time > pt->time)
		pt->time = time;
	pt->fresh = true;
	if (pt->pending_on) {
		pt->pending_on = false;
		emit(pt, DECODE_ON);
	} else if (pt->on) {
		emit(pt, DECODE_TIME);
	}
}

static void take_tsc(struct pt *pt, uint64_t tsc)
{
	pt->tsc = pt->base = tsc;
	pt->cycles = 0;
	pt->have_tma = false;
	/* The clock itself: it may correct an estimate backward. */
	pt->time = tsc;
	set_time(pt, tsc);
}

/*
 * The TSC packet before it was at this CTC, and @fc TSC ticks later.  Of the CTC
 * it has 16 bits: less than an MTC packet where that leaves out more than 8.
 */
static void take_tma(struct pt *pt, const struct pt_packet_tma *tma)
{
	if (!pt->setup.art_num || !pt->tsc)
		return;
	pt->have_tma = true;
	pt->tma_tsc = pt->tsc - tma->fc;
	pt->tma_ctc = tma->ctc;
	pt->last_mtc = tma->ctc >> pt->setup.mtc_shift;
	pt->mtc_mask = UINT16_MAX >> pt->setup.mtc_shift;
	pt->mtc_ticks = (uint64_t)tma->ctc >> pt->setup.mtc_shift
			<< pt->setup.mtc_shift;
}

/* Eight bits of the CTC above mtc_shift: it has just counted there. */
static void take_mtc(struct pt *pt, uint8_t ctc)
{
	uint8_t delta = (ctc - pt->last_mtc) & pt->mtc_mask;
	uint64_t ticks;

	if (!pt->have_tma)
		return;
	pt->last_mtc = ctc;
	pt->mtc_mask = UINT8_MAX;
	pt->mtc_ticks += (uint64_t)delta << pt->setup.mtc_shift;
	if (pt->mtc_ticks < pt->tma_ctc)
		return;
	ticks = pt->mtc_ticks - pt->tma_ctc;
	pt->base = pt->tma_tsc +
		   ticks * pt->setup.art_num / pt->setup.art_den;
	pt->cycles = 0;
	set_time(pt, pt->base);
}

static void take_cyc(struct pt *pt, uint64_t value)
{
	if (!pt->cbr || !pt->setup.max_ratio || !pt->base)
		return;
	pt->cycles += value;
	set_time(pt, pt->base + pt->cycles * pt->setup.max_ratio / pt->cbr);
}

static void turn_on(struct pt *pt)
{
	pt->on = true;
	if (pt->fresh && pt->time)
		emit(pt, DECODE_ON);
	else
		pt->pending_on = true;
}

/*
 * The next start takes its time from a packet after it.  MTC goes on across a
 * pause; one longer than 256 of its periods is seen too short, until the next
 * TSC packet puts that right.
 */
static void turn_off(struct pt *pt)
{
	if (pt->on && !pt->pending_on && pt->time)
		emit(pt, DECODE_OFF);
	pt->on = pt->pending_on = pt->fresh = false;
}

static void take_packet(struct pt *pt, const struct pt_packet *packet)
{
	switch (packet->type) {
	case ppt_tip_pge:
		turn_on(pt);
		break;
	case ppt_tip_pgd:
		turn_off(pt);
		break;
	case ppt_tnt_8:
	case ppt_tnt_64:
	case ppt_tip:
		/* Only while packets are generated: its PGE was lost. */
		if (!pt->on)
			turn_on(pt);
		break;
	case ppt_ovf:
		if (pt->time)
			emit(pt, DECODE_LOST);
		/* MTCs may have been among what was dropped. */
		pt->have_tma = pt->fresh = false;
		break;
	case ppt_tsc:
		take_tsc(pt, packet->payload.tsc.tsc);
		break;
	case ppt_tma:
		take_tma(pt, &packet->payload.tma);
		break;
	case ppt_mtc:
		take_mtc(pt, packet->payload.mtc.ctc);
		break;
	case ppt_cyc:
		take_cyc(pt, packet->payload.cyc.value);
		break;
	case ppt_cbr:
		pt->cbr = packet->payload.cbr.ratio;
		break;
	default:
		break;
	}
}

static void lose_sync(struct pt *pt)
{
	pt->synced = false;
	pt->have_tma = false;
	pt->decoder.resyncs++;
}

/* The first PSB, 02 82 eight times, at or after @pos; @len: none. */
static size_t find_psb(const unsigned char *buf, size_t len, size_t pos)
{
	static const unsigned char psb[PACKET_MAX] = {
		2, 0x82, 2, 0x82, 2, 0x82, 2, 0x82,
		2, 0x82, 2, 0x82, 2, 0x82, 2, 0x82,
	};
	const unsigned char *found;

	found = memmem(buf + pos, len - pos, psb, sizeof(psb));
	return found ? (size_t)(found - buf) : len;
}

/*
 * A search from @pos: where to go on.  Without a PSB that is where the first
 * part of one might begin.
 */
static size_t search(struct pt *pt, const unsigned char *buf, size_t len,
		     size_t pos)
{
	size_t found = find_psb(buf, len, pos);

	pt->synced = found < len;
	if (pt->synced)
		return found;
	found = len < PACKET_MAX ? 0 : len - PACKET_MAX + 1;
	return found > pos ? found : pos;
}

/*
 * Decodes @len bytes at @buf, but begins no packet at or after @stop.  Returns
 * how many bytes are done with: less than @stop when the last packet is not
 * whole, or might be (the first part of) a PSB that is searched for.
 */
static size_t decode(struct pt *pt, const unsigned char *buf, size_t len,
		     size_t stop)
{
	struct pt_packet_decoder *decoder;
	struct pt_packet packet;
	struct pt_config config;
	size_t pos = 0;
	int ret;

	pt_config_init(&config);
	config.begin = (uint8_t *)buf;
	config.end = (uint8_t *)buf + len;
	decoder = pt_pkt_alloc_decoder(&config);
	if (!decoder)
		return len;
	if (!pt->synced)
		pos = search(pt, buf, len, 0);
	while (pt->synced && pos < stop) {
		if (pt_pkt_sync_set(decoder, pos))
			break;
		while (pos < stop) {
			ret = pt_pkt_next(decoder, &packet, sizeof(packet));
			if (ret < 0)
				break;
			pos += ret;
			take_packet(pt, &packet);
		}
		if (pos >= stop || ret == -pte_eos)
			break;
		lose_sync(pt);
		pos = search(pt, buf, len, pos + 1);
	}
	pt_pkt_free_decoder(decoder);
	return pos;
}

static void keep_part(struct pt *pt, const unsigned char *buf, size_t len)
{
	/* decode() leaves less than a packet. */
	if (len > PACKET_MAX)
		len = PACKET_MAX;
	memmove(pt->part, buf, len);
	pt->part_len = len;
}

/* The packet that the last piece began, with what it lacks from this one. */
static size_t feed_part(struct pt *pt, const unsigned char *buf, size_t len)
{
	size_t had = pt->part_len, done, n;

	n = sizeof(pt->part) - had;
	if (n > len)
		n = len;
	memcpy(pt->part + had, buf, n);
	done = decode(pt, pt->part, had + n, had);
	if (done >= had) {
		pt->part_len = 0;
		return done - had;
	}
	if (n == len) {
		/* Still not whole. */
		keep_part(pt, pt->part + done, had + n - done);
		return n;
	}
	/*
	 * A search that found nothing up to here: the bytes of the part that
	 * are left are in the last few before @buf + n, all of them there.
	 */
	pt->part_len = 0;
	return 0;
}

static void pt_feed(struct decoder *decoder, const unsigned char *buf,
		    size_t len)
{
	struct pt *pt = (struct pt *)decoder;
	size_t done = 0;

	if (!len)
		return;
	if (pt->part_len)
		done = feed_part(pt, buf, len);
	if (pt->part_len || done >= len)
		return;
	buf += done;
	len -= done;
	done = decode(pt, buf, len, len);
	keep_part(pt, buf + done, len - done);
}

static void pt_cut(struct decoder *decoder)
{
	struct pt *pt = (struct pt *)decoder;

	if (pt->part_len && pt->synced)
		decoder->torn++;
	pt->part_len = 0;
	turn_off(pt);
	pt->fresh = false;
	/* MTCs are counted modulo 256: not across a stop. */
	pt->have_tma = false;
}

static void pt_free(struct decoder *decoder)
{
	free(decoder);
}

int pt_decoder_new(struct decoder **decoder, const struct pt_setup *setup,
		   struct err *err)
{
	struct pt *pt = calloc(1, sizeof(*pt));

	if (!pt)
		return err_set(err, -ENOMEM, "no memory for a decoder");
	pt->decoder = (struct decoder) {
		.feed = pt_feed, .cut = pt_cut, .free = pt_free,
	};
	pt->setup = *setup;
	*decoder = &pt->decoder;
	return 0;
}
#endif
