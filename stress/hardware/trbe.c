// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arm's trace units (ETE) and their trace buffers (TRBE) in software under the real
 * drivers, which the guest's kernel shows us (hook-ppi.h): a trbe_unit a CPU,
 * ppi-cpu.h for what drives it, and here what the drivers do with it.
 */
#include <linux/module.h>

#include "hardware.h"

#ifdef CONFIG_ARM64
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/platform_device.h>
#include <linux/sched/task_stack.h>
#include <asm/arch_timer.h>
#include <asm/sysreg.h>

#include "ppi-cpu.h"
#include "trbe-unit.h"

/* The number in the example of its device tree binding: INTID 31. */
#define PPI 15

struct trbe_cpu {
	struct ppi_cpu cpu;
	struct trbe_unit unit;
};

/* Too large for a module's own. */
static struct trbe_cpu __percpu *trbe_cpus;
static struct ppi_hook *hook;

static struct trbe_cpu *to_trbe(const struct ppi_cpu *cpu)
{
	return container_of(cpu, struct trbe_cpu, cpu);
}

static bool tracing(const struct ppi_cpu *cpu)
{
	return trbe_unit_tracing(&to_trbe(cpu)->unit);
}

static bool stopped(const struct ppi_cpu *cpu)
{
	return to_trbe(cpu)->unit.reg[TRBE_SR] & TRBE_SR_IRQ;
}

static bool full(const struct ppi_cpu *cpu)
{
	return to_trbe(cpu)->unit.reg[TRBE_SR] & TRBE_SR_WRAP;
}

static void look(struct ppi_cpu *cpu)
{
	struct ete_unit *ete = &to_trbe(cpu)->unit.ete;

	ete->user_pc = current->mm ? task_pt_regs(current)->pc : 0;
	ete->context = current->pid;
	ete->time = __arch_counter_get_cntvct();
	ete_unit_begin(ete);
	/* An abort is of the event that has asked for it, not of the next one. */
	if (to_model(cpu->handle.event)->trouble != TRBE_ABORT)
		to_trbe(cpu)->unit.reg[TRBE_SR] &= ~TRBE_SR_EA;
}

static u64 run(struct ppi_cpu *cpu, u64 bytes)
{
	struct trbe_unit *u = &to_trbe(cpu)->unit;

	u->ete.time = __arch_counter_get_cntvct();
	return trbe_unit_run(u, bytes);
}

static u64 room(const struct ppi_cpu *cpu)
{
	return trbe_unit_room(&to_trbe(cpu)->unit);
}

static void skipped(struct ppi_cpu *cpu)
{
	trbe_unit_trouble(&to_trbe(cpu)->unit, TRBE_OVERFLOW);
}

static void trouble(struct ppi_cpu *cpu, u32 which)
{
	trbe_unit_trouble(&to_trbe(cpu)->unit, which);
}

static const struct ppi_ops ppi_ops = {
	.interrupt = "TRBE's interrupt is raised again and again, and nobody clears TRBSR.IRQ",
	.tracing = tracing,
	.stopped = stopped,
	.full = full,
	.run = run,
	.room = room,
	.look = look,
	.skipped = skipped,
	.trouble = trouble,
};

static const struct ppi_register registers[] = {
	{ SYS_TRBLIMITR_EL1, TRBE_LIMITR }, { SYS_TRBPTR_EL1, TRBE_PTR },
	{ SYS_TRBBASER_EL1, TRBE_BASER }, { SYS_TRBSR_EL1, TRBE_SR },
	{ SYS_TRBMAR_EL1, TRBE_MAR }, { SYS_TRBTRG_EL1, TRBE_TRG },
	{ SYS_TRBIDR_EL1, TRBE_IDR },
};

static enum trbe_reg find_register(u32 sysreg)
{
	return ppi_register_find(registers, ARRAY_SIZE(registers), sysreg,
				 TRBE_REGS);
}

static bool is_ete(u32 sysreg)
{
	return sys_reg_Op0(sysreg) == 2 && sys_reg_Op1(sysreg) == 1;
}

static u32 ete_offset(u32 sysreg)
{
	return (sys_reg_CRn(sysreg) << 7 | sys_reg_Op2(sysreg) << 4 |
		sys_reg_CRm(sysreg)) << 2;
}

static void write_unit(struct trbe_unit *u, u32 sysreg, u64 value)
{
	enum trbe_reg reg = find_register(sysreg);

	if (reg != TRBE_REGS)
		trbe_unit_write(u, reg, value);
	else if (sysreg == SYS_TRFCR_EL1)
		ete_unit_filter(&u->ete, value);
	else if (is_ete(sysreg))
		ete_unit_write(&u->ete, ete_offset(sysreg), value);
	/* The PE's lock of its debug registers is nobody's else. */
	else if (sysreg != SYS_OSLAR_EL1)
		u->faults++;
}

/* What may switch it off, if it is on. */
static bool is_switch(u32 sysreg)
{
	return sysreg == SYS_TRBLIMITR_EL1 || sysreg == SYS_TRFCR_EL1 ||
	       (is_ete(sysreg) && ete_offset(sysreg) == ETE_TRCPRGCTLR);
}

static void hook_write(u32 sysreg, u64 value)
{
	struct trbe_cpu *c = this_cpu_ptr(trbe_cpus);

	if (!c->cpu.handle.event) {
		write_unit(&c->unit, sysreg, value);
		return;
	}
	ppi_cpu_write(&c->cpu, is_switch(sysreg),
		      sysreg == SYS_TRBSR_EL1 && !(value & TRBE_SR_IRQ));
	write_unit(&c->unit, sysreg, value);
	ppi_cpu_written(&c->cpu);
	to_view(c->cpu.handle.event)->slot->faults += c->unit.faults;
	c->unit.faults = 0;
}

/* Trace by system registers, its filter and its buffer. */
#define FEATURES (1ull << ID_AA64DFR0_EL1_TraceVer_SHIFT |		\
		  1ull << ID_AA64DFR0_EL1_TraceFilt_SHIFT |		\
		  1ull << ID_AA64DFR0_EL1_TraceBuffer_SHIFT)

static u64 hook_read(u32 sysreg)
{
	const struct trbe_unit *u = &this_cpu_ptr(trbe_cpus)->unit;
	enum trbe_reg reg = find_register(sysreg);

	if (reg != TRBE_REGS)
		return trbe_unit_read(u, reg);
	if (sysreg == SYS_TRFCR_EL1)
		return u->ete.trfcr;
	if (is_ete(sysreg))
		return ete_unit_read(&u->ete, ete_offset(sysreg));
	return sysreg == SYS_ID_AA64DFR0_EL1 ? FEATURES : 0;
}

static struct model_handle *this_handle(void)
{
	return &this_cpu_ptr(trbe_cpus)->cpu.handle;
}

static const char *const taken[] = { "sinkid", "configid", NULL };
static struct model_pmu etm_pmu = {
	.taken = taken,
	.overflows = true,
	.troubles = TRBE_TROUBLES,
	.handle = this_handle,
};

static void hook_enter(void)
{
	ppi_cpu_enter(&this_cpu_ptr(trbe_cpus)->cpu);
}

static void hook_leave(void)
{
	ppi_cpu_leave(&this_cpu_ptr(trbe_cpus)->cpu);
}

static const struct ppi_hook_ops ops = {
	.read = hook_read,
	.write = hook_write,
	.enter = hook_enter,
	.leave = hook_leave,
	.perf = &handle_hooks,
};

static void init_cpu(struct trbe_cpu *c)
{
	c->unit.memory = ppi_memory;
	c->unit.ete.kernel_pc = (unsigned long)init_cpu;
	c->cpu.ops = &ppi_ops;
	c->cpu.hook = hook;
	c->cpu.handle.written = &c->unit.written;
	ppi_cpu_init(&c->cpu);
}

/* They stay as long as the machine: the drivers are not to be taken away. */
static int make_devices(void)
{
	struct platform_device *device = ppi_device("arm_trbe", PPI);
	int cpu;

	if (IS_ERR(device))
		return PTR_ERR(device);
	if (!device_is_bound(&device->dev))
		return -ENXIO;
	for_each_online_cpu(cpu) {
		device = platform_device_register_simple("coresight-etm4x",
							 cpu, NULL, 0);
		if (IS_ERR(device))
			return PTR_ERR(device);
		if (!device_is_bound(&device->dev))
			return -ENXIO;
	}
	return 0;
}

static int init(void)
{
	int cpu;

	if (!hook->pmu)
		return -ENODEV;
	trbe_cpus = alloc_percpu(struct trbe_cpu);
	if (!trbe_cpus)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		init_cpu(per_cpu_ptr(trbe_cpus, cpu));
	hook->ops = &ops;
	model_pmu_wrap(&etm_pmu, hook->pmu);
	/* From here on it is the driver's; without devices it has no hardware. */
	return make_devices();
}

int hardware_trbe_init(void)
{
	int ret;

	hook = symbol_get(aux_hook_trbe);
	if (!hook)
		return -ENOENT;
	ret = hook->ops ? -EBUSY : init();
	if (!ret)
		return model_pmu_keep(&etm_pmu);
	if (!hook->ops)
		symbol_put(aux_hook_trbe);
	return ret;
}
#else
int hardware_trbe_init(void)
{
	return -ENOENT;
}
#endif
