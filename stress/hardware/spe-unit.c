// SPDX-License-Identifier: GPL-2.0-only
#include "spe-unit.h"

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

/* Packets: the first byte, and in its bits 5:4 the payload's size. */
enum {
	PACKET_END = 0x01, PACKET_DATA_SOURCE = 0x43, PACKET_OTHER = 0x48,
	PACKET_LOAD_STORE = 0x49, PACKET_BRANCH = 0x4a, PACKET_EVENTS = 0x52,
	PACKET_CONTEXT_EL1 = 0x64, PACKET_TIMESTAMP = 0x71,
	PACKET_LATENCY_TOTAL = 0x98, PACKET_LATENCY_ISSUE = 0x99,
	PACKET_LATENCY_TRANSLATION = 0x9a, PACKET_PC = 0xb0,
	PACKET_TARGET = 0xb1, PACKET_VIRTUAL = 0xb2, PACKET_PHYSICAL = 0xb3,
};

/* PC, context, events, operation, two addresses, source, latencies, time. */
#define SPE_PACKETS_MAX 64u
_Static_assert(9 + 5 + 2 + 2 + 9 + 9 + 2 + 3 * 3 + 9 <= SPE_PACKETS_MAX, "");

enum operation { OP_LOAD, OP_STORE, OP_BRANCH, OP_OTHER, OPS };

/* Bits of the events packet. */
#define EVENT_RETIRED 0x02
#define EVENT_L1D_ACCESS 0x04
#define EVENT_TLB_ACCESS 0x10
#define EVENT_NOT_TAKEN 0x40

/* Of an address: not secure; and the exception level of a PC. */
#define ADDRESS_NS SPE_BIT(63)
#define ADDRESS_EL1 SPE_BIT(61)
#define ADDRESS_BITS (SPE_BIT(56) - 1)

static u32 put(u8 *p, u8 header, u64 value)
{
	u32 size = 1u << (header >> 4 & 3), i;

	*p = header;
	for (i = 0; i < size; i++)
		p[1 + i] = value >> 8 * i;
	return 1 + size;
}

/* What PMSFCR lets through; in turn, for there is no program. */
static enum operation next_operation(const struct spe_unit *u)
{
	static const u64 filter[OPS] = {
		[OP_LOAD] = SPE_PMSFCR_LD, [OP_STORE] = SPE_PMSFCR_ST,
		[OP_BRANCH] = SPE_PMSFCR_B,
	};
	u64 wanted = u->reg[SPE_PMSFCR];
	u32 op = u->records % OPS, i;

	if (!(wanted & SPE_PMSFCR_FT))
		return op;
	for (i = 0; i < OPS && !(filter[op] & wanted); i++)
		op = (op + 1) % OPS;
	return op;
}

static bool in_kernel(const struct spe_unit *u)
{
	u64 scr = u->reg[SPE_PMSCR];

	return !(scr & SPE_PMSCR_E0SPE) ||
	       ((scr & SPE_PMSCR_E1SPE) && (u->records >> 3 & 1));
}

static u32 put_access(const struct spe_unit *u, u8 *p, enum operation op)
{
	u64 address = u->data + (u->records & 0x1ff) * 8;
	u32 n;

	n = put(p, PACKET_VIRTUAL, address & ADDRESS_BITS);
	if (u->reg[SPE_PMSCR] & SPE_PMSCR_PA)
		n += put(p + n, PACKET_PHYSICAL,
			 ADDRESS_NS | (address & ADDRESS_BITS >> 8));
	if (op == OP_LOAD)
		n += put(p + n, PACKET_DATA_SOURCE, 0);
	return n;
}

static u32 put_operation(const struct spe_unit *u, u8 *p, u64 pc)
{
	enum operation op = next_operation(u);
	u32 n;

	switch (op) {
	case OP_LOAD:
	case OP_STORE:
		n = put(p, PACKET_EVENTS, EVENT_RETIRED | EVENT_L1D_ACCESS |
			EVENT_TLB_ACCESS);
		n += put(p + n, PACKET_LOAD_STORE, op == OP_STORE);
		return n + put_access(u, p + n, op);
	case OP_BRANCH:
		n = put(p, PACKET_EVENTS, EVENT_RETIRED |
			(u->records & 4 ? EVENT_NOT_TAKEN : 0));
		n += put(p + n, PACKET_BRANCH, 1);
		return n + put(p + n, PACKET_TARGET, pc + 0x40);
	default:
		n = put(p, PACKET_EVENTS, EVENT_RETIRED);
		return n + put(p + n, PACKET_OTHER, 0);
	}
}

u32 spe_unit_record(const struct spe_unit *u)
{
	return 1u << u->part->record;
}

/* One sample record: SPE_PACKETS_MAX bytes at the most. */
static void put_record(struct spe_unit *u, u8 *p)
{
	bool kernel = in_kernel(u);
	u64 pc = (kernel ? u->kernel_pc : u->user_pc) & ADDRESS_BITS;
	u64 scr = u->reg[SPE_PMSCR];
	u32 n;

	pc |= ADDRESS_NS | (kernel ? ADDRESS_EL1 : 0);
	n = put(p, PACKET_PC, pc);
	if (scr & SPE_PMSCR_CX)
		n += put(p + n, PACKET_CONTEXT_EL1, u->context);
	n += put_operation(u, p + n, pc);
	n += put(p + n, PACKET_LATENCY_TOTAL, 9);
	n += put(p + n, PACKET_LATENCY_ISSUE, 4);
	n += put(p + n, PACKET_LATENCY_TRANSLATION, 1);
	if (scr & SPE_PMSCR_TS)
		put(p + n, PACKET_TIMESTAMP, u->time);
	else
		p[n] = PACKET_END;
	u->fraction += u->step_256;
	u->time += u->fraction >> 8;
	u->fraction &= 0xff;
	u->records++;
}

static u64 limit(const struct spe_unit *u)
{
	return u->reg[SPE_PMBLIMITR] & SPE_PMBLIMITR_LIMIT;
}

/* The next record might not fit. */
static bool is_full(const struct spe_unit *u)
{
	return limit(u) < u->reg[SPE_PMBPTR] + spe_unit_record(u);
}

bool spe_unit_sampling(const struct spe_unit *u)
{
	return (u->reg[SPE_PMSCR] & (SPE_PMSCR_E0SPE | SPE_PMSCR_E1SPE)) &&
	       (u->reg[SPE_PMBLIMITR] & SPE_PMBLIMITR_E) &&
	       !(u->reg[SPE_PMBSR] & SPE_PMBSR_S);
}

u64 spe_unit_room(const struct spe_unit *u)
{
	return is_full(u) ? 0 :
		(limit(u) - u->reg[SPE_PMBPTR]) / spe_unit_record(u);
}

/* Padded to the most that one can have; the last that fits may lose its end. */
static void write_record(struct spe_unit *u)
{
	u8 packets[SPE_PACKETS_MAX] = { 0 };
	u64 at = u->reg[SPE_PMBPTR];
	u32 n = spe_unit_record(u);
	u8 *to = u->memory(at);

	put_record(u, packets);
	if (u->cut && limit(u) < at + 2 * n) {
		n = SPE_RECORD_CUT;
		u->reg[SPE_PMBSR] |= SPE_PMBSR_DL;
		u->cut = false;
	} else if (n > SPE_PACKETS_MAX) {
		memset(to + SPE_PACKETS_MAX, 0, n - SPE_PACKETS_MAX);
	}
	memcpy(to, packets, n < SPE_PACKETS_MAX ? n : SPE_PACKETS_MAX);
	u->reg[SPE_PMBPTR] += n;
	u->written += n;
}

u64 spe_unit_run(struct spe_unit *u, u64 n)
{
	u64 done = 0;

	while (spe_unit_sampling(u) && (done < n || is_full(u))) {
		if (!is_full(u)) {
			write_record(u);
			done++;
		}
		if (is_full(u))
			u->reg[SPE_PMBSR] |= SPE_PMBSR_S | SPE_PMBSR_FULL;
	}
	return done;
}

void spe_unit_collide(struct spe_unit *u)
{
	if (spe_unit_sampling(u))
		u->reg[SPE_PMBSR] |= SPE_PMBSR_COLL;
}

void spe_unit_trouble(struct spe_unit *u, enum spe_trouble trouble)
{
	static const u64 syndrome[SPE_TROUBLES] = {
		[SPE_FAULT_S1] = SPE_PMBSR_FAULT_S1,
		[SPE_FAULT_S2] = SPE_PMBSR_FAULT_S2,
		[SPE_ABORT] = SPE_PMBSR_EA,
	};

	if (!spe_unit_sampling(u))
		return;
	if (trouble == SPE_LOSS)
		u->cut = true;
	else
		u->reg[SPE_PMBSR] |= SPE_PMBSR_S | syndrome[trouble];
}

void spe_unit_write(struct spe_unit *u, enum spe_reg reg, u64 value)
{
	bool sampling = spe_unit_sampling(u);

	switch (reg) {
	case SPE_PMBPTR:
		/* Where it writes may be changed only while it does not. */
		u->faults += sampling;
		/* The low bits of a pointer are not there. */
		value &= ~((1ull << u->part->align) - 1);
		break;
	case SPE_PMBLIMITR:
		u->faults += sampling && (value & SPE_PMBLIMITR_E);
		break;
	case SPE_PMSEVFR:
		value &= u->part->events;
		break;
	case SPE_PMSIDR:
	case SPE_PMBIDR:
		return;
	default:
		break;
	}
	u->reg[reg] = value;
}

u64 spe_unit_read(const struct spe_unit *u, enum spe_reg reg)
{
	switch (reg) {
	case SPE_PMSIDR:
		return spe_part_pmsidr(u->part);
	case SPE_PMBIDR:
		return spe_part_pmbidr(u->part);
	default:
		return u->reg[reg];
	}
}
