// SPDX-License-Identifier: GPL-2.0-only
#ifdef CONFIG_X86_64
#include <linux/io.h>
#include <linux/math64.h>
#include <asm/tsc.h>

#include "pt-cpu.h"

/* A clock this far behind skips what it did not trace. */
#define BEHIND_NS (50 * NSEC_PER_MSEC)

/* How long an internal buffer overflow lasts. */
#define OVERFLOW_NS (20 * NSEC_PER_USEC)

/* Sooner than this comes from an irq_work; see auxsynth's arm(). */
#define SOON_NS (30 * NSEC_PER_USEC)

static bool is_stopped(const struct pt_cpu *c)
{
	return c->unit.status & (PT_STATUS_STOPPED | PT_STATUS_ERROR);
}

/* The TSC at the unit's own time; it never goes back. */
static void set_tsc(struct pt_cpu *c)
{
	u64 now = synth_clock(), behind = now > c->at ? now - c->at : 0;

	c->unit.tsc = max(c->unit.tsc, rdtsc() -
			  mul_u64_u32_div(behind, tsc_khz, USEC_PER_SEC));
}

/* What the event wants of the unit. */
static void set_rates(struct pt_cpu *c)
{
	const struct model_event *me = to_model(c->handle.event);

	c->unit.tsc_step = div64_u64((u64)tsc_khz * 1000 << 16, me->rate);
	c->unit.overflow_every = mul_u64_u64_div_u64(me->overflow_ns, me->rate,
						     NSEC_PER_SEC);
	c->unit.overflow_for = mul_u64_u64_div_u64(OVERFLOW_NS, me->rate,
						   NSEC_PER_SEC);
	c->dense = 256;
}

/* After output: it may have stopped, or come to an interrupt (@pmi: before). */
static void note_output(struct pt_cpu *c, bool pmi)
{
	if (is_stopped(c))
		c->stopped_at = c->at;
	if (c->unit.pmi && !pmi)
		c->pmi_due = c->at + to_model(c->handle.event)->skid_ns;
}

/*
 * Traces up to @until, but at most up to an interrupt that was not pending
 * yet.
 */
static void advance(struct pt_cpu *c, u64 until)
{
	u64 rate, n, done, written = c->unit.written;
	bool pmi = c->unit.pmi;

	if (!pt_unit_tracing(&c->unit) || c->at >= until)
		goto out;
	rate = to_model(c->handle.event)->rate;
	n = mul_u64_u64_div_u64(until - c->at, rate, NSEC_PER_SEC);
	if (!n)
		return;
	set_tsc(c);
	done = pt_unit_run(&c->unit, n);
	/* Packets of time come on top of what the rate says. */
	if (done > 64)
		c->dense = max(256ull, div64_u64((c->unit.written - written)
						 << 8, done));
	c->at += mul_u64_u64_div_u64(done, NSEC_PER_SEC, rate);
	note_output(c, pmi);
	if (c->unit.pmi && !pmi)
		return;
out:
	if (!pt_unit_tracing(&c->unit))
		c->at = max(c->at, until);
}

/* What is due, but was not traced in time, is left out. */
static void keep_up(struct pt_cpu *c, u64 now)
{
	u64 left;

	if (!pt_unit_tracing(&c->unit) || c->at + BEHIND_NS >= now)
		return;
	left = now - BEHIND_NS - c->at;
	to_view(c->handle.event)->slot->dropped += mul_u64_u64_div_u64(left,
				to_model(c->handle.event)->rate, NSEC_PER_SEC);
	c->at += left;
}

/* NMI: what core.c does for the bit in PERF_GLOBAL_STATUS. */
static void pmi(void *data)
{
	struct pt_cpu *c = data;

	c->unit.pmi = c->off = false;
	handle_enter(&c->handle);
	c->hook->interrupt();
	/* It did not go on, and not for want of room. */
	if (c->off)
		model_stopped(c->handle.event, c->off_at, AUXSYNTH_DEL);
	handle_leave(&c->handle);
}

static void deliver(struct pt_cpu *c)
{
	if (in_nmi())
		synth_nmi_post(pmi, c);
	else if (!synth_nmi_call(pmi, c))
		pmi(c);
}

/* When the unit comes to its next interrupt, but a tick from now at most. */
static u64 next_tick(const struct pt_cpu *c)
{
	const struct model_event *me = to_model(c->handle.event);
	u64 tick, room;

	if (c->unit.pmi)
		return c->pmi_due;
	tick = mul_u64_u64_div_u64(me->tick_ns, me->rate, NSEC_PER_SEC) + 1;
	room = pt_unit_room(&c->unit, tick * c->dense >> 8);
	room = div64_u64(room << 8, c->dense);
	return c->at + mul_u64_u64_div_u64(room, NSEC_PER_SEC, me->rate) + 1;
}

/* Another task, or code that is found now: where the unit has come to. */
static void look_around(struct pt_cpu *c)
{
	struct pt_place place;

	if (in_nmi() || !pt_unit_tracing(&c->unit) || c->unit.pmi ||
	    !pt_place_look(&c->here, &c->unit, c->unit.ctl, c->at, &place))
		return;
	pt_unit_move(&c->unit, &place);
	note_output(c, false);
}

/*
 * Brings the unit up to date, and its interrupts.  Takes no more than half of
 * the CPU.  Returns when it is to come again; 0: not.
 */
static u64 tick(struct pt_cpu *c)
{
	u64 begin = synth_clock(), now = begin, end;
	int rounds;

	c->ticking = true;
	for (rounds = 0; rounds < 8 && c->handle.event; rounds++) {
		now = synth_clock();
		keep_up(c, now);
		advance(c, c->unit.pmi ? min(now, c->pmi_due) : now);
		if (!c->unit.pmi || c->pmi_due > synth_clock())
			break;
		deliver(c);
	}
	if (c->handle.event)
		look_around(c);
	c->ticking = false;
	if (!c->handle.event || (!pt_unit_tracing(&c->unit) && !c->unit.pmi))
		return 0;
	end = synth_clock();
	return max(next_tick(c), end + (end - begin));
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	struct pt_cpu *c = container_of(timer, struct pt_cpu, timer);
	u64 next = tick(c);

	if (!next)
		return HRTIMER_NORESTART;
	hrtimer_set_expires(timer, ns_to_ktime(next));
	return HRTIMER_RESTART;
}

/* An NMI may not start a timer. */
static void arm(struct pt_cpu *c, u64 at)
{
	c->soon_at = at;
	if ((in_nmi() || at < synth_clock() + SOON_NS) &&
	    irq_work_queue(&c->soon))
		return;
	if (!in_nmi())
		hrtimer_start(&c->timer, ns_to_ktime(at),
			      HRTIMER_MODE_ABS_PINNED_HARD);
}

static void on_soon(struct irq_work *work)
{
	struct pt_cpu *c = container_of(work, struct pt_cpu, soon);
	u64 next;

	/* Stopped meanwhile, and perhaps started again for later. */
	if (!c->handle.event || hrtimer_is_queued(&c->timer) ||
	    !(pt_unit_tracing(&c->unit) || c->unit.pmi))
		return;
	next = synth_clock() < c->soon_at ? c->soon_at : tick(c);
	if (next)
		arm(c, next);
}

static void switched_on(struct pt_cpu *c, u64 ctl)
{
	u64 now = synth_clock();

	/* A PMI's handler goes on where the unit was, be that in the past. */
	if (!c->handle.in_irq || !c->off)
		c->at = now;
	set_tsc(c);
	set_rates(c);
	pt_place_look(&c->here, &c->unit, ctl, now, &c->unit.place);
}

static void note_on(struct pt_cpu *c)
{
	bool stopped = c->handle.was_stopped;

	if (c->handle.in_irq && c->off && stopped)
		model_stopped(c->handle.event, c->off_at, AUXSYNTH_FULL);
	if (!c->handle.in_irq || !c->off || stopped)
		model_started(c->handle.event, c->at, c->handle.in_irq ? AUXSYNTH_RESUME :
			      AUXSYNTH_ADD);
	c->off = c->handle.was_stopped = false;
	if (!c->ticking)
		arm(c, next_tick(c));
}

/* The driver stops the trace, not from its interrupt: up to now it ran. */
static void catch_up(struct pt_cpu *c)
{
	u64 now = synth_clock();

	hrtimer_try_to_cancel(&c->timer);
	keep_up(c, now);
	advance(c, c->unit.pmi ? min(now, c->pmi_due) : now);
	if (c->unit.pmi)
		advance(c, min(now, c->pmi_due));
}

static void note_off(struct pt_cpu *c)
{
	c->off_at = is_stopped(c) ? c->stopped_at : c->at;
	if (c->handle.in_irq) {
		c->off = true;
		c->handle.was_stopped = is_stopped(c);
		return;
	}
	model_stopped(c->handle.event, c->off_at, is_stopped(c) ? AUXSYNTH_FULL :
		      AUXSYNTH_DEL);
}

void pt_cpu_write_ctl(struct pt_cpu *c, u64 value)
{
	bool was = c->unit.ctl & PT_CTL_TRACEEN, is = value & PT_CTL_TRACEEN;
	bool pmi = c->unit.pmi;

	if (was && !is && !c->handle.in_irq)
		catch_up(c);
	if (!was && is)
		switched_on(c, value);
	if (was && !is)
		set_tsc(c);
	pt_unit_write(&c->unit, PT_CTL, value);
	if (!was && is) {
		note_output(c, pmi);
		note_on(c);
	}
	if (was && !is)
		note_off(c);
	/* It came, but the driver was quicker: it finds nothing to do. */
	if (was && !is && c->unit.pmi)
		deliver(c);
}

static void *memory(u64 physical)
{
	return phys_to_virt(physical);
}

void pt_cpu_init(struct pt_cpu *c, const struct pt_hook *hook,
		 const struct pt_part *part)
{
	c->hook = hook;
	c->unit.memory = memory;
	c->unit.part = part;
	c->unit.ratio = tsc_khz / 100000;
	c->handle.written = &c->unit.written;
	c->soon = IRQ_WORK_INIT_HARD(on_soon);
	model_timer_init(&c->timer, on_timer);
}
#endif
