// SPDX-License-Identifier: GPL-2.0-only
#include "ete-unit.h"

/* Packets, by their first byte; of an extension the second says which. */
enum {
	PACKET_EXTENSION = 0x00, EXTENSION_OVERFLOW = 0x05,
	PACKET_TRACE_INFO = 0x01, PACKET_TIMESTAMP = 0x02,
	PACKET_TRACE_ON = 0x04,
	PACKET_ADDRESS_CONTEXT = 0x85,	/* 64 bits, of A64 code */
	PACKET_ATOMS = 0xff,		/* three branches that are taken */
};

/* An A-sync: so many zeros, and its end. */
#define SYNC_ZEROS 11u
#define SYNC_END 0x80

#define INFO_PRESENT 0x01	/* of a trace info's PLCTL */

/* Of a context. */
#define CONTEXT_SF 0x10		/* AArch64 */
#define CONTEXT_NS 0x20
#define CONTEXT_CID 0x80	/* four bytes of it follow */

_Static_assert(2 + SYNC_ZEROS + 1 + 3 + 10 + 1 + 9 + 1 + 4 <= ETE_BEGIN_MAX, "");

/* What there is in TRCCONFIGR; no cycle counts and no conditions. */
#define CONFIGR_BITS (ETE_TRCCONFIGR_CID | ETE_TRCCONFIGR_TS)

#define CLAIM_TAGS 0xfull

/* A small one: two counters, a pair of resources, no comparators. */
static const struct {
	u32 offset;
	u32 value;
} constants[] = {
	{ ETE_TRCIDR0, 8u << 24 | 1 },		/* times of 64 bits */
	{ ETE_TRCIDR1, 0x4100fff0 },		/* see TRCDEVARCH */
	{ ETE_TRCIDR2, 4u << 5 | 8 },		/* context 32, addresses 64 */
	{ ETE_TRCIDR3, 3u << 20 | 4 },		/* EL0 and EL1 */
	{ ETE_TRCIDR4, 1u << 16 },
	{ ETE_TRCIDR5, 2u << 28 | 7u << 16 },	/* ID of 7 bits */
	{ ETE_TRCIDR8, 0 },			/* nothing is speculative */
	{ ETE_TRCOSLSR, 0x10 },			/* the PE's own lock */
	{ ETE_TRCCLAIMSET, CLAIM_TAGS },
	{ ETE_TRCDEVARCH, 0x47705a13 },		/* ETE 1.0 */
};

static const u32 *find_constant(u32 offset)
{
	u32 i;

	for (i = 0; i < sizeof(constants) / sizeof(*constants); i++) {
		if (constants[i].offset == offset)
			return &constants[i].value;
	}
	return NULL;
}

static u64 reg(const struct ete_unit *u, enum ete_reg offset)
{
	return u->reg[offset / 4];
}

void ete_unit_write(struct ete_unit *u, u32 offset, u64 value)
{
	if (offset >= ETE_REGS_END || offset == ETE_TRCSTATR)
		return;
	if (offset == ETE_TRCCLAIMSET)
		u->reg[ETE_TRCCLAIMCLR / 4] |= value & CLAIM_TAGS;
	else if (offset == ETE_TRCCLAIMCLR)
		u->reg[offset / 4] &= ~value;
	else if (offset == ETE_TRCCONFIGR)
		u->reg[offset / 4] = value & CONFIGR_BITS;
	else if (!find_constant(offset))
		u->reg[offset / 4] = value;
}

u64 ete_unit_read(const struct ete_unit *u, u32 offset)
{
	const u32 *constant = find_constant(offset);

	if (constant)
		return *constant;
	if (offset == ETE_TRCSTATR)
		return ETE_TRCSTATR_PMSTABLE |
		       (reg(u, ETE_TRCPRGCTLR) & ETE_TRCPRGCTLR_EN ? 0 :
			ETE_TRCSTATR_IDLE);
	return offset < ETE_REGS_END ? u->reg[offset / 4] : 0;
}

void ete_unit_filter(struct ete_unit *u, u64 trfcr)
{
	u->trfcr = trfcr;
}

static bool traces_user(const struct ete_unit *u)
{
	return (u->trfcr & ETE_TRFCR_E0TRE) &&
	       !(reg(u, ETE_TRCVICTLR) & ETE_TRCVICTLR_NS_EL0);
}

static bool traces_kernel(const struct ete_unit *u)
{
	return (u->trfcr & ETE_TRFCR_E1TRE) &&
	       !(reg(u, ETE_TRCVICTLR) & ETE_TRCVICTLR_NS_EL1);
}

bool ete_unit_tracing(const struct ete_unit *u)
{
	return (reg(u, ETE_TRCPRGCTLR) & ETE_TRCPRGCTLR_EN) &&
	       (traces_user(u) || traces_kernel(u));
}

/* Seven bits a byte, the last one has eight. */
static u32 put_time(u8 *p, u64 time)
{
	u32 i;

	p[0] = PACKET_TIMESTAMP;
	for (i = 0; i < 8; i++)
		p[1 + i] = 0x80 | (time >> 7 * i & 0x7f);
	p[9] = time >> 56;
	return 10;
}

/* Of the program, where that may be traced. */
static u32 put_address(const struct ete_unit *u, u8 *p)
{
	bool user = traces_user(u);
	u64 pc = user ? u->user_pc : u->kernel_pc;
	bool cid = reg(u, ETE_TRCCONFIGR) & ETE_TRCCONFIGR_CID;
	u32 i;

	p[0] = PACKET_ADDRESS_CONTEXT;
	p[1] = pc >> 2 & 0x7f;
	p[2] = pc >> 9 & 0x7f;
	for (i = 0; i < 6; i++)
		p[3 + i] = pc >> (16 + 8 * i);
	p[9] = CONTEXT_SF | CONTEXT_NS | (cid ? CONTEXT_CID : 0) | !user;
	for (i = 0; i < 4 && cid; i++)
		p[10 + i] = u->context >> 8 * i;
	return cid ? 14 : 10;
}

static void synchronise(struct ete_unit *u, bool begins)
{
	u8 *p = u->begin;
	u32 n = 0;

	if (u->overflown) {
		p[n++] = PACKET_EXTENSION;
		p[n++] = EXTENSION_OVERFLOW;
	}
	memset(p + n, PACKET_EXTENSION, SYNC_ZEROS);
	n += SYNC_ZEROS;
	p[n++] = SYNC_END;
	p[n++] = PACKET_TRACE_INFO;
	p[n++] = INFO_PRESENT;
	p[n++] = 0;
	if (reg(u, ETE_TRCCONFIGR) & ETE_TRCCONFIGR_TS)
		n += put_time(p + n, u->time);
	if (begins || u->overflown)
		p[n++] = PACKET_TRACE_ON;
	n += put_address(u, p + n);
	u->begin_size = n;
	u->begin_at = 0;
	u->since_sync = 0;
	u->overflown = false;
}

void ete_unit_begin(struct ete_unit *u)
{
	u->overflown = false;
	synchronise(u, true);
}

void ete_unit_overflow(struct ete_unit *u)
{
	u->overflown = true;
}

/* Until then it is branches. */
static u64 until_sync(const struct ete_unit *u)
{
	u32 period = reg(u, ETE_TRCSYNCPR) & 0x1f;

	if (u->overflown)
		return 0;
	if (!period)
		return ~0ull;
	return (1ull << period) > u->since_sync ?
		(1ull << period) - u->since_sync : 0;
}

void ete_unit_trace(struct ete_unit *u, u8 *to, u64 n)
{
	u64 some;

	for (; n; n -= some, to += some, u->since_sync += some) {
		some = u->begin_size - u->begin_at;
		if (!some && !until_sync(u)) {
			synchronise(u, false);
			some = u->begin_size;
		}
		if (some) {
			some = min(some, n);
			memcpy(to, u->begin + u->begin_at, some);
			u->begin_at += some;
		} else {
			some = min(until_sync(u), n);
			memset(to, PACKET_ATOMS, some);
		}
	}
}
