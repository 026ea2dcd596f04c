/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_NUMBERS_H
#define AUX_BENCH_VIEWS_NUMBERS_H

#include "bench/results/contrast.h"
#include "bench/views/text.h"

/* Values and contrasts in words, the same in every view. */

#define NUMBER_TEXT 48

/* "wakeup p50, us" */
char *number_title(char buf[NUMBER_TEXT], const struct metric *metric);
/* "114"; "-" where there is nothing. */
char *number_value(char buf[NUMBER_TEXT], const struct metric *metric,
		   double value);
/*
 * The value of the candidate (0) or the reference (1): "114", "cut off",
 * "hangs often", "-".
 */
char *number_side(char buf[NUMBER_TEXT], const struct contrast *c, int side);
/* "x 1.03", "+1.38 points", or why there is none: "hangs often". */
char *number_difference(char buf[NUMBER_TEXT], const struct contrast *c);
/* The same of any difference, or ratio, in the scale of @metric. */
char *number_delta(char buf[NUMBER_TEXT], const struct metric *metric,
		   double x);
/* "0.894 to 1.19", of any interval in the scale of @metric. */
char *number_range(char buf[NUMBER_TEXT], const struct metric *metric,
		   double lo, double hi);
/* The contrast's own, 95 %; "-" where there is none, "open", "boots alike". */
char *number_interval(char buf[NUMBER_TEXT], const struct contrast *c);
/* "4", "4/6" when the others gave nothing. */
char *number_cells(char buf[NUMBER_TEXT], const struct contrast *c);

/* A time in ns that too much was cut off to know: "> 300", in @unit. */
char *number_quantile(char buf[NUMBER_TEXT], double ns, double longest,
		      double unit);

/*
 * "3: kernels are compared on each, and the differences pooled; b DISAGREES,
 * ..."; NULL where it ran on one.  Caller frees.
 */
char *number_hosts(const struct results *results);

/* What the words above mean, for below a table. */
void number_notes(const struct contrast *c, size_t n, FILE *f);

#endif
