/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest's kernel has in it for a modelled Branch Trace Store, and the
 * module that models it finds by the name aux_hook_bts.
 */
#ifndef AUX_HARDWARE_HOOK_BTS_H
#define AUX_HARDWARE_HOOK_BTS_H

#include <linux/types.h>
#include <asm/insn.h>
#include <asm/intel_ds.h>

#include "hook-perf.h"

/* The hardware, instead of this CPU's. */
struct bts_hook_ops {
	/* Where the CPU's IA32_DS_AREA points to. */
	struct debug_store *(*area)(int cpu);
	/* IA32_DEBUGCTL's bits for BTS. */
	void (*write)(u64 debugctl);
	/* The driver is about to register its PMU. */
	void (*pmu)(struct pmu *pmu);
	/* Around the driver's calls into perf core. */
	const struct hook_perf *perf;
};

struct bts_hook {
	/* Set before @init is called, and so before the driver calls one. */
	const struct bts_hook_ops *ops;
	int (*init)(void);		/* the driver's initcall */
	void (*interrupt)(void);	/* what core.c does of it for a PMI */
	/* The kernel's own decoder of instructions, which exports none. */
	int (*decode)(struct insn *insn, const void *code, int len,
		      enum insn_mode mode);
};

extern struct bts_hook aux_hook_bts;

#endif
