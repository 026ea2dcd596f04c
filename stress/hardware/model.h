/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the models of trace hardware have in common: the real driver's PMU gets
 * auxsynth's knobs and slots, and the stamps of what the hardware does.  All of
 * it is called on the event's CPU with interrupts off, unless it says else.
 */
#ifndef AUX_HARDWARE_MODEL_H
#define AUX_HARDWARE_MODEL_H

#include <linux/hrtimer.h>
#include <linux/perf_event.h>

#include "handle.h"
#include "synth.h"

/* pmu_private of an event of a driver with modelled hardware. */
struct model_event {
	struct synth_view view;	/* first */
	u64 rate;		/* bytes/s */
	u64 tick_ns, window_ns, skid_ns;
	u64 overflow_ns;	/* between two of the unit; 0: none */
	bool asked;		/* for a disable, and went on */
	u32 trouble;		/* which, if it knows several */
	void (*destroy)(struct perf_event *event);	/* the driver's */
};

static inline struct model_event *to_model(struct perf_event *event)
{
	return event->pmu_private;
}

/* A driver's PMU and what we have put ourselves in front of. */
struct model_pmu {
	struct pmu *pmu;
	int (*event_init)(struct perf_event *event);
	void (*del)(struct perf_event *event, int flags);
	void *(*setup_aux)(struct perf_event *event, void **pages,
			   int nr_pages, bool overwrite);
	/* Fields whose words are our knobs', NULL-ended; NULL: none. */
	const char *const *taken;
	bool overflows;		/* its unit knows internal overflows, */
	u32 troubles;		/* or so many kinds of trouble instead */
	/* In its interrupt it looks for room after a truncated end, too. */
	bool tries_again;
	/* For want of room it ends what it has begun, and does not say so. */
	bool gives_up;
	/* This CPU's. */
	struct model_handle *(*handle)(void);
	/* Its interrupt found no room; before perf core's part is told. */
	void (*full)(struct model_handle *h, struct perf_event *event);
	struct model_pmu *next;
};

/* Whose event it is. */
const struct model_pmu *model_pmu_of(const struct perf_event *event);

/* Before the driver registers it; sleeps. */
void model_pmu_wrap(struct model_pmu *m, struct pmu *pmu);
/*
 * Once it is registered: our fields in its format/, in place of those.  The
 * driver never lets go of its hardware, so neither may this module.  Sleeps.
 */
int model_pmu_keep(struct model_pmu *m);

void model_timer_init(struct hrtimer *timer,
		      enum hrtimer_restart (*fn)(struct hrtimer *timer));

/* The hardware starts, or stopped at @when. */
void model_started(struct perf_event *event, u64 when, int cause);
void model_stopped(struct perf_event *event, u64 when, int cause);
/* An interrupt, about to be handled. */
void model_interrupt(struct perf_event *event, u64 when);
/* That it queues a wakeup, or not. */
void model_published(struct perf_event *event, u64 when, int cause);
/* The driver found no room; after perf core was told. */
void model_full(struct perf_event *event, bool null);
/* As the reporter's delay: interrupts, and so irq_work, wait. */
void model_hold(struct perf_event *event);

#endif
