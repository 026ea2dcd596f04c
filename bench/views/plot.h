/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_PLOT_H
#define AUX_BENCH_VIEWS_PLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/results/data.h"

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

/* These write the data of a picture; false when there is nothing to show. */
bool plot_wakeup_cdf(const struct report *report, FILE *f);
bool plot_gap_ccdf(const struct report *report, FILE *f);
bool plot_hang_incidence(const struct report *report, FILE *f);
bool plot_hang_heatmap(const struct report *report, FILE *f);
bool plot_hang_rate(const struct report *report, FILE *f);
bool plot_gap_split(const struct report *report, FILE *f);
bool plot_difference(const struct report *report, FILE *f);
bool plot_worst_cycle(const struct report *report, FILE *f);
bool plot_scale(const struct report *report, FILE *f);

/* While the store is read: how many pairs, and what measuring them cost. */
void plot_scale_add(struct report_combo *combo, const struct record *record);
bool plot_preempt(const struct report *report, FILE *f);

#endif
