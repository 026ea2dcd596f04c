/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_TRACEE_H
#define AUX_STRESS_TRACEE_H

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/err.h"

/*
 * The workload that is traced: a thread that spins, on one CPU or moving to
 * the next of its CPUs every so often.
 */
struct tracee {
	cpu_set_t cpus;		/* where it may run */
	uint64_t migrate_ns;	/* 0: stay on the first of them */
	pthread_t thread;
	pid_t tid;
	atomic_int state;	/* 0 starting, 1 waiting, 2 running, 3 end */
	atomic_ullong moves;
};

/* Starts the thread; on return it waits, not running, and has a tid. */
int tracee_start(struct tracee *tracee, struct err *err);
void tracee_run(struct tracee *tracee);
/* Ends and joins it. */
void tracee_stop(struct tracee *tracee);

/* CPU time it has had, ns. */
uint64_t tracee_cpu_ns(const struct tracee *tracee);

#endif
