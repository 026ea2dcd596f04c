// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/tracee.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/place/placement.h"

/* Looks whether it is still wanted at least that often. */
#define NAP (20 * NSEC_PER_MSEC)

enum { WAITING, RUNNING, END };

/* About a microsecond of work between two looks at the clock. */
static void spin(void)
{
	int i;

	for (i = 0; i < 256; i++)
		__asm__ volatile("" ::: "memory");
}

/*
 * The same time with branches that depend on data, taken or not as a hash
 * falls: what a branch tracer writes most about.
 */
static void branch(uint64_t *state)
{
	uint64_t x = *state;
	int i;

	for (i = 0; i < 64; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		if (x & 1)
			__asm__ volatile("" : "+r"(x));
		else if (x & 2)
			__asm__ volatile("" : "+r"(i));
		if (x & 4)
			__asm__ volatile("" ::: "memory");
	}
	*state = x;
}

/* Where a tracee has come to; its thread's own. */
struct progress {
	struct tracee *tracee;
	uint64_t begun;
	uint64_t move_at;
	uint64_t state;		/* of branch() */
	int cpu;
};

static bool running(struct progress *p)
{
	return atomic_load_explicit(&p->tracee->state,
				    memory_order_relaxed) == RUNNING;
}

static void move_on(struct progress *p, uint64_t now)
{
	struct tracee *tracee = p->tracee;

	if (!tracee->migrate_ns || now < p->move_at)
		return;
	p->cpu = placement_next_cpu(&tracee->cpus, p->cpu);
	placement_pin(p->cpu);
	atomic_fetch_add(&tracee->moves, 1);
	p->move_at = now + tracee->migrate_ns;
}

/* Until @end; 0: as long as it is wanted. */
static void work(struct progress *p, uint64_t end)
{
	bool branchy = p->tracee->pace.workload.kind == WORKLOAD_BRANCHY;
	uint64_t now = 0;

	while (running(p) && (!end || now < end)) {
		if (branchy)
			branch(&p->state);
		else
			spin();
		if (end || p->tracee->migrate_ns)
			now = now_ns();
		move_on(p, now);
	}
}

/* In short naps: a pause may be longer than anybody wants to wait. */
static void rest(struct progress *p, uint64_t end)
{
	uint64_t now = now_ns(), until;

	for (; now < end && running(p); now = now_ns()) {
		until = end - now > NAP ? now + NAP : end;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME,
				&(struct timespec) {
					.tv_sec = until / NSEC_PER_SEC,
					.tv_nsec = until % NSEC_PER_SEC,
				}, NULL);
	}
}

/*
 * Slices follow each other as planned, not as they happened to end, so that a
 * late wakeup does not change the share of the time; a tracee that is a whole
 * slice late begins anew.
 */
static void run_slices(struct progress *p)
{
	struct tracee *tracee = p->tracee;
	uint64_t from = p->begun, now;
	struct slice slice;

	while (running(p)) {
		slice = pace_next(&tracee->pace, from - p->begun,
				  auxring_aux_head(tracee->ring),
				  tracee_cpu_ns(tracee));
		series_plan(&tracee->series, from - p->begun,
			    from - p->begun + slice.on);
		work(p, from + slice.on);
		rest(p, from + slice.on + slice.off);
		from += slice.on + slice.off;
		now = now_ns();
		if (now > from + slice.on + slice.off)
			from = now;
	}
}

static void wait_sem(sem_t *sem)
{
	while (sem_wait(sem) && errno == EINTR)
		;
}

static void *tracee_main(void *arg)
{
	struct tracee *tracee = arg;
	struct progress p = { .tracee = tracee, .state = 88172645463325252 };

	p.cpu = placement_next_cpu(&tracee->cpus, CPU_SETSIZE - 1);
	placement_pin(p.cpu);
	tracee->tid = gettid();
	/* Else a pause would be 50 us longer than planned. */
	prctl(PR_SET_TIMERSLACK, 1);
	sem_post(&tracee->ready);
	wait_sem(&tracee->go);
	p.begun = now_ns();
	p.move_at = p.begun + tracee->migrate_ns;
	if (tracee->pace.workload.kind == WORKLOAD_STEADY)
		work(&p, 0);
	else
		run_slices(&p);
	return NULL;
}

int tracee_start(struct tracee *tracee, struct err *err)
{
	int ret;

	atomic_init(&tracee->state, WAITING);
	sem_init(&tracee->ready, 0, 0);
	sem_init(&tracee->go, 0, 0);
	atomic_init(&tracee->moves, 0);
	ret = pthread_create(&tracee->thread, NULL, tracee_main, tracee);
	if (ret)
		return err_set(err, -ret, "tracee: %s", strerror(ret));
	wait_sem(&tracee->ready);
	return 0;
}

void tracee_run(struct tracee *tracee)
{
	atomic_store(&tracee->state, RUNNING);
	sem_post(&tracee->go);
}

void tracee_end(struct tracee *tracee)
{
	atomic_store(&tracee->state, END);
	/* It may not have been let go. */
	sem_post(&tracee->go);
}

void tracee_stop(struct tracee *tracee)
{
	tracee_end(tracee);
	pthread_join(tracee->thread, NULL);
	sem_destroy(&tracee->ready);
	sem_destroy(&tracee->go);
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
