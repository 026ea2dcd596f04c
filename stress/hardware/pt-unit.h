/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One logical processor's Intel PT, as SDM volume 3 has it in its chapter on
 * Intel Processor Trace: registers (pt-unit.c), output (ToPA and single range,
 * pt-output.c) and packets (pt-trace.c).  No clock and no interrupts: whoever
 * drives it says how much the program that is traced has run, and looks at
 * @pmi.  It compiles in user space, too, where a decoder reads what it wrote.
 */
#ifndef AUX_HARDWARE_PT_UNIT_H
#define AUX_HARDWARE_PT_UNIT_H

#include "pt-code.h"
#include "pt-part.h"
#include "pt-types.h"

/* MSRs, by their numbers. */
enum pt_msr {
	PT_OUTPUT_BASE = 0x560, PT_OUTPUT_MASK = 0x561, PT_CTL = 0x570,
	PT_STATUS = 0x571, PT_CR3_MATCH = 0x572,
	PT_ADDR0_A = 0x580, PT_ADDR3_B = 0x587,
};

#define PT_CTL_TRACEEN PT_BIT(0)
#define PT_CTL_CYCEN PT_BIT(1)
#define PT_CTL_OS PT_BIT(2)
#define PT_CTL_USER PT_BIT(3)
#define PT_CTL_PWREVTEN PT_BIT(4)
#define PT_CTL_FUPONPTW PT_BIT(5)
#define PT_CTL_CR3FILTER PT_BIT(7)
#define PT_CTL_TOPA PT_BIT(8)
#define PT_CTL_MTCEN PT_BIT(9)
#define PT_CTL_TSCEN PT_BIT(10)
#define PT_CTL_DISRETC PT_BIT(11)
#define PT_CTL_PTWEN PT_BIT(12)
#define PT_CTL_BRANCHEN PT_BIT(13)
#define PT_CTL_INJECT PT_BIT(56)	/* InjectPsbPmiOnEnable */
#define PT_CTL_MTCFREQ(ctl) ((ctl) >> 14 & 0xf)
#define PT_CTL_CYCTHRESH(ctl) ((ctl) >> 19 & 0xf)
#define PT_CTL_PSBFREQ(ctl) ((ctl) >> 24 & 0xf)
#define PT_CTL_ADDR(ctl, n) ((ctl) >> (32 + 4 * (n)) & 0xf)

#define PT_STATUS_FILTEREN PT_BIT(0)
#define PT_STATUS_CONTEXTEN PT_BIT(1)
#define PT_STATUS_TRIGGEREN PT_BIT(2)
#define PT_STATUS_ERROR PT_BIT(4)
#define PT_STATUS_STOPPED PT_BIT(5)
#define PT_STATUS_PENDPSB PT_BIT(6)
#define PT_STATUS_PENDPMI PT_BIT(7)
#define PT_STATUS_BYTECNT_SHIFT 32
#define PT_STATUS_BYTECNT (0x1ffffull << PT_STATUS_BYTECNT_SHIFT)
/* FilterEn, ContextEn, TriggerEn: a write leaves them alone. */
#define PT_STATUS_READ_ONLY 7ull

/* A ToPA entry. */
#define PT_TOPA_END PT_BIT(0)
#define PT_TOPA_INT PT_BIT(2)
#define PT_TOPA_STOP PT_BIT(4)
#define PT_TOPA_SIZE(e) (4096ull << ((e) >> 6 & 0xf))
#define PT_TOPA_BASE(e) ((e) & 0x000ffffffffff000ull)

/* What a CPU does. */
struct pt_place {
	struct pt_program program;
	bool user;		/* CPL 3 */
	bool nowhere;		/* it runs no code there: not yet */
	u64 cr3;
};

struct pt_unit {
	/* Set by the creator. */
	void *(*memory)(u64 physical);
	const struct pt_part *part;
	/* Kept up to date by whoever drives it. */
	u64 tsc;		/* goes on by itself while it runs: */
	u64 tsc_step;		/* ticks in the time of a byte, << 16 */
	u32 ratio;		/* core to bus, for CBR; the core's clock is
				 * the TSC's */
	struct pt_place place;	/* while off; then by pt_unit_move() */
	/* Internal buffer overflows, in bytes' time; @every 0: none. */
	u64 overflow_every, overflow_for;

	u64 ctl, status, base, mask, cr3_match, addr[8];
	u64 since_psb;		/* bytes; STATUS has the low bits of it */
	bool pmi;		/* a ToPA PMI is pending */
	u64 written;		/* bytes put into memory since reset */
	u64 faults;		/* writes that a real part answers with #GP */
	/* Of the packets: */
	u32 phase;		/* bytes of a round that are out */
	u64 mtc_at;		/* TSC of the next MTC */
	u64 cyc_at;		/* of the last CYC */
	u64 tsc_part;		/* of a tick, << 16 */
	u64 since_overflow;
};

void pt_unit_write(struct pt_unit *u, u32 msr, u64 value);
u64 pt_unit_read(const struct pt_unit *u, u32 msr);

/* Enabled, and neither stopped nor in error. */
bool pt_unit_tracing(const struct pt_unit *u);

/*
 * Makes trace for the time that @n bytes of branches take (more by less than a
 * round of the program), until the output stops or a PMI comes that was not
 * pending yet.  Returns for how long it did.  Packets of time come on top.
 */
u64 pt_unit_run(struct pt_unit *u, u64 n);

/* An interrupt, and on at another place. */
void pt_unit_move(struct pt_unit *u, const struct pt_place *place);

/* Bytes until then, if less than @limit. */
u64 pt_unit_room(const struct pt_unit *u, u64 limit);

#endif
