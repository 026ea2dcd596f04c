// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arm SPE in software under the real driver, which the guest's kernel shows us
 * (hook-spe.h): a spe_unit a CPU, and here what drives them: the clock, the
 * management interrupt (a PPI that nobody else has, made pending in the
 * interrupt controller), and the stamps of what happens.
 *
 * A unit has a time of its own, up to which it has sampled.  A full buffer
 * stops it there; the interrupt comes then (or @skid_ns after it), as far as
 * the unit can tell.
 */
#include <linux/module.h>

#include "hardware.h"

#ifdef CONFIG_ARM64
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/math64.h>
#include <linux/of.h>
#include <linux/percpu.h>
#include <linux/perf/arm_pmu.h>
#include <linux/platform_device.h>
#include <linux/sched/task_stack.h>
#include <asm/arch_timer.h>
#include <asm/sysreg.h>

#include "hook-spe.h"
#include "model.h"
#include "spe-unit.h"

static char *part_name = "n1";
module_param_named(spe, part_name, charp, 0444);
MODULE_PARM_DESC(spe, "part whose SPE is modelled: n1, v1p1, v1p2, v1p3 or v1p4");

/* A clock this far behind skips what it did not sample. */
#define BEHIND_NS (50 * NSEC_PER_MSEC)

/* A storm that is one: then the guest may go on, and says so. */
#define UNHANDLED_MAX 1000

/* The number that Arm's base system architecture gives it: INTID 21. */
#define PPI 5

struct spe_cpu {
	struct spe_unit unit;
	struct hrtimer timer;
	struct model_handle handle;
	u64 at;			/* sampled up to here */
	u64 trouble_at;		/* the next one is due */
	bool running;		/* as the marks have it */
	bool raised;		/* the interrupt is pending */
	u32 unhandled;		/* in a row, whose cause is still there */
};

static DEFINE_PER_CPU(struct spe_cpu, spe_cpus);
static struct spe_hook *hook;
static const struct spe_part *part;

static u8 *memory(u64 address)
{
	return (u8 *)(unsigned long)address;
}

static bool is_stopped(const struct spe_cpu *c)
{
	return c->unit.reg[SPE_PMBSR] & SPE_PMBSR_S;
}

static void interrupt_line(struct spe_cpu *c, bool level)
{
	if (c->raised != level)
		irq_set_irqchip_state(hook->irq, IRQCHIP_STATE_PENDING, level);
	c->raised = level;
}

/* The counter at the unit's own time. */
static u64 counter_at(const struct spe_cpu *c)
{
	u64 now = synth_clock(), behind = now > c->at ? now - c->at : 0;

	return __arch_counter_get_cntvct() -
	       mul_u64_u64_div_u64(behind, arch_timer_get_cntfrq(),
				   NSEC_PER_SEC);
}

static u64 records_in(const struct spe_cpu *c, u64 ns)
{
	return mul_u64_u64_div_u64(ns, to_model(c->handle.event)->rate,
				   NSEC_PER_SEC * spe_unit_record(&c->unit));
}

static u64 time_of(const struct spe_cpu *c, u64 records)
{
	return mul_u64_u64_div_u64(records * spe_unit_record(&c->unit), NSEC_PER_SEC,
				   to_model(c->handle.event)->rate);
}

static void trouble(struct spe_cpu *c)
{
	const struct model_event *me = to_model(c->handle.event);

	if (!me->overflow_ns || c->at < c->trouble_at)
		return;
	spe_unit_trouble(&c->unit, me->trouble);
	c->trouble_at = c->at + me->overflow_ns;
}

/* Samples up to @until, or until the buffer is full. */
static void advance(struct spe_cpu *c, u64 until)
{
	u64 n;

	if (!spe_unit_sampling(&c->unit) || c->at >= until)
		return;
	n = records_in(c, until - c->at);
	c->unit.time = counter_at(c);
	c->at += time_of(c, spe_unit_run(&c->unit, n));
	trouble(c);
}

/* What is due, but was not sampled in time, is left out. */
static void keep_up(struct spe_cpu *c, u64 now)
{
	u64 left;

	if (!spe_unit_sampling(&c->unit) || c->at + BEHIND_NS >= now)
		return;
	left = now - BEHIND_NS - c->at;
	to_view(c->handle.event)->slot->dropped += records_in(c, left) *
		spe_unit_record(&c->unit);
	spe_unit_collide(&c->unit);
	c->at += left;
}

/*
 * Brings the unit up to date, and its interrupt.  Takes no more than half of
 * the CPU.  Returns when it is to come again; 0: not.
 */
static u64 tick(struct spe_cpu *c)
{
	const struct model_event *me;
	u64 begin = synth_clock(), end, tick;

	if (!c->handle.event)
		return 0;
	me = to_model(c->handle.event);
	keep_up(c, begin);
	advance(c, begin);
	if (is_stopped(c)) {
		if (synth_clock() < c->at + me->skid_ns)
			return c->at + me->skid_ns;
		interrupt_line(c, true);
	}
	if (!spe_unit_sampling(&c->unit))
		return 0;
	tick = min(me->tick_ns, time_of(c, spe_unit_room(&c->unit)));
	end = synth_clock();
	return max(c->at + tick + 1, end + (end - begin));
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	u64 next = tick(container_of(timer, struct spe_cpu, timer));

	if (!next)
		return HRTIMER_NORESTART;
	hrtimer_set_expires(timer, ns_to_ktime(next));
	return HRTIMER_RESTART;
}

static void went_on(struct spe_cpu *c)
{
	u64 next;

	c->at = synth_clock();
	/* No later than due, whatever the event before wanted. */
	c->trouble_at = min(c->trouble_at ?: U64_MAX, c->at +
			    to_model(c->handle.event)->overflow_ns);
	c->unit.fraction = 0;
	c->unit.step_256 = mul_u64_u64_div_u64(
		256ull * spe_unit_record(&c->unit), arch_timer_get_cntfrq(),
		to_model(c->handle.event)->rate);
	c->unit.user_pc = current->mm ? task_pt_regs(current)->pc : 0;
	c->unit.data = current->mm ? task_pt_regs(current)->sp : 0;
	c->unit.context = current->pid;
	model_started(c->handle.event, c->at,
		      c->handle.in_irq ? AUXSYNTH_RESUME : AUXSYNTH_ADD);
	c->running = true;
	next = tick(c);
	if (next)
		hrtimer_start(&c->timer, ns_to_ktime(next),
			      HRTIMER_MODE_ABS_PINNED_HARD);
}

static void went_off(struct spe_cpu *c)
{
	if (!c->running)
		return;
	model_stopped(c->handle.event, c->at,
		      c->unit.reg[SPE_PMBSR] & SPE_PMBSR_FULL ? AUXSYNTH_FULL :
		      AUXSYNTH_DEL);
	c->running = false;
}

/* The driver stops it: up to now it ran. */
static void catch_up(struct spe_cpu *c)
{
	u64 now = synth_clock();

	hrtimer_try_to_cancel(&c->timer);
	keep_up(c, now);
	advance(c, now);
	if (!is_stopped(c))
		c->at = now;
}

static const struct {
	u32 sysreg;
	enum spe_reg reg;
} registers[] = {
	{ SYS_PMSCR_EL1, SPE_PMSCR }, { SYS_PMSICR_EL1, SPE_PMSICR },
	{ SYS_PMSIRR_EL1, SPE_PMSIRR }, { SYS_PMSFCR_EL1, SPE_PMSFCR },
	{ SYS_PMSEVFR_EL1, SPE_PMSEVFR }, { SYS_PMSLATFR_EL1, SPE_PMSLATFR },
	{ SYS_PMSIDR_EL1, SPE_PMSIDR }, { SYS_PMBLIMITR_EL1, SPE_PMBLIMITR },
	{ SYS_PMBPTR_EL1, SPE_PMBPTR }, { SYS_PMBSR_EL1, SPE_PMBSR },
	{ SYS_PMBIDR_EL1, SPE_PMBIDR },
};

static enum spe_reg find_register(u32 sysreg)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(registers); i++) {
		if (registers[i].sysreg == sysreg)
			return registers[i].reg;
	}
	return SPE_REGS;
}

static void write_register(struct spe_cpu *c, enum spe_reg reg, u64 value)
{
	bool was = spe_unit_sampling(&c->unit), is;

	if (was && (reg == SPE_PMSCR || reg == SPE_PMBLIMITR))
		catch_up(c);
	/* Its cause is gone, and with it the interrupt. */
	if (reg == SPE_PMBSR && !(value & SPE_PMBSR_S))
		interrupt_line(c, false);
	if (c->running && is_stopped(c))
		went_off(c);
	spe_unit_write(&c->unit, reg, value);
	is = spe_unit_sampling(&c->unit);
	if (!is)
		went_off(c);
	else if (!c->running)
		went_on(c);
}

static void hook_write(u32 sysreg, u64 value)
{
	struct spe_cpu *c = this_cpu_ptr(&spe_cpus);
	enum spe_reg reg = find_register(sysreg);

	if (reg == SPE_REGS)
		return;
	if (!c->handle.event) {
		spe_unit_write(&c->unit, reg, value);
		return;
	}
	write_register(c, reg, value);
	to_view(c->handle.event)->slot->faults += c->unit.faults;
	c->unit.faults = 0;
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
	return &this_cpu_ptr(&spe_cpus)->handle;
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
	struct spe_cpu *c = this_cpu_ptr(&spe_cpus);

	/* The controller has taken it. */
	c->raised = false;
	went_off(c);
	handle_enter(&c->handle);
}

/*
 * The handler is done, and the line is what it was, for nobody has cleared its
 * cause: on it goes.  On a real machine for ever.
 */
static void go_on_raising(struct spe_cpu *c)
{
	if (c->handle.event || !is_stopped(c)) {
		c->unhandled = 0;
		return;
	}
	if (c->unhandled < UNHANDLED_MAX)
		interrupt_line(c, true);
	if (++c->unhandled == UNHANDLED_MAX)
		pr_err("BUG: SPE's interrupt is raised again and again, and nobody clears PMBSR.S\n");
}

static void hook_leave(void)
{
	struct spe_cpu *c = this_cpu_ptr(&spe_cpus);

	/* The driver may have left its hardware on, and no transaction. */
	if (!c->handle.open)
		went_off(c);
	handle_leave(&c->handle);
	go_on_raising(c);
}

static const struct spe_hook_ops ops = {
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
	c->unit.memory = memory;
	c->unit.kernel_pc = (unsigned long)init_cpu;
	c->handle.written = &c->unit.written;
	model_timer_init(&c->timer, on_timer);
}

/* A PPI of the machine's interrupt controller, for which it has no device. */
static int map_interrupt(void)
{
	struct device_node *gic = of_find_compatible_node(NULL, NULL,
							  "arm,gic-v3");
	struct irq_fwspec spec = {
		.param_count = 3, .param = { 1, PPI, IRQ_TYPE_LEVEL_HIGH },
	};
	int irq;

	if (!gic)
		return -ENODEV;
	spec.fwnode = of_fwnode_handle(gic);
	irq = irq_create_fwspec_mapping(&spec);
	of_node_put(gic);
	return irq ?: -ENODEV;
}

static int make_device(void)
{
	struct resource irq = { .flags = IORESOURCE_IRQ };
	struct platform_device *device;
	int nr = map_interrupt();

	if (nr < 0)
		return nr;
	irq.start = irq.end = nr;
	device = platform_device_register_simple(ARMV8_SPE_PDEV_NAME, -1,
						 &irq, 1);
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
