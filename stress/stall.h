/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STALL_H
#define AUX_STRESS_STALL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/units.h"

/*
 * Has the whole machine stood still, its clock going on?  So it is for a guest
 * that its host has paused: what is measured then is a gap that no kernel
 * made.  Two CPUs, the first and the last, are watched by a thread each, which
 * wakes now and then: both late at the same time is what we call standing
 * still; one alone is a matter between the kernel and that CPU.
 */
#define STALL_LIMIT NSEC_PER_SEC
#define STALL_WATCHERS 2

struct stall_watcher {
	pthread_t thread;
	int cpu;
	int end_fd;
	uint64_t from, to;	/* the longest time between two wakes */
};

struct stall {
	struct stall_watcher watcher[STALL_WATCHERS];
	int n;
	int end_fd;
};

/* A machine that has no threads to spare is not watched. */
void stall_watch(struct stall *stall);
/* ns for which it stood still; 0: not for STALL_LIMIT. */
uint64_t stall_end(struct stall *stall);

/* What stall_end() makes of what the @n watchers saw. */
uint64_t stall_common(const struct stall_watcher *watcher, int n);

#endif
