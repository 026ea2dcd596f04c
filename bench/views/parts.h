/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_PARTS_H
#define AUX_BENCH_VIEWS_PARTS_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/results/data.h"
#include "bench/views/text.h"

/* What report_make() puts together. */

void report_tsv(const struct report *report, FILE *f);
void report_summary(const struct report *report, FILE *f);

/* A picture of a report, and why it was not drawn; NULL: it was. */
struct report_picture {
	const char *name;	/* of its files in DIR/plots */
	const char *title;
	const char *missing;
};

#define REPORT_PICTURES 10

/*
 * The pictures in @dir, each as PNG and SVG, some as text for a mail as well.
 * One without data, or all of them without gnuplot, are left out, and
 * @pictures says why.
 */
int report_plots(const struct report *report, const char *dir, int stop_fd,
		 struct report_picture pictures[REPORT_PICTURES],
		 struct err *err);

/* The tables of report_summary() with their headings, still to be printed. */
void report_kernel_table(const struct report *report, const char *kconfig,
			 struct text_table *table);
/* False when loop and window do not vary: there is no such table. */
bool report_matrix_table(const struct report *report, const char *kconfig,
			 struct text_table *table);

/*
 * report.html: all in one file.  Reads the SVGs in @dir/plots and what else of
 * a run is in @dir: verdict.txt, job.ini, command, patches.
 */
int report_html(const struct report *report, const char *dir,
		const struct report_picture pictures[REPORT_PICTURES],
		struct err *err);

#endif
