/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One PE's Embedded Trace Extension, as the Arm Architecture Reference Manual has
 * it: the registers of its trace unit, by their offsets, and the packets that it
 * would write.  No clock and no buffer: whoever drives it says how many bytes
 * there is room for.  It compiles in user space, too, where a decoder reads what
 * it wrote.
 */
#ifndef AUX_HARDWARE_ETE_UNIT_H
#define AUX_HARDWARE_ETE_UNIT_H

#include "pt-types.h"

enum ete_reg {
	ETE_TRCPRGCTLR = 0x004, ETE_TRCSTATR = 0x00c, ETE_TRCCONFIGR = 0x010,
	ETE_TRCSYNCPR = 0x034, ETE_TRCVICTLR = 0x080, ETE_TRCIDR8 = 0x180,
	ETE_TRCIDR0 = 0x1e0, ETE_TRCIDR1 = 0x1e4, ETE_TRCIDR2 = 0x1e8,
	ETE_TRCIDR3 = 0x1ec, ETE_TRCIDR4 = 0x1f0, ETE_TRCIDR5 = 0x1f4,
	ETE_TRCOSLSR = 0x304, ETE_TRCCLAIMSET = 0xfa0, ETE_TRCCLAIMCLR = 0xfa4,
	ETE_TRCDEVARCH = 0xfbc, ETE_REGS_END = 0x1000,
};

#define ETE_TRCPRGCTLR_EN PT_BIT(0)
#define ETE_TRCSTATR_IDLE PT_BIT(0)
#define ETE_TRCSTATR_PMSTABLE PT_BIT(1)
#define ETE_TRCCONFIGR_CID PT_BIT(6)
#define ETE_TRCCONFIGR_TS PT_BIT(11)
/* Exception levels that are left out. */
#define ETE_TRCVICTLR_NS_EL0 PT_BIT(20)
#define ETE_TRCVICTLR_NS_EL1 PT_BIT(21)

/* TRFCR_EL1: levels that may be traced. */
#define ETE_TRFCR_E0TRE PT_BIT(0)
#define ETE_TRFCR_E1TRE PT_BIT(1)

/* Overflow, A-sync, info, time, on, address with context: the most at its begin. */
#define ETE_BEGIN_MAX 48u

struct ete_unit {
	/* Kept up to date by whoever drives it. */
	u64 time;		/* in the counter's ticks */
	u64 user_pc, kernel_pc;
	u32 context;

	u64 trfcr;
	u64 reg[ETE_REGS_END / 4];
	u8 begin[ETE_BEGIN_MAX];	/* of the trace or after a while: written */
	u32 begin_size, begin_at;	/* up to here */
	u64 since_sync;			/* bytes */
	bool overflown;			/* since the last of them */
};

void ete_unit_write(struct ete_unit *u, u32 offset, u64 value);
u64 ete_unit_read(const struct ete_unit *u, u32 offset);
void ete_unit_filter(struct ete_unit *u, u64 trfcr);

/* It is switched on, and not at all levels is tracing prohibited. */
bool ete_unit_tracing(const struct ete_unit *u);

/* From where no decoder has to know what was before. */
void ete_unit_begin(struct ete_unit *u);

/* Something is lost: after it the trace begins anew. */
void ete_unit_overflow(struct ete_unit *u);

/* The next @n bytes of the trace. */
void ete_unit_trace(struct ete_unit *u, u8 *to, u64 n);

#endif
