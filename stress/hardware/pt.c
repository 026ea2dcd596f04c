// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel PT in software under the real driver, which the guest's kernel shows
 * us (hook-pt.h): a unit a CPU, what drives it (pt-cpu.h), and here what the
 * driver does with it.
 */
#include <linux/module.h>
#include <linux/percpu.h>

#include "hardware.h"

#ifdef CONFIG_X86_64
#include <asm/msr-index.h>
#include <asm/tsc.h>

#include "pt-cpu.h"

static char *part_name = "plain";
module_param_named(pt, part_name, charp, 0444);
MODULE_PARM_DESC(pt, "part whose Intel PT is modelled: plain, broadwell, skylake, goldmont-plus or alderlake");

static DEFINE_PER_CPU(struct pt_cpu, pt_cpus);
static struct pt_hook *hook;
static struct model_pmu pt_pmu = { .overflows = true };
static const struct pt_part *part;
static struct cpuinfo_x86 part_cpu;

static void hook_write(u32 msr, u64 value)
{
	struct pt_cpu *c = this_cpu_ptr(&pt_cpus);

	if (msr == PT_CTL && c->event)
		pt_cpu_write_ctl(c, value);
	else
		pt_unit_write(&c->unit, msr, value);
	if (c->event)
		to_view(c->event)->slot->faults += c->unit.faults;
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

static void hook_pmu(struct pmu *pmu)
{
	model_pmu_wrap(&pt_pmu, pmu);
}

static void hook_begin(struct perf_output_handle *handle)
{
	/* Set by perf core when there is a buffer, full or not. */
	handle->rb = NULL;
}

static void found_full(struct pt_cpu *c, struct perf_event *event, bool null)
{
	u64 now = synth_clock();

	if (c->in_pmi && c->off) {
		c->off = false;
		model_stopped(event, c->off_at, AUXSYNTH_FULL);
		model_published(event, now, AUXSYNTH_FULL);
	}
	model_full(event, null);
	if (c->in_pmi)
		model_hold(event);
}

static void hook_begun(struct perf_output_handle *handle,
		       struct perf_event *event, void *buf)
{
	struct pt_cpu *c = this_cpu_ptr(&pt_cpus);

	c->begun = c->in_pmi;
	c->open = buf;
	if (buf) {
		c->event = event;
		model_account_begin(&c->account, handle->size,
				    c->unit.written);
	} else if (handle->rb) {
		found_full(c, event, true);
	}
}

/* Of an interrupt's two ends the first is of what was traced. */
static void hook_end(struct perf_output_handle *handle, unsigned long size)
{
	struct pt_cpu *c = this_cpu_ptr(&pt_cpus);

	c->truncated = handle->aux_flags & PERF_AUX_FLAG_TRUNCATED;
	model_account_end(&c->account, handle->event, size, c->unit.written);
	if (c->in_pmi && !c->begun && !c->was_stopped)
		model_published(handle->event, synth_clock(),
				handle->head + size >= handle->wakeup ?
				AUXSYNTH_WATERMARK : AUXSYNTH_NEAR);
}

static void hook_ended(struct perf_event *event)
{
	struct pt_cpu *c = this_cpu_ptr(&pt_cpus);

	c->open = false;
	/* A PMI's handler may still find room: see hook_begun(). */
	if (c->truncated && (!c->in_pmi || c->begun))
		found_full(c, event, false);
	if (!c->in_pmi)
		c->event = NULL;
}

static const struct pt_hook_ops ops = {
	.read = hook_read,
	.write = hook_write,
	.cpuid = hook_cpuid,
	.cpu = &part_cpu,
	.pmu = hook_pmu,
	.begin = hook_begin,
	.begun = hook_begun,
	.end = hook_end,
	.ended = hook_ended,
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

/*
 * Once the driver has its hardware it never lets go of it, so neither may this
 * module.
 */
int hardware_pt_init(void)
{
	int cpu, ret;

	hook = symbol_get(aux_hook_pt);
	if (!hook)
		return -ENOENT;
	ret = hook->ops ? -EBUSY : init_part();
	if (ret) {
		symbol_put(aux_hook_pt);
		return ret;
	}
	pt_place_init(hook);
	for_each_possible_cpu(cpu)
		pt_cpu_init(per_cpu_ptr(&pt_cpus, cpu), hook, part);
	hook->ops = &ops;
	ret = hook->init();
	if (ret) {
		hook->ops = NULL;
		symbol_put(aux_hook_pt);
		return ret;
	}
	__module_get(THIS_MODULE);
	return model_pmu_formats(&pt_pmu);
}
#else
int hardware_pt_init(void)
{
	return -ENOENT;
}
#endif
