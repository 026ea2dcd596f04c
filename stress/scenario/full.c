// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of an event whose buffer is full, step by step. */
#include <errno.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/scenario/scenario.h"

/* What was seen of an event that was enabled too early. */
struct early {
	uint64_t rounds, left_over, off, unwoken, on;
	uint64_t not_started, full_again;	/* say nothing */
};

/* Full, and no longer running for it. */
static int get_full(struct rig *rig, struct scenario_ctx *ctx,
		    struct err *err)
{
	uint64_t beat = now_ns() + NSEC_PER_SEC;
	uint64_t deadline = now_ns() + 20 * NSEC_PER_SEC;
	int ret;

	ioctl(rig->fd, PERF_EVENT_IOC_DISABLE, 0);
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	while (!rig_wait_full(rig, now_ns() + 100 * NSEC_PER_MSEC)) {
		ret = scenario_beat(ctx, &beat, err);
		if (ret)
			return ret;
		if (now_ns() > deadline)
			return err_set(err, -EIO,
				       "the buffer does not get full");
	}
	return 0;
}

/*
 * ENABLE on the full buffer (a sched-in would do the same): pmu->add() fails.
 * Then as any tracer: a wakeup, drain, ENABLE; the task is scheduled out and
 * in, which starts the trace, and once more, which must not end it.
 */
static int silent_off_round(struct rig *rig, struct scenario_ctx *ctx,
			    struct early *seen, struct err *err)
{
	struct auxsynth_slot before, after;
	bool pending = false;
	int ret, state;

	ret = get_full(rig, ctx, err);
	if (ret)
		return ret;
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	nap_us(2000);
	state = rig_state(rig, &pending);
	seen->left_over += !state && pending;
	rig_woken(rig, 0);
	rig_drain(rig);
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);

	rig_view(rig, &before);

	seen->rounds++;
	rig_move(rig, 1);
	/* Two switches already, when the scheduler had one of its own. */
	rig_wait_running(rig, now_ns() + 500 * NSEC_PER_MSEC);
	rig_woken(rig, 0);
	rig_move(rig, 0);
	nap_us(5000);
	state = rig_state(rig, NULL);
	rig_view(rig, &after);
	if (before.fulls != after.fulls) {
		seen->full_again++;
	} else if (state == -1) {
		seen->off++;
		seen->unwoken += !rig_woken(rig, 50);
	} else if (after.starts == before.starts) {
		seen->not_started++;
	} else {
		seen->on++;
	}
	return 0;
}

int scenario_silent_off(struct scenario_ctx *ctx, struct err *err)
{
	struct early seen = { 0 };
	struct rig rig;
	int ret;

	/* Slow enough that a full cannot come between two steps. */
	ctx->cell.aux = 1 << 20;
	ctx->cell.rate = 4000000;
	ctx->cell.window = 0;
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	if (rig.cpu[1] < 0)
		ret = err_set(err, -ENOTSUP, "needs a second CPU to move to");
	while (!ret && (now_ns() < ctx->end || !seen.rounds))
		ret = silent_off_round(&rig, ctx, &seen, err);
	rig_close(&rig, ctx);
	scenario_count(ctx, "rounds", seen.rounds);
	scenario_count(ctx, "disable_left_over", seen.left_over);
	scenario_count(ctx, "switched_off", seen.off);
	scenario_count(ctx, "nobody_woken", seen.unwoken);
	scenario_count(ctx, "still_on", seen.on);
	scenario_count(ctx, "not_started", seen.not_started);
	scenario_count(ctx, "full_again", seen.full_again);
	return ret;
}

#define SWITCHES 100

/* Enabled on a full buffer, never drained: one wakeup would do. */
static uint64_t count_wakeups(struct rig *rig)
{
	uint64_t woken = 0;
	int i;

	for (i = 0; i < SWITCHES; i++) {
		rig_move(rig, i & 1);
		nap_us(3000);
		woken += rig_woken(rig, 0);
	}
	return woken;
}

int scenario_wakeup_storm(struct scenario_ctx *ctx, struct err *err)
{
	uint64_t woken = 0;
	struct rig rig;
	int ret, state = -1;

	ctx->cell.window = 0;
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	if (rig.cpu[1] < 0)
		ret = err_set(err, -ENOTSUP, "needs a second CPU to move to");
	if (!ret)
		ret = get_full(&rig, ctx, err);
	if (!ret) {
		ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
		nap_us(5000);
		state = rig_state(&rig, NULL);
		rig_woken(&rig, 0);
		woken = count_wakeups(&rig);
	}
	rig_close(&rig, ctx);
	scenario_count(ctx, "switches", SWITCHES);
	scenario_count(ctx, "wakeups", woken);
	json_object_set_new(ctx->evidence, "event_state",
			    json_integer(state));
	return ret;
}

/* The tracee's time, without a restart, that is called silent. */
#define SILENT_NS (50 * NSEC_PER_MSEC)

/*
 * A full that was drained, and an ENABLE: does it trace again?  1: yes; 0: it
 * is ACTIVE and does not.
 */
static int restarts(struct rig *rig)
{
	uint64_t since = tracee_cpu_ns(&rig->tracee);
	struct auxsynth_slot slot;

	do {
		rig_view(rig, &slot);
		if (!slot.waiting)
			return 1;
		nap_us(1000);
	} while (tracee_cpu_ns(&rig->tracee) - since < SILENT_NS);
	return 0;
}

static int wait_waiting(struct rig *rig, struct scenario_ctx *ctx,
			struct err *err)
{
	uint64_t deadline = now_ns() + 20 * NSEC_PER_SEC;
	uint64_t beat = now_ns() + NSEC_PER_SEC;
	struct auxsynth_slot slot;
	int ret;

	for (;;) {
		rig_view(rig, &slot);
		if (slot.waiting)
			return 0;
		ret = scenario_beat(ctx, &beat, err);
		if (ret)
			return ret;
		if (now_ns() > deadline)
			return err_set(err, -EIO,
				       "the buffer does not get full");
		nap_us(1000);
	}
}

/* hisi_ptt's way: less room than it needs, and it says so to nobody. */
int scenario_hisi_silent(struct scenario_ctx *ctx, struct err *err)
{
	uint64_t rounds = 0, silent = 0, off = 0;
	struct rig rig;
	int ret;

	ctx->cell.mode = MODE_HISI;
	ctx->cell.fail = FAIL_SHORT;
	ctx->cell.window = 0;
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	while (!ret && (now_ns() < ctx->end || !rounds)) {
		ioctl(rig.fd, PERF_EVENT_IOC_DISABLE, 0);
		ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
		ret = wait_waiting(&rig, ctx, err);
		if (ret)
			break;
		nap_us(3000);
		rig_drain(&rig);
		ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
		rounds++;
		if (restarts(&rig))
			continue;
		if (rig_state(&rig, NULL) == 1)
			silent++;
		else
			off++;
	}
	rig_close(&rig, ctx);
	scenario_count(ctx, "rounds", rounds);
	scenario_count(ctx, "silent_stops", silent);
	scenario_count(ctx, "off", off);
	return ret;
}
