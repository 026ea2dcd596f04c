// SPDX-License-Identifier: GPL-2.0-only
#ifdef CONFIG_X86_64
#include <linux/io.h>
#include <linux/math64.h>
#include <asm/tsc.h>

#include "pt-cpu.h"

/* How long an internal buffer overflow lasts. */
#define OVERFLOW_NS (20 * NSEC_PER_USEC)

static struct pt_cpu *to_pt(struct pmi_cpu *cpu)
{
	return container_of(cpu, struct pt_cpu, cpu);
}

static const struct pt_unit *unit_of(const struct pmi_cpu *cpu)
{
	return &container_of_const(cpu, struct pt_cpu, cpu)->unit;
}

static bool tracing(const struct pmi_cpu *cpu)
{
	return pt_unit_tracing(unit_of(cpu));
}

static bool stopped(const struct pmi_cpu *cpu)
{
	return unit_of(cpu)->status & (PT_STATUS_STOPPED | PT_STATUS_ERROR);
}

/* The TSC at the unit's own time; it never goes back. */
static void set_tsc(struct pt_cpu *c)
{
	u64 now = synth_clock(), behind = now > c->cpu.at ? now - c->cpu.at : 0;

	c->unit.tsc = max(c->unit.tsc, rdtsc() -
			  mul_u64_u32_div(behind, tsc_khz, USEC_PER_SEC));
}

static u64 run(struct pmi_cpu *cpu, u64 bytes)
{
	struct pt_cpu *c = to_pt(cpu);
	u64 done, written = c->unit.written;

	set_tsc(c);
	done = pt_unit_run(&c->unit, bytes);
	/* Packets of time come on top of what the rate says. */
	if (done > 64)
		c->dense = max(256ull, div64_u64((c->unit.written - written)
						 << 8, done));
	return done;
}

static u64 room(const struct pmi_cpu *cpu, u64 bytes)
{
	u64 dense = container_of_const(cpu, struct pt_cpu, cpu)->dense;

	return div64_u64(pt_unit_room(unit_of(cpu), bytes * dense >> 8) << 8,
			 dense);
}

static void look(struct pmi_cpu *cpu)
{
	struct pt_cpu *c = to_pt(cpu);
	struct pt_place place;

	if (!pt_place_look(&c->here, &c->unit, c->unit.ctl, cpu->at, &place))
		return;
	pt_unit_move(&c->unit, &place);
	pmi_cpu_note_output(cpu, false);
}

/* What the event wants of the unit. */
static void set_rates(struct pt_cpu *c)
{
	const struct model_event *me = to_model(c->cpu.handle.event);

	c->unit.tsc_step = div64_u64((u64)tsc_khz * 1000 << 16, me->rate);
	c->unit.overflow_every = mul_u64_u64_div_u64(me->overflow_ns, me->rate,
						     NSEC_PER_SEC);
	c->unit.overflow_for = mul_u64_u64_div_u64(OVERFLOW_NS, me->rate,
						   NSEC_PER_SEC);
	c->dense = 256;
}

static void switch_on(struct pt_cpu *c, u64 ctl)
{
	bool pmi = c->unit.pmi;

	pmi_cpu_start(&c->cpu);
	set_tsc(c);
	set_rates(c);
	pt_place_look(&c->here, &c->unit, ctl, synth_clock(), &c->unit.place);
	pt_unit_write(&c->unit, PT_CTL, ctl);
	pmi_cpu_started(&c->cpu, pmi);
}

static void switch_off(struct pt_cpu *c, u64 ctl)
{
	pmi_cpu_stop(&c->cpu);
	set_tsc(c);
	pt_unit_write(&c->unit, PT_CTL, ctl);
	pmi_cpu_stopped(&c->cpu);
}

void pt_cpu_write_ctl(struct pt_cpu *c, u64 value)
{
	bool was = c->unit.ctl & PT_CTL_TRACEEN, is = value & PT_CTL_TRACEEN;

	if (!was && is)
		switch_on(c, value);
	else if (was && !is)
		switch_off(c, value);
	else
		pt_unit_write(&c->unit, PT_CTL, value);
}

static void *memory(u64 physical)
{
	return phys_to_virt(physical);
}

static const struct pmi_ops ops = {
	.tracing = tracing,
	.stopped = stopped,
	.run = run,
	.room = room,
	.look = look,
};

void pt_cpu_init(struct pt_cpu *c, void (*interrupt)(void),
		 const struct pt_part *part)
{
	c->unit.memory = memory;
	c->unit.part = part;
	c->unit.ratio = tsc_khz / 100000;
	c->cpu.ops = &ops;
	c->cpu.interrupt = interrupt;
	c->cpu.pmi = &c->unit.pmi;
	c->cpu.handle.written = &c->unit.written;
	pmi_cpu_init(&c->cpu);
}
#endif
