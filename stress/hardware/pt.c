// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel PT in software under the real driver, which the guest's kernel shows
 * us (hook-pt.h): a pt_unit a CPU, and here what drives them: the clock, the
 * interrupt, and the stamps of what happens.
 *
 * A unit has a time of its own, up to which it has traced.  A timer that comes
 * late does not make the hardware late: the unit then traces up to its
 * interrupt, and the PMI comes there (or @skid_ns after it), as far as the
 * unit can tell.
 */
#include <linux/hrtimer.h>
#include <linux/io.h>
#include <linux/irq_work.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched/task_stack.h>

#include "hardware.h"

#ifdef CONFIG_X86_64
#include <asm/msr-index.h>
#include <asm/tsc.h>

#include "hook-pt.h"
#include "model.h"
#include "pt-unit.h"

/* A clock this far behind skips what it did not trace. */
#define BEHIND_NS (50 * NSEC_PER_MSEC)

/* Sooner than this comes from an irq_work; see auxsynth's arm(). */
#define SOON_NS (30 * NSEC_PER_USEC)

struct pt_cpu {
	struct pt_unit unit;
	struct hrtimer timer;
	struct irq_work soon;
	u64 soon_at;		/* 0: at once */
	bool ticking;		/* tick() is running and will arm */
	struct perf_event *event;	/* of the transaction that is open */
	bool open;
	struct model_account account;
	u64 at;			/* traced up to here */
	u64 pmi_due;
	u64 stopped_at;		/* the output stopped for want of room */
	/* Of the interrupt that is being handled: */
	bool in_pmi, begun;
	bool off, was_stopped;	/* has been switched off; was out of room */
	u64 off_at;
	bool truncated;		/* the last end was flagged so */
};

static DEFINE_PER_CPU(struct pt_cpu, pt_cpus);
static struct pt_hook *hook;
static struct model_pmu pt_pmu;

static bool is_stopped(const struct pt_cpu *c)
{
	return c->unit.status & (PT_STATUS_STOPPED | PT_STATUS_ERROR);
}

static void *memory(u64 physical)
{
	return phys_to_virt(physical);
}

/* The TSC at the unit's own time. */
static u64 tsc_at(const struct pt_cpu *c)
{
	u64 now = synth_clock(), behind = now > c->at ? now - c->at : 0;

	return rdtsc() - mul_u64_u32_div(behind, tsc_khz, USEC_PER_SEC);
}

/*
 * Traces up to @until, but at most up to an interrupt that was not pending
 * yet.
 */
static void advance(struct pt_cpu *c, u64 until)
{
	u64 rate, n, done;
	bool pmi = c->unit.pmi;

	if (!pt_unit_tracing(&c->unit) || c->at >= until)
		goto out;
	rate = to_model(c->event)->rate;
	n = mul_u64_u64_div_u64(until - c->at, rate, NSEC_PER_SEC);
	if (!n)
		return;
	c->unit.tsc = tsc_at(c);
	done = pt_unit_run(&c->unit, n);
	c->at += mul_u64_u64_div_u64(done, NSEC_PER_SEC, rate);
	if (is_stopped(c))
		c->stopped_at = c->at;
	if (c->unit.pmi && !pmi) {
		c->pmi_due = c->at + to_model(c->event)->skid_ns;
		return;
	}
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
	to_view(c->event)->slot->dropped += mul_u64_u64_div_u64(left,
				to_model(c->event)->rate, NSEC_PER_SEC);
	c->at += left;
}

/* NMI: what core.c does for the bit in PERF_GLOBAL_STATUS. */
static void pmi(void *data)
{
	struct pt_cpu *c = data;

	c->unit.pmi = false;
	c->in_pmi = true;
	c->begun = c->off = c->was_stopped = c->truncated = false;
	if (c->event)
		model_interrupt(c->event, synth_clock());
	hook->interrupt();
	/* It did not go on, and not for want of room. */
	if (c->off)
		model_stopped(c->event, c->off_at, AUXSYNTH_DEL);
	if (!c->open)
		c->event = NULL;
	c->in_pmi = false;
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
	const struct model_event *me = to_model(c->event);
	u64 tick, room;

	if (c->unit.pmi)
		return c->pmi_due;
	tick = mul_u64_u64_div_u64(me->tick_ns, me->rate, NSEC_PER_SEC) + 1;
	room = pt_unit_room(&c->unit, tick);
	return c->at + mul_u64_u64_div_u64(room, NSEC_PER_SEC, me->rate) + 1;
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
	for (rounds = 0; rounds < 8 && c->event; rounds++) {
		now = synth_clock();
		keep_up(c, now);
		advance(c, c->unit.pmi ? min(now, c->pmi_due) : now);
		if (!c->unit.pmi || c->pmi_due > synth_clock())
			break;
		deliver(c);
	}
	c->ticking = false;
	if (!c->event || (!pt_unit_tracing(&c->unit) && !c->unit.pmi))
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
	if (!c->event || hrtimer_is_queued(&c->timer) ||
	    !(pt_unit_tracing(&c->unit) || c->unit.pmi))
		return;
	next = synth_clock() < c->soon_at ? c->soon_at : tick(c);
	if (next)
		arm(c, next);
}

static void switched_on(struct pt_cpu *c)
{
	u64 now = synth_clock();

	/* A PMI's handler goes on where the unit was, be that in the past. */
	if (!c->in_pmi || !c->off)
		c->at = now;
	c->unit.tsc = tsc_at(c);
	c->unit.ip = current->mm ? task_pt_regs(current)->ip : 0;
}

static void note_on(struct pt_cpu *c)
{
	bool stopped = c->was_stopped;

	if (c->in_pmi && c->off && stopped)
		model_stopped(c->event, c->off_at, AUXSYNTH_FULL);
	if (!c->in_pmi || !c->off || stopped)
		model_started(c->event, c->at, c->in_pmi ? AUXSYNTH_RESUME :
			      AUXSYNTH_ADD);
	c->off = c->was_stopped = false;
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
	if (c->in_pmi) {
		c->off = true;
		c->was_stopped = is_stopped(c);
		return;
	}
	model_stopped(c->event, c->off_at, is_stopped(c) ? AUXSYNTH_FULL :
		      AUXSYNTH_DEL);
}

static void write_ctl(struct pt_cpu *c, u64 value)
{
	bool was = c->unit.ctl & PT_CTL_TRACEEN, is = value & PT_CTL_TRACEEN;

	if (was && !is && !c->in_pmi)
		catch_up(c);
	if (!was && is)
		switched_on(c);
	if (was && !is)
		c->unit.tsc = tsc_at(c);
	pt_unit_write(&c->unit, PT_CTL, value);
	if (!was && is)
		note_on(c);
	if (was && !is)
		note_off(c);
	/* It came, but the driver was quicker: it finds nothing to do. */
	if (was && !is && c->unit.pmi)
		deliver(c);
}

static void hook_write(u32 msr, u64 value)
{
	struct pt_cpu *c = this_cpu_ptr(&pt_cpus);

	if (msr == PT_CTL && c->event)
		write_ctl(c, value);
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

/* Of the sixth generation (Skylake), without MTC and CYC. */
static void hook_cpuid(u32 subleaf, u32 regs[4])
{
	static const u32 leaf[2][4] = {
		{ 1, 0x05, 7, 0 }, { 2, 0, 0, 0 },
	};
	int i;

	for (i = 0; i < 4; i++)
		regs[i] = subleaf < 2 ? leaf[subleaf][i] : 0;
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
	.pmu = hook_pmu,
	.begin = hook_begin,
	.begun = hook_begun,
	.end = hook_end,
	.ended = hook_ended,
};

static void init_cpu(struct pt_cpu *c)
{
	c->unit.memory = memory;
	c->unit.ratio = tsc_khz / 100000;
	c->soon = IRQ_WORK_INIT_HARD(on_soon);
	model_timer_init(&c->timer, on_timer);
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
	if (hook->ops)
		return -EBUSY;
	for_each_possible_cpu(cpu)
		init_cpu(per_cpu_ptr(&pt_cpus, cpu));
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
