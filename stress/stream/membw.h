/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_MEMBW_H
#define AUX_STRESS_STREAM_MEMBW_H

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

#include "lib/err.h"

/*
 * Interference with memory: threads that stream through buffers larger than
 * caches, read two and write a third, as fast as the memory lets them.
 */
struct membw_thread {
	pthread_t thread;
	struct membw *membw;
	int cpu;
	int node;		/* where its buffers really are, -1: unknown */
	double *buf;		/* three arrays, one after the other */
	_Atomic uint64_t passes;
};

struct membw {
	int n;			/* threads; 0: not running */
	struct membw_thread *thread;	/* owned */
	size_t size;		/* bytes of each thread's buffers */
	atomic_bool end;
	uint64_t begun;
};

/*
 * A thread on each of @cpus (on some of them, if there are many), with its
 * buffers on @node, or where it runs when @node is negative.
 */
int membw_start(struct membw *membw, const cpu_set_t *cpus, int node,
		struct err *err);
/* Ends all threads; returns the bytes moved per second until then. */
double membw_stop(struct membw *membw);
void membw_free(struct membw *membw);

#endif
