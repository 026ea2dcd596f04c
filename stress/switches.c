// SPDX-License-Identifier: GPL-2.0-only
#include "stress/switches.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"

#define TRIES 5
#define ROUNDS 5
#define SLEEP_NS (2 * NSEC_PER_MSEC)
#define SPIN_NS NSEC_PER_MSEC

static int open_event(void)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr), .type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.read_format = PERF_FORMAT_TOTAL_TIME_RUNNING,
	};

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1,
		       PERF_FLAG_FD_CLOEXEC);
}

static uint64_t ran_ns(int fd)
{
	struct {
		uint64_t value, running;
	} v = { 0 };

	return read(fd, &v, sizeof(v)) == sizeof(v) ? v.running : 0;
}

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static void nap(uint64_t ns)
{
	struct timespec ts = {
		.tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC,
	};

	nanosleep(&ts, NULL);
}

bool switches_seen(uint64_t ran, uint64_t cpu, uint64_t wall)
{
	return ran >= cpu / 2 && ran <= cpu + (wall - cpu) / 2;
}

static bool look(int fd)
{
	uint64_t ran = ran_ns(fd), cpu = cpu_ns(), wall = now_ns(), end;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		nap(SLEEP_NS);
		end = cpu_ns() + SPIN_NS;
		while (cpu_ns() < end)
			;
	}
	return switches_seen(ran_ns(fd) - ran, cpu_ns() - cpu,
			     now_ns() - wall);
}

int switches_begin(struct err *err)
{
	int fd, i;

	for (i = 0; i < TRIES; i++) {
		fd = open_event();
		if (fd < 0)
			return err_set(err, -errno,
				       "an event of our own: %s",
				       strerror(errno));
		/* Open until we end. */
		if (look(fd))
			return 0;
		fprintf(stderr, "agent: perf core does not see all context switches; its code is patched again\n");
		/* The key goes off by a delayed work, a second later. */
		close(fd);
		nap(1500 * NSEC_PER_MSEC);
	}
	return err_set(err, -ENOTSUP,
		       "perf core does not see all context switches: does the machine run code that was patched?");
}
