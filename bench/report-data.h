/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_REPORT_DATA_H
#define AUX_BENCH_REPORT_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/record.h"

/*
 * What the store says, summed as it is read: its size depends on how many
 * different kernels and cells there are, not on how long they ran.
 */

/* A growing set of strings in the order in which they came. */
struct report_names {
	char **name;
	size_t n;
};

struct report_reference;	/* report-reference.h */

/* A variant under a kconfig. */
struct report_kernel {
	char *variant, *kconfig;
	char *preempt;		/* its preemption model; NULL: not told */
	size_t slot;		/* of the variant: its place and colour */
	struct record sum;	/* all its cells */
	uint64_t measured;	/* records */
	uint64_t failed;	/* cells that gave none */
	struct report_reference *reference;	/* NULL: none */
	int *boot;		/* numbers of its boots, each once */
	size_t boots;
};

/* A kernel and a cell: one line of summary.tsv. */
struct report_combo {
	struct report_kernel *kernel;
	char *section, *text;	/* of the store; text is its "cell" */
	struct cell key;	/* as measured, else as far as text tells */
	char *accel, *method;	/* "mixed" when its records differ */
	struct record sum;
	uint64_t measured, failed, skipped, console;
	struct report_reference *reference;	/* NULL: none */
	uint64_t pairs;		/* at once, as measured */
	/* The tool's cost for each pair: sums of @costs records' medians, ns */
	double look_ns, account_ns;
	uint64_t costs;
};

/* Something to be told, and how often it came. */
struct report_note {
	char *what;		/* status of a failure, "" for a console */
	char *where;		/* the kernel */
	char *cell;		/* in which it came first; "" if none */
	char *text;
	uint64_t count;
};

/* Different notes that are kept; all are counted. */
#define REPORT_NOTES 24

struct report_notes {
	struct report_note note[REPORT_NOTES];
	size_t n;
	uint64_t count;
};

struct report {
	struct report_names variants, kconfigs;	/* in the order of kernels */
	struct report_names releases, accels;
	struct report_kernel **kernel;	/* by kconfig, then variant */
	size_t kernels;
	struct report_combo **combo;	/* by kernel, then cell */
	size_t combos;
	struct report_notes failures, skips, console;
	char *seed;		/* NULL: not in the store */
	json_t *kind_sum[CELL_KINDS];	/* see report-kinds.h; NULL: none */
	json_t *index;		/* of kernels and combos while reading */
	uint64_t measured, failed;
	uint64_t other_fulls;	/* of cells that are no steady streams */
	bool torn;
};

/* Fills an uninitialised @report; report_free() also after an error. */
int report_read(struct report *report, const char *store, struct err *err);
void report_free(struct report *report);

/*
 * The different cells, in the eyes of @cmp and in its order, among those of
 * @kconfig (NULL: any) that were measured; caller frees *cells.
 */
typedef int report_cell_cmp(const struct cell *a, const struct cell *b);
size_t report_distinct(const struct report *report, const char *kconfig,
		       report_cell_cmp *cmp, struct cell **cells);

report_cell_cmp report_loop_cmp, report_window_cmp;
report_cell_cmp report_drain_cmp;	/* fixed before random */
report_cell_cmp report_loop_window_cmp;

/* Under emulation a guest's times are not those of a machine. */
bool report_emulated(const struct report *report);

/* The preemption model of the kernels of a kconfig; "" if none tells. */
const char *report_preempt(const struct report *report, const char *kconfig);

/* "a", "a + b", "a + 3 more"; "" when empty.  Caller frees. */
char *report_names_join(const struct report_names *names);

#endif
