/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before the first line of arch/x86/events/intel/bts.c (gcc -include),
 * for this one object: the driver's file stays as it is, and sees a modelled
 * Branch Trace Store.  Its initcall is the module's to call; until then there is
 * no intel_bts, and what core.c calls of it in the PMU's own interrupt does
 * nothing: the modelled one has an interrupt of its own.
 */
#ifndef AUX_HARDWARE_HOOK_BTS_DRIVER_H
#define AUX_HARDWARE_HOOK_BTS_DRIVER_H

/* All that bts.c includes of the kernel's, before names change. */
#include <linux/bitops.h>
#include <linux/coredump.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <asm/cpufeature.h>
#include <asm/cpu.h>
#include <asm/fpu/xstate.h>
#include <asm/insn.h>
#include <asm/intel_ds.h>
#include <asm/msr.h>
#include <asm/perf_event.h>

#include "hook-bts.h"

/* The driver's, by other names, and what core.c calls. */
int aux_bts_interrupt(void);
void aux_bts_enable_local(void);
void aux_bts_disable_local(void);
int intel_bts_interrupt(void);
void intel_bts_enable_local(void);
void intel_bts_disable_local(void);

int intel_bts_interrupt(void)
{
	return 0;
}

void intel_bts_enable_local(void)
{
}

void intel_bts_disable_local(void)
{
}

/* As intel_pmu_handle_irq() has it. */
static void hook_interrupt(void)
{
	aux_bts_disable_local();
	aux_bts_interrupt();
	aux_bts_enable_local();
}

/* As ds.c, but for who hears of it. */
static void hook_enable(u64 config)
{
	u64 ctl = DEBUGCTLMSR_TR | DEBUGCTLMSR_BTS;

	if (config & ARCH_PERFMON_EVENTSEL_INT)
		ctl |= DEBUGCTLMSR_BTINT;
	if (!(config & ARCH_PERFMON_EVENTSEL_OS))
		ctl |= DEBUGCTLMSR_BTS_OFF_OS;
	if (!(config & ARCH_PERFMON_EVENTSEL_USR))
		ctl |= DEBUGCTLMSR_BTS_OFF_USR;
	aux_hook_bts.ops->write(ctl);
}

static void hook_disable(void)
{
	aux_hook_bts.ops->write(0);
}

#define HOOK_OPS aux_hook_bts.ops
#include "hook-perf-driver.h"

/* What the driver sees from here on. */
#define intel_bts_interrupt aux_bts_interrupt
#define intel_bts_enable_local aux_bts_enable_local
#define intel_bts_disable_local aux_bts_disable_local
#define intel_pmu_enable_bts hook_enable
#define intel_pmu_disable_bts hook_disable
/*
 * A DS area of the model's, and an x86_pmu that has a BTS, whatever this CPU's
 * own PMU has of them.  The names of types change, too; no other file sees them.
 */
#define cpu_hw_events aux_bts_hw_events
#define x86_pmu aux_bts_x86_pmu

/* The model writes with the kernel's own tables, whatever CPL 3 has in its. */
#undef boot_cpu_has
#define boot_cpu_has(bit) ((bit) != X86_FEATURE_PTI)

/* It is initialised long after boot. */
#undef __init
#define __init
#undef arch_initcall
#undef early_initcall
#define arch_initcall(fn)						\
	DEFINE_PER_CPU(struct cpu_hw_events, cpu_hw_events);		\
	struct x86_pmu x86_pmu;						\
									\
	static int hook_init(void)					\
	{								\
		int cpu;						\
									\
		for_each_possible_cpu(cpu)				\
			per_cpu(cpu_hw_events, cpu).ds =		\
				aux_hook_bts.ops->area(cpu);		\
		return fn();						\
	}								\
									\
	struct bts_hook aux_hook_bts = {				\
		.init = hook_init, .interrupt = hook_interrupt,		\
		.decode = insn_decode,					\
	};								\
	EXPORT_SYMBOL_GPL(aux_hook_bts)
#define early_initcall arch_initcall

#undef pr_fmt
#endif
