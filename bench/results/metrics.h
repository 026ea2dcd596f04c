/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_METRICS_H
#define AUX_BENCH_RESULTS_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/record.h"

/*
 * What is measured, as one table: every view and the verdict go by it, so a
 * new metric is a word here, a line in metrics.c and its test.
 */
enum metric_id {
	METRIC_HANGS,
	METRIC_COVERAGE,
	METRIC_WAKEUP_P50, METRIC_WAKEUP_P99,
	METRIC_GAP_P50,
	METRIC_LOST,		/* time lost per full, restricted mean */
	METRIC_REENABLE,	/* part of the gap, with a pad added */
	METRIC_REENABLE_P50, METRIC_REENABLE_P99,
	METRIC_ENABLE,		/* on a running event */
	METRICS
};

/* How two values are compared, and by what the cells are put together. */
enum metric_scale {
	SCALE_POOLED,		/* difference of shares of all that was counted */
	SCALE_DIFFERENCE,	/* mean over the cells */
	SCALE_RATIO,		/* geometric mean over the cells */
};

struct metric {
	const char *name;	/* in files: "wakeup_p50" */
	const char *title;	/* "wakeup p50" */
	const char *unit;	/* of a value as it is shown: "us" */
	double per_unit;	/* a value (ns, share) in one of these */
	enum metric_scale scale;
	bool more_is_better;
	bool emulated;		/* means something under emulation, too */
	/*
	 * Known of cycles only that did not hang: where a cell hangs often
	 * those are the lucky ones, and no measure of another kernel's.
	 */
	bool survivors;
	bool gaps;		/* only as good as what gaps are known by */
	bool padded;		/* compared with a time added to both */
	bool detail;		/* of the verdict's table only */
	/* Of a record; NULL: by what a repeat counted. */
	double (*of)(const struct record *r);
};

extern const struct metric metrics[METRICS];

/* Share of fulls that hang above which a cell hangs often. */
#define METRIC_OFTEN 0.05

/*
 * Ends of the restricted mean of a repeat's gaps: two to each doubling.  With
 * these kept, it is known up to any of them without the gaps themselves.
 */
#define METRIC_STEPS 64

double metric_step_ns(size_t step);
/* The first step at or after @ns. */
size_t metric_step(double ns);

/* What a repeat says of each: NAN, when nothing; INFINITY, when cut off. */
struct metric_values {
	double value[METRICS];	/* those that have @of */
	float lost_ns[METRIC_STEPS];	/* mean gap up to the step; NAN */
};

void metric_values_of(struct metric_values *values, const struct record *r);
/* The mean of @n records so far and of one more. */
void metric_values_mix(struct metric_values *values,
		       const struct metric_values *more, unsigned int n);

/* As it is shown: the value in its unit, and the same for a difference. */
double metric_shown(const struct metric *metric, double value);
/* Ratio or difference of two values. */
double metric_difference(const struct metric *metric, double a, double b);

#endif
