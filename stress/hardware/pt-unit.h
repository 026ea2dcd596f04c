/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One logical processor's Intel PT, as SDM volume 3 has it in its chapter on
 * Intel Processor Trace: registers, output (ToPA and single range) and
 * packets.  No clock and no interrupts: whoever drives it says how many bytes
 * the program that is traced would have made, and looks at @pmi.  It compiles
 * in user space, too, where a decoder reads what it wrote.
 */
#ifndef AUX_HARDWARE_PT_UNIT_H
#define AUX_HARDWARE_PT_UNIT_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stdint.h>
typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
#endif

/* MSRs, by their numbers. */
enum pt_msr {
	PT_OUTPUT_BASE = 0x560, PT_OUTPUT_MASK = 0x561, PT_CTL = 0x570,
	PT_STATUS = 0x571, PT_CR3_MATCH = 0x572,
	PT_ADDR0_A = 0x580, PT_ADDR3_B = 0x587,
};

#define PT_BIT(n) (1ull << (n))
#define PT_CTL_TRACEEN PT_BIT(0)
#define PT_CTL_TOPA PT_BIT(8)
#define PT_CTL_TSCEN PT_BIT(10)
#define PT_CTL_BRANCHEN PT_BIT(13)
#define PT_CTL_PSBFREQ(ctl) ((ctl) >> 24 & 0xf)

#define PT_STATUS_TRIGGEREN PT_BIT(2)
#define PT_STATUS_ERROR PT_BIT(4)
#define PT_STATUS_STOPPED PT_BIT(5)
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
#define PT_TOPA_RESERVED (PT_BIT(1) | PT_BIT(3) | PT_BIT(5) | 3ull << 10)

struct pt_unit {
	/* Set by the creator. */
	void *(*memory)(u64 physical);
	u64 early;		/* an INT region interrupts this long before
				 * its end: parts with one entry a table */
	/* Kept up to date by whoever drives it. */
	u64 tsc, ip;
	u32 ratio;		/* core to bus, for CBR */

	u64 ctl, status, base, mask, cr3_match, addr[8];
	u64 since_psb;		/* bytes; STATUS has the low bits of it */
	bool pmi;		/* a ToPA PMI is pending */
	u64 written;		/* bytes put into memory since reset */
	u64 faults;		/* writes that a real part answers with #GP */
};

void pt_unit_write(struct pt_unit *u, u32 msr, u64 value);
u64 pt_unit_read(const struct pt_unit *u, u32 msr);

/* Enabled, and neither stopped nor in error. */
bool pt_unit_tracing(const struct pt_unit *u);

/*
 * Makes @n bytes of trace (more by less than a packet), until the output
 * stops or a PMI comes that was not pending yet.  Returns how many.
 */
u64 pt_unit_run(struct pt_unit *u, u64 n);

/* Bytes until then, if less than @limit. */
u64 pt_unit_room(const struct pt_unit *u, u64 limit);

#endif
