// SPDX-License-Identifier: GPL-2.0-only
#ifdef CONFIG_64BIT
#include <linux/math64.h>

#include "pmi-cpu.h"

/* A clock this far behind skips what it did not trace. */
#define BEHIND_NS (50 * NSEC_PER_MSEC)

/* Sooner than this comes from an irq_work; see auxsynth's arm(). */
#define SOON_NS (30 * NSEC_PER_USEC)

static const struct model_event *wanted(const struct pmi_cpu *c)
{
	return to_model(c->handle.event);
}

static struct auxsynth_slot *slot_of(const struct pmi_cpu *c)
{
	return to_view(c->handle.event)->slot;
}

static u64 bytes_in(const struct pmi_cpu *c, u64 ns)
{
	return mul_u64_u64_div_u64(ns, wanted(c)->rate, NSEC_PER_SEC);
}

static u64 time_of(const struct pmi_cpu *c, u64 bytes)
{
	return mul_u64_u64_div_u64(bytes, NSEC_PER_SEC, wanted(c)->rate);
}

void pmi_cpu_note_output(struct pmi_cpu *c, bool pmi)
{
	if (c->ops->stopped(c))
		c->stopped_at = c->at;
	if (*c->pmi && !pmi)
		c->pmi_due = c->at + wanted(c)->skid_ns;
}

/*
 * Traces up to @until, but at most up to an interrupt that was not pending
 * yet.
 */
static void advance(struct pmi_cpu *c, u64 until)
{
	bool pmi = *c->pmi;
	u64 n;

	if (!c->ops->tracing(c) || c->at >= until)
		goto out;
	n = bytes_in(c, until - c->at);
	if (!n)
		return;
	c->at += time_of(c, c->ops->run(c, n));
	pmi_cpu_note_output(c, pmi);
	if (*c->pmi && !pmi)
		return;
out:
	if (!c->ops->tracing(c))
		c->at = max(c->at, until);
}

/* What is due, but was not traced in time, is left out. */
static void keep_up(struct pmi_cpu *c, u64 now)
{
	u64 left;

	if (!c->ops->tracing(c) || c->at + BEHIND_NS >= now)
		return;
	left = now - BEHIND_NS - c->at;
	slot_of(c)->dropped += bytes_in(c, left);
	c->at += left;
}

/* NMI: what core.c does for the bit in PERF_GLOBAL_STATUS. */
static void pmi(void *data)
{
	struct pmi_cpu *c = data;

	*c->pmi = c->off = false;
	handle_enter(&c->handle);
	c->interrupt();
	/* It did not go on, and not for want of room. */
	if (c->off)
		model_stopped(c->handle.event, c->off_at, AUXSYNTH_DEL);
	handle_leave(&c->handle);
}

static void deliver(struct pmi_cpu *c)
{
	/* Timers and works of ours are in an interrupt, too. */
	if (c->ops->hardirq)
		pmi(c);
	else if (in_nmi())
		synth_nmi_post(pmi, c);
	else if (!synth_nmi_call(pmi, c))
		pmi(c);
}

/* When the unit comes to its next interrupt, but a tick from now at most. */
static u64 next_tick(const struct pmi_cpu *c)
{
	if (*c->pmi)
		return c->pmi_due;
	return c->at + 1 +
	       time_of(c, c->ops->room(c, bytes_in(c, wanted(c)->tick_ns) + 1));
}

/*
 * Brings the unit up to date, and its interrupts.  Takes no more than half of
 * the CPU.  Returns when it is to come again; 0: not.
 */
static u64 tick(struct pmi_cpu *c)
{
	u64 begin = synth_clock(), now = begin, end;
	int rounds;

	c->ticking = true;
	for (rounds = 0; rounds < 8 && c->handle.event; rounds++) {
		now = synth_clock();
		keep_up(c, now);
		advance(c, *c->pmi ? min(now, c->pmi_due) : now);
		if (!*c->pmi || c->pmi_due > synth_clock())
			break;
		deliver(c);
	}
	/* Another task, or code that is found now. */
	if (c->handle.event && !in_nmi() && c->ops->tracing(c) && !*c->pmi)
		c->ops->look(c);
	c->ticking = false;
	if (!c->handle.event || (!c->ops->tracing(c) && !*c->pmi))
		return 0;
	end = synth_clock();
	return max(next_tick(c), end + (end - begin));
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	struct pmi_cpu *c = container_of(timer, struct pmi_cpu, timer);
	u64 next = tick(c);

	if (!next)
		return HRTIMER_NORESTART;
	hrtimer_set_expires(timer, ns_to_ktime(next));
	return HRTIMER_RESTART;
}

/* An NMI may not start a timer. */
static void arm(struct pmi_cpu *c, u64 at)
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
	struct pmi_cpu *c = container_of(work, struct pmi_cpu, soon);
	u64 next;

	/* Stopped meanwhile, and perhaps started again for later. */
	if (!c->handle.event || hrtimer_is_queued(&c->timer) ||
	    !(c->ops->tracing(c) || *c->pmi))
		return;
	next = synth_clock() < c->soon_at ? c->soon_at : tick(c);
	if (next)
		arm(c, next);
}

void pmi_cpu_start(struct pmi_cpu *c)
{
	/* A PMI's handler goes on where the unit was, be that in the past. */
	if (!c->handle.in_irq || !c->off)
		c->at = synth_clock();
}

void pmi_cpu_started(struct pmi_cpu *c, bool pmi)
{
	bool stopped = c->handle.was_stopped;

	pmi_cpu_note_output(c, pmi);
	handle_used(&c->handle);
	if (c->handle.in_irq && c->off && stopped)
		model_stopped(c->handle.event, c->off_at, AUXSYNTH_FULL);
	if (!c->handle.in_irq || !c->off || stopped)
		model_started(c->handle.event, c->at, c->handle.in_irq ?
			      AUXSYNTH_RESUME : AUXSYNTH_ADD);
	c->off = c->handle.was_stopped = false;
	if (!c->ticking)
		arm(c, next_tick(c));
}

/* Not from its interrupt: up to now it ran. */
void pmi_cpu_stop(struct pmi_cpu *c)
{
	u64 now = synth_clock();

	if (c->handle.in_irq)
		return;
	hrtimer_try_to_cancel(&c->timer);
	keep_up(c, now);
	advance(c, *c->pmi ? min(now, c->pmi_due) : now);
	if (*c->pmi)
		advance(c, min(now, c->pmi_due));
}

void pmi_cpu_stopped(struct pmi_cpu *c)
{
	bool stopped = c->ops->stopped(c);

	c->off_at = stopped ? c->stopped_at : c->at;
	if (c->handle.in_irq) {
		c->off = true;
		c->handle.was_stopped = stopped;
	} else {
		model_stopped(c->handle.event, c->off_at, stopped ?
			      AUXSYNTH_FULL : AUXSYNTH_DEL);
	}
	/* It came, but the driver was quicker: it finds nothing to do. */
	if (*c->pmi)
		deliver(c);
}

/* What was traced before is told with what becomes of it. */
void pmi_cpu_full(struct model_handle *handle, struct perf_event *event)
{
	struct pmi_cpu *c = container_of(handle, struct pmi_cpu, handle);

	if (c->off)
		model_stopped(event, c->off_at, AUXSYNTH_FULL);
	c->off = false;
}

void pmi_cpu_init(struct pmi_cpu *c)
{
	c->soon = IRQ_WORK_INIT_HARD(on_soon);
	model_timer_init(&c->timer, on_timer);
}
#endif
