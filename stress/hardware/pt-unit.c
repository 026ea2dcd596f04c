// SPDX-License-Identifier: GPL-2.0-only
#include "pt-unit.h"

#ifdef __KERNEL__
#include <linux/minmax.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "pt-packet.h"

/* Where the next byte goes. */
struct region {
	u8 *at;
	u64 left;		/* bytes up to its end */
	bool intr, stop;
};

static u64 offset_of(const struct pt_unit *u)
{
	return u->mask >> 32;
}

static u32 index_of(const struct pt_unit *u)
{
	return (u32)u->mask >> 7;
}

static void set_place(struct pt_unit *u, u32 index, u64 offset)
{
	u->mask = offset << 32 | (u64)index << 7 | 0x7f;
}

static u64 entry_at(const struct pt_unit *u, u64 base, u32 index)
{
	const u64 *table = u->memory(base & ~0xfffull);

	return table[index];
}

/* An output error: tracing ends until software has looked after it. */
static void error(struct pt_unit *u)
{
	u->status |= PT_STATUS_ERROR;
	u->status &= ~PT_STATUS_TRIGGEREN;
}

static bool find_region(struct pt_unit *u, struct region *r)
{
	u64 off = offset_of(u), size, entry;

	if (!(u->ctl & PT_CTL_TOPA)) {
		size = (u32)u->mask + 1ull;
		*r = (struct region) {
			.at = (u8 *)u->memory(u->base) + off,
			.left = size - off,
		};
		return true;
	}
	entry = entry_at(u, u->base, index_of(u));
	size = PT_TOPA_SIZE(entry);
	if (entry & (PT_TOPA_RESERVED | PT_TOPA_END) || off >= size) {
		error(u);
		return false;
	}
	*r = (struct region) {
		.at = (u8 *)u->memory(PT_TOPA_BASE(entry)) + off,
		.left = size - off,
		.intr = entry & PT_TOPA_INT, .stop = entry & PT_TOPA_STOP,
	};
	return true;
}

static void next_region(struct pt_unit *u)
{
	u32 index = index_of(u) + 1;
	u64 entry = entry_at(u, u->base, index);

	if (entry & PT_TOPA_END) {
		u->base = PT_TOPA_BASE(entry);
		index = 0;
	}
	set_place(u, index, 0);
}

/* @n bytes were put into @r. */
static void advance(struct pt_unit *u, const struct region *r, u64 n)
{
	u->since_psb += n;
	u->written += n;
	if (!(u->ctl & PT_CTL_TOPA)) {
		u->mask = (n == r->left ? 0 : offset_of(u) + n) << 32 |
			  (u32)u->mask;
		return;
	}
	set_place(u, index_of(u), offset_of(u) + n);
	if (r->intr && r->left - n <= u->early)
		u->pmi = true;
	if (n < r->left)
		return;
	if (r->stop) {
		u->status |= PT_STATUS_STOPPED;
		u->status &= ~PT_STATUS_TRIGGEREN;
	} else {
		next_region(u);
	}
}

/*
 * A packet.  What the STOP at the end of a region would cut in two is left
 * out, so that a decoder can read all that is there.
 */
static void put(struct pt_unit *u, const u8 *packet, u64 n)
{
	struct region r;
	u64 k;

	while (n && pt_unit_tracing(u) && find_region(u, &r)) {
		k = n < r.left ? n : r.left;
		if (r.stop && n > r.left)
			memset(r.at, PT_PAD, k);
		else
			memcpy(r.at, packet, k);
		packet += k;
		n -= k;
		advance(u, &r, k);
	}
}

/* PSB+: all that a decoder needs to begin here. */
static void put_psb(struct pt_unit *u, bool inside)
{
	u8 p[80];
	u64 n = pt_psb(p);

	u->since_psb = 0;
	if (u->ctl & PT_CTL_TSCEN)
		n += pt_tsc(p + n, u->tsc);
	n += pt_cbr(p + n, u->ratio);
	n += pt_mode_exec(p + n);
	if (inside)
		n += pt_fup(p + n, u->ip);
	n += pt_psbend(p + n);
	put(u, p, n);
}

static u64 psb_period(const struct pt_unit *u)
{
	return 2048ull << PT_CTL_PSBFREQ(u->ctl);
}

static void start(struct pt_unit *u)
{
	u8 p[24];
	u64 n = 0;

	if (u->status & (PT_STATUS_STOPPED | PT_STATUS_ERROR))
		return;
	u->status |= PT_STATUS_TRIGGEREN;
	if (!u->since_psb)
		put_psb(u, false);
	else if (u->ctl & PT_CTL_TSCEN)
		n += pt_tsc(p, u->tsc);
	n += pt_mode_exec(p + n);
	n += pt_tip_pge(p + n, u->ip);
	put(u, p, n);
}

static void stop(struct pt_unit *u)
{
	u8 p[8];

	put(u, p, pt_tip_pgd(p));
	u->status &= ~PT_STATUS_TRIGGEREN;
}

static u64 byte_count(const struct pt_unit *u)
{
	return u->since_psb << PT_STATUS_BYTECNT_SHIFT & PT_STATUS_BYTECNT;
}

static void write_ctl(struct pt_unit *u, u64 value)
{
	bool was = u->ctl & PT_CTL_TRACEEN, is = value & PT_CTL_TRACEEN;

	/* All but TraceEn may be written only while that is 0. */
	if (was && is && value != u->ctl)
		u->faults++;
	if (was && !is)
		stop(u);
	u->ctl = value;
	if (!was && is)
		start(u);
}

/* What is written back as it was read changes nothing. */
static void write_status(struct pt_unit *u, u64 value)
{
	if ((value & PT_STATUS_BYTECNT) != byte_count(u))
		u->since_psb = (value & PT_STATUS_BYTECNT) >>
			       PT_STATUS_BYTECNT_SHIFT;
	value &= ~(PT_STATUS_READ_ONLY | PT_STATUS_BYTECNT);
	u->status = value | (u->status & PT_STATUS_READ_ONLY);
}

void pt_unit_write(struct pt_unit *u, u32 msr, u64 value)
{
	if (msr == PT_CTL) {
		write_ctl(u, value);
		return;
	}
	u->faults += !!(u->ctl & PT_CTL_TRACEEN);
	switch (msr) {
	case PT_STATUS:
		write_status(u, value);
		break;
	case PT_OUTPUT_BASE:
		u->base = value;
		break;
	case PT_OUTPUT_MASK:
		u->mask = value | 0x7f;
		break;
	case PT_CR3_MATCH:
		u->cr3_match = value;
		break;
	case PT_ADDR0_A ... PT_ADDR3_B:
		u->addr[msr - PT_ADDR0_A] = value;
		break;
	}
}

u64 pt_unit_read(const struct pt_unit *u, u32 msr)
{
	switch (msr) {
	case PT_CTL:
		return u->ctl;
	case PT_STATUS:
		return u->status | byte_count(u);
	case PT_OUTPUT_BASE:
		return u->base;
	case PT_OUTPUT_MASK:
		return u->mask;
	case PT_CR3_MATCH:
		return u->cr3_match;
	case PT_ADDR0_A ... PT_ADDR3_B:
		return u->addr[msr - PT_ADDR0_A];
	}
	return 0;
}

bool pt_unit_tracing(const struct pt_unit *u)
{
	return (u->ctl & PT_CTL_TRACEEN) && (u->status & PT_STATUS_TRIGGEREN);
}

/* Branches: six of them in each byte, taken and not taken in turn. */
static void put_branches(struct pt_unit *u, u64 n)
{
	struct region r;

	while (n && pt_unit_tracing(u) && find_region(u, &r)) {
		u64 k = n < r.left ? n : r.left;
		bool pmi = u->pmi;

		/* Up to the interrupt, so that it is not missed. */
		if (r.intr && u->early && r.left > u->early)
			k = k < r.left - u->early ? k : r.left - u->early;
		memset(r.at, PT_TNT, k);
		n -= k;
		advance(u, &r, k);
		if (u->pmi != pmi)
			return;
	}
}

u64 pt_unit_run(struct pt_unit *u, u64 n)
{
	u64 begin = u->written, done = 0, period = psb_period(u), room;
	bool pmi = u->pmi;

	while (done < n && pt_unit_tracing(u) && u->pmi == pmi) {
		if (u->since_psb >= period) {
			put_psb(u, true);
		} else {
			room = period - u->since_psb;
			put_branches(u, n - done < room ? n - done : room);
		}
		done = u->written - begin;
	}
	return done;
}

u64 pt_unit_room(const struct pt_unit *u, u64 limit)
{
	u64 base = u->base, off = offset_of(u), room = 0, entry;
	u32 index = index_of(u);

	if (!(u->ctl & PT_CTL_TOPA))
		return limit;
	while (room < limit) {
		entry = entry_at(u, base, index);
		if (entry & PT_TOPA_END) {
			base = PT_TOPA_BASE(entry);
			index = 0;
			continue;
		}
		room += PT_TOPA_SIZE(entry) - off;
		if ((entry & PT_TOPA_INT) && !u->pmi)
			return room > u->early ? room - u->early : 0;
		if (entry & PT_TOPA_STOP)
			return room;
		off = 0;
		index++;
	}
	return limit;
}
