// SPDX-License-Identifier: GPL-2.0-only
#include "pt-output.h"

#include "pt-packet.h"

#define RESERVED (PT_BIT(1) | PT_BIT(3) | PT_BIT(5) | 3ull << 10)

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

/* An operational error: tracing ends until software has looked after it. */
static void error(struct pt_unit *u)
{
	u->status |= PT_STATUS_ERROR;
	u->status &= ~PT_STATUS_TRIGGEREN;
}

/* What SDM calls a malformed entry of the table at @base. */
static bool malformed(const struct pt_unit *u, u64 base, u32 index, u64 entry)
{
	if (entry & RESERVED)
		return true;
	if (entry & PT_TOPA_END)
		return !index || (entry & (PT_TOPA_INT | PT_TOPA_STOP)) ||
		       (!pt_part_multiple(u->part) &&
			PT_TOPA_BASE(entry) != (base & ~0xfffull));
	return (PT_TOPA_BASE(entry) & (PT_TOPA_SIZE(entry) - 1)) ||
	       (index && !pt_part_multiple(u->part));
}

/* One range: the base has no bits that the mask has. */
static bool find_range(struct pt_unit *u, struct region *r)
{
	u64 size = (u32)u->mask + 1ull, off = offset_of(u);

	if (u->base & (size - 1) || off >= size || size & (size - 1)) {
		error(u);
		return false;
	}
	*r = (struct region) {
		.at = (u8 *)u->memory(u->base) + off, .left = size - off,
	};
	return true;
}

static bool find_region(struct pt_unit *u, struct region *r)
{
	u64 off = offset_of(u), size, entry;

	if (!(u->ctl & PT_CTL_TOPA))
		return find_range(u, r);
	entry = entry_at(u, u->base, index_of(u));
	size = PT_TOPA_SIZE(entry);
	if (malformed(u, u->base, index_of(u), entry) ||
	    (entry & PT_TOPA_END) || off >= size) {
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
		if (malformed(u, u->base, index, entry)) {
			set_place(u, index, 0);
			error(u);
			return;
		}
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
	if (r->intr && r->left - n <= u->part->early)
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

void pt_output_put(struct pt_unit *u, const u8 *packets, u64 n)
{
	struct region r;
	u64 k;

	while (n && pt_unit_tracing(u) && find_region(u, &r)) {
		k = min(n, r.left);
		if (r.stop && n > r.left)
			memset(r.at, PT_PAD, k);
		else
			memcpy(r.at, packets, k);
		packets += k;
		n -= k;
		advance(u, &r, k);
	}
}

/* Up to the interrupt, so that it is not missed. */
static u64 up_to(const struct pt_unit *u, const struct region *r)
{
	u64 early = r->intr ? u->part->early : 0;

	return early && r->left > early ? r->left - early : r->left;
}

u64 pt_output_left(struct pt_unit *u)
{
	struct region r;

	return pt_unit_tracing(u) && find_region(u, &r) ? up_to(u, &r) : 0;
}

void pt_output_repeat(u8 *to, const u8 *round, u64 len, u64 phase, u64 n)
{
	u64 i, done;

	if (len == 1) {
		memset(to, *round, n);
		return;
	}
	for (i = 0; i < len && i < n; i++)
		to[i] = round[(phase + i) % len];
	/* What is there is whole rounds, and so is twice as much. */
	for (done = i; done < n; done += i) {
		i = min(done, n - done);
		memcpy(to + done, to, i);
	}
}

u64 pt_output_fill(struct pt_unit *u, const u8 *round, u64 len, u64 phase,
		   u64 n)
{
	u64 done = 0, k;
	struct region r;
	bool pmi = u->pmi;

	while (done < n && pt_unit_tracing(u) && find_region(u, &r)) {
		k = min(n - done, up_to(u, &r));
		pt_output_repeat(r.at, round, len, (phase + done) % len, k);
		done += k;
		advance(u, &r, k);
		if (u->pmi != pmi)
			break;
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
		if (malformed(u, base, index, entry))
			return room;
		if (entry & PT_TOPA_END) {
			base = PT_TOPA_BASE(entry);
			index = 0;
			continue;
		}
		room += PT_TOPA_SIZE(entry) - off;
		if ((entry & PT_TOPA_INT) && !u->pmi)
			return room > u->part->early ? room - u->part->early :
			       0;
		if (entry & PT_TOPA_STOP)
			return room;
		off = 0;
		index++;
	}
	return limit;
}
