/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RUN_ENTRY_H
#define AUX_BENCH_RUN_ENTRY_H

#include <jansson.h>

#include "bench/job/job.h"
#include "bench/job/plan.h"
#include "kconfigs/build/kernel.h"
#include "lib/status.h"

/*
 * One line of the store, from what is known about a cell and its end; see
 * lib/store.h for the keys.
 */
struct entry {
	const struct job *job;
	const struct plan *plan;
	const struct plan_boot *plan_boot;
	const struct plan_cell *plan_cell;
	int boot;		/* number of the boot, 0: it did not boot */
	int order;		/* of the cell in its boot, from 1 */
	enum status status;
	const char *why;	/* NULL: none */
	const struct kernel *kernel;	/* NULL: was not built */
	const char *console_path;	/* for its last lines; NULL: none */
	/* These are taken over; NULL: none. */
	json_t *target, *host, *console, *warnings, *record;
	const json_t *versions;
};

/* A new reference. */
json_t *entry_to_json(const struct entry *entry);

#endif
