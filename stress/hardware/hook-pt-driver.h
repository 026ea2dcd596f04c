/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before the first line of arch/x86/events/intel/pt.c (gcc -include),
 * for this one object: the driver's file stays as it is, and sees a modelled
 * Intel PT instead of MSRs and CPUID once a module has set aux_hook_pt.ops.
 * Until then everything is as ever.
 */
#ifndef AUX_HARDWARE_HOOK_PT_DRIVER_H
#define AUX_HARDWARE_HOOK_PT_DRIVER_H

/* All that pt.c includes of the kernel's, before names change. */
#include <linux/types.h>
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/limits.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include <asm/cpu_device_id.h>
#include <asm/cpufeature.h>
#include <asm/insn.h>
#include <asm/intel_pt.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/perf_event.h>
#include <asm/processor.h>
#if __has_include(<asm/cpuid/api.h>)
#include <asm/cpuid/api.h>
#endif

#include "hook-pt.h"

void intel_pt_interrupt(void);

static inline bool hook_is_pt_msr(u32 msr)
{
	return msr == MSR_PLATFORM_INFO || msr == MSR_IA32_VMX_MISC ||
		(msr >= MSR_IA32_RTIT_OUTPUT_BASE &&
		 msr <= MSR_IA32_RTIT_OUTPUT_MASK) ||
		(msr >= MSR_IA32_RTIT_CTL && msr <= MSR_IA32_RTIT_ADDR3_B);
}

static inline u64 hook_read(u32 msr)
{
	u64 value;

	if (aux_hook_pt.ops && hook_is_pt_msr(msr))
		return aux_hook_pt.ops->read(msr);
#ifdef rdmsrq
	rdmsrq(msr, value);
#else
	rdmsrl(msr, value);
#endif
	return value;
}

static inline void hook_write(u32 msr, u64 value)
{
	if (aux_hook_pt.ops && hook_is_pt_msr(msr)) {
		aux_hook_pt.ops->write(msr, value);
		return;
	}
#ifdef rdmsrq
	wrmsrq(msr, value);
#else
	wrmsrl(msr, value);
#endif
}

static inline int hook_read_safe(int cpu, u32 msr, u64 *value)
{
	/* The model comes out of reset on all CPUs. */
	if (aux_hook_pt.ops) {
		*value = 0;
		return 0;
	}
#ifdef rdmsrq
	return rdmsrq_safe_on_cpu(cpu, msr, value);
#else
	return rdmsrl_safe_on_cpu(cpu, msr, value);
#endif
}

static inline void hook_cpuid(u32 leaf, u32 subleaf, u32 *a, u32 *b, u32 *c,
			      u32 *d)
{
	u32 regs[4];

	if (!aux_hook_pt.ops || (leaf != 0x14 && leaf != 0x15)) {
		cpuid_count(leaf, subleaf, a, b, c, d);
		return;
	}
	aux_hook_pt.ops->cpuid(leaf, subleaf, regs);
	*a = regs[0];
	*b = regs[1];
	*c = regs[2];
	*d = regs[3];
}

static inline const struct cpuinfo_x86 *hook_cpu(void)
{
	return aux_hook_pt.ops ? aux_hook_pt.ops->cpu : &boot_cpu_data;
}

#define HOOK_OPS aux_hook_pt.ops
#include "hook-perf-driver.h"

/* What the driver sees from here on. */
#undef rdmsrq
#undef rdmsrl
#define rdmsrq(msr, value) ((value) = hook_read(msr))
#define rdmsrl(msr, value) ((value) = hook_read(msr))
#define wrmsrq hook_write
#define wrmsrl hook_write
#define rdmsrq_safe_on_cpu hook_read_safe
#define rdmsrl_safe_on_cpu hook_read_safe
#define cpuid_count hook_cpuid
#define cpuid(leaf, a, b, c, d) hook_cpuid(leaf, 0, a, b, c, d)
#define boot_cpu_data (*hook_cpu())

#undef boot_cpu_has
#define boot_cpu_has(bit)						\
	(((bit) == X86_FEATURE_INTEL_PT && aux_hook_pt.ops) ||		\
	 cpu_has(hook_cpu(), bit))

/* It is initialised once more, long after boot. */
#undef __init
#define __init
#undef __ro_after_init
#define __ro_after_init
#undef arch_initcall
#define arch_initcall(fn)						\
	__define_initcall(fn, 3);					\
	struct pt_hook aux_hook_pt = {					\
		.init = fn, .interrupt = intel_pt_interrupt,		\
		.decode = insn_decode,					\
	};								\
	EXPORT_SYMBOL_GPL(aux_hook_pt)

#undef pr_fmt
#endif
