/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_TEXT_H
#define AUX_BENCH_VIEWS_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Plain text for a mail: ASCII, no line longer than this. */
#define TEXT_WIDTH 72

/* One line; what is too long is cut, trailing blanks go. */
void text_line(FILE *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Broken at blanks into as many lines as it takes, all but the first after
 * @indent blanks; a word that fits on no line is cut into pieces.
 */
void text_wrap(FILE *f, int indent, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define TEXT_NAME 32

/*
 * At most @width (5 .. TEXT_NAME - 1) characters of @name: its beginning and
 * its end, where names differ, with ".." between.  Not ASCII becomes '?'.
 */
char *text_shorten(char buf[TEXT_NAME], const char *name, size_t width);

/* Three significant digits, never rounded up to 100 or down to 0; no unit. */
#define TEXT_NUMBER 16
char *text_percent(char buf[TEXT_NUMBER], double percent);
/* Three significant digits or a whole number. */
char *text_number(char buf[TEXT_NUMBER], double value);

/*
 * A table.  Columns after the first @labels ones are aligned to the right;
 * when they do not all fit on a line the rest follows below, with the labels
 * again.
 */
struct text_table {
	size_t rows, cols, labels;
	size_t stride;		/* columns that were made room for */
	char (*cell)[TEXT_NAME];
};

void text_table_init(struct text_table *table, size_t rows, size_t cols,
		     size_t labels);
void text_table_set(struct text_table *table, size_t row, size_t col,
		    const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Leaves out the columns from @cols on. */
void text_table_trim(struct text_table *table, size_t cols);
/* Prints and frees it. */
void text_table_end(struct text_table *table, FILE *f);

#endif
