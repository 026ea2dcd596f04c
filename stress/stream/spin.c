// SPDX-License-Identifier: GPL-2.0-only
/* What perf record starts: a tracee that says how long it has run. */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/stream/spin.h"

static uint64_t own_cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

int spin_run(uint64_t cpu_ns)
{
	int i;

	printf("%d\n", (int)getpid());
	fflush(stdout);
	/* Seldom in the kernel: the clock is a system call. */
	while (own_cpu_ns() < cpu_ns) {
		for (i = 0; i < 65536; i++)
			__asm__ volatile("" ::: "memory");
	}
	printf("%llu %llu\n", (unsigned long long)own_cpu_ns(),
	       (unsigned long long)now_ns());
	return fflush(stdout) ? 1 : 0;
}
