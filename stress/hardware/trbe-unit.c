// SPDX-License-Identifier: GPL-2.0-only
#include "trbe-unit.h"

static u64 limit(const struct trbe_unit *u)
{
	return u->reg[TRBE_LIMITR] & TRBE_PAGES;
}

static bool enabled(const struct trbe_unit *u)
{
	return u->reg[TRBE_LIMITR] & TRBE_LIMITR_E;
}

bool trbe_unit_tracing(const struct trbe_unit *u)
{
	return enabled(u) && !(u->reg[TRBE_SR] & TRBE_SR_S) &&
	       ete_unit_tracing(&u->ete);
}

u64 trbe_unit_room(const struct trbe_unit *u)
{
	return limit(u) > u->reg[TRBE_PTR] ? limit(u) - u->reg[TRBE_PTR] : 0;
}

static void stop(struct trbe_unit *u, u64 syndrome)
{
	u->reg[TRBE_SR] |= TRBE_SR_S | TRBE_SR_IRQ | syndrome;
}

/* From the limit to the base; in the mode that fills the buffer no further. */
static void wrap(struct trbe_unit *u)
{
	u64 mode = u->reg[TRBE_LIMITR] & TRBE_LIMITR_FM;

	u->reg[TRBE_PTR] = u->reg[TRBE_BASER] & TRBE_PAGES;
	u->reg[TRBE_SR] |= TRBE_SR_WRAP;
	if (mode == TRBE_FM_FILL)
		stop(u, TRBE_SR_FILLED);
	else if (mode == TRBE_FM_WRAP)
		u->reg[TRBE_SR] |= TRBE_SR_IRQ;
}

u64 trbe_unit_run(struct trbe_unit *u, u64 n)
{
	u64 done = 0, some;

	while (trbe_unit_tracing(u) && done < n) {
		if (!trbe_unit_room(u))
			wrap(u);
		some = min(trbe_unit_room(u), n - done);
		if (!some || !trbe_unit_tracing(u))
			break;
		ete_unit_trace(&u->ete, u->memory(u->reg[TRBE_PTR]), some);
		u->reg[TRBE_PTR] += some;
		u->written += some;
		done += some;
		if (!trbe_unit_room(u))
			wrap(u);
	}
	return done;
}

void trbe_unit_trouble(struct trbe_unit *u, enum trbe_trouble trouble)
{
	static const u64 syndrome[TRBE_TROUBLES] = {
		[TRBE_FAULT_S1] = TRBE_SR_FAULT_S1,
		[TRBE_FAULT_S2] = TRBE_SR_FAULT_S2,
		[TRBE_ABORT] = TRBE_SR_EA,
	};

	if (!trbe_unit_tracing(u))
		return;
	if (trouble == TRBE_OVERFLOW)
		ete_unit_overflow(&u->ete);
	else
		stop(u, syndrome[trouble]);
}

void trbe_unit_write(struct trbe_unit *u, enum trbe_reg reg, u64 value)
{
	switch (reg) {
	case TRBE_IDR:
		return;
	case TRBE_PTR:
		u->faults += enabled(u) ||
			     (value & ((1ull << TRBE_ALIGN) - 1));
		break;
	case TRBE_BASER:
		u->faults += enabled(u);
		break;
	case TRBE_LIMITR:
		/* Of what is written while it is on only that it ends counts. */
		u->faults += enabled(u) && (value & TRBE_LIMITR_E) &&
			     value != u->reg[reg];
		break;
	default:
		break;
	}
	u->reg[reg] = value;
	/* Where it would write is outside of the buffer. */
	u->faults += reg == TRBE_LIMITR && enabled(u) &&
		     (!trbe_unit_room(u) ||
		      u->reg[TRBE_PTR] < u->reg[TRBE_BASER]);
}

u64 trbe_unit_read(const struct trbe_unit *u, enum trbe_reg reg)
{
	return reg == TRBE_IDR ? TRBE_ALIGN : u->reg[reg];
}
