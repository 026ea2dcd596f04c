/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_REPORT_PARTS_H
#define AUX_BENCH_REPORT_PARTS_H

#include <stdio.h>

#include "bench/report-data.h"

/* What report_make() puts together. */

void report_tsv(const struct report *report, FILE *f);
void report_summary(const struct report *report, FILE *f);

/*
 * The pictures in @dir; a picture without data, or all of them without
 * gnuplot, are left out with a sentence on stderr.
 */
int report_plots(const struct report *report, const char *dir, int stop_fd,
		 struct err *err);

#endif
