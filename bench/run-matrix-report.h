/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RUN_MATRIX_REPORT_H
#define AUX_BENCH_RUN_MATRIX_REPORT_H

#include "bench/run/run.h"

/* What run-matrix makes and says of a run that has ended; its own. */
int run_matrix_report(const struct run_options *options,
		      const struct run_done *done, struct err *err);
/* A first table, on stderr: stdout gets the table of the whole. */
void run_matrix_first(const struct run_options *options, const char *dir);

#endif
