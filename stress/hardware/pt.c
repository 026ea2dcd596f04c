// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel PT in software under the real driver, which the guest's kernel shows
 * us (hook-pt.h): a unit a CPU and what drives it (pt-cpu.h), and here what the
 * driver does with it.
 */
#include <linux/module.h>
#include <linux/percpu.h>

#include "hardware.h"

#ifdef CONFIG_X86_64
#include <asm/msr-index.h>
#include <asm/tsc.h>

#include "hook-pt.h"
#include "pt-cpu.h"

static char *part_name = "plain";
module_param_named(pt, part_name, charp, 0444);
MODULE_PARM_DESC(pt, "part whose Intel PT is modelled: plain, broadwell, skylake, goldmont-plus or alderlake");

static DEFINE_PER_CPU(struct pt_cpu, pt_cpus);
static struct pt_hook *hook;
static const struct pt_part *part;
static struct cpuinfo_x86 part_cpu;

static void hook_write(u32 msr, u64 value)
{
	struct pt_cpu *c = this_cpu_ptr(&pt_cpus);

	if (msr == PT_CTL && c->cpu.handle.event)
		pt_cpu_write_ctl(c, value);
	else
		pt_unit_write(&c->unit, msr, value);
	if (c->cpu.handle.event)
		to_view(c->cpu.handle.event)->slot->faults += c->unit.faults;
	c->unit.faults = 0;
}

static u64 hook_read(u32 msr)
{
	switch (msr) {
	case MSR_PLATFORM_INFO:
		return (tsc_khz / 100000 & 0xff) << 8;
	case MSR_IA32_VMX_MISC:
		return BIT(14);		/* PT works together with VMX */
	}
	return pt_unit_read(&this_cpu_ptr(&pt_cpus)->unit, msr);
}

static void hook_cpuid(u32 leaf, u32 subleaf, u32 regs[4])
{
	int i;

	for (i = 0; i < 4; i++)
		regs[i] = leaf == 0x14 && subleaf < 2 ? part->leaf[subleaf][i] :
			  0;
	if (leaf != 0x15)
		return;
	regs[0] = part->art_den;
	regs[1] = part->art_num;
}

static struct model_handle *this_handle(void)
{
	return &this_cpu_ptr(&pt_cpus)->cpu.handle;
}

static struct model_pmu pt_pmu = {
	.overflows = true,
	.tries_again = true,
	.handle = this_handle,
	.full = pmi_cpu_full,
};

static void hook_pmu(struct pmu *pmu)
{
	model_pmu_wrap(&pt_pmu, pmu);
}

static const struct pt_hook_ops ops = {
	.read = hook_read,
	.write = hook_write,
	.cpuid = hook_cpuid,
	.cpu = &part_cpu,
	.pmu = hook_pmu,
	.perf = &handle_hooks,
};

/* The guest's CPU, but for its model and what its Intel PT is like. */
static int init_part(void)
{
	part = pt_part_find(part_name);
	if (!part)
		return -EINVAL;
	part_cpu = boot_cpu_data;
	if (part->vfm)
		part_cpu.x86_vfm = part->vfm;
	if (part->art_num)
		part_cpu.cpuid_level = max(part_cpu.cpuid_level, 0x15);
	return 0;
}

static int init(void)
{
	int cpu, ret = init_part();

	if (ret)
		return ret;
	pt_place_init(hook->decode);
	for_each_possible_cpu(cpu)
		pt_cpu_init(per_cpu_ptr(&pt_cpus, cpu), hook->interrupt,
			    part);
	hook->ops = &ops;
	ret = hook->init();
	if (ret)
		hook->ops = NULL;
	return ret;
}

int hardware_pt_init(void)
{
	int ret;

	hook = symbol_get(aux_hook_pt);
	if (!hook)
		return -ENOENT;
	ret = hook->ops ? -EBUSY : init();
	if (!ret)
		return model_pmu_keep(&pt_pmu);
	symbol_put(aux_hook_pt);
	return ret;
}
#else
int hardware_pt_init(void)
{
	return -ENOENT;
}
#endif
