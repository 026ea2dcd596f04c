// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios of the real intel_pt over modelled hardware: the driver's
 * arithmetic, step by step, against what the hardware wrote.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>

#include "lib/arch.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "stress/place/placement.h"
#include "stress/scenario/scenario.h"

#define PAGE 4096ull

int driver_choose(struct scenario_ctx *ctx, struct err *err)
{
	const char *name = scenarios[ctx->cell.scenario].pmu;
	struct pmu pmu;
	struct err why;

	snprintf(ctx->cell.pmu, sizeof(ctx->cell.pmu), "%s", name);
	if (pmu_find(&pmu, PMU_SYSFS, ctx->cell.pmu, &why) ||
	    !pmu_has_oracle(&pmu))
		return err_set(err, -PLACEMENT_SKIP,
			       "needs %s over modelled hardware (a guest of %s)",
			       name, arch_of_driver(name)->name);
	ctx->cell.window = 0;
	return 0;
}

/* Four regions of a page each. */
static int open_pt(struct rig *rig, struct scenario_ctx *ctx, uint64_t skid,
		   uint64_t rate, struct err *err)
{
	int ret = driver_choose(ctx, err);

	if (ret)
		return ret;
	ctx->cell.aux = 4 * PAGE;
	ctx->cell.watermark = PAGE;
	ctx->cell.skid = skid;
	ctx->cell.rate = rate;
	return rig_open(rig, ctx, 0, err);
}

/* Enables the event and waits until the trace has stopped of itself. */
static bool run_to_full(struct rig *rig)
{
	uint64_t end = now_ns() + 2 * NSEC_PER_SEC;
	struct auxsynth_slot slot;

	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	do {
		nap_us(500);
		rig_view(rig, &slot);
	} while ((slot.running || !slot.waiting ||
		  rig_state(rig, NULL) == 1) && now_ns() < end);
	return slot.waiting && !slot.running;
}

/*
 * The interrupt is late, so that the hardware fills the whole buffer before
 * it is seen: from the second page around to it.  Then head and tail are where
 * they were, and it matters what the driver makes of that.
 */
static bool whole_buffer_round(struct rig *rig)
{
	uint64_t head;

	if (!run_to_full(rig))
		return false;
	/* One page of room: the hardware stops at the next page's end. */
	rig_woken(rig, 0);
	auxring_aux_release(&rig->ring, auxring_aux_tail(&rig->ring) + PAGE);
	if (!run_to_full(rig))
		return false;
	rig_woken(rig, 0);
	rig_drain(rig);
	head = auxring_aux_head(&rig->ring);
	if (head % (4 * PAGE) != PAGE)
		return false;
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	nap_us(20000);
	ioctl(rig->fd, PERF_EVENT_IOC_DISABLE, 0);
	return true;
}

/*
 * Once would do, but where the tracee is scheduled out in the middle the driver
 * sees two parts of it.
 */
#define ROUNDS 10

static uint64_t whole_buffer_rounds(struct rig *rig, uint64_t end,
				    struct auxsynth_slot *slot)
{
	uint64_t reached = 0;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		reached += whole_buffer_round(rig);
		rig_view(rig, slot);
		if (slot->misaccounts || now_ns() >= end)
			break;
		rig_woken(rig, 0);
		rig_drain(rig);
	}
	return reached;
}

int scenario_pt_whole_buffer(struct scenario_ctx *ctx, struct err *err)
{
	struct auxsynth_slot slot;
	uint64_t reached;
	struct rig rig;
	int ret;

	/* The 16 KiB take 160 us, the interrupt comes after 2 ms. */
	ret = open_pt(&rig, ctx, 2 * NSEC_PER_MSEC, 100000000, err);
	if (ret)
		return ret;
	reached = whole_buffer_rounds(&rig, ctx->end, &slot);
	rig_close(&rig, ctx);
	scenario_count(ctx, "written", slot.bytes);
	scenario_count(ctx, "published", slot.published);
	scenario_count(ctx, "unpublished", slot.unpublished);
	scenario_count(ctx, "overrun", slot.overrun);
	scenario_count(ctx, "misaccounts", slot.misaccounts);
	scenario_count(ctx, "reached", reached);
	return 0;
}

/* Traces for a moment, stops, and gives all of it back. */
static uint64_t a_bit(struct rig *rig)
{
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	nap_us(1000);
	ioctl(rig->fd, PERF_EVENT_IOC_DISABLE, 0);
	rig_woken(rig, 0);
	rig_drain(rig);
	return auxring_aux_head(&rig->ring);
}

/*
 * Less than a page of room, but past the end of the head's page: so there is
 * one region to fill, and the STOP belongs at its end.
 */
static bool overrun_round(struct rig *rig, uint64_t *lap)
{
	uint64_t head, in_page, room;
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		head = a_bit(rig);
		in_page = head % PAGE;
		if (head >= 4 * PAGE && in_page > 256 && in_page < PAGE - 256)
			break;
	}
	if (tries == 1000)
		return false;
	room = PAGE - in_page / 2;
	auxring_aux_release(&rig->ring, head + room - 4 * PAGE);
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	nap_us(20000);
	ioctl(rig->fd, PERF_EVENT_IOC_DISABLE, 0);
	head = auxring_aux_head(&rig->ring) - auxring_aux_tail(&rig->ring);
	*lap = head > 4 * PAGE ? head - 4 * PAGE : 0;
	return true;
}

int scenario_pt_overrun(struct scenario_ctx *ctx, struct err *err)
{
	struct auxsynth_slot slot;
	uint64_t lap = 0;
	struct rig rig;
	bool reached;
	int ret;

	ret = open_pt(&rig, ctx, 0, 2000000, err);
	if (ret)
		return ret;
	reached = overrun_round(&rig, &lap);
	rig_view(&rig, &slot);
	rig_close(&rig, ctx);
	scenario_count(ctx, "written", slot.bytes);
	scenario_count(ctx, "published", slot.published);
	scenario_count(ctx, "overrun", slot.overrun);
	scenario_count(ctx, "head_beyond_buffer", lap);
	scenario_count(ctx, "reached", reached);
	return 0;
}
