// SPDX-License-Identifier: GPL-2.0-only
#include "pt-trace.h"

static u64 byte_count(const struct pt_unit *u)
{
	return u->since_psb << PT_STATUS_BYTECNT_SHIFT & PT_STATUS_BYTECNT;
}

/* What is pending and will not come now is kept for the next time. */
static void keep_pending(struct pt_unit *u)
{
	if (!(u->ctl & PT_CTL_INJECT))
		return;
	if (u->pmi)
		u->status |= PT_STATUS_PENDPMI;
	u->pmi = false;
}

static void write_ctl(struct pt_unit *u, u64 value)
{
	bool was = u->ctl & PT_CTL_TRACEEN, is = value & PT_CTL_TRACEEN;

	/* All but TraceEn may be written only while that is 0. */
	if ((was && is && value != u->ctl) ||
	    pt_part_refuses(u->part, value)) {
		u->faults++;
		return;
	}
	if (was && !is) {
		pt_trace_stop_here(u);
		keep_pending(u);
	}
	u->ctl = value;
	if (was || !is)
		return;
	if ((value & PT_CTL_INJECT) && (u->status & PT_STATUS_PENDPMI)) {
		u->status &= ~PT_STATUS_PENDPMI;
		u->pmi = true;
	}
	pt_trace_start(u);
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

/* A part has so many ranges, and addresses have 48 bits and their sign. */
static void write_address(struct pt_unit *u, u32 n, u64 value)
{
	u64 high = value >> 47;

	if (n / 2 >= (u->part->leaf[1][0] & 7) || (high && high != 0x1ffff))
		u->faults++;
	else
		u->addr[n] = value;
}

void pt_unit_write(struct pt_unit *u, u32 msr, u64 value)
{
	if (msr == PT_CTL) {
		write_ctl(u, value);
		return;
	}
	if (u->ctl & PT_CTL_TRACEEN) {
		u->faults++;
		return;
	}
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
		write_address(u, msr - PT_ADDR0_A, value);
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
