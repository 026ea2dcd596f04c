/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_TRACEE_H
#define AUX_STRESS_STREAM_TRACEE_H

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/err.h"
#include "stress/event/auxring.h"
#include "stress/stream/pace.h"

/*
 * The workload that is traced: a thread that spins, on one CPU or moving to
 * the next of its CPUs every so often, all the time or as its pace says.
 */
struct tracee {
	cpu_set_t cpus;		/* where it may run */
	uint64_t migrate_ns;	/* 0: stay on the first of them */
	struct pace pace;
	const struct auxring *ring;	/* of its event; by tracee_run() */
	pthread_t thread;
	pid_t tid;
	sem_t ready, go;	/* nobody polls: there may be hundreds */
	atomic_int state;	/* 0 waiting, 1 running, 2 end */
	atomic_ullong moves;
	struct series series;	/* its plan; the thread's until it is joined */
};

/* Starts the thread; on return it waits, not running, and has a tid. */
int tracee_start(struct tracee *tracee, struct err *err);
void tracee_run(struct tracee *tracee);
/* Tells it to end; does not wait. */
void tracee_end(struct tracee *tracee);
/* Ends and joins it. */
void tracee_stop(struct tracee *tracee);

/* CPU time it has had, ns. */
uint64_t tracee_cpu_ns(const struct tracee *tracee);

#endif
