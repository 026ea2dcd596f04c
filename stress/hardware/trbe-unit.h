/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One PE's Trace Buffer Extension, as the Arm Architecture Reference Manual has it,
 * and the trace unit that writes to it (ete-unit.h): registers, and a buffer in
 * memory.  No clock and no interrupts: whoever drives it says how many bytes of
 * trace there would have been, and looks at TRBSR.IRQ.  It compiles in user space,
 * too.
 */
#ifndef AUX_HARDWARE_TRBE_UNIT_H
#define AUX_HARDWARE_TRBE_UNIT_H

#include "ete-unit.h"

enum trbe_reg {
	TRBE_LIMITR, TRBE_PTR, TRBE_BASER, TRBE_SR, TRBE_MAR, TRBE_TRG,
	TRBE_IDR, TRBE_REGS
};

#define TRBE_LIMITR_E PT_BIT(0)
#define TRBE_LIMITR_FM (3ull << 1)	/* what happens at the limit: */
#define TRBE_FM_FILL (0ull << 1)	/* it stops, and interrupts; */
#define TRBE_FM_WRAP (1ull << 1)	/* it interrupts; */
#define TRBE_FM_CBUF (3ull << 1)	/* it goes on */
#define TRBE_PAGES (~0xfffull)		/* of TRBLIMITR and TRBBASER */
#define TRBE_SR_FILLED 1ull		/* its status code, the low bits */
#define TRBE_SR_S PT_BIT(17)		/* collection is stopped */
#define TRBE_SR_EA PT_BIT(18)
#define TRBE_SR_WRAP PT_BIT(20)
#define TRBE_SR_IRQ PT_BIT(22)
/* Event classes: a fault of translation or permission, stage 1 or 2. */
#define TRBE_SR_FAULT_S1 (0x24ull << 26)
#define TRBE_SR_FAULT_S2 (0x25ull << 26)

/*
 * TRBIDR.Align: the write pointer that software sets is a multiple of 2^n.  Where
 * it stops need not be: the low bits are there, as the architecture allows.
 */
#define TRBE_ALIGN 6u

/* What can go wrong. */
enum trbe_trouble {
	TRBE_OVERFLOW,	/* of the trace unit's own buffer */
	TRBE_FAULT_S1, TRBE_FAULT_S2,
	TRBE_ABORT,	/* an external one, asynchronous */
	TRBE_TROUBLES
};

struct trbe_unit {
	/* Set by the creator. */
	u8 *(*memory)(u64 address);

	struct ete_unit ete;
	u64 reg[TRBE_REGS];
	u64 written;		/* bytes put into memory since reset */
	u64 faults;		/* writes whose effect is not predictable */
};

void trbe_unit_write(struct trbe_unit *u, enum trbe_reg reg, u64 value);
u64 trbe_unit_read(const struct trbe_unit *u, enum trbe_reg reg);

/* Trace is written, or would be. */
bool trbe_unit_tracing(const struct trbe_unit *u);

/* Writes @n bytes of trace, or up to the limit; returns how many. */
u64 trbe_unit_run(struct trbe_unit *u, u64 n);

/* Bytes until the limit. */
u64 trbe_unit_room(const struct trbe_unit *u);

/* If it traces. */
void trbe_unit_trouble(struct trbe_unit *u, enum trbe_trouble trouble);

#endif
