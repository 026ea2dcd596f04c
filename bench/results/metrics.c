// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/metrics.h"

#include <math.h>

#include "bench/results/stats.h"
#include "lib/units.h"

/* Fewer samples than that make no quantile of a repeat. */
#define LEAST_P50 5
#define LEAST_P99 100

static double p50(const struct hist *h)
{
	return h->n < LEAST_P50 ? NAN : stats_quantile(h, NULL, 0.5);
}

static double p99(const struct hist *h)
{
	return h->n < LEAST_P99 ? NAN : stats_quantile(h, NULL, 0.99);
}

static double wakeup_p50(const struct record *r)
{
	return p50(&r->h.wakeup);
}

static double wakeup_p99(const struct record *r)
{
	return p99(&r->h.wakeup);
}

static double gap_p50(const struct record *r)
{
	return r->h.gap.n + r->h.censored.n < LEAST_P50 ? NAN :
		stats_quantile(&r->h.gap, &r->h.censored, 0.5);
}

static double reenable_p50(const struct record *r)
{
	return p50(&r->h.gap_enable);
}

static double reenable_p99(const struct record *r)
{
	return p99(&r->h.gap_enable);
}

static double enable_p50(const struct record *r)
{
	return p50(&r->h.enable_running);
}

#define US ((double)NSEC_PER_USEC)
#define MS ((double)NSEC_PER_MSEC)

const struct metric metrics[METRICS] = {
	[METRIC_HANGS] = {
		"hang", "hangs per full", "%", 0.01, SCALE_POOLED,
		.emulated = true,
	},
	[METRIC_COVERAGE] = {
		"coverage", "coverage", "%", 0.01, SCALE_DIFFERENCE,
		.emulated = true, .more_is_better = true, .gaps = true,
	},
	[METRIC_WAKEUP_P50] = {
		"wakeup_p50", "wakeup p50", "us", US, SCALE_RATIO,
		.survivors = true, .of = wakeup_p50,
	},
	[METRIC_WAKEUP_P99] = {
		"wakeup_p99", "wakeup p99", "us", US, SCALE_RATIO,
		.survivors = true, .of = wakeup_p99,
	},
	[METRIC_GAP_P50] = {
		"gap_p50", "gap p50", "ms", MS, SCALE_RATIO,
		.emulated = true, .gaps = true, .of = gap_p50,
	},
	[METRIC_LOST] = {
		"lost_per_full", "lost per full", "ms", MS, SCALE_RATIO,
		.emulated = true, .gaps = true,
	},
	[METRIC_REENABLE] = {
		"gap_reenable", "gap: re-enable", "ms", MS, SCALE_RATIO,
		.emulated = true, .survivors = true, .gaps = true,
		.padded = true, .detail = true, .of = reenable_p50,
	},
	[METRIC_REENABLE_P50] = {
		"reenable_p50", "re-enable p50", "us", US, SCALE_RATIO,
		.survivors = true, .gaps = true, .detail = true,
		.of = reenable_p50,
	},
	[METRIC_REENABLE_P99] = {
		"reenable_p99", "re-enable p99", "us", US, SCALE_RATIO,
		.survivors = true, .gaps = true, .detail = true,
		.of = reenable_p99,
	},
	[METRIC_ENABLE] = {
		"enable_running_p50", "ENABLE, running", "us", US,
		SCALE_RATIO, .detail = true, .of = enable_p50,
	},
};

/* Such that 250 ms, the usual hang timeout, is one: from 1 us to 48 minutes. */
#define STEP_FIRST (250 * MS / (1 << 18))

double metric_step_ns(size_t step)
{
	return STEP_FIRST * exp2(step / 2.0);
}

size_t metric_step(double ns)
{
	double step = ceil(2 * log2(fmax(ns, STEP_FIRST) / STEP_FIRST) - 1e-9);

	return step < METRIC_STEPS ? step : METRIC_STEPS - 1;
}

void metric_values_of(struct metric_values *values, const struct record *r)
{
	double ends[METRIC_STEPS], means[METRIC_STEPS];
	size_t i;

	for (i = 0; i < METRICS; i++)
		values->value[i] = metrics[i].of ? metrics[i].of(r) : NAN;
	for (i = 0; i < METRIC_STEPS; i++)
		ends[i] = metric_step_ns(i);
	stats_restricted_means(&r->h.gap, &r->h.censored, ends, METRIC_STEPS,
			       means);
	for (i = 0; i < METRIC_STEPS; i++)
		values->lost_ns[i] = means[i];
}

void metric_values_mix(struct metric_values *values,
		       const struct metric_values *more, unsigned int n)
{
	size_t i;

	for (i = 0; i < METRICS; i++)
		values->value[i] = isnan(values->value[i]) ? more->value[i] :
			isnan(more->value[i]) ? values->value[i] :
			(n * values->value[i] + more->value[i]) / (n + 1);
	for (i = 0; i < METRIC_STEPS; i++)
		values->lost_ns[i] = isnan(values->lost_ns[i]) ?
			more->lost_ns[i] : isnan(more->lost_ns[i]) ?
			values->lost_ns[i] :
			(n * values->lost_ns[i] + more->lost_ns[i]) / (n + 1);
}

double metric_shown(const struct metric *metric, double value)
{
	return value / metric->per_unit;
}

double metric_difference(const struct metric *metric, double a, double b)
{
	return metric->scale == SCALE_RATIO ? a / b : a - b;
}
