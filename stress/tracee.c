// SPDX-License-Identifier: GPL-2.0-only
#include "stress/tracee.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"

enum { STARTING, WAITING, RUNNING, END };

static void pin(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static int next_cpu(const cpu_set_t *cpus, int cpu)
{
	do {
		cpu = (cpu + 1) % CPU_SETSIZE;
	} while (!CPU_ISSET(cpu, cpus));
	return cpu;
}

/* About a microsecond of work between two looks at the clock. */
static void spin(void)
{
	int i;

	for (i = 0; i < 256; i++)
		__asm__ volatile("" ::: "memory");
}

static void *tracee_main(void *arg)
{
	struct tracee *tracee = arg;
	int cpu = next_cpu(&tracee->cpus, CPU_SETSIZE - 1);
	uint64_t move_at;

	pin(cpu);
	tracee->tid = gettid();
	atomic_store(&tracee->state, WAITING);
	while (atomic_load(&tracee->state) == WAITING)
		usleep(200);
	move_at = now_ns() + tracee->migrate_ns;
	while (atomic_load_explicit(&tracee->state, memory_order_relaxed) ==
	       RUNNING) {
		spin();
		if (!tracee->migrate_ns || now_ns() < move_at)
			continue;
		cpu = next_cpu(&tracee->cpus, cpu);
		pin(cpu);
		atomic_fetch_add(&tracee->moves, 1);
		move_at = now_ns() + tracee->migrate_ns;
	}
	return NULL;
}

int tracee_start(struct tracee *tracee, struct err *err)
{
	int ret;

	atomic_init(&tracee->state, STARTING);
	atomic_init(&tracee->moves, 0);
	ret = pthread_create(&tracee->thread, NULL, tracee_main, tracee);
	if (ret)
		return err_set(err, -ret, "tracee: %s", strerror(ret));
	while (atomic_load(&tracee->state) == STARTING)
		usleep(100);
	return 0;
}

void tracee_run(struct tracee *tracee)
{
	atomic_store(&tracee->state, RUNNING);
}

void tracee_stop(struct tracee *tracee)
{
	atomic_store(&tracee->state, END);
	pthread_join(tracee->thread, NULL);
}

uint64_t tracee_cpu_ns(const struct tracee *tracee)
{
	struct timespec ts;
	clockid_t clock;

	if (pthread_getcpuclockid(tracee->thread, &clock) ||
	    clock_gettime(clock, &ts))
		return 0;
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}
