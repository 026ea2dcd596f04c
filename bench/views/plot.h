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
 * A picture, in the file that writes its data; plot.c has the list of them.
 * data() is false when there is nothing to show.
 */
struct plot {
	const char *name;
	const char *title;
	bool (*data)(const struct results *results, FILE *f);
	const char *missing;	/* why there is no such picture */
	bool mail;		/* as text as well */
	bool always;		/* every steady stream has what it shows */
};

extern const struct plot plot_hang_incidence, plot_difference,
	plot_wakeup_cdf, plot_gap_ccdf, plot_gap_split, plot_hang_heatmap,
	plot_hang_rate, plot_worst_cycle, plot_scale, plot_preempt;

#endif
