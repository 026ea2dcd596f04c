/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_HUNT_HUNT_TRACEE_H
#define AUX_STRESS_HUNT_HUNT_TRACEE_H

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/cell.h"
#include "lib/err.h"

/*
 * Who is traced in a hunt: a thread that spins, or walks over code, and when
 * it is told to does something around the next full.
 */
struct hunt_tracee {
	/* Set by the creator. */
	enum around around;
	int cpu;
	cpu_set_t cpus;			/* AROUND_MIGRATE: where it may go */
	bool parent;			/* starts a child of its own */
	const struct code_walk *walk;	/* NULL: it spins */
	/*
	 * When to act, CLOCK_MONOTONIC ns; 0: not.  Shared by those on one CPU:
	 * who runs then takes it and writes 0.
	 */
	atomic_ullong *act_at;
	/* Laps of its loop, in user mode: see hunt_verdict(). */
	atomic_ullong *laps;

	pthread_t thread;
	pid_t tid;
	_Atomic(struct hunt_tracee *) child;	/* owned */
	atomic_int state;		/* 0 starting, 1 waiting, 2 go, 3 end */
};

/* On return it waits, not running, and has a tid. */
int hunt_tracee_start(struct hunt_tracee *tracee, struct err *err);
void hunt_tracee_go(struct hunt_tracee *tracee);
/* Ends and joins it and its child. */
void hunt_tracee_stop(struct hunt_tracee *tracee);
/* CPU time it and its child have had, ns. */
uint64_t hunt_tracee_cpu_ns(const struct hunt_tracee *tracee);

/*
 * Code to walk over: many functions that do nothing, in an order of their
 * own.  On hardware this drives the kernel's code out of the caches for
 * instructions, translations and branches; under TCG it makes QEMU drop its
 * translations, when its buffer for them is small (guest_tb).
 */
struct code_walk {
	unsigned char *code;
	uint32_t *order;
	size_t n;
};

/* -ENOTSUP where we do not know how to write a function. */
int code_walk_make(struct code_walk *walk, uint64_t bytes, uint64_t seed,
		   struct err *err);
void code_walk_free(struct code_walk *walk);

#endif
