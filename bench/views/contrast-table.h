/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_CONTRAST_TABLE_H
#define AUX_BENCH_VIEWS_CONTRAST_TABLE_H

#include "bench/results/contrast.h"
#include "bench/views/text.h"

/* Metrics down, what a candidate and its reference say of them across. */

#define CONTRAST_COLUMNS 6

struct contrast_table {
	struct text_table text;
	size_t rows;		/* filled in */
	bool own;		/* values only */
	size_t shift;		/* 1 when flat */
	char name[TEXT_NAME];	/* of the candidate whose rows come */
	struct contrast *contrast;	/* of all rows, for the notes */
	size_t contrasts;
};

/*
 * Room for @candidates; the columns of values are named @here and @base, which
 * is NULL where there is nothing to compare with: a kernel's own values then.
 * Each row of a @flat table names its candidate, for those who sort.
 */
void contrast_table_init(struct contrast_table *t, size_t candidates,
			 bool flat, const char *here, const char *base);
/* The rows of one candidate; "details" are left out. */
void contrast_table_add(struct contrast_table *t, const char *name,
			const struct contrast_pair *pairs, size_t n);
/* The same in pieces: a heading, then a contrast a row. */
void contrast_table_name(struct contrast_table *t, const char *name);
void contrast_table_put(struct contrast_table *t, const struct contrast *c);
/* Prints and frees it; notes are printed below. */
void contrast_table_end(struct contrast_table *t, FILE *f);
/* Or only the notes; the table is the caller's to print. */
struct text_table contrast_table_take(struct contrast_table *t, FILE *below);

/* One row's columns from the first value on. */
void contrast_table_row(struct text_table *t, size_t row,
			const struct contrast *c);

#endif
