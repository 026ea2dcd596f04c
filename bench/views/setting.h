/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_SETTING_H
#define AUX_BENCH_VIEWS_SETTING_H

#include "bench/results/results.h"

/* Whether there are two that differ in the eyes of @cmp. */
bool setting_varies(const struct results *results, results_cell_cmp *cmp);

/*
 * "window 0", and what else of results_setting_cmp() there are several of:
 * "intel_pt, window 0, skid 100us"; @cell NULL: all together.  Caller frees.
 */
char *setting_label(const struct results *results, const struct cell *cell);

#endif
