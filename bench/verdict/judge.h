/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VERDICT_JUDGE_H
#define AUX_BENCH_VERDICT_JUDGE_H

#include <stdio.h>

#include "bench/results/contrast.h"
#include "bench/results/gap-parts.h"
#include "bench/verdict/hunt.h"

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
	double hunt_bound;	/* the same of aimed hunts */
	double hang_ratio;	/* hangs "as often as baseline" up to this */
	bool fix;		/* the patch is to close the race */
	size_t boots;		/* least number for a claim */
	int looks;		/* the how-manieth look at growing data, >= 1 */
};
void judge_options_init(struct judge_options *options);
/* What errors may come to in all tests of this look together. */
double judge_alpha(const struct judge_options *options);

enum judge_word { JUDGE_GOOD, JUDGE_BAD, JUDGE_UNDECIDED };
extern const char *const judge_words[];

enum judge_race { RACE_NOT_SHOWN, RACE_CLOSED, RACE_OPEN };
extern const char *const judge_races[];

/* Of pairs. */
enum { CANDIDATE, BASELINE };

enum judge_outcome {
	OUTCOME_NOT_WORSE,	/* within the margin, shown */
	OUTCOME_WORSE,		/* beyond the margin, shown */
	OUTCOME_OPEN,		/* neither can be said yet */
	OUTCOME_NO_DATA,
	OUTCOME_NOT_JUDGED,	/* hangs have tests of their own */
};
extern const char *const judge_outcomes[];

/* A metric of the one contrast that all views have, and what follows. */
struct judge_test {
	struct contrast contrast;
	enum judge_outcome outcome;
	bool indicative;
	double margin, level;	/* on the scale of the comparison */
	double lo, hi;		/* the interval at @level, as a ratio or so */
	double p;		/* Welch, two-sided, that there is none */
	double p_worse;		/* one-sided, that it is within the margin */
	double p_holm;		/* that, adjusted over cells and metrics */
	double sd;		/* of one boot; logs for a ratio */
	size_t needed;		/* boots for power 0.9, when open */
};

struct judge_hangs {
	uint64_t k[2], n[2];	/* candidate, baseline */
	double lo[2], hi[2];	/* exact 95 % */
	size_t hosts;		/* that ran both, and are compared within */
	double ratio;		/* pooled over them; see strata.h */
	double p, p_holm;	/* Fisher; Holm over cells and classes */
};

struct judge_cell_result {
	struct judge_hangs hangs[HANG_CLASSES];
	struct judge_test test[METRICS];
};

struct judge_verdict {
	const struct results_kernel *cand, *base; /* base: NULL when missing */
	enum judge_word word;
	char *line;		/* "BAD (because ...)": without the word */
	char *unshown;		/* what GOOD leaves open; "" when nothing */
	char *latency;		/* the same of what is only indicative */
	struct judge_hangs hangs[HANG_CLASSES], all;
	enum judge_race race;
	struct judge_hunt hunt;
	double ratio_lo, ratio_hi;	/* of all hangs; NAN: none */
	struct judge_test test[METRICS];
	struct contrast_pair *pair;	/* the cells that both have */
	struct judge_cell_result *cell;	/* one for each of them */
	size_t cells;
	struct gap_parts parts[2];
	/* Boots of streams and of hunts that it takes, 0: cannot be said. */
	size_t needed, needed_hunts;
	bool fact;		/* BAD, and more boots will not change it */
};

struct judge {
	const struct results *results;
	struct judge_options options;
	struct judge_verdict *verdict;
	size_t n;
	bool emulated;
	enum judge_word word;	/* the worst of all */
};

/* All candidates of @results; @hunts are those of the same store, or NULL. */
void judge_make(struct judge *judge, const struct results *results,
		const struct hunts *hunts,
		const struct judge_options *options);
void judge_free(struct judge *judge);

/* Its parts. */
void judge_hang_tests(struct judge *judge, struct judge_verdict *v);
void judge_metric_tests(struct judge *judge, struct judge_verdict *v);
void judge_decide(struct judge *judge, struct judge_verdict *v);

/*
 * The name of a cell that both have, "window=30ms loop=perf", or "30ms perf",
 * or "window loop".
 */
enum judge_cell_style { WORDS_BOTH, WORDS_VALUES, WORDS_KEYS };
#define JUDGE_WORDS 96
char *judge_cell_words(char buf[JUDGE_WORDS], const struct judge_verdict *v,
		       size_t cell, enum judge_cell_style style);

/* "1.8e-12", or "<1e-99" for what doubles have no number for. */
#define JUDGE_P 16
char *judge_p(char buf[JUDGE_P], double p);

/* Whether a baseline that was measured never says it. */
bool judge_new_warning(const struct judge_verdict *v,
		       const struct results_warning *warning);
/* Whether baseline did it as well. */
bool judge_in_baseline(const struct judge_verdict *v,
		       const struct results_trouble *trouble);
/* The margin in the metric's unit, with its sign; and as an interval of it. */
double judge_margin_shown(const struct judge_test *test);

/* What a verdict is printed with, beside what was measured. */
struct judge_context {
	/* {variant: {"says": text, "settings": {"perf pt lifo": verdict}}} */
	const json_t *model;
	const json_t *origin;	/* sign-off.json; NULL: none */
	const char *dir;	/* of the results */
};

/* [{"source", "says", "hangs", "fulls", "why"}], and where they differ. */
json_t *judge_truth(const struct judge_verdict *v, const json_t *model);
json_t *judge_disagreements(const struct judge_verdict *v,
			    const json_t *model);
void judge_print_find(const struct judge_verdict *v, const char *dir, FILE *f);
/* The file that tries a candidate's find again; caller frees. */
char *judge_again_path(const char *dir, const struct judge_verdict *v);

/* verdict.txt, and the same facts as JSON (a new reference). */
void judge_print(const struct judge *judge, const struct judge_context *context,
		 FILE *f);
json_t *judge_to_json(const struct judge *judge,
		      const struct judge_context *context);

#endif
