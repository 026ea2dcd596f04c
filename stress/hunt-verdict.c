// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is it a hang?  Quick, for a hunt goes on after each: the driver's and the
 * core's state show at once what nobody will ever change again, and the
 * tracee has run for hang_timeout meanwhile.  The first finds of each class
 * are waited out for a patient tracer's time as well, and looked at from user
 * space; one that ends by itself is taken back, and counted.
 */
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/hunt.h"

/* Finds of a class that are waited out, and for how long. */
#define CONFIRM_FINDS 3
#define CONFIRM_NS (250 * NSEC_PER_MSEC)

uint64_t hunt_cpu_ns(const struct hunt *hunt)
{
	uint64_t ns = 0;
	int i;

	for (i = 0; i < hunt->tracees; i++)
		ns += hunt_tracee_cpu_ns(&hunt->tracee[i]);
	return ns;
}

static bool has_room(const struct hunt *hunt, const struct auxring *ring)
{
	uint64_t used = auxring_aux_head(ring) - auxring_aux_tail(ring);

	return ring->aux_size - used > hunt->cell->region;
}

/* The class of @target's hang, -1: it does not hang. */
static int class_of(const struct hunt *hunt, const struct hunt_target *target,
		    const struct auxsynth_slot *slot, int32_t *state)
{
	struct auxsynth_state s = { .slot = target->slot };

	if (slot->running || ioctl(hunt->oracle.fd, AUXSYNTH_IOC_STATE, &s))
		return -1;
	*state = s.state;
	/* With children the parent's state is not that of who was full. */
	if (hunt->around == AROUND_CHILDREN && slot->waiting)
		return slot->del_at ? HANG_LOST_WAKEUP : HANG_SILENT_STOP;
	if (s.pending_disable)
		return -1;
	if (s.state < 0)
		return slot->waiting ? HANG_LOST_WAKEUP : HANG_SILENT_OFF;
	/* Its tracee is not the one that runs. */
	if (s.state == 0 && hunt->tracees > 1)
		return -1;
	if (!slot->waiting || !has_room(hunt, &target->ring))
		return -1;
	return HANG_SILENT_STOP;
}

static void fill_hang(const struct hunt *hunt,
		      const struct hunt_target *target,
		      const struct auxsynth_slot *slot, struct hang *hang)
{
	const struct hunt_stamps *s = &hunt->stamps;

	hang->pair = target - hunt->target;
	hang->full = slot->fulls;
	hang->detected = now_ns();
	hang->user_class = hang->class;
	hang->stop = slot->stop_at;
	hang->pmi = slot->pmi_at;
	hang->full_at = slot->full_at;
	hang->window_end = slot->window_end;
	hang->disabled = slot->del_at;
	hang->poll_in = s->poll_in;
	hang->poll_out = s->poll_out;
	hang->drained = s->drained;
	hang->enable_in = s->enable_in;
	hang->enable_out = s->enable_out;
	hang->enable_ret = s->enable_ret;
	hang->poll_again = s->poll_again;
}

/* One look at all targets. */
static bool look(const struct hunt *hunt, struct hang *hang)
{
	struct auxsynth_slot slot;
	int i, class, state = 0;

	for (i = 0; i < hunt->targets; i++) {
		oracle_slot(&hunt->oracle, hunt->target[i].slot, &slot);
		class = class_of(hunt, &hunt->target[i], &slot, &state);
		if (class < 0)
			continue;
		memset(hang, 0, sizeof(*hang));
		hang->class = class;
		hang->event_state = state;
		fill_hang(hunt, &hunt->target[i], &slot, hang);
		return true;
	}
	return false;
}

/* User space knows two classes: enabled, or not. */
static int user_class(const struct hunt *hunt, const struct hang *hang)
{
	int class = oracle_user_class(hunt->target[hang->pair].fd);

	return class == HANG_LOST_WAKEUP && hang->class == HANG_SILENT_OFF ?
	       HANG_SILENT_OFF : class;
}

/* Sleeps in poll() on, as a tracer would; true: nothing has come. */
static bool wait_out(struct hunt *hunt, uint64_t cpu_before)
{
	struct pollfd fds[HUNT_TARGETS];
	uint64_t end = now_ns() + 20 * CONFIRM_NS;
	int i;

	for (i = 0; i < hunt->targets; i++)
		fds[i] = (struct pollfd) {
			.fd = hunt->target[i].fd, .events = POLLIN,
		};
	while (hunt_cpu_ns(hunt) - cpu_before < CONFIRM_NS) {
		if (poll(fds, hunt->targets, 10) > 0)
			return false;
		if (now_ns() > end || proc_stopped(hunt->options->stop_fd))
			return false;
	}
	return true;
}

static uint64_t finds_of(const struct hunt *hunt, int class)
{
	return hunt->counts.heat[HUNT_COLD].finds[class] +
	       hunt->counts.heat[HUNT_WARM].finds[class];
}

int hunt_verdict(struct hunt *hunt, uint64_t cpu_before, struct hang *hang)
{
	int class;

	/* The host, or a load, has had the tracee's CPU: no verdict yet. */
	if (hunt_cpu_ns(hunt) - cpu_before < hunt->cell->hang_timeout / 2)
		return 0;
	if (!look(hunt, hang))
		return 0;
	class = hang->class;
	if (finds_of(hunt, class) >= CONFIRM_FINDS)
		return 1;
	if (!wait_out(hunt, cpu_before) || !look(hunt, hang) ||
	    hang->class != class) {
		hunt->counts.recanted++;
		return 0;
	}
	hang->user_class = user_class(hunt, hang);
	hunt->counts.confirmed++;
	return 1;
}
