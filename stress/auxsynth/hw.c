// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hardware that is not there: it writes records at the wanted rate until
 * it reaches the watermark or the end of the room, then "raises its interrupt"
 * and does what a real driver's handler does.
 */
#include <linux/irq_work.h>
#include <linux/math64.h>
#include <linux/version.h>

#include "synth.h"

/*
 * Room that a running trace always leaves: a watermark's PMI, which may lie
 * almost a record late, then STOP and PMI at full, and something to spare.
 */
#define RESERVE (6 * AUXSYNTH_RECORD_SIZE)

/* A burst longer than this many ticks is more than the guest can produce. */
#define BURST_TICKS 400

static void put_record(struct synth_cpu *c, const struct auxsynth_record *r)
{
	unsigned long off = c->head & (c->buf->size - 1);
	unsigned long first = min_t(unsigned long, c->buf->size - off,
				    sizeof(*r));

	memcpy(c->buf->base + off, r, first);
	memcpy(c->buf->base, (const void *)r + first, sizeof(*r) - first);
	c->head += sizeof(*r);
}

static void put_mark(struct synth_cpu *c, struct synth_event *ev, u64 time,
		     int type, int cause, int pad)
{
	struct auxsynth_record r = {
		.time = time,
		.seq = ev->seq++,
		.info = AUXSYNTH_INFO(type, cause, pad, smp_processor_id(),
				      ev->view.slot->fulls),
	};

	put_record(c, &r);
}

/* @n DATA records; those that do not wrap are written in one go. */
static void put_data(struct synth_cpu *c, struct synth_event *ev, u64 n,
		     u64 time)
{
	struct auxsynth_record *p, r = {
		.time = time,
		.info = AUXSYNTH_INFO(AUXSYNTH_DATA, AUXSYNTH_NONE, 0,
				      smp_processor_id(), ev->view.slot->fulls),
	};
	unsigned long off;
	u64 run;

	while (n) {
		off = c->head & (c->buf->size - 1);
		run = min_t(u64, n, (c->buf->size - off) / sizeof(r));
		n -= run;
		c->head += run * sizeof(r);
		for (p = c->buf->base + off; run; run--, p++) {
			p->time = r.time;
			p->seq = ev->seq++;
			p->info = r.info;
		}
		if (n) {
			r.seq = ev->seq++;
			put_record(c, &r);
			n--;
		}
	}
}

/* Records that fit before the next interrupt. */
static u64 records_to_intr(const struct synth_cpu *c)
{
	u64 stop = c->limit - RESERVE;

	if (c->buf->overwrite)
		return U64_MAX;
	if (c->head >= min(c->intr, stop))
		return 0;
	if (c->intr < stop)
		return DIV_ROUND_UP_ULL(c->intr - c->head,
					AUXSYNTH_RECORD_SIZE);
	return div_u64(stop - c->head, AUXSYNTH_RECORD_SIZE);
}

/*
 * Writes what is due at @now.  True when the hardware has come to its next
 * interrupt; *when is the moment at which it did, @now at the latest.
 */
static bool produce(struct synth_cpu *c, struct synth_event *ev, u64 now,
		    u64 *when)
{
	u64 due_ps = (now - c->start_ns) * 1000 - c->done_ps;
	u64 due = div64_u64(due_ps, ev->record_ps);
	u64 room = records_to_intr(c);
	u64 burst = div64_u64(ev->tick_ns * 1000 * BURST_TICKS,
			      ev->record_ps) + 1;
	u64 n = min3(due, room, burst);

	if (c->paused) {
		c->done_ps += due_ps;
		return false;
	}
	put_data(c, ev, n, now);
	ev->view.slot->bytes += n * AUXSYNTH_RECORD_SIZE;
	c->done_ps += n * ev->record_ps;
	*when = c->start_ns + div_u64(c->done_ps, 1000);
	if (n == room)
		return true;
	if (due > n) {
		ev->view.slot->dropped += (due - n) * AUXSYNTH_RECORD_SIZE;
		c->done_ps += (due - n) * ev->record_ps;
	}
	return false;
}

enum room {
	ROOM_OK,
	ROOM_NONE,		/* begin returned NULL */
	ROOM_SHORT,		/* less than a region */
	ROOM_UNMAPPED,		/* no buffer: nothing to report */
	ROOM_TAKEN,		/* a queued work decided: stopped or restarted */
};

static void set_limits(struct synth_cpu *c, struct synth_event *ev, u32 region)
{
	bool leave = ev->fail == AUXSYNTH_FAIL_SHORT ||
		     (ev->fail == AUXSYNTH_FAIL_BOTH && (ev->view.slot->fulls & 1));
	u64 near;

	c->limit = c->head + c->handle.size + 1;
	if (leave)
		c->limit -= round_down(region / 2, 8);
	/*
	 * As intel_pt, look for new room one region before the hard stop, so
	 * that a tracer who keeps up never sees the trace stop.  Within that
	 * last region there is no watermark: less than a region would be left
	 * after it, a full without a STOP in the trace.
	 */
	near = c->limit - min_t(u64, RESERVE + region, c->limit - c->head);
	c->intr = max_t(u64, c->handle.wakeup, c->head + 1);
	if (c->intr > near)
		c->intr = near > c->head ? near : c->limit;
}

/*
 * A new transaction.  The two ways to fail are a real driver's: the core finds
 * no room at all, queues disable and wakeup and returns NULL; or it finds less
 * than the hardware needs and the driver says so itself (intel_pt:
 * pt_buffer_reset_markers(); hisi_ptt leaves the flag out and so stops for
 * ever).  A NULL for want of a mapping touches nothing and is not a full.
 */
static enum room begin(struct synth_cpu *c, struct perf_event *event)
{
	struct synth_event *ev = to_synth(event);
	u32 region;

	c->handle.rb = NULL;
	c->buf = perf_aux_output_begin(&c->handle, event);
	if (!c->buf)
		return c->handle.rb ? ROOM_NONE : ROOM_UNMAPPED;
	c->head = c->handle.head;
	c->published = c->head;
	if (c->buf->overwrite)
		return ROOM_OK;

	region = min_t(u32, ev->region, c->buf->size / 2);
	if (c->handle.size + 1 < region) {
		if (ev->mode != AUXSYNTH_HISI)
			perf_aux_output_flag(&c->handle,
					     PERF_AUX_FLAG_TRUNCATED);
		perf_aux_output_end(&c->handle, 0);
		return ROOM_SHORT;
	}
	set_limits(c, ev, region);
	return ROOM_OK;
}

static void publish(struct synth_cpu *c)
{
	u64 size = c->head - c->published;

	if (c->buf->overwrite)
		c->handle.head = c->head;
	perf_aux_output_end(&c->handle, size);
}

static void hw_on(struct synth_cpu *c, struct perf_event *event, int cause)
{
	struct synth_event *ev = to_synth(event);

	c->start_ns = synth_clock();
	c->done_ps = 0;
	c->paused = false;
#ifdef PERF_PMU_CAP_AUX_PAUSE
	c->paused = READ_ONCE(event->hw.aux_paused);
#endif
	c->tracing = true;
	put_mark(c, ev, c->start_ns, AUXSYNTH_START, cause, 0);
	ev->view.slot->starts++;
	ev->view.slot->start_at = c->start_ns;
	WRITE_ONCE(ev->view.slot->running, 1);
	/* Pairs as in synth_slot_full(): start_at before the flag. */
	smp_store_release(&ev->view.slot->waiting, 0);
}

static void hw_off(struct synth_cpu *c, struct synth_event *ev, u64 when)
{
	c->tracing = false;
	ev->view.slot->stops++;
	ev->view.slot->stop_at = when;
	WRITE_ONCE(ev->view.slot->running, 0);
}

/* As the reporter's delay: interrupts, and so irq_work, wait. */
static void hold_window(struct synth_event *ev)
{
	u64 end = synth_clock() + ev->window_ns;

	while (ev->window_ns && synth_clock() < end)
		cpu_relax();
	ev->view.slot->window_end = synth_clock();
}

/*
 * arm_spe runs the queued works before it begins again.  They may disable the
 * event or start it anew right here; true when they have.
 */
static bool works_took_over(struct synth_cpu *c, struct perf_event *event)
{
	if (to_synth(event)->mode != AUXSYNTH_SPE)
		return false;
	irq_work_run();
	return c->tracing || event->state != PERF_EVENT_STATE_ACTIVE;
}

/* A watermark, or the end of the room is near: publish and go on. */
static enum room pmi_watermark(struct synth_cpu *c, struct perf_event *event,
			       u64 now)
{
	struct synth_event *ev = to_synth(event);
	enum room room;

	put_mark(c, ev, now, AUXSYNTH_PMI, c->head >= c->handle.wakeup ?
		 AUXSYNTH_WATERMARK : AUXSYNTH_NEAR, 0);
	c->tracing = false;
	publish(c);
	if (works_took_over(c, event)) {
		WRITE_ONCE(ev->view.slot->running, c->tracing);
		return ROOM_TAKEN;
	}
	room = begin(c, event);
	if (room == ROOM_OK)
		c->tracing = true;
	else
		hw_off(c, ev, now);
	return room;
}

/*
 * The hardware ran out of room at @when: intel_pt stops, ends the transaction
 * and begins another, for the tracer may have made room.
 */
static enum room pmi_full(struct synth_cpu *c, struct perf_event *event,
			  u64 when, u64 now)
{
	struct synth_event *ev = to_synth(event);
	u64 end = c->head + 2 * AUXSYNTH_RECORD_SIZE;
	enum room room;

	put_mark(c, ev, when, AUXSYNTH_STOP, AUXSYNTH_FULL, 0);
	put_mark(c, ev, now, AUXSYNTH_PMI, AUXSYNTH_FULL, c->limit - end);
	c->head = c->limit;
	hw_off(c, ev, when);
	ev->view.slot->late_ns += now - when;
	publish(c);
	if (works_took_over(c, event))
		return ROOM_TAKEN;
	room = begin(c, event);
	if (room == ROOM_OK)
		hw_on(c, event, AUXSYNTH_RESUME);
	return room;
}

struct intr {
	struct synth_cpu *c;
	struct perf_event *event;
	u64 when, now;
};

static void handle_interrupt(void *data)
{
	struct intr *intr = data;
	struct synth_cpu *c = intr->c;
	struct perf_event *event = intr->event;
	u64 when = intr->when, now = intr->now;
	struct synth_event *ev = to_synth(event);
	bool full = c->intr >= c->limit - RESERVE;
	enum room room;

	ev->view.slot->pmis++;
	ev->view.slot->pmi_at = now;
	room = full ? pmi_full(c, event, when, now) :
		      pmi_watermark(c, event, now);
	if (room == ROOM_OK || room == ROOM_TAKEN)
		return;
	event->hw.state |= PERF_HES_STOPPED | PERF_HES_UPTODATE;
	if (room == ROOM_UNMAPPED)
		return;
	synth_slot_full(event, room == ROOM_NONE);
	hold_window(ev);
}

static void interrupt(struct synth_cpu *c, struct perf_event *event, u64 when)
{
	struct intr intr = {
		.c = c, .event = event, .when = when, .now = synth_clock(),
	};

	if (!to_synth(event)->nmi || !synth_nmi_call(handle_interrupt, &intr))
		handle_interrupt(&intr);
}

/* When the next interrupt is due, but a tick from now at the latest. */
static u64 next_burst(struct synth_cpu *c, struct synth_event *ev, u64 now)
{
	u64 room = records_to_intr(c);
	u64 tick = div64_u64(ev->tick_ns * 1000, ev->record_ps);
	u64 at;

	if (room > tick)
		return now + ev->tick_ns;
	at = c->start_ns + div_u64(c->done_ps + room * ev->record_ps, 1000) + 1;
	return max(at, now + 1000);
}

/*
 * The hardware's clock has ticked.  It never takes more than half of a CPU: a
 * rate that would need more is not held, and the bytes left out are counted.
 * Returns when it ticks next, 0: it has stopped, or somebody started it anew.
 */
static u64 tick(struct synth_cpu *c)
{
	struct perf_event *event = c->handle.event;
	struct synth_event *ev;
	u64 now, end, when;

	if (!c->tracing || !event)
		return 0;
	ev = to_synth(event);
	c->armed = false;
	now = synth_clock();
	/* Producing takes time, too: the interrupt comes after it. */
	if (produce(c, ev, now, &when))
		interrupt(c, event, when);
	if (!c->tracing || c->armed)
		return 0;
	end = synth_clock();
	return max(next_burst(c, ev, end), end + (end - now));
}

static enum hrtimer_restart synth_timer(struct hrtimer *timer)
{
	struct synth_cpu *c = container_of(timer, struct synth_cpu, timer);
	u64 next = tick(c);

	if (!next)
		return HRTIMER_NORESTART;
	hrtimer_set_expires(timer, ns_to_ktime(next));
	c->armed = true;
	return HRTIMER_RESTART;
}

/*
 * What is due this soon comes from an irq_work that raises its interrupt again
 * and again until then: a timer takes longer than that to be set up (under
 * emulation much longer), and a hunter wants fulls, not timers.
 */
#define SOON_NS (30 * NSEC_PER_USEC)

static void arm(struct synth_cpu *c, u64 at)
{
	c->armed = true;
	c->soon_at = at;
	if (at > synth_clock() + SOON_NS || !irq_work_queue(&c->soon))
		hrtimer_start(&c->timer, ns_to_ktime(at),
			      HRTIMER_MODE_ABS_PINNED_HARD);
}

static void synth_soon(struct irq_work *work)
{
	struct synth_cpu *c = container_of(work, struct synth_cpu, soon);
	u64 next;

	/* Stopped meanwhile, and perhaps started again for later. */
	if (!c->tracing || hrtimer_is_queued(&c->timer))
		return;
	next = synth_clock() < c->soon_at ? c->soon_at : tick(c);
	if (next)
		arm(c, next);
}

/* False when there is no room, or no buffer. */
bool synth_hw_start(struct synth_cpu *c, struct perf_event *event)
{
	struct synth_event *ev = to_synth(event);
	enum room room = begin(c, event);

	if (room == ROOM_NONE || room == ROOM_SHORT)
		synth_slot_full(event, room == ROOM_NONE);
	if (room != ROOM_OK)
		return false;
	hw_on(c, event, AUXSYNTH_ADD);
	arm(c, next_burst(c, ev, synth_clock()));
	return true;
}

/*
 * Called with the event's CPU at hand.  Not hrtimer_cancel(): the caller may
 * be the timer's own interrupt (SPE mode); the callback sees !tracing.
 */
void synth_hw_stop(struct synth_cpu *c, struct perf_event *event)
{
	struct synth_event *ev = to_synth(event);
	u64 now = synth_clock(), when = now;

	hrtimer_try_to_cancel(&c->timer);
	if (ev->view.slot->waiting && !ev->view.slot->del_at)
		ev->view.slot->del_at = now;
	if (!c->tracing)
		return;
	/* An interrupt that is due is left out: STOP says it all. */
	if (!produce(c, ev, now, &when))
		when = now;
	put_mark(c, ev, when, AUXSYNTH_STOP, AUXSYNTH_DEL, 0);
	hw_off(c, ev, when);
	publish(c);
}

/*
 * The group of the event is throttled.  intel_pt's pmu->stop(0) stops the
 * hardware and leaves the transaction open; pmu->start() then begins another.
 */
void synth_hw_freeze(struct synth_cpu *c, struct perf_event *event)
{
	struct synth_event *ev = to_synth(event);
	u64 now = synth_clock(), when = now;

	if (!c->tracing)
		return;
	hrtimer_try_to_cancel(&c->timer);
	if (!produce(c, ev, now, &when))
		when = now;
	put_mark(c, ev, when, AUXSYNTH_STOP, AUXSYNTH_DEL, 0);
	hw_off(c, ev, when);
	c->frozen = c->handle;
	c->frozen_size = c->head - c->published;
	if (c->buf->overwrite)
		c->frozen.head = c->head;
}

bool synth_hw_frozen(const struct synth_cpu *c)
{
	return c->frozen.event;
}

/* Ends the transaction that was left open, if one was. */
void synth_hw_thaw(struct synth_cpu *c)
{
	if (!c->frozen.event)
		return;
	/* Unless a start came meanwhile, it is the current one, too. */
	if (c->handle.event && c->handle.rb == c->frozen.rb)
		c->handle.event = NULL;
	perf_aux_output_end(&c->frozen, c->frozen_size);
}

/* No event is left; what was set for the next tick may still come. */
void synth_hw_exit(struct synth_cpu *c)
{
	hrtimer_cancel(&c->timer);
	irq_work_sync(&c->soon);
}

void synth_hw_init(struct synth_cpu *c)
{
	c->soon = IRQ_WORK_INIT_HARD(synth_soon);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&c->timer, synth_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_PINNED_HARD);
#else
	hrtimer_init(&c->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
	c->timer.function = synth_timer;
#endif
}
