/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One PE's Statistical Profiling Extension (spe-part.h), as the Arm
 * Architecture Reference Manual has it: registers, buffer and sample records.
 * No clock and no interrupts: whoever drives it says how many records the
 * program that is profiled would have made, and looks at PMBSR.S.  It compiles
 * in user space, too, where a decoder reads what it wrote.
 */
#ifndef AUX_HARDWARE_SPE_UNIT_H
#define AUX_HARDWARE_SPE_UNIT_H

#include "spe-part.h"

enum spe_reg {
	SPE_PMSCR, SPE_PMSICR, SPE_PMSIRR, SPE_PMSFCR, SPE_PMSEVFR,
	SPE_PMSLATFR, SPE_PMSIDR, SPE_PMBLIMITR, SPE_PMBPTR, SPE_PMBSR,
	SPE_PMBIDR, SPE_REGS
};

#define SPE_BIT(n) (1ull << (n))
#define SPE_PMSCR_E0SPE SPE_BIT(0)
#define SPE_PMSCR_E1SPE SPE_BIT(1)
#define SPE_PMSCR_CX SPE_BIT(3)
#define SPE_PMSCR_PA SPE_BIT(4)
#define SPE_PMSCR_TS SPE_BIT(5)
#define SPE_PMSFCR_FT SPE_BIT(1)
#define SPE_PMSFCR_B SPE_BIT(16)
#define SPE_PMSFCR_LD SPE_BIT(17)
#define SPE_PMSFCR_ST SPE_BIT(18)
#define SPE_PMBLIMITR_E SPE_BIT(0)
#define SPE_PMBLIMITR_LIMIT (~0xfffull)
/* Event class 0 (bits 31:26), status code 1: the buffer is full. */
#define SPE_PMBSR_FULL 1ull
#define SPE_PMBSR_COLL SPE_BIT(16)
#define SPE_PMBSR_S SPE_BIT(17)
#define SPE_PMBSR_EA SPE_BIT(18)
#define SPE_PMBSR_DL SPE_BIT(19)
/* Event classes: a fault of translation or permission, stage 1 or 2. */
#define SPE_PMBSR_FAULT_S1 (0x24ull << 26)
#define SPE_PMBSR_FAULT_S2 (0x25ull << 26)

/* What can go wrong with the buffer. */
enum spe_trouble {
	SPE_LOSS,	/* the record that fills it is cut off */
	SPE_FAULT_S1, SPE_FAULT_S2,
	SPE_ABORT,	/* an external one, asynchronous */
	SPE_TROUBLES
};

/* What is left of a record that is cut off. */
#define SPE_RECORD_CUT 24u

struct spe_unit {
	/* Set by the creator. */
	const struct spe_part *part;
	u8 *(*memory)(u64 address);
	/* Kept up to date by whoever drives it. */
	u64 time;		/* of the next record, in the counter's ticks */
	u64 step_256;		/* from one record to the next, in 1/256 */
	u64 user_pc, kernel_pc, data;
	u32 context;

	u64 reg[SPE_REGS];
	bool cut;		/* SPE_LOSS is due */
	u64 fraction;		/* of time, in 1/256 */
	u64 records;		/* since reset */
	u64 written;		/* bytes put into memory since reset */
	u64 faults;		/* writes whose effect is not predictable */
};

/* Bytes of a record, which are all the same. */
u32 spe_unit_record(const struct spe_unit *u);

void spe_unit_write(struct spe_unit *u, enum spe_reg reg, u64 value);
u64 spe_unit_read(const struct spe_unit *u, enum spe_reg reg);

/* Enabled, and no buffer management event is waiting for software. */
bool spe_unit_sampling(const struct spe_unit *u);

/* Makes @n records, or as many as there is room for; returns how many. */
u64 spe_unit_run(struct spe_unit *u, u64 n);

/* Records until PMBSR.S. */
u64 spe_unit_room(const struct spe_unit *u);

/* Operations were to be sampled while it was at one: they are left out. */
void spe_unit_collide(struct spe_unit *u);

/* If it samples: at once, or with the record that comes to the buffer's end. */
void spe_unit_trouble(struct spe_unit *u, enum spe_trouble trouble);

#endif
