/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_PLOT_H
#define AUX_BENCH_VIEWS_PLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/results/results.h"

/*
 * A picture NAME is plots/NAME.gp in the source, which loads NAME.data: what
 * it shows, as variables, arrays and datablocks in gnuplot's own syntax.
 */

/*
 * NAME.data in @dir, by @put; *@some: whether that had anything to show, for
 * there is no such file if not.
 */
int plot_data(const char *dir, const char *name,
	      bool (*put)(const void *ctx, FILE *f), const void *ctx,
	      bool *some, struct err *err);
/*
 * Draws NAME.png, NAME.svg and, for @mail, NAME.txt in @dir from its
 * NAME.data; -ENOENT without gnuplot.
 */
int plot_draw(const char *dir, const char *name, bool mail, int stop_fd,
	      struct err *err);
/* Pictures of an earlier report would pass for those of this one. */
void plot_remove(const char *dir, const char *name);

/* 'text' for gnuplot, whatever is in the text, and the end of the line. */
void plot_quoted(FILE *f, const char *text);
/* name = 'text' */
void plot_string(FILE *f, const char *name, const char *text);
/* The same for element @i, from 1 as gnuplot counts, of an array. */
void plot_element(FILE *f, const char *array, size_t i, const char *text);

/*
 * A picture, in the file that writes its data.  data() is false when there is
 * nothing to show.
 */
struct plot {
	const char *name;
	const char *title;
	bool (*data)(const struct results *results, FILE *f);
	const char *missing;	/* why there is no such picture */
	bool mail;		/* as text as well */
	bool always;		/* every steady stream has what it shows */
};

/* All of them, as reports have them in their order. */
#define PLOT_LIST(X) \
	X(hang_incidence) X(difference) X(wakeup_cdf) X(gap_ccdf) \
	X(gap_split) X(hang_heatmap) X(hang_rate) X(worst_cycle) X(scale) \
	X(preempt)

#define PLOT_DECLARE(id) extern const struct plot plot_##id;
PLOT_LIST(PLOT_DECLARE)

#endif
