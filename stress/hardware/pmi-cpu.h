/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What drives a trace unit whose interrupt is a PMI (x86: an NMI), or an ordinary
 * one on the CPU that has switched it on: the clock, the interrupt, and the stamps
 * of what happens.
 *
 * A unit has a time of its own, up to which it has traced.  A timer that comes
 * late does not make the hardware late: the unit then traces up to its
 * interrupt, and the PMI comes there (or @skid_ns after it), as far as the
 * unit can tell.
 */
#ifndef AUX_HARDWARE_PMI_CPU_H
#define AUX_HARDWARE_PMI_CPU_H

#include <linux/hrtimer.h>
#include <linux/irq_work.h>

#include "model.h"

struct pmi_cpu;

/* A unit.  Bytes stand for the time that they take at the event's rate. */
struct pmi_ops {
	bool hardirq;		/* its interrupt is an ordinary one, no NMI */
	/* It is switched on, and not out of room. */
	bool (*tracing)(const struct pmi_cpu *c);
	/* It is out of room, or worse. */
	bool (*stopped)(const struct pmi_cpu *c);
	/*
	 * Traces for the time of @bytes, until it stops or comes to an interrupt
	 * that was not pending yet.  Returns for how long it did.
	 */
	u64 (*run)(struct pmi_cpu *c, u64 bytes);
	/* Until that happens, @bytes at most. */
	u64 (*room)(const struct pmi_cpu *c, u64 bytes);
	/* Finds out where the program is now. */
	void (*look)(struct pmi_cpu *c);
};

struct pmi_cpu {
	/* Set by the creator. */
	const struct pmi_ops *ops;
	void (*interrupt)(void);	/* what core.c calls for a PMI */
	bool *pmi;		/* the unit's: an interrupt is pending */
	struct model_handle handle;

	struct hrtimer timer;
	struct irq_work soon;
	u64 soon_at;		/* 0: at once */
	bool ticking;		/* tick() is running and will arm */
	u64 at;			/* traced up to here */
	u64 pmi_due;
	u64 stopped_at;		/* for want of room */
	bool off;		/* the interrupt that is handled did that, */
	u64 off_at;		/* and then */
};

/* Of a CPU that is not traced yet. */
void pmi_cpu_init(struct pmi_cpu *c);

/* After output: it may have stopped, or come to an interrupt (@pmi: before). */
void pmi_cpu_note_output(struct pmi_cpu *c, bool pmi);

/* The driver switches the unit on: before, and after it (@pmi: before). */
void pmi_cpu_start(struct pmi_cpu *c);
void pmi_cpu_started(struct pmi_cpu *c, bool pmi);
/* It switches it off: before, and after it. */
void pmi_cpu_stop(struct pmi_cpu *c);
void pmi_cpu_stopped(struct pmi_cpu *c);

/* Its interrupt found no room: struct model_pmu's @full. */
void pmi_cpu_full(struct model_handle *handle, struct perf_event *event);

#endif
