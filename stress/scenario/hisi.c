// SPDX-License-Identifier: GPL-2.0-only
/* A scenario of the real hisi_ptt over modelled hardware. */
#include <linux/perf_event.h>
#include <sys/ioctl.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/scenario/scenario.h"

#define BUFFERS (16ull << 20)	/* the device's, all four */
#define LOOKS 50			/* 100 ms: nobody will end that */

/* Nothing is under way, the event is on, and its hardware is off. */
static bool stands_still(const struct rig *rig)
{
	struct auxsynth_slot slot;
	bool pending;

	rig_view(rig, &slot);
	return !slot.running && rig_state(rig, &pending) == 1 && !pending;
}

/* A tracer that keeps up: reads, and enables what has been switched off. */
static uint64_t keep_up(struct rig *rig, uint64_t *drained)
{
	uint64_t end = now_ns() + 2 * NSEC_PER_SEC, still = 0;

	while (now_ns() < end && *drained < 3 * BUFFERS && still < LOOKS) {
		nap_us(2000);
		*drained += rig_drain(rig);
		ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
		still = stands_still(rig) ? still + 1 : 0;
	}
	return still;
}

/*
 * Stopped in the middle of a buffer, so that the next ones do not end where the
 * area does.
 */
int scenario_ptt_end(struct scenario_ctx *ctx, struct err *err)
{
	uint64_t still, first, drained = 0;
	struct auxsynth_slot slot;
	struct rig rig;
	int ret = driver_choose_hisi(ctx, err);

	if (ret)
		return ret;
	ctx->cell.aux = BUFFERS;
	ctx->cell.watermark = BUFFERS / 4;
	ctx->cell.rate = 100000000;
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
	nap_us(10000);
	ioctl(rig.fd, PERF_EVENT_IOC_DISABLE, 0);
	first = rig_drain(&rig);
	ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
	still = keep_up(&rig, &drained);
	rig_view(&rig, &slot);
	rig_close(&rig, ctx);
	scenario_count(ctx, "in_the_middle", first);
	scenario_count(ctx, "drained", drained);
	scenario_count(ctx, "stands_still", still == LOOKS);
	scenario_count(ctx, "overrun", slot.overrun);
	scenario_count(ctx, "beyond_a_lap", drained > BUFFERS);
	return 0;
}
