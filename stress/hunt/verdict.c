// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is it a hang?  Quick, for a hunt goes on after each: the driver's and the
 * core's state show at once what nobody will ever change again, and the
 * tracee has run for hang_timeout meanwhile (oracle_settled()).  The first finds
 * of each class are waited out as well, and looked at from user space; one that
 * ends by itself is taken back, and counted.  Not for long: what stays stopped
 * until the task is switched, for whatever reason, would then be none.
 */
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/hunt/hunt.h"

/* Finds of a class that are waited out, and for how long. */
#define CONFIRM_FINDS 3
#define CONFIRM_NS (20 * NSEC_PER_MSEC)

/*
 * Laps that a tracee must have gone meanwhile.  A guest's CPU may have been
 * taken away by the host, which counts as the tracee's time; laps in user mode
 * say that its CPU has run, and with it all interrupts that were due.
 */
#define VERDICT_LAPS 200

struct hunt_run hunt_run_now(const struct hunt *hunt)
{
	struct hunt_run run = { 0 };
	int i;

	for (i = 0; i < hunt->tracees; i++) {
		run.laps[i] = atomic_load(&hunt->laps[i]);
		run.cpu_ns += hunt_tracee_cpu_ns(&hunt->tracee[i]);
	}
	return run;
}

/* @who: -1 for any of them. */
static bool have_run(const struct hunt *hunt, const struct hunt_run *since,
		     uint64_t ns, int who)
{
	struct hunt_run now = hunt_run_now(hunt);
	uint64_t laps = 0;
	int i;

	for (i = 0; i < hunt->tracees; i++) {
		if (who < 0 || who == i)
			laps += now.laps[i] - since->laps[i];
	}
	return now.cpu_ns - since->cpu_ns >= ns && laps >= VERDICT_LAPS;
}

int hunt_class(const struct auxsynth_slot *slot,
	       const struct auxsynth_state *state)
{
	if (slot->running || !oracle_settled(state))
		return -1;
	if (state->state < 0)
		return slot->waiting ? HANG_LOST_WAKEUP : HANG_SILENT_OFF;
	/* Full or drained: poll() has timed out, so nobody will be told. */
	return slot->waiting ? HANG_SILENT_STOP : -1;
}

static void fill_hang(const struct hunt *hunt,
		      const struct hunt_target *target,
		      const struct auxsynth_slot *slot, struct hang *hang)
{
	const struct hunt_stamps *s = &hunt->stamps;

	hang->pair = target - hunt->target;
	oracle_hang(slot, hang);
	hang->user_class = hang->class;
	hang->poll_in = s->poll_in;
	hang->poll_out = s->poll_out;
	hang->drained = s->drained;
	hang->enable_in = s->enable_in;
	hang->enable_out = s->enable_out;
	hang->enable_ret = s->enable_ret;
	hang->nothing = s->nothing;
	hang->poll_again = s->poll_again;
}

/*
 * The full came while poll() timed out, so that its wakeup may not have been
 * seen yet; after the next timeout it is old.
 */
static bool is_fresh(const struct hunt *hunt, const struct auxsynth_slot *slot)
{
	return slot->waiting &&
	       slot->full_at + hunt->cell->hang_timeout / 2 > now_ns();
}

/* One look at all targets whose own tracee has run. */
static bool look(const struct hunt *hunt, const struct hunt_run *since,
		 struct hang *hang)
{
	struct auxsynth_state state;
	struct auxsynth_slot slot;
	int i, class;

	for (i = 0; i < hunt->targets; i++) {
		if (!have_run(hunt, since, 0, i))
			continue;
		oracle_slot(&hunt->oracle, hunt->target[i].slot, &slot);
		if (slot.running || is_fresh(hunt, &slot) ||
		    oracle_state(&hunt->oracle, hunt->target[i].slot, &state))
			continue;
		class = hunt_class(&slot, &state);
		if (class < 0)
			continue;
		memset(hang, 0, sizeof(*hang));
		hang->class = class;
		hang->event_state = state.state;
		fill_hang(hunt, &hunt->target[i], &slot, hang);
		return true;
	}
	return false;
}

/* User space knows two classes: enabled, or not. */
static int user_class(const struct hunt *hunt, const struct hang *hang)
{
	const struct hunt_target *target = &hunt->target[hang->pair];
	int class = oracle_compared_class(&hunt->oracle, target->slot,
					  target->fd, hang->event_state);

	if (class < 0)
		return hang->class;
	return class == HANG_LOST_WAKEUP && hang->class == HANG_SILENT_OFF ?
	       HANG_SILENT_OFF : class;
}

/* What poll() says within @ms. */
static bool is_told(const struct hunt *hunt, int ms)
{
	struct pollfd fds[HUNT_TARGETS];
	int i;

	for (i = 0; i < hunt->targets; i++)
		fds[i] = (struct pollfd) {
			.fd = hunt->target[i].fd, .events = POLLIN,
		};
	return poll(fds, hunt->targets, ms) > 0;
}

/* Sleeps in poll() on, as a tracer would. */
static enum hunt_verdict wait_out(struct hunt *hunt,
				  const struct hunt_run *since)
{
	uint64_t end = now_ns() + 20 * CONFIRM_NS;

	while (!have_run(hunt, since, CONFIRM_NS, -1)) {
		if (is_told(hunt, 10))
			return VERDICT_WOKEN;
		if (now_ns() > end || proc_stopped(hunt->options->stop_fd))
			return VERDICT_NONE;
	}
	return VERDICT_HANG;
}

static uint64_t finds_of(const struct hunt *hunt, int class)
{
	return hunt->counts.heat[HUNT_COLD].finds[class] +
	       hunt->counts.heat[HUNT_WARM].finds[class];
}

/* Enough were right, and none was wrong. */
static bool trusted(const struct hunt *hunt, int class)
{
	return finds_of(hunt, class) >= CONFIRM_FINDS &&
	       !hunt->counts.recanted;
}

enum hunt_verdict hunt_verdict(struct hunt *hunt,
			       const struct hunt_run *since,
			       struct hang *hang)
{
	enum hunt_verdict verdict;
	int class;

	if (!have_run(hunt, since, hunt->cell->hang_timeout / 2, -1) ||
	    !look(hunt, since, hang))
		return VERDICT_NONE;
	/*
	 * poll() had timed out, but then the host took this CPU away, and the
	 * full and its wakeup came before we could look.
	 */
	if (is_told(hunt, 0))
		return VERDICT_WOKEN;
	class = hang->class;
	if (trusted(hunt, class))
		return VERDICT_HANG;
	verdict = wait_out(hunt, since);
	if (verdict != VERDICT_HANG || !look(hunt, since, hang) ||
	    hang->class != class) {
		hunt->counts.recanted++;
		return verdict == VERDICT_WOKEN ? VERDICT_WOKEN : VERDICT_NONE;
	}
	hang->user_class = user_class(hunt, hang);
	hunt->counts.confirmed++;
	return VERDICT_HANG;
}
