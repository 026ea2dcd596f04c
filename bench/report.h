/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_REPORT_H
#define AUX_BENCH_REPORT_H

#include "lib/err.h"

/*
 * From DIR/store.jsonl alone: DIR/summary.tsv, DIR/summary.txt and the
 * pictures in DIR/plots (wakeup-cdf, gap-ccdf, hang-incidence, hang-heatmap;
 * .png, .svg, and the .data each is drawn from).  Without gnuplot or without
 * data for it a picture is left out with a sentence on stderr, which is no
 * error.  -ENODATA when the store is empty, -EINTR when @stop_fd (see
 * lib/proc.h; -1: none) says stop.
 */
int report_make(const char *dir, int stop_fd, struct err *err);

#endif
