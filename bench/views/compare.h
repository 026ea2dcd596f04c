/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_COMPARE_H
#define AUX_BENCH_VIEWS_COMPARE_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/results/data.h"
#include "lib/err.h"

/*
 * Several stores side by side: what all of them have measured, of the same
 * variant, kconfig and cell.
 */

#define COMPARE_SETS 8

struct compare_set {
	const char *dir;	/* the caller's */
	char label[2];		/* "A", "B", ... */
	struct report report;
	uint64_t left_out;	/* cells that not all sets have */
};

/* A variant, kconfig and cell that all sets have. */
struct compare_row {
	const struct report_combo *like;	/* of the first set */
	struct record *sum[COMPARE_SETS];
	uint64_t records[COMPARE_SETS];
	char *accel[COMPARE_SETS], *method[COMPARE_SETS];
	bool times;		/* latencies can be compared */
	bool gaps;		/* gaps and coverage can */
};

struct compare {
	struct compare_set set[COMPARE_SETS];
	size_t sets;
	struct compare_row *row;
	size_t rows;
	/* Keys of the cells that vary among the rows, by place in cell_keys. */
	const struct cell_key *key[16];
	size_t keys;
	/* Sentences: where the sets differ in more than the variant. */
	struct report_names doubts;
};

/*
 * Reads the stores of @dirs into an uninitialised @compare.  -EINVAL when
 * nothing in them can be compared, with the reason; compare_free() in any
 * case.
 */
int compare_read(struct compare *compare, const char *const *dirs, size_t n,
		 struct err *err);
void compare_free(struct compare *compare);

/* Whether a key of a cell may differ between cells that are compared. */
bool compare_is_side_key(const char *name);

/* Fills in @compare->doubts. */
void compare_doubts(struct compare *compare);

/* What a set says in a row, or of a variant over all its rows. */
enum {
	COMPARE_HANG, COMPARE_P50, COMPARE_P99, COMPARE_GAP, COMPARE_COVERAGE,
	COMPARE_METRICS
};

struct compare_value {
	bool known;
	double value;		/* per cent, us or ms */
	/* Of COMPARE_HANG only: */
	uint64_t hangs, fulls;
	double lo, hi;		/* exact 95 % interval, per cent */
};

struct compare_value compare_of_row(const struct compare_row *row, size_t set,
				    int metric);
/*
 * Over all rows of the kernel of @like: hangs per full are added up, times
 * are geometric means, coverage is a mean, each row of the same weight.
 */
struct compare_value compare_of_kernel(const struct compare *compare,
				       const struct compare_row *like,
				       size_t set, int metric);
/* Whether this is the first row of its kernel. */
bool compare_first(const struct compare *compare, size_t row);

void compare_text(const struct compare *compare, FILE *f);
void compare_tsv(const struct compare *compare, FILE *f);

/* compare.txt, compare.tsv and plots/ in @dir. */
int compare_output(const struct compare *compare, const char *dir,
		   int stop_fd, struct err *err);

#endif
