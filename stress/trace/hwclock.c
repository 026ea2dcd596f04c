// SPDX-License-Identifier: GPL-2.0-only
#include "stress/trace/hwclock.h"

#include <errno.h>

#include "lib/proc.h"

/* The narrowest of so many tries is taken. */
#define TRIES 3

#if defined(__x86_64__) || defined(__i386__)
#define HAVE_TICKS 1
static uint64_t ticks_now(void)
{
	return __builtin_ia32_rdtsc();
}
#elif defined(__aarch64__)
#define HAVE_TICKS 1
static uint64_t ticks_now(void)
{
	uint64_t ticks;

	/* As the kernel's: not ahead of what came before. */
	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r" (ticks) : :
			 "memory");
	return ticks;
}
#else
#define HAVE_TICKS 0
static uint64_t ticks_now(void)
{
	return 0;
}
#endif

int hwclock_init(struct hwclock *clock,
		 const struct perf_event_mmap_page *page, struct err *err)
{
	uint32_t seq;
	int user_time;

	if (!HAVE_TICKS)
		return err_set(err, -ENOTSUP,
			       "no counter of this CPU's that traces have times in");
	do {
		/* Pairs with barrier() in perf_event_update_userpage(). */
		seq = __atomic_load_n(&page->lock, __ATOMIC_ACQUIRE);
		user_time = page->cap_user_time;
		clock->mult = page->time_mult;
		clock->shift = page->time_shift;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (seq & 1 || __atomic_load_n(&page->lock,
					    __ATOMIC_RELAXED) != seq);
	if (!user_time || !clock->mult)
		return err_set(err, -ENOTSUP,
			       "the kernel does not say how long a tick of the trace's clock is (unstable TSC, or a virtual machine)");
	hwclock_sync(clock);
	return 0;
}

void hwclock_sync(struct hwclock *clock)
{
	uint64_t before, after, ticks, best = UINT64_MAX;
	int i;

	for (i = 0; i < TRIES; i++) {
		before = now_ns();
		ticks = ticks_now();
		after = now_ns();
		if (after - before >= best)
			continue;
		best = after - before;
		clock->base_ns = before + best / 2;
		clock->base_ticks = ticks;
	}
}

uint64_t hwclock_ns(const struct hwclock *clock, uint64_t ticks)
{
	/* The difference of 56 bits, with its sign. */
	int64_t diff = (int64_t)((ticks - clock->base_ticks) << 8) >> 8;
	uint64_t size = diff < 0 ? -diff : diff;
	uint64_t ns = (unsigned __int128)size * clock->mult >> clock->shift;

	return diff < 0 ? clock->base_ns - ns : clock->base_ns + ns;
}
