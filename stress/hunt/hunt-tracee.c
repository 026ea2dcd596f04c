// SPDX-License-Identifier: GPL-2.0-only
#include "stress/hunt/hunt-tracee.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/random.h"
#include "lib/units.h"
#include "stress/place/placement.h"

enum { STARTING, WAITING, RUNNING, END };

/* A function a cache line. */
#define CODE_STEP 64
/* Functions between two looks at the clock. */
#define CODE_BURST 32

/* Off the CPU for no longer than it takes to come back. */
static void nap(void)
{
	static const struct timespec least = { .tv_nsec = 1 };

	nanosleep(&least, NULL);
}

static void act(struct hunt_tracee *tracee)
{
	switch (tracee->around) {
	case AROUND_SCHED:
		nap();
		break;
	case AROUND_MIGRATE:
		tracee->cpu = placement_next_cpu(&tracee->cpus, tracee->cpu);
		placement_pin(tracee->cpu);
		break;
	case AROUND_SHARED:
	case AROUND_CHILDREN:
		/* There is somebody else on this CPU who wants to run. */
		sched_yield();
		break;
	default:
		break;
	}
}

static void spin(void)
{
	int i;

	for (i = 0; i < 64; i++)
		__asm__ volatile("" ::: "memory");
}

static size_t walk_on(const struct code_walk *walk, size_t at)
{
	int i;

	for (i = 0; i < CODE_BURST; i++) {
		union {
			unsigned char *address;
			void (*call)(void);
		} function = { walk->code + walk->order[at] };

		function.call();
		at = at + 1 == walk->n ? 0 : at + 1;
	}
	return at;
}

static void work(struct hunt_tracee *tracee)
{
	unsigned long long at;
	size_t place = 0;

	while (atomic_load_explicit(&tracee->state, memory_order_relaxed) ==
	       RUNNING) {
		if (tracee->walk)
			place = walk_on(tracee->walk, place);
		else
			spin();
		atomic_fetch_add_explicit(tracee->laps, 1,
					  memory_order_relaxed);
		at = atomic_load_explicit(tracee->act_at,
					  memory_order_relaxed);
		/* Unless the tracer has set the next one meanwhile. */
		if (at && now_ns() >= at &&
		    atomic_compare_exchange_strong(tracee->act_at, &at, 0))
			act(tracee);
	}
}

static void *child_main(void *arg)
{
	work(arg);
	return NULL;
}

/* Started by the tracee itself: only its own children inherit its event. */
static void start_child(struct hunt_tracee *tracee)
{
	struct hunt_tracee *child = calloc(1, sizeof(*child));

	if (!child)
		return;
	child->around = tracee->around;
	child->cpu = tracee->cpu;
	child->walk = tracee->walk;
	child->act_at = tracee->act_at;
	child->laps = tracee->laps;
	atomic_init(&child->state, RUNNING);
	if (pthread_create(&child->thread, NULL, child_main, child))
		free(child);
	else
		atomic_store(&tracee->child, child);
}

static void end_child(struct hunt_tracee *tracee)
{
	struct hunt_tracee *child = atomic_load(&tracee->child);

	if (!child)
		return;
	atomic_store(&child->state, END);
	pthread_join(child->thread, NULL);
	atomic_store(&tracee->child, NULL);
	free(child);
}

static void *tracee_main(void *arg)
{
	struct hunt_tracee *tracee = arg;

	placement_pin(tracee->cpu);
	tracee->tid = gettid();
	atomic_store(&tracee->state, WAITING);
	while (atomic_load(&tracee->state) == WAITING)
		usleep(200);
	if (tracee->parent && atomic_load(&tracee->state) == RUNNING)
		start_child(tracee);
	work(tracee);
	end_child(tracee);
	return NULL;
}

int hunt_tracee_start(struct hunt_tracee *tracee, struct err *err)
{
	int ret;

	atomic_init(&tracee->child, NULL);
	atomic_init(&tracee->state, STARTING);
	ret = pthread_create(&tracee->thread, NULL, tracee_main, tracee);
	if (ret)
		return err_set(err, -ret, "tracee: %s", strerror(ret));
	while (atomic_load(&tracee->state) == STARTING)
		usleep(50);
	return 0;
}

void hunt_tracee_go(struct hunt_tracee *tracee)
{
	atomic_store(&tracee->state, RUNNING);
}

void hunt_tracee_stop(struct hunt_tracee *tracee)
{
	atomic_store(&tracee->state, END);
	pthread_join(tracee->thread, NULL);
}

static uint64_t thread_cpu_ns(pthread_t thread)
{
	struct timespec ts;
	clockid_t clock;

	if (pthread_getcpuclockid(thread, &clock) ||
	    clock_gettime(clock, &ts))
		return 0;
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

uint64_t hunt_tracee_cpu_ns(const struct hunt_tracee *tracee)
{
	const struct hunt_tracee *child = atomic_load(&tracee->child);

	return thread_cpu_ns(tracee->thread) +
	       (child ? thread_cpu_ns(child->thread) : 0);
}

/* A function that returns at once; its length, 0: not known here. */
static size_t put_function(unsigned char *at)
{
#if defined(__x86_64__) || defined(__i386__)
	at[0] = 0xc3;
	return 1;
#elif defined(__aarch64__)
	static const unsigned char ret[] = { 0xc0, 0x03, 0x5f, 0xd6 };

	memcpy(at, ret, sizeof(ret));
	return sizeof(ret);
#else
	return 0;
#endif
}

static void shuffle(uint32_t *order, size_t n, uint64_t seed)
{
	size_t i, k;
	uint32_t tmp;

	for (i = n; i > 1; i--) {
		k = random_next(&seed) % i;
		tmp = order[i - 1];
		order[i - 1] = order[k];
		order[k] = tmp;
	}
}

int code_walk_make(struct code_walk *walk, uint64_t bytes, uint64_t seed,
		   struct err *err)
{
	unsigned char probe[16];
	size_t i;

	memset(walk, 0, sizeof(*walk));
	if (!put_function(probe))
		return err_set(err, -ENOTSUP,
			       "cold: not known how to on this architecture");
	walk->n = bytes / CODE_STEP ? bytes / CODE_STEP : 1;
	walk->order = calloc(walk->n, sizeof(*walk->order));
	walk->code = mmap(NULL, walk->n * CODE_STEP, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!walk->order || walk->code == MAP_FAILED) {
		free(walk->order);
		return err_set(err, -ENOMEM, "cold: no memory for the code");
	}
	for (i = 0; i < walk->n; i++) {
		put_function(walk->code + i * CODE_STEP);
		walk->order[i] = i * CODE_STEP;
	}
	shuffle(walk->order, walk->n, seed);
	if (mprotect(walk->code, walk->n * CODE_STEP, PROT_READ | PROT_EXEC)) {
		code_walk_free(walk);
		return err_set(err, -errno, "cold: mprotect: %s",
			       strerror(errno));
	}
	__builtin___clear_cache((char *)walk->code,
				(char *)walk->code + walk->n * CODE_STEP);
	return 0;
}

void code_walk_free(struct code_walk *walk)
{
	if (walk->code)
		munmap(walk->code, walk->n * CODE_STEP);
	free(walk->order);
	memset(walk, 0, sizeof(*walk));
}
