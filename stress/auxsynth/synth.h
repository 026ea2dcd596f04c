/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside the driver. */
#ifndef SYNTH_H
#define SYNTH_H

#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/perf_event.h>
#include <linux/timekeeping.h>

#include "auxsynth.h"

static inline u64 synth_clock(void)
{
	return ktime_get_mono_fast_ns();
}

/*
 * An event as /dev/auxsynth shows it.  The first member of what pmu_private
 * points to, whichever driver the event belongs to.
 */
struct synth_view {
	u32 slot_nr;		/* 0: none */
	struct auxsynth_slot *slot;	/* never NULL */
	struct auxsynth_slot own_slot;	/* when the user named none */
	struct auxsynth_marks *marks;	/* NULL: none kept */
	/* Who came to the slot's last full: this event, or a child of it. */
	struct perf_event *full_event;
};

/* One event: its attributes, decoded, and what outlives a sched-out. */
struct synth_event {
	struct synth_view view;
	u64 record_ps;		/* time that one record takes, picoseconds */
	u64 tick_ns;
	u64 window_ns;
	u32 region;
	enum auxsynth_mode mode;
	enum auxsynth_fail fail;
	bool nmi;		/* interrupts are NMIs */
	u64 seq;
};

/* An AUX area: the pages, mapped back to back. */
struct synth_buf {
	void *base;
	unsigned long size;
	bool overwrite;
};

/*
 * The hardware of one CPU.  Everything here is touched on that CPU only, with
 * interrupts off: pmu callbacks and the hard timer.  Positions are absolute,
 * as aux_head is.
 */
struct synth_cpu {
	struct perf_output_handle handle;
	struct hrtimer timer;
	struct irq_work soon;	/* instead of a timer: see hw.c */
	u64 soon_at;
	bool armed;		/* timer or work is set for the next tick */
	bool tracing;
	bool paused;
	struct synth_buf *buf;
	struct perf_output_handle frozen;	/* left open by a throttle */
	u64 frozen_size;
	u64 head;		/* next byte the hardware writes */
	u64 published;		/* aux_head as of perf_aux_output_begin() */
	u64 limit;		/* the hardware cannot write from here on */
	u64 intr;		/* interrupt here, limit or before */
	u64 start_ns;
	u64 done_ps;		/* time since start_ns that is in the trace */
};

static inline struct synth_view *to_view(struct perf_event *event)
{
	return event->pmu_private;
}

static inline struct synth_event *to_synth(struct perf_event *event)
{
	return event->pmu_private;
}

/* hw.c */
void synth_hw_init(struct synth_cpu *c);
void synth_hw_exit(struct synth_cpu *c);
bool synth_hw_start(struct synth_cpu *c, struct perf_event *event);
void synth_hw_stop(struct synth_cpu *c, struct perf_event *event);
void synth_hw_freeze(struct synth_cpu *c, struct perf_event *event);
bool synth_hw_frozen(const struct synth_cpu *c);
void synth_hw_thaw(struct synth_cpu *c);

/* nmi.c: runs @fn(@data) on this CPU in NMI context; false: none came. */
bool synth_nmi_possible(void);
bool synth_nmi_call(void (*fn)(void *data), void *data);
/* The same, from an NMI: once this one is over. */
void synth_nmi_post(void (*fn)(void *data), void *data);
int synth_nmi_init(void);
void synth_nmi_exit(void);

/* slots.c */
int synth_slots_init(void);
void synth_slots_exit(void);
/* @view: of @event, which has no pmu_private yet; names its slot in slot_nr. */
int synth_slot_get(struct perf_event *event, struct synth_view *view);
void synth_slot_put(struct perf_event *event);
/* Notes where the AUX area is. */
void synth_slot_pages(struct perf_event *event, void **pages, int nr_pages);
/*
 * The driver found no room for @event, on its CPU: perf_aux_output_begin()
 * returned NULL, or what it gave was too little.  One full, if it is not of
 * the one before that the event waits still.
 */
void synth_slot_full(struct perf_event *event, bool null);
/* A mark beside the trace. */
void synth_slot_mark(struct perf_event *event, u64 time, int type, int cause);

#endif
