// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of the real hisi_ptt over modelled hardware. */
#include <linux/perf_event.h>
#include <sys/ioctl.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/scenario/scenario.h"

#define BUFFERS (16ull << 20)	/* the device's, all four */
#define RATE 100000000			/* bytes/s */
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

static int open_ptt(struct rig *rig, struct scenario_ctx *ctx, struct err *err)
{
	int ret = driver_choose(ctx, err);

	if (ret)
		return ret;
	ctx->cell.aux = BUFFERS;
	ctx->cell.watermark = BUFFERS / 4;
	ctx->cell.rate = RATE;
	return rig_open(rig, ctx, 0, err);
}

/* Of a fourth of a buffer at most, on a quiet host; returns what it was. */
static uint64_t a_bit(struct rig *rig)
{
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	nap_us(10000);
	ioctl(rig->fd, PERF_EVENT_IOC_DISABLE, 0);
	return rig_drain(rig);
}

static void tell(struct rig *rig, struct scenario_ctx *ctx, uint64_t drained,
		 uint64_t still)
{
	struct auxsynth_slot slot;

	rig_view(rig, &slot);
	rig_close(rig, ctx);
	scenario_count(ctx, "drained", drained);
	scenario_count(ctx, "stands_still", still == LOOKS);
	scenario_count(ctx, "overrun", slot.overrun);
	scenario_count(ctx, "beyond_a_lap", drained > BUFFERS);
}

/*
 * Stopped in the middle of a buffer, so that the next ones do not end where the
 * area does.
 */
int scenario_ptt_end(struct scenario_ctx *ctx, struct err *err)
{
	uint64_t still, drained = 0;
	struct rig rig;
	int ret = open_ptt(&rig, ctx, err);

	if (ret)
		return ret;
	scenario_count(ctx, "in_the_middle", a_bit(&rig));
	ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
	still = keep_up(&rig, &drained);
	tell(&rig, ctx, drained, still);
	return 0;
}

/*
 * Bit by bit to where the area's end is nearer than a buffer's, and all that
 * there was is read.  Started there the kernel may not live to see a buffer
 * filled: the host looks.
 */
int scenario_ptt_beyond(struct scenario_ctx *ctx, struct err *err)
{
	uint64_t still, drained = 0, left;
	struct rig rig;
	int ret = open_ptt(&rig, ctx, err), bits = 0;

	if (ret)
		return ret;
	do {
		a_bit(&rig);
		left = BUFFERS - auxring_aux_head(&rig.ring) % BUFFERS;
	} while (left >= BUFFERS / 4 && ++bits < 1000);
	ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
	still = keep_up(&rig, &drained);
	scenario_count(ctx, "near_end", left < BUFFERS / 4);
	scenario_count(ctx, "left", left);
	tell(&rig, ctx, drained, still);
	return 0;
}
