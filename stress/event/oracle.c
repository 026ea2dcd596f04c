// SPDX-License-Identifier: GPL-2.0-only
#include "stress/event/oracle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"

int oracle_open(struct oracle *oracle, struct err *err)
{
	void *map;

	oracle->slots = NULL;
	oracle->fd = open("/dev/auxsynth", O_RDONLY | O_CLOEXEC);
	if (oracle->fd < 0)
		return err_set(err, -errno, "/dev/auxsynth: %s",
			       strerror(errno));
	map = mmap(NULL, sizeof(*oracle->board), PROT_READ, MAP_SHARED,
		   oracle->fd, 0);
	if (map == MAP_FAILED) {
		int ret = err_set(err, -errno, "/dev/auxsynth: mmap: %s",
				  strerror(errno));

		close(oracle->fd);
		oracle->fd = -1;
		return ret;
	}
	oracle->board = map;
	oracle->slots = oracle->board->slot;
	return 0;
}

void oracle_close(struct oracle *oracle)
{
	if (oracle->fd < 0)
		return;
	munmap((void *)oracle->board, sizeof(*oracle->board));
	close(oracle->fd);
	oracle->fd = -1;
}

void oracle_slot(const struct oracle *oracle, unsigned int slot,
		 struct auxsynth_slot *copy)
{
	const struct auxsynth_slot *s = &oracle->slots[slot];
	uint64_t waiting;

	do {
		/*
		 * Pairs with smp_store_release() in synth_slot_full(), hw_on():
		 * the stamps belong to the flag and the count we see.
		 */
		waiting = __atomic_load_n(&s->waiting, __ATOMIC_ACQUIRE);
		*copy = *(const volatile struct auxsynth_slot *)s;
		/* Our reads of the stamps before the second look. */
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (__atomic_load_n(&s->waiting, __ATOMIC_RELAXED) != waiting ||
		 __atomic_load_n(&s->fulls, __ATOMIC_RELAXED) != copy->fulls);
	copy->waiting = waiting;
}

uint64_t oracle_marks(const struct auxsynth_marks *marks, uint64_t *next,
		      uint64_t until,
		      void (*mark)(void *ctx, const struct auxsynth_record *r),
		      void *ctx)
{
	struct auxsynth_record r;
	uint64_t head, lost = 0;

	/* Pairs with synth_slot_mark(): the number, then the mark. */
	while (*next != (head = __atomic_load_n(&marks->head,
						__ATOMIC_ACQUIRE))) {
		/* The oldest one may be in the making. */
		if (head - *next >= AUXSYNTH_MARKS) {
			lost += head - AUXSYNTH_MARKS / 2 - *next;
			*next = head - AUXSYNTH_MARKS / 2;
		}
		r = *(const volatile struct auxsynth_record *)
			&marks->mark[*next % AUXSYNTH_MARKS];
		/* Our read of it before the second look. */
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&marks->head, __ATOMIC_RELAXED) - *next >=
		    AUXSYNTH_MARKS)
			continue;
		if (r.time > until)
			break;
		++*next;
		mark(ctx, &r);
	}
	return lost;
}

int oracle_state(const struct oracle *oracle, unsigned int slot,
		 struct auxsynth_state *state)
{
	*state = (struct auxsynth_state) { .slot = slot };

	return ioctl(oracle->fd, AUXSYNTH_IOC_STATE, state) ? -errno : 0;
}

int oracle_user_class(int event_fd)
{
	static const struct timespec nap = { .tv_nsec = 2000000 };
	/* value, time_enabled, time_running */
	uint64_t first[3], second[3];

	if (read(event_fd, first, sizeof(first)) < 0)
		return HANG_LOST_WAKEUP;
	nanosleep(&nap, NULL);
	if (read(event_fd, second, sizeof(second)) < 0)
		return HANG_LOST_WAKEUP;
	return second[1] != first[1] ? HANG_SILENT_STOP : HANG_LOST_WAKEUP;
}

int oracle_compared_class(const struct oracle *oracle, unsigned int slot,
			  int event_fd, int event_state)
{
	int class = oracle_user_class(event_fd);
	struct auxsynth_state now;

	return oracle_state(oracle, slot, &now) || now.state != event_state ?
		-1 : class;
}

enum hang_class oracle_class(int event_state)
{
	/* INACTIVE, too: enabled as far as anybody can tell, not traced. */
	return event_state >= 0 ? HANG_SILENT_STOP : HANG_LOST_WAKEUP;
}

void oracle_hang(const struct auxsynth_slot *slot, struct hang *hang)
{
	hang->detected = now_ns();
	hang->full = slot->fulls;
	hang->stop = slot->stop_at;
	hang->pmi = slot->pmi_at;
	hang->full_at = slot->full_at;
	hang->window_end = slot->window_end;
	hang->disabled = slot->del_at;
}

bool oracle_settled(const struct auxsynth_state *state)
{
	return !state->pending_disable && !state->pending_wakeup &&
	       state->state;
}

static bool too_long(const struct watch *watch, const struct watch_input *in)
{
	uint64_t patience = WATCH_GAPS * in->max_gap;

	if (in->tracee_cpu - watch->settled_cpu >= in->timeout)
		return true;
	if (patience < in->timeout)
		patience = in->timeout;
	return in->tracee_cpu - watch->since_cpu >= patience;
}

bool watch_stands(const struct watch_input *then,
		  const struct watch_input *now)
{
	return now->waiting && now->in_poll && now->full == then->full;
}

bool watch_step(struct watch *watch, const struct watch_input *in)
{
	if (!in->waiting || !in->in_poll) {
		watch->full = 0;
		return false;
	}
	if (watch->full != in->full) {
		watch->full = in->full;
		watch->since_cpu = in->tracee_cpu;
		watch->settled_cpu = in->tracee_cpu;
		return false;
	}
	if (!in->settled)
		watch->settled_cpu = in->tracee_cpu;
	if (!too_long(watch, in))
		return false;
	watch->full = 0;
	return true;
}
