// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stall.h"

#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/proc.h"

/* Rare, for it disturbs what is measured on these CPUs. */
#define LOOK_MS 250

/* Before all that is measured, where we may: to be late is to stand still. */
static void set_up(int cpu)
{
	struct sched_param param = {
		.sched_priority = sched_get_priority_max(SCHED_FIFO),
	};
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	sched_setscheduler(0, SCHED_FIFO, &param);
}

static void *watch(void *arg)
{
	struct stall_watcher *w = arg;
	struct pollfd end = { .fd = w->end_fd, .events = POLLIN };
	uint64_t before, now;

	set_up(w->cpu);
	for (before = now_ns(); !end.revents; before = now) {
		poll(&end, 1, LOOK_MS);
		now = now_ns();
		if (now - before > w->to - w->from) {
			w->from = before;
			w->to = now;
		}
	}
	return NULL;
}

/* The first and the last CPU that we may use. */
static int choose_cpus(int cpu[STALL_WATCHERS])
{
	cpu_set_t cpus;
	int i, n = 0;

	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		return 0;
	for (i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &cpus))
			continue;
		cpu[n ? 1 : 0] = i;
		n = n ? 2 : 1;
	}
	return n;
}

void stall_watch(struct stall *stall)
{
	int cpu[STALL_WATCHERS], n = choose_cpus(cpu), i;

	memset(stall, 0, sizeof(*stall));
	stall->end_fd = eventfd(0, EFD_CLOEXEC);
	for (i = 0; i < n && stall->end_fd >= 0; i++) {
		struct stall_watcher *w = &stall->watcher[i];

		w->cpu = cpu[i];
		w->end_fd = stall->end_fd;
		if (pthread_create(&w->thread, NULL, watch, w))
			break;
		stall->n++;
	}
}

uint64_t stall_common(const struct stall_watcher *watcher, int n)
{
	uint64_t from = 0, to = n ? UINT64_MAX : 0;
	int i;

	for (i = 0; i < n; i++) {
		if (watcher[i].from > from)
			from = watcher[i].from;
		if (watcher[i].to < to)
			to = watcher[i].to;
	}
	return to > from && to - from > STALL_LIMIT ? to - from : 0;
}

uint64_t stall_end(struct stall *stall)
{
	int i;

	if (stall->end_fd < 0)
		return 0;
	eventfd_write(stall->end_fd, 1);
	for (i = 0; i < stall->n; i++)
		pthread_join(stall->watcher[i].thread, NULL);
	close(stall->end_fd);
	return stall_common(stall->watcher, stall->n);
}
