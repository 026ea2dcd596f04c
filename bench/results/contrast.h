/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_CONTRAST_H
#define AUX_BENCH_RESULTS_CONTRAST_H

#include "bench/results/data.h"

/*
 * How a kernel differs from another, over the cells that both have: for each
 * cell the difference (of percentages) or the ratio (of quantiles), then the
 * mean or the geometric mean over the cells, each of the same weight.  All
 * cells pooled would not do: a kernel that hangs has fewer fulls and times
 * just where it hangs.
 *
 * The interval is of a bootstrap over boots, the unit of replication: each
 * replicate draws boots of either kernel and takes all their cells.  Of n
 * boots it draws n - 1 with replacement, which makes the variance unbiased
 * where boots are few (J. N. K. Rao, C. F. J. Wu, J. Am. Stat. Assoc. 83
 * (1988), 231-241); the ends are percentiles (B. Efron,
 * R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
 */

enum { BOOT_HANGS, BOOT_COVERAGE, BOOT_P50, BOOT_P99, BOOT_METRICS };

struct boot_metric {
	const char *title;
	bool ratio;		/* else a difference in percentage points */
};

extern const struct boot_metric boot_metrics[BOOT_METRICS];

/* With fewer boots of either kernel there is no interval. */
#define BOOT_LEAST 3
#define BOOT_REPLICATES 2000

struct boot_diff {
	size_t cells;		/* that both have; 0: nothing to say */
	double value;		/* percentage points or a ratio */
	bool interval;
	double lo, hi;		/* 95 % */
};

/* Seeded from the report's seed, so that it gives the same again. */
void boot_difference(const struct report *report,
		     const struct report_kernel *base,
		     const struct report_kernel *kernel, int metric,
		     struct boot_diff *diff);

#endif
