/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VERDICT_JUDGE_H
#define AUX_BENCH_VERDICT_JUDGE_H

#include <stdio.h>

#include "bench/results/repeats.h"
#include "bench/results/inference.h"

/*
 * The verdict on candidates, each compared with baseline.  How it is come to
 * is said in words in judge_method[], which the man page prints.
 */
extern const char judge_method[];

struct judge_options {
	double ratio;		/* margin: worse by more than this factor - 1 */
	double reenable_ns;	/* added to the re-enable part, see there */
	double coverage;	/* margin, share of the time */
	double hang_bound;	/* "none seen" must mean less than this */
	double hang_ratio;	/* hangs "as often as baseline" up to this */
	bool fix;		/* the patch is to close the race */
	size_t boots;		/* least number for a claim */
	int looks;		/* the how-manieth look at growing data, >= 1 */
	unsigned int draws;	/* of the bootstrap */
	uint64_t seed;
};
void judge_options_init(struct judge_options *options);
/* What errors may come to in all tests of this look together. */
double judge_alpha(const struct judge_options *options);

enum judge_word { JUDGE_GOOD, JUDGE_BAD, JUDGE_UNDECIDED };
extern const char *const judge_words[];

enum judge_outcome {
	OUTCOME_NOT_WORSE,	/* within the margin, shown */
	OUTCOME_WORSE,		/* beyond the margin, shown */
	OUTCOME_OPEN,		/* neither can be said yet */
	OUTCOME_NO_DATA,
};
extern const char *const judge_outcomes[];

/* Share of fulls that hang above which a cell's other times say nothing. */
#define JUDGE_OFTEN 0.05

/* What is compared besides hangs: one value a boot and cell. */
enum judge_metric {
	METRIC_WAKEUP_P50, METRIC_WAKEUP_P99,
	METRIC_REENABLE_P50, METRIC_REENABLE_P99,
	METRIC_ENABLE,		/* on a running event, p50 */
	METRIC_REENABLE,	/* part of the gap, median, ns */
	METRIC_LOST,		/* time lost per full, restricted mean */
	METRIC_COVERAGE,
	METRICS
};

struct judge_metric_def {
	const char *name, *title;
	bool log;		/* compared as a ratio */
	bool latency;		/* under emulation: indicative only */
	bool more_is_better;
};
extern const struct judge_metric_def judge_metrics[METRICS];

struct judge_test {
	enum judge_outcome outcome;
	bool indicative;
	size_t na, nb;		/* boots: candidate, baseline */
	double a, b;		/* geometric or arithmetic means */
	/* Of a ratio (log), else of a difference; the interval is @level's. */
	double diff, lo, hi, margin, level;
	double p;		/* Welch, two-sided, that there is none */
	double p_worse;		/* one-sided, that it is within the margin */
	double p_holm;		/* that, adjusted over cells and metrics */
	double sd;		/* of one boot; logs for a ratio */
	size_t needed;		/* boots for power 0.9, when open */
};

struct judge_hangs {
	uint64_t k[2], n[2];	/* candidate, baseline */
	double lo[2], hi[2];	/* exact 95 % */
	double p, p_holm;	/* Fisher; Holm over cells and classes */
};

/* Quantiles with intervals, for the tables. */
#define JUDGE_QUANTILES 5
enum { TIMES_WAKEUP, TIMES_GAP, TIMES_REENABLE, TIMES_ENABLE, JUDGE_TIMES };
extern const char *const judge_times[JUDGE_TIMES];

struct judge_cell_result {
	struct judge_hangs hangs[HANG_CLASSES];
	struct judge_test test[METRICS];
};

struct judge_verdict {
	const struct judge_kernel *cand, *base;	/* base: NULL when missing */
	enum judge_word word;
	char *line;		/* "BAD (because ...)": without the word */
	char *latency;		/* the same of what is only indicative */
	struct judge_hangs hangs[HANG_CLASSES], all;
	bool closes;		/* none seen where baseline hangs for sure */
	double ratio_lo, ratio_hi;	/* of all hangs; NAN: none */
	struct judge_test test[METRICS];
	struct judge_cell_result *cell;	/* one for each cell of the data */
	struct stats_quantiles times[JUDGE_TIMES][JUDGE_QUANTILES];
	uint64_t times_n[JUDGE_TIMES][2];
	double lost_part[2][3];	/* ms a full: wake, drain, re-enable */
	uint64_t lost_n[2];	/* gaps that these are the means of */
	size_t needed;		/* boots, 0: cannot be said */
	bool crashed;		/* more boots will not change it */
};

struct judge {
	const struct judge_data *data;
	struct judge_options options;
	struct judge_verdict *verdict;
	size_t n;
	enum judge_word word;	/* the worst of all */
};

/* All candidates of @data; with @tables also what only tables need. */
void judge_make(struct judge *judge, const struct judge_data *data,
		const struct judge_options *options, bool tables);
void judge_free(struct judge *judge);

/* Its parts. */
void judge_hang_tests(struct judge *judge, struct judge_verdict *v);
void judge_time_tests(struct judge *judge, struct judge_verdict *v);
void judge_tables(struct judge *judge, struct judge_verdict *v);
void judge_decide(struct judge *judge, struct judge_verdict *v);

/* verdict.txt, and the same facts as JSON (a new reference). */
void judge_print(const struct judge *judge, json_t *model, FILE *f);
json_t *judge_to_json(const struct judge *judge, json_t *model);

#endif
