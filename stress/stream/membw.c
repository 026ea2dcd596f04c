// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/membw.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/proc.h"
#include "stress/place/placement.h"

/* One memory controller is busy with fewer. */
#define THREADS_MAX 16

/* Of three arrays together: beyond a core's share of any cache. */
#define SIZE_MAX_BYTES (48ul << 20)

/* Elements between two looks at the end: about a millisecond's worth. */
#define CHUNK 65536

/* Three arrays; together no more than a part of all memory. */
static size_t choose_size(int threads)
{
	size_t all = (size_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
	size_t size = all / 8 / threads;

	size = size < SIZE_MAX_BYTES ? size : SIZE_MAX_BYTES;
	return size / (3 * CHUNK * sizeof(double)) *
		(3 * CHUNK * sizeof(double));
}

static void stream(struct membw_thread *t, size_t n)
{
	double *a = t->buf, *b = a + n, *c = b + n;
	size_t i, k;

	for (i = 0; i < n; i += CHUNK) {
		if (atomic_load_explicit(&t->membw->end,
					 memory_order_relaxed))
			return;
		for (k = i; k < i + CHUNK; k++)
			a[k] = b[k] + 3 * c[k];
		/* The compiler must not find out that nobody reads a[]. */
		__asm__ volatile("" : : "r"(a) : "memory");
		atomic_fetch_add_explicit(&t->passes, 1, memory_order_relaxed);
	}
}

static void *membw_main(void *arg)
{
	struct membw_thread *t = arg;
	cpu_set_t old;

	placement_visit(t->cpu, &old);
	while (!atomic_load_explicit(&t->membw->end, memory_order_relaxed))
		stream(t, t->membw->size / (3 * sizeof(double)));
	return NULL;
}

static int start_one(struct membw *membw, int cpu, int node, struct err *err)
{
	struct membw_thread *t = &membw->thread[membw->n];
	cpu_set_t old;
	int ret;

	*t = (struct membw_thread) { .membw = membw, .cpu = cpu };
	/* Touched from its CPU: local to it where no node is asked for. */
	placement_visit(cpu, &old);
	t->buf = placement_alloc(node, membw->size);
	placement_leave(&old);
	if (!t->buf)
		return err_set(err, -ENOMEM, "membw: no memory for %zu bytes",
			       membw->size);
	t->node = placement_node_of(t->buf);
	ret = pthread_create(&t->thread, NULL, membw_main, t);
	if (ret) {
		placement_release(t->buf, membw->size);
		return err_set(err, -ret, "membw: %s", strerror(ret));
	}
	membw->n++;
	return 0;
}

int membw_start(struct membw *membw, const cpu_set_t *cpus, int node,
		struct err *err)
{
	int all = CPU_COUNT(cpus), n = all < THREADS_MAX ? all : THREADS_MAX;
	int cpu, seen = 0, ret = 0;

	memset(membw, 0, sizeof(*membw));
	if (!n)
		return err_set(err, -EINVAL, "membw: no CPU to run on");
	membw->thread = calloc(n, sizeof(*membw->thread));
	membw->size = choose_size(n);
	if (!membw->thread || !membw->size) {
		membw_free(membw);
		return err_set(err, -ENOMEM, "membw: too little memory");
	}
	membw->begun = now_ns();
	for (cpu = 0; cpu < CPU_SETSIZE && !ret; cpu++) {
		if (!CPU_ISSET(cpu, cpus))
			continue;
		/* Evenly, if not on all of them. */
		if (seen * n / all < (seen + 1) * n / all)
			ret = start_one(membw, cpu, node, err);
		seen++;
	}
	if (ret) {
		membw_stop(membw);
		membw_free(membw);
	}
	return ret;
}

double membw_stop(struct membw *membw)
{
	double bytes = 0;
	uint64_t ns;
	int i;

	atomic_store(&membw->end, true);
	for (i = 0; i < membw->n; i++)
		pthread_join(membw->thread[i].thread, NULL);
	ns = now_ns() - membw->begun;
	for (i = 0; i < membw->n; i++)
		bytes += 3.0 * CHUNK * sizeof(double) *
			 membw->thread[i].passes;
	return ns ? bytes * 1e9 / ns : 0;
}

void membw_free(struct membw *membw)
{
	int i;

	for (i = 0; i < membw->n; i++)
		placement_release(membw->thread[i].buf, membw->size);
	free(membw->thread);
	membw->thread = NULL;
	membw->n = 0;
}
