/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_REPORT_H
#define AUX_BENCH_VIEWS_REPORT_H

#include <stdbool.h>

#include "lib/err.h"

/*
 * From DIR/store.jsonl alone: DIR/summary.tsv, DIR/summary.txt, the pictures in
 * DIR/plots (.png, .svg, the .data each is drawn from, and for some .txt for a
 * mail), and DIR/report.html, which has all of that in one file and also what
 * else there is of verdict.txt, command, job.ini and patches/.  Without gnuplot
 * or without data for it a picture is left out, which is no error; report.html
 * says why, and unless @quiet stderr says which.  -ENODATA when the store is
 * empty, -EINTR when @stop_fd (see lib/proc.h; -1: none) says stop.
 */
int report_make(const char *dir, bool quiet, int stop_fd, struct err *err);

#endif
