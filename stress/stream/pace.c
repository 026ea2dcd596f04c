// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/pace.h"

#include <math.h>
#include <string.h>

#include "lib/random.h"
#include "lib/units.h"

/* A slice, where the workload does not say how long one is. */
#define SLICE (20 * NSEC_PER_MSEC)

/* What the pairs off the hot node get. */
#define COLD_DUTY 0.1

/* In (0, 1]: there is a logarithm. */
static double random_share(struct pace *pace)
{
	return ((random_next(&pace->rng) >> 11) + 1) * 0x1p-53;
}

/* Exponential: bursts that come independently of each other do so. */
static uint64_t random_time(struct pace *pace, uint64_t mean)
{
	return -log(random_share(pace)) * mean + 1;
}

void pace_init(struct pace *pace, const struct cell *cell, int node,
	       uint64_t seed)
{
	const struct workload *w = &cell->workload;

	*pace = (struct pace) {
		.workload = *w, .rng = seed,
		.hot = node >= 0 && (uint64_t)node == w->node,
	};
	steer_init(&pace->steer, w->rate ? w->rate : cell->rate);
}

static struct slice share(double duty)
{
	uint64_t on = duty * SLICE;

	return (struct slice) { .on = on, .off = SLICE - on };
}

struct slice pace_next(struct pace *pace, uint64_t at, uint64_t bytes,
		       uint64_t run_ns)
{
	const struct workload *w = &pace->workload;
	uint64_t new_bytes = bytes - pace->bytes;
	uint64_t new_ns = run_ns - pace->run_ns;
	bool first = !pace->run_ns;

	pace->bytes = bytes;
	pace->run_ns = run_ns;
	switch (w->kind) {
	case WORKLOAD_BURST:
		return (struct slice) {
			.on = random_time(pace, w->on),
			.off = random_time(pace, w->off),
		};
	case WORKLOAD_DUTY:
		return (struct slice) { .on = w->on, .off = w->off };
	case WORKLOAD_RAMP:
		/* The mean over the slice; at the end it begins anew. */
		return share(fmin(1, (at % w->on + SLICE / 2.0) / w->on));
	case WORKLOAD_HOT:
		return share(pace->hot ? 1 : COLD_DUTY);
	case WORKLOAD_BRANCHY:
		return share(first ? pace->steer.duty :
			     steer_step(&pace->steer, new_bytes, new_ns));
	default:
		return (struct slice) { .on = SLICE };
	}
}

void series_init(struct series *series, uint64_t duration)
{
	memset(series, 0, sizeof(*series));
	series->bin_ns = duration ? (duration + SERIES_BINS - 1) / SERIES_BINS :
		100 * NSEC_PER_MSEC;
}

void series_add(struct series *series, uint64_t at, uint64_t bytes,
		uint64_t run_ns)
{
	uint64_t bin = at / series->bin_ns;

	if (bin >= SERIES_BINS)
		return;
	series->bytes[bin] += bytes;
	series->run_ns[bin] += run_ns;
}

void series_plan(struct series *series, uint64_t from, uint64_t to)
{
	uint64_t bin, end;

	for (bin = from / series->bin_ns; bin < SERIES_BINS && from < to;
	     bin++) {
		end = (bin + 1) * series->bin_ns;
		end = end < to ? end : to;
		series->plan_ns[bin] += end - from;
		from = end;
	}
}

void series_merge(struct series *into, const struct series *from)
{
	int i;

	for (i = 0; i < SERIES_BINS; i++) {
		into->bytes[i] += from->bytes[i];
		into->run_ns[i] += from->run_ns[i];
		into->plan_ns[i] += from->plan_ns[i];
	}
}
