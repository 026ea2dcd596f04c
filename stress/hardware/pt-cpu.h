/* SPDX-License-Identifier: GPL-2.0-only */
/* A CPU's unit of Intel PT, and what drives it: see pmi-cpu.h. */
#ifndef AUX_HARDWARE_PT_CPU_H
#define AUX_HARDWARE_PT_CPU_H

#include "pmi-cpu.h"
#include "pt-place.h"
#include "pt-unit.h"

struct pt_cpu {
	struct pmi_cpu cpu;
	struct pt_unit unit;
	struct pt_here here;
	u64 dense;		/* bytes written in the time of 256 */
};

/* Of a CPU that is not traced yet.  @interrupt: the driver's entry point. */
void pt_cpu_init(struct pt_cpu *c, void (*interrupt)(void),
		 const struct pt_part *part);

/* The driver writes IA32_RTIT_CTL of an event; with interrupts off. */
void pt_cpu_write_ctl(struct pt_cpu *c, u64 value);

#endif
