// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of the real intel_bts over modelled hardware. */
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/scenario/scenario.h"

/*
 * perf core gives the driver pieces of half the area each, and records do not
 * go over their ends: the second begins with what is left of one that would.
 */
#define PIECE 32768ull
#define RECORD 24ull
#define BEGIN (PIECE + RECORD - PIECE % RECORD)
#define LAST (BEGIN + ((2 * PIECE - BEGIN) / RECORD - 1) * RECORD)

struct bts_record {
	uint64_t from, to, flags;
};

struct seen {
	uint64_t laps, padded, stale;
};

/* What the driver has put, or left, where the second piece's last record is. */
static void look_at_last(const struct rig *rig, uint64_t tail, uint64_t head,
			 struct seen *seen)
{
	uint64_t size = rig->ring.aux_size;
	uint64_t at = tail - tail % size + LAST;
	struct bts_record r;

	if (at < tail)
		at += size;
	if (at + sizeof(r) > head)
		return;
	memcpy(&r, rig->ring.aux + at % size, sizeof(r));
	seen->laps++;
	if (r.from)
		return;
	seen->padded += !r.to && !r.flags;
	seen->stale += r.to || r.flags;
}

/* The tracer keeps up, so the driver leaves a piece before its end. */
static int keep_up(struct scenario_ctx *ctx, struct rig *rig,
		   struct seen *seen, struct err *err)
{
	uint64_t beat = now_ns() + NSEC_PER_SEC, tail, head;
	int ret = 0;

	while (!ret && now_ns() < ctx->end) {
		ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
		nap_us(500);
		tail = auxring_aux_tail(&rig->ring);
		head = auxring_aux_head(&rig->ring);
		look_at_last(rig, tail, head, seen);
		auxring_aux_release(&rig->ring, head);
		ret = scenario_beat(ctx, &beat, err);
	}
	return ret;
}

int scenario_bts_padding(struct scenario_ctx *ctx, struct err *err)
{
	struct seen seen = { 0 };
	struct rig rig;
	int ret = driver_choose(ctx, err);

	if (ret)
		return ret;
	ctx->cell.aux = 2 * PIECE;
	ctx->cell.watermark = PIECE;
	ctx->cell.rate = 4000000;
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	/* Once to the end: then there is something that can be left. */
	ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
	rig_wait_full(&rig, now_ns() + 2 * NSEC_PER_SEC);
	rig_drain(&rig);
	ret = keep_up(ctx, &rig, &seen, err);
	rig_close(&rig, ctx);
	scenario_count(ctx, "laps", seen.laps);
	scenario_count(ctx, "padded", seen.padded);
	scenario_count(ctx, "stale", seen.stale);
	return ret;
}

int scenario_bts_throttle(struct scenario_ctx *ctx, struct err *err)
{
	int ret = driver_choose(ctx, err);

	return ret ? ret : scenario_group_throttle(ctx, err);
}
