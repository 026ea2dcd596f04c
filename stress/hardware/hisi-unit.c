// SPDX-License-Identifier: GPL-2.0-only
#include "hisi-unit.h"

bool ptt_unit_tracing(const struct ptt_unit *u)
{
	return (u->ctrl & PTT_CTRL_EN) && u->size;
}

static void set_line(struct ptt_unit *u)
{
	u->pmi = u->stat & ~u->mask;
}

static u64 base_of(const struct ptt_unit *u)
{
	return u->base[2 * u->buffer] | (u64)u->base[2 * u->buffer + 1] << 32;
}

/* It stops where it is, which WR_STS tells; what it has is the driver's. */
static void write_ctrl(struct ptt_unit *u, u32 value)
{
	bool was = u->ctrl & PTT_CTRL_EN, is = value & PTT_CTRL_EN;

	u->ctrl = value;
	if (value & PTT_CTRL_RST)
		u->buffer = u->at = 0;
	if (was && !is)
		u->handed += u->at;
	u->faults += !was && is && (!u->size || !base_of(u));
}

void ptt_unit_write(struct ptt_unit *u, u32 reg, u32 value)
{
	switch (reg) {
	case PTT_ADDR_SIZE:
		u->size = value;
		break;
	case PTT_BASE ... PTT_BASE_END - 1:
		u->base[(reg - PTT_BASE) / 4] = value;
		break;
	case PTT_CTRL:
		write_ctrl(u, value);
		break;
	case PTT_INT_STAT:	/* ones clear */
		u->stat &= ~value;
		break;
	case PTT_INT_MASK:
		u->mask = value;
		break;
	}
	set_line(u);
}

u32 ptt_unit_read(const struct ptt_unit *u, u32 reg)
{
	switch (reg) {
	case PTT_CTRL:
		return u->ctrl;
	case PTT_INT_STAT:
		return u->stat;
	case PTT_WR_STS:
		return u->at | u->buffer << 28;
	case PTT_STS:
		return u->ctrl & PTT_CTRL_EN ? 0 : PTT_STS_IDLE;
	case PTT_RANGE:
		return u->range;
	case PTT_LOCATION:
		return u->location;
	}
	return 0;
}

/* A write of a word to memory, and the time in its low bits. */
static void put_record(struct ptt_unit *u, u32 *to)
{
	to[0] = 2u << 30 | 1u << 11 | (u->records & 0x7ff);
	to[1] = 0x0100000f;
	to[2] = 0;
	to[3] = u->records << 2;
	u->records++;
}

static void buffer_is_full(struct ptt_unit *u)
{
	u->stat |= 1u << u->buffer;
	u->handed += u->size;
	u->buffer = (u->buffer + 1) % PTT_BUFFERS;
	u->at = 0;
	set_line(u);
}

u64 ptt_unit_run(struct ptt_unit *u, u64 bytes)
{
	bool pmi = u->pmi;
	u64 done = 0;
	char *to;

	while (ptt_unit_tracing(u) && done + PTT_RECORD <= bytes) {
		to = u->memory(base_of(u));
		for (; u->at < u->size && done + PTT_RECORD <= bytes;
		     u->at += PTT_RECORD, done += PTT_RECORD)
			put_record(u, (u32 *)(to + u->at));
		if (u->at >= u->size)
			buffer_is_full(u);
		if (u->pmi && !pmi)
			break;
	}
	return done;
}

u64 ptt_unit_room(const struct ptt_unit *u, u64 limit)
{
	u64 left = u->size - u->at;

	return min(limit, left);
}
