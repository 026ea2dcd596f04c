// SPDX-License-Identifier: GPL-2.0-only
#include "bts-unit.h"

#define RECORD sizeof(struct bts_record)

static bool has_interrupt(const struct bts_unit *u)
{
	return u->ctl & BTS_CTL_BTINT;
}

static bool is_enabled(const struct bts_unit *u)
{
	return (u->ctl & (BTS_CTL_TR | BTS_CTL_BTS)) ==
	       (BTS_CTL_TR | BTS_CTL_BTS);
}

bool bts_unit_full(const struct bts_unit *u)
{
	return has_interrupt(u) && u->area->index + RECORD > u->area->maximum;
}

bool bts_unit_tracing(const struct bts_unit *u)
{
	return is_enabled(u) && !bts_unit_full(u);
}

/* Whole records, and the index at one of them or behind the last. */
static bool makes_sense(const struct bts_area *area)
{
	return area->base && area->index >= area->base &&
	       area->index <= area->maximum &&
	       (area->index - area->base) % RECORD == 0 &&
	       (area->maximum - area->base) % RECORD == 0 &&
	       (area->threshold - area->base) % RECORD == 0;
}

void bts_unit_write(struct bts_unit *u, u64 ctl)
{
	bool was = is_enabled(u);

	u->ctl = ctl;
	if (!was && is_enabled(u))
		u->faults += !makes_sense(u->area) ||
			(has_interrupt(u) &&
			 u->area->threshold > u->area->maximum);
}

static void put_record(struct bts_unit *u)
{
	struct bts_area *area = u->area;

	*(struct bts_record *)(unsigned long)area->index =
		(struct bts_record) { u->from, u->to, BTS_PREDICTED };
	area->index += RECORD;
	u->written += RECORD;
	/* Without an interrupt it begins anew. */
	if (!has_interrupt(u) && area->index + RECORD > area->maximum)
		area->index = area->base;
}

static bool at_threshold(const struct bts_unit *u)
{
	return has_interrupt(u) && u->area->index >= u->area->threshold;
}

u64 bts_unit_run(struct bts_unit *u, u64 n)
{
	bool pmi = u->pmi;
	u64 done;

	if (bts_unit_tracing(u) && !u->from)
		return n;
	for (done = 0; done < n && bts_unit_tracing(u); done++) {
		put_record(u);
		u->pmi |= at_threshold(u);
		if (u->pmi && !pmi)
			return done + 1;
	}
	return done;
}

u64 bts_unit_room(const struct bts_unit *u, u64 limit)
{
	const struct bts_area *area = u->area;
	u64 end;

	if (!has_interrupt(u) || !u->from)
		return limit;
	end = u->pmi ? area->maximum : area->threshold;
	if (end <= area->index)
		return 0;
	return min(limit, (end - area->index) / RECORD);
}
