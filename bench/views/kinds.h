/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_KINDS_H
#define AUX_BENCH_VIEWS_KINDS_H

#include <jansson.h>
#include <stdio.h>

#include "lib/store.h"
#include "lib/cell.h"

struct results;

/*
 * The part of a report that a kind of cell has for itself; steady streams have
 * the tables and plots of report-summary.c and report-plot.c instead.
 */
struct report_kind {
	/* Folds a measured entry into @sum, an object that begins empty. */
	void (*add)(json_t *sum, const struct store_entry *entry);
	/*
	 * Adds to @sum what the store does not have, made once and kept in
	 * @dir; may be NULL.
	 */
	int (*prepare)(json_t *sum, const char *dir, int stop_fd);
	/*
	 * Takes note of a steady stream of the same run, to compare with; may be
	 * NULL.  @sum may have nothing else in it then.
	 */
	void (*beside)(json_t *sum, const struct store_entry *entry);
	/* Its section of summary.txt; not called when nothing was added. */
	void (*summary)(const json_t *sum, FILE *f);
	/* Files of its own below @dir (plots, timelines); may be NULL. */
	int (*files)(const json_t *sum, const char *dir, int stop_fd,
		     struct err *err);
};

extern const struct report_kind report_client, report_scenario;

/* By enum cell_kind; a steady stream has none. */
extern const struct report_kind *const report_kinds[CELL_KINDS];

#endif
