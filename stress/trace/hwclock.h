/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_TRACE_HWCLOCK_H
#define AUX_STRESS_TRACE_HWCLOCK_H

#include <linux/perf_event.h>
#include <stdint.h>

#include "lib/err.h"

/*
 * The counter that a trace's own times are in (TSC; CNTVCT_EL0 on arm64) as
 * CLOCK_MONOTONIC.  Its rate is what perf's mmap page says, time_mult and
 * time_shift.  time_zero of that page leads to another clock, and is not
 * there for events with a clock of their own, such as ours; so the two clocks
 * are read side by side now and then, and times are reckoned from the last
 * such moment, never far off.
 */
struct hwclock {
	uint32_t mult;
	uint16_t shift;
	uint64_t base_ticks, base_ns;
};

/* -ENOTSUP: no such counter, or the kernel does not vouch for its rate. */
int hwclock_init(struct hwclock *clock,
		 const struct perf_event_mmap_page *page, struct err *err);

/* Reads both clocks anew; a few 100 ns. */
void hwclock_sync(struct hwclock *clock);

/* @ticks: the low 56 bits are enough, as in Intel PT's TSC packet. */
uint64_t hwclock_ns(const struct hwclock *clock, uint64_t ticks);

#endif
