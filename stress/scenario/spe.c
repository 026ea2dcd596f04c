// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios of the real arm_spe over modelled hardware: what its interrupt has
 * to tell besides that the buffer is full.
 */
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/scenario/scenario.h"

/* The driver's words for them are in its format/: "trouble". */
enum { FAULT_FIRST = 1, FAULT_LAST = 3 };

struct faults {
	uint64_t all, kinds;
	uint64_t silent, not_told, not_on_again, by_a_switch, none;
};

/* True: an interrupt that came for a fault, for it is too soon for a full. */
static bool wait_for_fault(struct rig *rig)
{
	uint64_t end = now_ns() + 500 * NSEC_PER_MSEC, before;
	struct auxsynth_slot slot;

	rig_view(rig, &slot);
	before = slot.pmis;
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	do {
		nap_us(1000);
		rig_view(rig, &slot);
	} while (slot.pmis == before && now_ns() < end);
	return slot.pmis != before;
}

/* A tracer that is told enables the event again, one that is not as well. */
static void fault_round(struct rig *rig, struct faults *seen)
{
	struct auxsynth_slot slot;
	bool told, stopped;
	int state;

	ioctl(rig->fd, PERF_EVENT_IOC_DISABLE, 0);
	rig_drain(rig);
	rig_woken(rig, 0);
	if (!wait_for_fault(rig)) {
		seen->none++;
		return;
	}
	seen->all++;
	told = rig_woken(rig, 20);
	state = rig_state(rig, NULL);
	rig_view(rig, &slot);
	stopped = !slot.running;
	rig_drain(rig);
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	nap_us(2000);
	rig_view(rig, &slot);
	if (!stopped && !told)
		/* The task was scheduled out and in. */
		seen->by_a_switch++;
	else if (state == 1 && !slot.running)
		seen->silent++;
	else if (!told)
		seen->not_told++;
	/* The next fault may have come by now. */
	else if (!slot.running && rig_state(rig, NULL) == -1 &&
		 !rig_woken(rig, 20))
		seen->not_on_again++;
}

static int fault_rounds(struct scenario_ctx *ctx, int trouble,
			struct faults *seen, struct err *err)
{
	uint64_t beat = now_ns() + NSEC_PER_SEC, before = seen->all;
	uint64_t end = now_ns() + ctx->cell.duration / 3;
	struct rig rig;
	int ret;

	snprintf(ctx->cell.pmu_terms, sizeof(ctx->cell.pmu_terms),
		 "trouble=%d", trouble);
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	do {
		fault_round(&rig, seen);
		ret = scenario_beat(ctx, &beat, err);
	} while (!ret && now_ns() < end);
	rig_close(&rig, ctx);
	seen->kinds += seen->all != before;
	return ret;
}

int scenario_spe_fault(struct scenario_ctx *ctx, struct err *err)
{
	struct faults seen = { 0 };
	int ret, trouble;

	ret = driver_choose(ctx, err);
	/* A watermark's interrupt comes after half a second. */
	ctx->cell.aux = 2 << 20;
	ctx->cell.rate = 2000000;
	ctx->cell.overflow = 10 * NSEC_PER_MSEC;
	for (trouble = FAULT_FIRST; trouble <= FAULT_LAST && !ret; trouble++)
		ret = fault_rounds(ctx, trouble, &seen, err);
	scenario_count(ctx, "faults", seen.all);
	scenario_count(ctx, "kinds", seen.kinds);
	scenario_count(ctx, "silent", seen.silent);
	scenario_count(ctx, "not_told", seen.not_told);
	scenario_count(ctx, "not_on_again", seen.not_on_again);
	scenario_count(ctx, "by_a_switch", seen.by_a_switch);
	scenario_count(ctx, "none", seen.none);
	return ret;
}

struct losses {
	uint64_t rounds, partial, not_woken;
};

static void on_record(void *ctx, const struct perf_event_header *h)
{
	const struct {
		struct perf_event_header header;
		uint64_t offset, size, flags;
	} *aux = (const void *)h;

	if (h->type == PERF_RECORD_AUX && h->size >= sizeof(*aux))
		*(uint64_t *)ctx += !!(aux->flags & PERF_AUX_FLAG_PARTIAL);
}

/* A loss ends the trace as a full does, with room left or none. */
static void loss_round(struct rig *rig, struct losses *seen)
{
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	if (!rig_wait_full(rig, now_ns() + 500 * NSEC_PER_MSEC))
		return;
	seen->not_woken += !rig_woken(rig, 20);
	auxring_data_read(&rig->ring, on_record, &seen->partial);
	rig_drain(rig);
	seen->rounds++;
}

int scenario_spe_loss(struct scenario_ctx *ctx, struct err *err)
{
	uint64_t beat = now_ns() + NSEC_PER_SEC;
	struct losses seen = { 0 };
	struct auxsynth_slot slot;
	struct rig rig;
	int ret;

	ret = driver_choose(ctx, err);
	if (ret)
		return ret;
	ctx->cell.aux = 64 << 10;
	ctx->cell.rate = 20000000;
	ctx->cell.overflow = NSEC_PER_MSEC;
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	while (!ret && (now_ns() < ctx->end || !seen.rounds)) {
		loss_round(&rig, &seen);
		ret = scenario_beat(ctx, &beat, err);
	}
	ioctl(rig.fd, PERF_EVENT_IOC_DISABLE, 0);
	rig_view(&rig, &slot);
	rig_close(&rig, ctx);
	scenario_count(ctx, "rounds", seen.rounds);
	scenario_count(ctx, "partial", seen.partial);
	scenario_count(ctx, "not_woken", seen.not_woken);
	scenario_count(ctx, "written", slot.bytes);
	scenario_count(ctx, "published", slot.published);
	scenario_count(ctx, "misaccounts", slot.misaccounts);
	return ret;
}
