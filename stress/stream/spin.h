/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_SPIN_H
#define AUX_STRESS_STREAM_SPIN_H

#include <stdint.h>

/*
 * A tracee for tracers that start it themselves (--spin of the agent): prints
 * its pid, loops for @cpu_ns of CPU time, prints that time and the clock's.
 * 0, or 1 when stdout did not take it.
 */
int spin_run(uint64_t cpu_ns);

#endif
