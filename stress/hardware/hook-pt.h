/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest's kernel has in it for a modelled Intel PT, and the module
 * that models it finds by the name aux_hook_pt.
 */
#ifndef AUX_HARDWARE_HOOK_PT_H
#define AUX_HARDWARE_HOOK_PT_H

#include <linux/types.h>
#include <asm/insn.h>
#include <asm/processor.h>

#include "hook-perf.h"

/* The hardware, instead of this CPU's. */
struct pt_hook_ops {
	u64 (*read)(u32 msr);
	void (*write)(u32 msr, u64 value);
	/* CPUID leaves 14H and 15H: EAX, EBX, ECX, EDX. */
	void (*cpuid)(u32 leaf, u32 subleaf, u32 regs[4]);
	/* The CPU that the driver sees: which it is, and what it has. */
	const struct cpuinfo_x86 *cpu;
	/* The driver is about to register its PMU. */
	void (*pmu)(struct pmu *pmu);
	/* Around the driver's calls into perf core. */
	const struct hook_perf *perf;
};

struct pt_hook {
	const struct pt_hook_ops *ops;	/* NULL: nothing is modelled */
	int (*init)(void);		/* the driver's initcall, once more */
	void (*interrupt)(void);	/* what core.c calls for a PMI */
	/* The kernel's own decoder of instructions, which exports none. */
	int (*decode)(struct insn *insn, const void *code, int len,
		      enum insn_mode mode);
};

extern struct pt_hook aux_hook_pt;

#endif
