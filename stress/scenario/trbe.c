// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios of the real coresight-trbe over modelled hardware: what its interrupt
 * has to tell besides that the buffer is full.
 */
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/scenario/scenario.h"

/* The driver's words for them are in its format/: "trouble". */
enum { FAULT_S1 = 1, FAULT_S2, ABORT };

#define FAULT_EVERY (20 * NSEC_PER_MSEC)
#define ABORT_EVERY (200 * NSEC_PER_MSEC)

/* A tracer that keeps up, and now and then something is wrong with the buffer. */
static int watch(struct scenario_ctx *ctx, int trouble, uint64_t every,
		 struct auxsynth_slot *slot, struct err *err)
{
	uint64_t beat = now_ns() + NSEC_PER_SEC;
	uint64_t end = now_ns() + ctx->cell.duration / 3;
	struct rig rig;
	int ret;

	snprintf(ctx->cell.pmu_terms, sizeof(ctx->cell.pmu_terms),
		 "trouble=%d", trouble);
	ctx->cell.overflow = every;
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	do {
		ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
		nap_us(1000);
		rig_drain(&rig);
		ret = scenario_beat(ctx, &beat, err);
	} while (!ret && now_ns() < end);
	rig_view(&rig, slot);
	rig_close(&rig, ctx);
	return ret;
}

/* All that was written since the last interrupt goes with a fault. */
int scenario_trbe_fault(struct scenario_ctx *ctx, struct err *err)
{
	uint64_t lost = 0, interrupts = 0;
	struct auxsynth_slot slot = { 0 };
	int ret, trouble;

	ret = driver_choose(ctx, err);
	ctx->cell.aux = 64 << 10;
	ctx->cell.rate = 20000000;
	for (trouble = FAULT_S1; trouble <= FAULT_S2 && !ret; trouble++) {
		ret = watch(ctx, trouble, FAULT_EVERY, &slot, err);
		lost += slot.unpublished;
		interrupts += slot.pmis;
	}
	if (!ret)
		ret = watch(ctx, ABORT, ABORT_EVERY, &slot, err);
	scenario_count(ctx, "interrupts", interrupts + slot.pmis);
	scenario_count(ctx, "lost_bytes", lost);
	scenario_count(ctx, "aborts_at_most",
		       ctx->cell.duration / 3 / ABORT_EVERY + 1);
	scenario_count(ctx, "taken_for_aborts", slot.misaccounts);
	return ret;
}
