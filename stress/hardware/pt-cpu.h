/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What drives a CPU's unit of Intel PT: the clock, the interrupt, and the stamps
 * of what happens.
 *
 * A unit has a time of its own, up to which it has traced.  A timer that comes
 * late does not make the hardware late: the unit then traces up to its
 * interrupt, and the PMI comes there (or @skid_ns after it), as far as the
 * unit can tell.
 */
#ifndef AUX_HARDWARE_PT_CPU_H
#define AUX_HARDWARE_PT_CPU_H

#include <linux/hrtimer.h>
#include <linux/irq_work.h>

#include "hook-pt.h"
#include "model.h"
#include "pt-place.h"
#include "pt-unit.h"

struct pt_cpu {
	const struct pt_hook *hook;
	struct pt_unit unit;
	struct hrtimer timer;
	struct irq_work soon;
	u64 soon_at;		/* 0: at once */
	bool ticking;		/* tick() is running and will arm */
	struct model_handle handle;
	struct pt_here here;
	u64 at;			/* traced up to here */
	u64 dense;		/* bytes written in the time of 256 */
	u64 pmi_due;
	u64 stopped_at;		/* the output stopped for want of room */
	bool off;		/* the interrupt that is handled did that, */
	u64 off_at;		/* and then */
};

/* Of a CPU that is not traced yet. */
void pt_cpu_init(struct pt_cpu *c, const struct pt_hook *hook,
		 const struct pt_part *part);

/* The driver writes IA32_RTIT_CTL of an event; with interrupts off. */
void pt_cpu_write_ctl(struct pt_cpu *c, u64 value);

#endif
