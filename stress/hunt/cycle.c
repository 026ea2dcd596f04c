// SPDX-License-Identifier: GPL-2.0-only
/* One cycle of a hunt: from a running trace over its full to its restart. */
#include <errno.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/hunt/hunt.h"

/* Waiting for a trigger that does not come ends after so many fills. */
#define TRIGGER_FILLS 20
/* A cycle that gets nowhere for so long is begun anew, and counted. */
#define STILL_NS (2 * NSEC_PER_SEC)
#define TRIGGER_LEAST_NS (200 * NSEC_PER_USEC)

uint64_t hunt_fulls(const struct hunt *hunt)
{
	uint64_t fulls = 0;
	int i;

	for (i = 0; i < hunt->targets; i++)
		fulls += hunt->target[i].live->fulls;
	return fulls;
}

void hunt_restart(struct hunt *hunt)
{
	int i;

	for (i = 0; i < hunt->targets; i++) {
		struct auxring *ring = &hunt->target[i].ring;

		auxring_aux_release(ring, auxring_aux_head(ring));
		ioctl(hunt->target[i].fd, PERF_EVENT_IOC_DISABLE, 0);
		ioctl(hunt->target[i].fd, PERF_EVENT_IOC_ENABLE, 0);
	}
}

static void pause_ns(int64_t ns)
{
	uint64_t until = now_ns() + ns;

	while (ns > 0 && now_ns() < until)
		;
}

/* True once any target has come to another full in this cycle. */
static bool full_seen(const struct hunt *hunt)
{
	int i;

	for (i = 0; i < hunt->targets; i++) {
		if (hunt->target[i].live->fulls !=
		    hunt->target[i].fulls_before)
			return true;
	}
	return false;
}

/* True when aux_head says that a buffer has no room left to trace into. */
static bool head_at_end(const struct hunt *hunt)
{
	uint64_t room;
	int i;

	for (i = 0; i < hunt->targets; i++) {
		const struct auxring *ring = &hunt->target[i].ring;

		room = ring->aux_size - (auxring_aux_head(ring) -
					 auxring_aux_tail(ring));
		if (room < hunt->now.region || !room)
			return true;
	}
	return false;
}

/*
 * Since when the buffer of the trace that runs now fills: from its start, or
 * from when it was last emptied without a full.  0: none runs.
 */
static uint64_t started_at(const struct hunt *hunt)
{
	uint64_t start = 0;
	int i;

	for (i = 0; i < hunt->targets; i++) {
		if (hunt->target[i].live->running)
			start = hunt->target[i].live->start_at;
	}
	return start > hunt->emptied || !start ? start : hunt->emptied;
}

static bool triggered(const struct hunt *hunt, const struct phases *phases,
		      uint64_t due, uint64_t now)
{
	switch (phases->trigger) {
	case TRIGGER_TIME:
		return (int64_t)(now - due) >= phases->start;
	case TRIGGER_HEAD:
		return head_at_end(hunt);
	default:
		return full_seen(hunt);
	}
}

/* False: it did not come, go on as an ordinary tracer. */
static bool await_trigger(struct hunt *hunt, uint64_t due)
{
	const struct phases *phases = &hunt->phases;
	uint64_t now = now_ns(), limit = TRIGGER_LEAST_NS +
		TRIGGER_FILLS * (uint64_t)hunt->aim[hunt->around].fill;
	uint64_t end = now + limit;

	while (!triggered(hunt, phases, due, now)) {
		now = now_ns();
		if (now > end)
			return false;
	}
	if (phases->trigger != TRIGGER_TIME)
		pause_ns(phases->start);
	return true;
}

/* Moves the tails, by @part of what is there at the most; true: any. */
static bool drain(struct hunt *hunt, bool fresh[HUNT_TARGETS], uint64_t part)
{
	uint64_t head, tail;
	bool any = false;
	int i;

	for (i = 0; i < hunt->targets; i++) {
		struct auxring *ring = &hunt->target[i].ring;

		tail = auxring_aux_tail(ring);
		head = auxring_aux_head(ring);
		fresh[i] = head != tail;
		if (!fresh[i])
			continue;
		any = true;
		auxring_aux_release(ring, head - tail < part ? head :
				    tail + part);
	}
	if (any)
		hunt->stamps.drained = now_ns();
	if (any && !full_seen(hunt))
		hunt->emptied = hunt->stamps.drained;
	return any;
}

/* As the tracer's loop would: see stress/stream/tracer.c. */
static void enable(struct hunt *hunt, const bool fresh[HUNT_TARGETS])
{
	struct hunt_stamps *s = &hunt->stamps;
	int i;

	s->enable_in = now_ns();
	s->enable_ret = 0;
	for (i = 0; i < hunt->targets; i++) {
		if ((hunt->cell->loop == LOOP_EAGER || fresh[i]) &&
		    ioctl(hunt->target[i].fd, PERF_EVENT_IOC_ENABLE, 0))
			s->enable_ret = -errno;
	}
	s->enable_out = now_ns();
}

static int poll_targets(struct hunt *hunt, uint64_t timeout_ns)
{
	struct pollfd fds[HUNT_TARGETS];
	struct timespec ts = {
		.tv_sec = timeout_ns / NSEC_PER_SEC,
		.tv_nsec = timeout_ns % NSEC_PER_SEC,
	};
	int i;

	for (i = 0; i < hunt->targets; i++)
		fds[i] = (struct pollfd) {
			.fd = hunt->target[i].fd, .events = POLLIN,
		};
	return ppoll(fds, hunt->targets, &ts, NULL);
}

/* The pass that is aimed. */
static void aimed_pass(struct hunt *hunt, uint64_t due)
{
	const struct phases *phases = &hunt->phases;
	bool fresh[HUNT_TARGETS];
	bool any;

	if (phases->order == ORDER_SPLIT)
		drain(hunt, fresh, hunt->now.region / 2);
	if (!await_trigger(hunt, due))
		return;
	if (phases->order != ORDER_DRAIN) {
		hunt->stamps.poll_in = now_ns();
		poll_targets(hunt, 0);
		hunt->stamps.poll_out = now_ns();
	}
	pause_ns(phases->tail);
	any = drain(hunt, fresh, UINT64_MAX);
	pause_ns(phases->enable);
	if (any || hunt->cell->loop == LOOP_EAGER) {
		enable(hunt, fresh);
		hunt->stamps.aimed = true;
	}
}

/*
 * Over the full and running again?  A fast trace may be at its next full by
 * now, which tells the same.
 */
static bool restarted(const struct hunt *hunt)
{
	int i;

	for (i = 0; i < hunt->targets; i++) {
		const struct hunt_target *target = &hunt->target[i];

		if (target->live->waiting &&
		    target->live->fulls - target->fulls_before < 2)
			return false;
	}
	return full_seen(hunt);
}

static void note_still(struct hunt *hunt, const struct hunt_run *since,
		       const struct hunt_run *now)
{
	struct hunt_still *still;
	int i;

	if (hunt->counts.unresolved++ >= HUNT_STILLS)
		return;
	still = &hunt->still[hunt->counts.unresolved - 1];
	still->around = hunt->around;
	still->cycle = hunt->counts.cycles;
	still->run.cpu_ns = now->cpu_ns - since->cpu_ns;
	for (i = 0; i < hunt->targets; i++) {
		const struct hunt_target *target = &hunt->target[i];

		still->run.laps[i] = now->laps[i] - since->laps[i];
		still->fulls_before[i] = target->fulls_before;
		oracle_slot(&hunt->oracle, target->slot, &still->slot[i]);
		oracle_state(&hunt->oracle, target->slot, &still->state[i]);
	}
}

/*
 * The ordinary tracer, until the trace has restarted.  rb->poll is a latch:
 * that this poll() may come later than a real tracer's changes nothing in
 * what it finds.
 */
static int ordinary_passes(struct hunt *hunt, struct hang *hang)
{
	struct hunt_run run, run_since;
	uint64_t since = 0;
	struct hunt_stamps *s = &hunt->stamps;
	bool fresh[HUNT_TARGETS], any;
	enum hunt_verdict verdict;

	while (!restarted(hunt)) {
		if (proc_stopped(hunt->options->stop_fd))
			return -EINTR;
		if (hunt_over(hunt))
			return 0;
		run = hunt_run_now(hunt);
		if (!since) {
			since = now_ns();
			run_since = run;
		} else if (now_ns() - since > STILL_NS) {
			note_still(hunt, &run_since, &run);
			hunt_restart(hunt);
			since = 0;
			continue;
		}
		s->poll_again = now_ns();
		verdict = VERDICT_WOKEN;
		if (poll_targets(hunt, hunt->cell->hang_timeout) <= 0)
			verdict = hunt_verdict(hunt, &run, hang);
		if (verdict == VERDICT_HANG)
			return 1;
		if (verdict == VERDICT_NONE)
			continue;
		if (!s->aimed) {
			s->poll_in = s->poll_again;
			s->poll_out = now_ns();
		}
		any = drain(hunt, fresh, UINT64_MAX);
		if (any || hunt->cell->loop == LOOP_EAGER)
			enable(hunt, fresh);
		else
			s->nothing = now_ns();
	}
	return 0;
}

static void count_miss(uint64_t counts[HUNT_MISSES], uint64_t ns)
{
	int i = 0;

	while (i < HUNT_MISSES - 1 && ns > 64ull << i)
		i++;
	counts[i]++;
}

static void count_times(struct hunt *hunt, const struct aim_stamps *stamps)
{
	struct hunt_hists *h = &hunt->hists;

	if (stamps->full && stamps->disable > stamps->full)
		hist_add(&h->span, stamps->disable - stamps->full);
	if (stamps->full && stamps->enable_in > stamps->full)
		hist_add(&h->reach[hunt->phases.trigger],
			 stamps->enable_in - stamps->full);
}

static void learn(struct hunt *hunt, const struct aim_stamps *stamps,
		  bool find)
{
	struct landing landing = aim_landing(stamps, hunt->phases.order);

	landing.find = find;
	if (!hunt->replaying) {
		count_times(hunt, stamps);
		hunt->counts.landed[landing.where]++;
		if (landing.where == LANDED_BEFORE)
			count_miss(hunt->counts.early, landing.miss);
		if (landing.where == LANDED_AFTER)
			count_miss(hunt->counts.late, landing.miss);
	}
	aim_learn(&hunt->aim[hunt->around], stamps, &landing);
}

/* The stamps of the aimed pass, and of the full nearest to it. */
static void read_stamps(const struct hunt *hunt, struct aim_stamps *stamps,
			uint64_t start)
{
	struct auxsynth_slot slot;
	int i;

	*stamps = (struct aim_stamps) {
		.start = start > hunt->emptied ? start : hunt->emptied,
		.poll_out = hunt->stamps.poll_out,
		.enable_in = hunt->stamps.enable_in,
		.enable_out = hunt->stamps.enable_out,
	};
	for (i = 0; i < hunt->targets; i++) {
		oracle_slot(&hunt->oracle, hunt->target[i].slot, &slot);
		if (slot.fulls == hunt->target[i].fulls_before)
			continue;
		stamps->full = slot.full_at;
		stamps->disable = slot.del_at;
	}
}

int hunt_cycle(struct hunt *hunt, struct hang *hang)
{
	struct aim *aim = &hunt->aim[hunt->around];
	struct aim_stamps stamps;
	uint64_t due, start;
	int i, ret;

	memset(&hunt->stamps, 0, sizeof(hunt->stamps));
	for (i = 0; i < hunt->targets; i++)
		hunt->target[i].fulls_before = hunt->target[i].live->fulls;
	aim_next(aim, &hunt->phases);
	start = started_at(hunt);
	due = (start ? start : now_ns()) + (uint64_t)aim->fill;
	if (aim->acts)
		atomic_store(&hunt->act_at, due + hunt->phases.around);
	if (hunt->phases.trigger != TRIGGER_WAKE)
		aimed_pass(hunt, due);
	/* What the pass landed on, before later passes change the stamps. */
	read_stamps(hunt, &stamps, start);
	ret = ordinary_passes(hunt, hang);
	if (ret < 0)
		return ret;
	/* An ENABLE before the full; else 0 for "disable" says "still inside". */
	if (!hunt->stamps.aimed || !stamps.full)
		read_stamps(hunt, &stamps, start);
	learn(hunt, &stamps, ret);
	return ret;
}
