/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_COMPARE_H
#define AUX_BENCH_VIEWS_COMPARE_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/results/contrast.h"
#include "lib/err.h"

/*
 * Several stores side by side: what all of them have measured, of the same
 * variant, kconfig and cell.
 */

#define COMPARE_SETS 8

struct compare_set {
	const char *dir;	/* the caller's */
	char label[2];		/* "A", "B", ... */
	struct results results;
	uint64_t left_out;	/* cells that not all sets have */
};

/* A variant, kconfig and cell that all sets have. */
struct compare_row {
	const struct results_combo *like;	/* of the first set */
	struct results_combo *combo[COMPARE_SETS];	/* owned */
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
	struct results_names doubts;
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

/* Hangs per full of a row, or of all rows of a kernel. */
struct compare_hangs {
	uint64_t hangs, fulls;
	double lo, hi;		/* exact 95 % interval; 0 and 1 without a full */
};

struct compare_hangs compare_hangs(const struct compare *compare, size_t row,
				   bool whole_kernel, size_t set);
/*
 * @set against the first one (the first against the second), in a row or over
 * all rows of its kernel; rows in which the metric cannot be compared are left
 * out.
 */
void compare_contrast(const struct compare *compare, size_t row,
		      bool whole_kernel, size_t set, enum metric_id metric,
		      struct contrast *contrast);
/* Whether this is the first row of its kernel. */
bool compare_first(const struct compare *compare, size_t row);

void compare_text(const struct compare *compare, FILE *f);
void compare_tsv(const struct compare *compare, FILE *f);

/* compare.txt, compare.tsv and plots/ in @dir. */
int compare_output(const struct compare *compare, const char *dir,
		   int stop_fd, struct err *err);

#endif
