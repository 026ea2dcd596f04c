// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kconfig.h>

#ifdef CONFIG_ARM64
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/math64.h>
#include <linux/of.h>
#include <linux/platform_device.h>

#include "ppi-cpu.h"

/* A clock this far behind skips what it did not trace. */
#define BEHIND_NS (50 * NSEC_PER_MSEC)

/* A storm that is one: then the guest may go on, and says so. */
#define UNHANDLED_MAX 1000

static const struct model_event *wanted(const struct ppi_cpu *c)
{
	return to_model(c->handle.event);
}

static u64 bytes_in(const struct ppi_cpu *c, u64 ns)
{
	return mul_u64_u64_div_u64(ns, wanted(c)->rate, NSEC_PER_SEC);
}

static u64 time_of(const struct ppi_cpu *c, u64 bytes)
{
	return mul_u64_u64_div_u64(bytes, NSEC_PER_SEC, wanted(c)->rate);
}

static void interrupt_line(struct ppi_cpu *c, bool level)
{
	if (c->raised != level)
		irq_set_irqchip_state(c->hook->irq, IRQCHIP_STATE_PENDING,
				      level);
	c->raised = level;
}

static void trouble(struct ppi_cpu *c)
{
	const struct model_event *me = wanted(c);

	if (!me->overflow_ns || c->at < c->trouble_at)
		return;
	c->ops->trouble(c, me->trouble);
	c->trouble_at = c->at + me->overflow_ns;
}

/* Traces up to @until, or until it is stopped. */
static void advance(struct ppi_cpu *c, u64 until)
{
	if (!c->ops->tracing(c) || c->at >= until)
		return;
	c->at += time_of(c, c->ops->run(c, bytes_in(c, until - c->at)));
	trouble(c);
}

/* What is due, but was not traced in time, is left out. */
static void keep_up(struct ppi_cpu *c, u64 now)
{
	u64 left;

	if (!c->ops->tracing(c) || c->at + BEHIND_NS >= now)
		return;
	left = now - BEHIND_NS - c->at;
	to_view(c->handle.event)->slot->dropped += bytes_in(c, left);
	c->ops->skipped(c);
	c->at += left;
}

/*
 * Brings the unit up to date, and its interrupt.  Takes no more than half of
 * the CPU.  Returns when it is to come again; 0: not.
 */
static u64 tick(struct ppi_cpu *c)
{
	u64 begin = synth_clock(), end, tick;

	if (!c->handle.event)
		return 0;
	keep_up(c, begin);
	advance(c, begin);
	if (c->ops->stopped(c)) {
		if (synth_clock() < c->at + wanted(c)->skid_ns)
			return c->at + wanted(c)->skid_ns;
		interrupt_line(c, true);
	}
	if (!c->ops->tracing(c))
		return 0;
	tick = min(wanted(c)->tick_ns, time_of(c, c->ops->room(c)));
	end = synth_clock();
	return max(c->at + tick + 1, end + (end - begin));
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	u64 next = tick(container_of(timer, struct ppi_cpu, timer));

	if (!next)
		return HRTIMER_NORESTART;
	hrtimer_set_expires(timer, ns_to_ktime(next));
	return HRTIMER_RESTART;
}

static void went_on(struct ppi_cpu *c)
{
	u64 next;

	c->at = synth_clock();
	/* No later than due, whatever the event before wanted. */
	c->trouble_at = min(c->trouble_at ?: U64_MAX,
			    c->at + wanted(c)->overflow_ns);
	c->ops->look(c);
	model_started(c->handle.event, c->at,
		      c->handle.in_irq ? AUXSYNTH_RESUME : AUXSYNTH_ADD);
	c->running = true;
	next = tick(c);
	if (next)
		hrtimer_start(&c->timer, ns_to_ktime(next),
			      HRTIMER_MODE_ABS_PINNED_HARD);
}

static void went_off(struct ppi_cpu *c)
{
	if (!c->running)
		return;
	model_stopped(c->handle.event, c->at,
		      c->ops->full(c) ? AUXSYNTH_FULL : AUXSYNTH_DEL);
	c->running = false;
}

/* The driver stops it: up to now it ran. */
static void catch_up(struct ppi_cpu *c)
{
	u64 now = synth_clock();

	hrtimer_try_to_cancel(&c->timer);
	keep_up(c, now);
	advance(c, now);
	if (!c->ops->stopped(c))
		c->at = now;
}

void ppi_cpu_write(struct ppi_cpu *c, bool off, bool clears)
{
	if (off && c->ops->tracing(c))
		catch_up(c);
	/* Its cause is gone, and with it the interrupt. */
	if (clears)
		interrupt_line(c, false);
	if (c->running && c->ops->stopped(c))
		went_off(c);
}

void ppi_cpu_written(struct ppi_cpu *c)
{
	if (!c->ops->tracing(c))
		went_off(c);
	else if (!c->running)
		went_on(c);
}

void ppi_cpu_enter(struct ppi_cpu *c)
{
	/* The controller has taken it. */
	c->raised = false;
	went_off(c);
	handle_enter(&c->handle);
}

/*
 * The handler is done, and the line is what it was, for nobody has cleared its
 * cause: on it goes.  On a real machine for ever.
 */
static void go_on_raising(struct ppi_cpu *c)
{
	if (c->handle.event || !c->ops->stopped(c)) {
		c->unhandled = 0;
		return;
	}
	if (c->unhandled < UNHANDLED_MAX)
		interrupt_line(c, true);
	if (++c->unhandled == UNHANDLED_MAX)
		pr_err("BUG: %s\n", c->ops->interrupt);
}

void ppi_cpu_leave(struct ppi_cpu *c)
{
	/* The driver may have left its hardware on, and no transaction. */
	if (!c->handle.open)
		went_off(c);
	handle_leave(&c->handle);
	go_on_raising(c);
}

unsigned int ppi_register_find(const struct ppi_register *registers, size_t n,
			       u32 sysreg, unsigned int none)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (registers[i].sysreg == sysreg)
			return registers[i].reg;
	}
	return none;
}

u8 *ppi_memory(u64 address)
{
	return (u8 *)(unsigned long)address;
}

void ppi_cpu_init(struct ppi_cpu *c)
{
	model_timer_init(&c->timer, on_timer);
}

static int map_interrupt(u32 nr)
{
	struct device_node *gic = of_find_compatible_node(NULL, NULL,
							  "arm,gic-v3");
	struct irq_fwspec spec = {
		.param_count = 3, .param = { 1, nr, IRQ_TYPE_LEVEL_HIGH },
	};
	int irq;

	if (!gic)
		return -ENODEV;
	spec.fwnode = of_fwnode_handle(gic);
	irq = irq_create_fwspec_mapping(&spec);
	of_node_put(gic);
	return irq ?: -ENODEV;
}

struct platform_device *ppi_device(const char *name, u32 nr)
{
	struct resource irq = { .flags = IORESOURCE_IRQ };
	int mapped = map_interrupt(nr);

	if (mapped < 0)
		return ERR_PTR(mapped);
	irq.start = irq.end = mapped;
	return platform_device_register_simple(name, -1, &irq, 1);
}
#endif
