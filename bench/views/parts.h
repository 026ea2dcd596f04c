/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_PARTS_H
#define AUX_BENCH_VIEWS_PARTS_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/results/results.h"
#include "bench/views/text.h"

/* What report_make() puts together. */

struct report {
	struct results results;
	json_t *kind_sum[CELL_KINDS];	/* see kinds.h; NULL: none */
};

void report_tsv(const struct results *results, FILE *f);
void report_summary(const struct report *report, FILE *f);

/* A picture of a report, and why it was not drawn; NULL: it was. */
struct report_picture {
	const char *name;	/* of its files in DIR/plots */
	const char *title;
	const char *missing;
	bool expected;		/* by what the job measures */
};

/* Room for all there are, and an end without a name. */
#define REPORT_PICTURES 16

/*
 * The pictures in @dir, each as PNG and SVG, some as text for a mail as well.
 * One without data, or all of them without gnuplot, are left out, and
 * @pictures says why.
 */
int report_plots(const struct results *results, const char *dir, int stop_fd,
		 struct report_picture pictures[REPORT_PICTURES],
		 struct err *err);

/* The tables of report_summary() with their headings, still to be printed. */
void report_kernel_table(const struct results *results, const char *kconfig,
			 struct text_table *table);
/* Each kernel against the reference, as text. */
void report_contrasts(const struct results *results, const char *kconfig,
		      FILE *f);
/*
 * The same as a table in which each row is complete, false: nothing measured.
 * @above and @below get what belongs there.
 */
bool report_contrast_rows(const struct results *results, const char *kconfig,
			  struct text_table *table, FILE *above, FILE *below);
/* What went wrong, of the kinds @first to @last, a line each. */
void report_troubles(const struct results *results, enum trouble_kind first,
		     enum trouble_kind last, FILE *f);
/* What the scheduler alone costs; false without any reference. */
bool report_reference_table(const struct results *results,
			    const char *kconfig, struct text_table *table);
#define REPORT_REFERENCE \
	"what the scheduler alone costs (cyclictest), and our wakeup beside it"
/* False when loop and window do not vary: there is no such table. */
bool report_matrix_table(const struct results *results, const char *kconfig,
			 struct text_table *table);

/*
 * report.html: all in one file.  Reads the SVGs in @dir/plots and what else of
 * a run is in @dir: verdict.txt, job.ini, command, patches.
 */
int report_html(const struct report *report, const char *dir,
		const struct report_picture pictures[REPORT_PICTURES],
		struct err *err);

#endif
