// SPDX-License-Identifier: GPL-2.0-only
/*
 * A Branch Trace Store in software under the real driver, which the guest's
 * kernel shows us (hook-bts.h): a bts_unit a CPU, pmi-cpu.h for what drives it,
 * and here what the driver does with it.
 */
#include <linux/module.h>
#include <linux/percpu.h>

#include "hardware.h"

#ifdef CONFIG_X86_64
#include <linux/math64.h>
#include <asm/intel_ds.h>

#include "bts-unit.h"
#include "hook-bts.h"
#include "pmi-cpu.h"
#include "pt-place.h"

struct bts_cpu {
	struct pmi_cpu cpu;
	struct bts_area area;
	struct bts_unit unit;
	struct pt_here here;
};

static DEFINE_PER_CPU(struct bts_cpu, bts_cpus);
static struct bts_hook *hook;

static struct bts_cpu *to_bts(struct pmi_cpu *cpu)
{
	return container_of(cpu, struct bts_cpu, cpu);
}

static const struct bts_unit *unit_of(const struct pmi_cpu *cpu)
{
	return &container_of_const(cpu, struct bts_cpu, cpu)->unit;
}

static bool tracing(const struct pmi_cpu *cpu)
{
	return bts_unit_tracing(unit_of(cpu));
}

static bool stopped(const struct pmi_cpu *cpu)
{
	return bts_unit_full(unit_of(cpu));
}

static u64 run(struct pmi_cpu *cpu, u64 bytes)
{
	return sizeof(struct bts_record) *
		bts_unit_run(&to_bts(cpu)->unit,
			     div_u64(bytes, sizeof(struct bts_record)));
}

static u64 room(const struct pmi_cpu *cpu, u64 bytes)
{
	u64 n = div_u64(bytes, sizeof(struct bts_record)) + 1;

	return sizeof(struct bts_record) * bts_unit_room(unit_of(cpu), n);
}

/*
 * A branch of the program that runs, taken again and again, until another look
 * finds one elsewhere: unlike packets, records need no way from one to the next.
 */
static void look(struct pmi_cpu *cpu)
{
	struct bts_cpu *c = to_bts(cpu);
	struct pt_place place;
	u64 what = (c->unit.ctl & BTS_CTL_OFF_OS ? 0 : PT_CTL_OS) |
		   (c->unit.ctl & BTS_CTL_OFF_USR ? 0 : PT_CTL_USER);

	if (!pt_place_look(&c->here, NULL, what, synth_clock(), &place))
		return;
	c->here.found = false;
	c->unit.from = place.nowhere ? 0 : place.program.branch;
	c->unit.to = place.nowhere ? 0 : place.program.ip;
}

static const struct pmi_ops pmi_ops = {
	.tracing = tracing,
	.stopped = stopped,
	.run = run,
	.room = room,
	.look = look,
};

static void switch_on(struct bts_cpu *c, u64 ctl)
{
	bool pmi = c->unit.pmi;

	pmi_cpu_start(&c->cpu);
	bts_unit_write(&c->unit, ctl);
	look(&c->cpu);
	pmi_cpu_started(&c->cpu, pmi);
	to_view(c->cpu.handle.event)->slot->faults += c->unit.faults;
	c->unit.faults = 0;
}

static void switch_off(struct bts_cpu *c, u64 ctl)
{
	pmi_cpu_stop(&c->cpu);
	bts_unit_write(&c->unit, ctl);
	pmi_cpu_stopped(&c->cpu);
}

/* The driver switches off what is on, and on what is off, or on again. */
static void hook_write(u64 ctl)
{
	struct bts_cpu *c = this_cpu_ptr(&bts_cpus);

	if (c->unit.ctl && ctl)
		bts_unit_write(&c->unit, ctl);
	else if (ctl)
		switch_on(c, ctl);
	else if (c->unit.ctl)
		switch_off(c, ctl);
}

/* The driver looks at BTS's part alone, which is the first. */
static struct debug_store *hook_area(int cpu)
{
	BUILD_BUG_ON(offsetof(struct debug_store, pebs_buffer_base) !=
		     sizeof(struct bts_area));
	return (struct debug_store *)&per_cpu_ptr(&bts_cpus, cpu)->area;
}

static struct model_handle *this_handle(void)
{
	return &this_cpu_ptr(&bts_cpus)->cpu.handle;
}

static struct model_pmu bts_pmu = {
	.tries_again = true,
	.gives_up = true,
	.handle = this_handle,
	.full = pmi_cpu_full,
};

static void hook_pmu(struct pmu *pmu)
{
	model_pmu_wrap(&bts_pmu, pmu);
}

static const struct bts_hook_ops ops = {
	.area = hook_area,
	.write = hook_write,
	.pmu = hook_pmu,
	.perf = &handle_hooks,
};

static void init_cpu(struct bts_cpu *c)
{
	c->unit.area = &c->area;
	c->cpu.ops = &pmi_ops;
	c->cpu.interrupt = hook->interrupt;
	c->cpu.pmi = &c->unit.pmi;
	c->cpu.handle.written = &c->unit.written;
	pmi_cpu_init(&c->cpu);
}

static int init(void)
{
	int cpu, ret;

	pt_place_init(hook->decode);
	for_each_possible_cpu(cpu)
		init_cpu(per_cpu_ptr(&bts_cpus, cpu));
	hook->ops = &ops;
	ret = hook->init();
	if (ret)
		hook->ops = NULL;
	return ret;
}

int hardware_bts_init(void)
{
	int ret;

	hook = symbol_get(aux_hook_bts);
	if (!hook)
		return -ENOENT;
	ret = hook->ops ? -EBUSY : init();
	if (!ret)
		return model_pmu_keep(&bts_pmu);
	symbol_put(aux_hook_bts);
	return ret;
}
#else
int hardware_bts_init(void)
{
	return -ENOENT;
}
#endif
