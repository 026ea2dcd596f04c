/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_CONTRAST_H
#define AUX_BENCH_RESULTS_CONTRAST_H

#include "bench/results/blocks.h"
#include "bench/results/inference.h"
#include "bench/results/results.h"

/*
 * How a kernel differs from a reference over the cells that both have: the one
 * estimate that summary, pictures, compare and verdict print.
 *
 * Shares of all that was counted (hangs per full) are pooled over these cells,
 * as they are in every table.  For all else cells differ by far more than
 * kernels do, and a boot may lack one: the estimate is the mean of the cells'
 * differences (of logs, for a ratio), each of the same weight.  The boot is the
 * replicate: the mean of its cells, each value relative to its cell's middle,
 * says how boots vary, and the interval is Welch's.  Where several hosts took
 * part, kernels are compared on each of them, and the differences are pooled.
 */

enum contrast_state {
	CONTRAST_KNOWN,
	CONTRAST_NONE,		/* no value in any cell that both have */
	CONTRAST_OFTEN,		/* they hang often in all such cells */
	CONTRAST_CUT_OFF,	/* it lies beyond what hangs cut off */
};

/* A cell that both have: candidate, reference. */
struct contrast_pair {
	const struct results_combo *combo[2];
};

struct contrast {
	const struct metric *metric;
	enum contrast_state state;
	size_t pairs;		/* cells that both have */
	size_t cells;		/* of these: that gave a value */
	size_t often;		/* left out: one of them hangs often there */
	size_t cut_off;		/* in so many cells */
	double value[2];	/* candidate, reference: means over the cells */
	double difference;	/* or ratio */
	bool interval;		/* two boots of each at least */
	bool open;		/* but it says nothing: interval_open() */
	double lo, hi;		/* of difference, 95 % */
	/* Ends of the restricted means, ns; 0: the metric has none. */
	double end_least, end_most;
	/* Boots, on the scale of the comparison: logs for a ratio. */
	struct stats_sample boots[2];
	struct blocks_fit fit;	/* over hosts that have both */
	/* A host that disagrees with the others, and by what both differ. */
	bool odd;
	unsigned int odd_host;	/* its place in results.hosts */
	double odd_difference, odd_others;
};

/*
 * The interval of the difference less @shift, on the scale of the comparison:
 * Welch's on one host, that of blocks on several.  -EINVAL: too few boots.
 */
int contrast_test(const struct contrast *c, double shift, double level,
		  struct stats_welch *w);

#define CONTRAST_LEVEL 0.95

/*
 * So few boots, or so unlike, that an interval reaches to OPEN_RATIO times more
 * or less, or over more points than a share has: nobody learns from its ends.
 */
#define OPEN_RATIO 100.0
bool interval_open(const struct metric *metric, double lo, double hi);

/* What METRIC_REENABLE adds unless another is asked for. */
#define CONTRAST_PAD_NS 1e6

/*
 * The cells that both kernels have measured, @kernel's first; they may be the
 * same one, for its own values.  Caller frees *pairs.
 */
size_t contrast_pairs(const struct results *results,
		      const struct results_kernel *kernel,
		      const struct results_kernel *reference,
		      struct contrast_pair **pairs);
void contrast_make(struct contrast *c, enum metric_id metric,
		   const struct contrast_pair *pairs, size_t n,
		   double pad_ns);
/* Both at once. */
void contrast_kernels(struct contrast *c, enum metric_id metric,
		      const struct results *results,
		      const struct results_kernel *kernel,
		      const struct results_kernel *reference);
/* A value of one cell alone: value[0], by the same rules. */
void contrast_cell(struct contrast *c, enum metric_id metric,
		   const struct results_combo *combo);

/*
 * Whether all kernels of the kconfig have a value of it in that cell: what is
 * to be told apart in a picture must be of the same cells.
 */
bool contrast_shared(const struct results *results, enum metric_id metric,
		     const struct results_combo *combo);

/* Whether it hangs in more than METRIC_OFTEN of its fulls. */
bool contrast_hangs_often(const struct results_combo *combo);

#endif
