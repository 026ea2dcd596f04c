// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arm SPE in software under the real driver, which the guest's kernel shows us
 * (hook-ppi.h): a spe_unit a CPU, ppi-cpu.h for what drives it, and here what the
 * driver does with it.
 */
#include <linux/module.h>

#include "hardware.h"

#ifdef CONFIG_ARM64
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/perf/arm_pmu.h>
#include <linux/platform_device.h>
#include <linux/sched/task_stack.h>
#include <asm/arch_timer.h>
#include <asm/sysreg.h>

#include "ppi-cpu.h"
#include "spe-unit.h"

static char *part_name = "n1";
module_param_named(spe, part_name, charp, 0444);
MODULE_PARM_DESC(spe, "part whose SPE is modelled: n1, v1p1, v1p2, v1p3 or v1p4");

/* The number that Arm's base system architecture gives it: INTID 21. */
#define PPI 5

struct spe_cpu {
	struct ppi_cpu cpu;
	struct spe_unit unit;
};

static DEFINE_PER_CPU(struct spe_cpu, spe_cpus);
static struct ppi_hook *hook;
static const struct spe_part *part;

static struct spe_cpu *to_spe(const struct ppi_cpu *cpu)
{
	return container_of(cpu, struct spe_cpu, cpu);
}

static bool tracing(const struct ppi_cpu *cpu)
{
	return spe_unit_sampling(&to_spe(cpu)->unit);
}

static bool stopped(const struct ppi_cpu *cpu)
{
	return to_spe(cpu)->unit.reg[SPE_PMBSR] & SPE_PMBSR_S;
}

static bool full(const struct ppi_cpu *cpu)
{
	return to_spe(cpu)->unit.reg[SPE_PMBSR] & SPE_PMBSR_FULL;
}

/* The counter at the unit's own time. */
static u64 counter_at(const struct ppi_cpu *cpu)
{
	u64 now = synth_clock(), behind = now > cpu->at ? now - cpu->at : 0;

	return __arch_counter_get_cntvct() -
	       mul_u64_u64_div_u64(behind, arch_timer_get_cntfrq(),
				   NSEC_PER_SEC);
}

static u64 run(struct ppi_cpu *cpu, u64 bytes)
{
	struct spe_unit *u = &to_spe(cpu)->unit;
	u32 size = spe_unit_record(u);

	u->time = counter_at(cpu);
	return spe_unit_run(u, bytes / size) * size;
}

static u64 room(const struct ppi_cpu *cpu)
{
	const struct spe_unit *u = &to_spe(cpu)->unit;

	return spe_unit_room(u) * spe_unit_record(u);
}

static void look(struct ppi_cpu *cpu)
{
	struct spe_unit *u = &to_spe(cpu)->unit;

	u->fraction = 0;
	u->step_256 = mul_u64_u64_div_u64(256ull * spe_unit_record(u),
					  arch_timer_get_cntfrq(),
					  to_model(cpu->handle.event)->rate);
	u->user_pc = current->mm ? task_pt_regs(current)->pc : 0;
	u->data = current->mm ? task_pt_regs(current)->sp : 0;
	u->context = current->pid;
}

static void skipped(struct ppi_cpu *cpu)
{
	spe_unit_collide(&to_spe(cpu)->unit);
}

static void trouble(struct ppi_cpu *cpu, u32 which)
{
	spe_unit_trouble(&to_spe(cpu)->unit, which);
}

static const struct ppi_ops ppi_ops = {
	.interrupt = "SPE's interrupt is raised again and again, and nobody clears PMBSR.S",
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
	{ SYS_PMSCR_EL1, SPE_PMSCR }, { SYS_PMSICR_EL1, SPE_PMSICR },
	{ SYS_PMSIRR_EL1, SPE_PMSIRR }, { SYS_PMSFCR_EL1, SPE_PMSFCR },
	{ SYS_PMSEVFR_EL1, SPE_PMSEVFR }, { SYS_PMSLATFR_EL1, SPE_PMSLATFR },
	{ SYS_PMSIDR_EL1, SPE_PMSIDR }, { SYS_PMBLIMITR_EL1, SPE_PMBLIMITR },
	{ SYS_PMBPTR_EL1, SPE_PMBPTR }, { SYS_PMBSR_EL1, SPE_PMBSR },
	{ SYS_PMBIDR_EL1, SPE_PMBIDR },
};

static enum spe_reg find_register(u32 sysreg)
{
	return ppi_register_find(registers, ARRAY_SIZE(registers), sysreg,
				 SPE_REGS);
}

static void write_register(struct spe_cpu *c, enum spe_reg reg, u64 value)
{
	ppi_cpu_write(&c->cpu, reg == SPE_PMSCR || reg == SPE_PMBLIMITR,
		      reg == SPE_PMBSR && !(value & SPE_PMBSR_S));
	spe_unit_write(&c->unit, reg, value);
	ppi_cpu_written(&c->cpu);
	to_view(c->cpu.handle.event)->slot->faults += c->unit.faults;
	c->unit.faults = 0;
}

static void hook_write(u32 sysreg, u64 value)
{
	struct spe_cpu *c = this_cpu_ptr(&spe_cpus);
	enum spe_reg reg = find_register(sysreg);

	if (reg == SPE_REGS)
		return;
	if (c->cpu.handle.event)
		write_register(c, reg, value);
	else
		spe_unit_write(&c->unit, reg, value);
}

static u64 hook_read(u32 sysreg)
{
	enum spe_reg reg = find_register(sysreg);

	if (sysreg == SYS_ID_AA64DFR0_EL1)
		return (u64)part->version << ID_AA64DFR0_EL1_PMSVer_SHIFT;
	return reg == SPE_REGS ? 0 :
		spe_unit_read(&this_cpu_ptr(&spe_cpus)->unit, reg);
}

static struct model_handle *this_handle(void)
{
	return &this_cpu_ptr(&spe_cpus)->cpu.handle;
}

static const char *const taken[] = { "event_filter", "min_latency", NULL };
static struct model_pmu spe_pmu = {
	.taken = taken,
	.overflows = true,
	.troubles = SPE_TROUBLES,
	.handle = this_handle,
};

static void hook_pmu(struct pmu *pmu)
{
	model_pmu_wrap(&spe_pmu, pmu);
}

static void hook_enter(void)
{
	ppi_cpu_enter(&this_cpu_ptr(&spe_cpus)->cpu);
}

static void hook_leave(void)
{
	ppi_cpu_leave(&this_cpu_ptr(&spe_cpus)->cpu);
}

static const struct ppi_hook_ops ops = {
	.read = hook_read,
	.write = hook_write,
	.pmu = hook_pmu,
	.enter = hook_enter,
	.leave = hook_leave,
	.perf = &handle_hooks,
};

static void init_cpu(struct spe_cpu *c)
{
	c->unit.part = part;
	c->unit.memory = ppi_memory;
	c->unit.kernel_pc = (unsigned long)init_cpu;
	c->cpu.ops = &ppi_ops;
	c->cpu.hook = hook;
	c->cpu.handle.written = &c->unit.written;
	ppi_cpu_init(&c->cpu);
}

static int make_device(void)
{
	struct platform_device *device = ppi_device(ARMV8_SPE_PDEV_NAME, PPI);

	if (IS_ERR(device))
		return PTR_ERR(device);
	/* The driver has not taken it. */
	if (!spe_pmu.pmu) {
		platform_device_unregister(device);
		return -ENXIO;
	}
	return 0;
}

static int init(void)
{
	int cpu, ret;

	part = spe_part_find(part_name);
	if (!part)
		return -EINVAL;
	for_each_possible_cpu(cpu)
		init_cpu(per_cpu_ptr(&spe_cpus, cpu));
	hook->ops = &ops;
	ret = make_device();
	if (ret)
		hook->ops = NULL;
	return ret;
}

int hardware_spe_init(void)
{
	int ret;

	hook = symbol_get(aux_hook_spe);
	if (!hook)
		return -ENOENT;
	ret = hook->ops ? -EBUSY : init();
	if (!ret)
		return model_pmu_keep(&spe_pmu);
	symbol_put(aux_hook_spe);
	return ret;
}
#else
int hardware_spe_init(void)
{
	return -ENOENT;
}
#endif
