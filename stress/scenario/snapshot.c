// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios of the real drivers, over modelled hardware, with an AUX area that
 * is overwritten: nothing is ever full, and what counts is where it ends.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/random.h"
#include "lib/units.h"
#include "stress/scenario/samples.h"
#include "stress/scenario/scenario.h"

struct places {
	uint64_t rounds, misplaced, beyond_a_lap, wakeups, fulls, written;
	uint64_t faults;
};

/* A stretch of the trace; one in two goes on on another CPU. */
static void snapshot_round(struct rig *rig, uint64_t *rng, struct places *seen)
{
	uint64_t size = rig->ring.aux_size;
	struct auxsynth_slot slot;

	/* intel_bts wraps behind its last whole record. */
	if (!strcmp(rig->pmu.name, "intel_bts"))
		size -= size % 24;
	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, 0);
	nap_us(random_next(rng) % 5000);
	if (rig->cpu[1] >= 0 && random_next(rng) & 1)
		rig_move(rig, seen->rounds & 1);
	nap_us(random_next(rng) % 2000);
	ioctl(rig->fd, PERF_EVENT_IOC_DISABLE, 0);
	rig_view(rig, &slot);
	/* The driver says "size" where the hardware is back at 0. */
	seen->misplaced += auxring_aux_head(&rig->ring) % size !=
			   slot.bytes % size;
	seen->beyond_a_lap += slot.bytes > size;
	seen->wakeups += rig_woken(rig, 0);
	seen->rounds++;
}

static int watch_places(struct scenario_ctx *ctx, uint64_t aux, uint64_t end,
			struct places *seen, struct err *err)
{
	uint64_t beat = now_ns() + NSEC_PER_SEC, rng = ctx->cell.seed;
	struct auxsynth_slot slot;
	struct rig rig;
	int ret;

	ctx->cell.aux = aux;
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	do {
		snapshot_round(&rig, &rng, seen);
		ret = scenario_beat(ctx, &beat, err);
	} while (!ret && now_ns() < end);
	rig_view(&rig, &slot);
	seen->fulls += slot.fulls;
	seen->written += slot.bytes;
	seen->faults += slot.faults;
	rig_close(&rig, ctx);
	return ret;
}

int scenario_snapshot(struct scenario_ctx *ctx, struct err *err)
{
	bool pt = ctx->cell.scenario == SCENARIO_PT_SNAPSHOT;
	struct places seen = { 0 };
	uint64_t start = now_ns();
	int ret;

	ret = driver_choose(ctx, err);
	if (ret)
		return ret;
	ctx->cell.rate = 50000000;
	ctx->snapshot = true;
	ret = watch_places(ctx, 64 << 10, pt ? start + (ctx->end - start) / 2 :
			   ctx->end, &seen, err);
	/* intel_pt takes single-range output for an area of a page alone. */
	if (!ret && pt)
		ret = watch_places(ctx, 4 << 10, ctx->end, &seen, err);
	scenario_count(ctx, "rounds", seen.rounds);
	scenario_count(ctx, "misplaced", seen.misplaced);
	scenario_count(ctx, "beyond_a_lap", seen.beyond_a_lap);
	scenario_count(ctx, "wakeups", seen.wakeups);
	scenario_count(ctx, "fulls", seen.fulls);
	scenario_count(ctx, "written", seen.written);
	scenario_count(ctx, "faults", seen.faults);
	return ret;
}

#define SAMPLE_SIZE 4096
#define SAMPLE_PERIOD_NS (5 * NSEC_PER_MSEC)

/* PERF_SAMPLE_TIME | PERF_SAMPLE_AUX */
struct aux_sample {
	struct perf_event_header header;
	uint64_t time, size;
	unsigned char data[];
};

struct sampled {
	struct samples in;
	uint64_t all, of_other_size;
};

static void on_record(void *ctx, const struct perf_event_header *h)
{
	const struct aux_sample *sample = (const void *)h;
	struct sampled *seen = ctx;

	if (h->type != PERF_RECORD_SAMPLE)
		return;
	seen->all++;
	if (h->size < sizeof(*sample) + SAMPLE_SIZE ||
	    sample->size != SAMPLE_SIZE)
		seen->of_other_size++;
	else
		samples_look_up(&seen->in, sample->data, SAMPLE_SIZE);
}

/* Sends its samples to the rig's buffer.  A descriptor, or -errno. */
static int open_sampler(const struct rig *rig)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = SAMPLE_PERIOD_NS,
		.sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_AUX,
		.aux_sample_size = SAMPLE_SIZE,
	};
	int fd = rig_sibling(rig, &attr), ret;

	if (fd < 0 || !ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, rig->fd))
		return fd;
	ret = -errno;
	close(fd);
	return ret;
}

static int watch_samples(struct scenario_ctx *ctx, struct rig *rig,
			 struct sampled *seen, struct err *err)
{
	uint64_t beat = now_ns() + NSEC_PER_SEC, end = now_ns() +
		rig->ring.aux_size * NSEC_PER_SEC / ctx->cell.rate / 2;
	int ret = 0;

	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
	while (!ret && now_ns() < end) {
		nap_us(2000);
		auxring_data_read(&rig->ring, on_record, seen);
		ret = scenario_beat(ctx, &beat, err);
	}
	ioctl(rig->fd, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
	auxring_data_read(&rig->ring, on_record, seen);
	return ret;
}

int scenario_pt_sample(struct scenario_ctx *ctx, struct err *err)
{
	struct auxsynth_slot slot;
	struct sampled seen = { 0 };
	struct rig rig;
	int ret, fd;

	ret = driver_choose(ctx, err);
	if (ret)
		return ret;
	ctx->cell.aux = 8 << 20;
	ctx->cell.rate = 8000000;
	ctx->snapshot = true;
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	seen.in.trace = rig.ring.aux;
	seen.in.size = rig.ring.aux_size;
	fd = open_sampler(&rig);
	if (fd < 0)
		ret = err_set(err, fd, "cpu-clock that samples the AUX area: %s",
			      strerror(-fd));
	else
		ret = watch_samples(ctx, &rig, &seen, err);
	rig_view(&rig, &slot);
	if (fd >= 0)
		close(fd);
	rig_close(&rig, ctx);
	scenario_count(ctx, "samples", seen.all);
	scenario_count(ctx, "in_trace", seen.in.in_trace);
	scenario_count(ctx, "not_in_trace", seen.in.not_in_trace);
	scenario_count(ctx, "of_other_size", seen.of_other_size);
	scenario_count(ctx, "fulls", slot.fulls);
	scenario_count(ctx, "written", slot.bytes);
	return ret;
}
