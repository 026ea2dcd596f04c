/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_DATA_H
#define AUX_BENCH_RESULTS_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/record.h"

struct store_entry;

/*
 * What the store says, summed as it is read: its size depends on how many
 * different kernels and cells there are, not on how long they ran.
 */

/* A growing set of strings in the order in which they came. */
struct report_names {
	char **name;
	size_t n;
};

/*
 * The boots of a kernel, each a block of what it measured: boots, not samples,
 * are the replicates.  From the 65th on several share a block, lest memory
 * grow with them; blocks of whole boots are as independent as boots are.
 */
#define REPORT_BLOCKS 64

struct report_block {
	uint64_t fulls, hangs, traced_ns, gap_ns;
	/* Sums of ln(quantile of the wakeups, ns) over as many records. */
	double log_p50, log_p99;
	unsigned int n_p50, n_p99;
};

/* A record's own quantile counts from this many wakeups on. */
#define REPORT_P50_WAKEUPS 5
#define REPORT_P99_WAKEUPS 100

/* A hang's timeline that is kept: those that lost most trace. */
struct report_hang {
	struct hang hang;
	char *cell;
	int boot;
};

#define REPORT_WORST 3

/* What a kernel was made of; see report_hash_names. */
#define REPORT_HASHES 3

struct report_reference;	/* report-reference.h */

/* A variant under a kconfig. */
struct report_kernel {
	char *variant, *kconfig;
	char *preempt;		/* its preemption model; NULL: not told */
	char *hash[REPORT_HASHES];	/* "mixed", or NULL: not stored */
	size_t slot;		/* of the variant: its place and colour */
	struct record sum;	/* all its cells */
	uint64_t measured;	/* records */
	uint64_t failed;	/* cells that gave none */
	struct report_reference *reference;	/* NULL: none */
	int *boot;		/* numbers of its boots, each once */
	size_t boots;
	/* The worst first; what there are fewer of has no cell. */
	struct report_hang worst[HANG_CLASSES][REPORT_WORST];
};

/* A kernel and a cell: one line of summary.tsv. */
struct report_combo {
	struct report_kernel *kernel;
	char *section, *text;	/* of the store; text is its "cell" */
	struct cell key;	/* as measured, else as far as text tells */
	char *accel, *method;	/* "mixed" when its records differ */
	struct record sum;
	struct report_block *block;	/* [blocks], of the kernel's boots */
	size_t blocks;
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

/*
 * Where and with what it ran: one value each where all is well; all of them
 * where results are not of one kind.  In the order of report_fact_names.
 */
#define REPORT_FACTS 15

struct report_facts {
	struct report_names value[REPORT_FACTS];
};

extern const char *const report_fact_names[REPORT_FACTS];
extern const char *const report_hash_names[REPORT_HASHES];

struct report {
	struct report_facts facts;
	struct report_names variants, kconfigs;	/* in the order of kernels */
	struct report_names releases, accels;
	struct report_kernel **kernel;	/* by kconfig, then variant */
	size_t kernels;
	struct report_combo **combo;	/* by kernel, then cell */
	size_t combos;
	struct report_notes failures, skips, console;
	char *seed;		/* NULL: not in the store */
	char *began;		/* UTC of the first line; NULL: not stored */
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

/* @kernel's combo of the same section and cell as @like; NULL: none. */
const struct report_combo *report_same_cell(const struct report *report,
					    const struct report_kernel *kernel,
					    const struct report_combo *like);

/* Under emulation a guest's times are not those of a machine. */
bool report_emulated(const struct report *report);

/* The preemption model of the kernels of a kconfig; "" if none tells. */
const char *report_preempt(const struct report *report, const char *kconfig);

/*
 * Sums: of the histograms only those that a report shows, and of the parts of
 * the gaps only how many there are and their sum.
 */
void report_sum_init(struct record *sum);	/* on zeroed memory */
void report_sum_add(struct record *sum, const struct record *r);

/* Adds to the block of the @boot-th (from 0) boot of the combo's kernel. */
void report_block_add(struct report_combo *combo, size_t boot,
		      const struct record *r);
/* Keeps of @r's hangs those that are among the worst of @kernel. */
void report_keep_worst(struct report_kernel *kernel, const char *cell,
		       int boot, const struct record *r);

void report_facts_add(struct report_facts *facts,
		      const struct store_entry *entry);
void report_hashes_add(struct report_kernel *kernel,
		       const struct store_entry *entry);
/* *old becomes @text, or "mixed" when it was another. */
void report_set_or_mix(char **old, const char *text);
void report_facts_free(struct report_facts *facts);

/* Adds @name unless it is there; its place. */
size_t report_names_add(struct report_names *names, const char *name);
void report_names_free(struct report_names *names);

/* realloc() for one more than @n; ends the program without memory. */
void *report_grow(void *p, size_t n, size_t size);

/* "7.3.4-peterz" without the name of its variant; caller frees. */
char *report_release(const struct store_entry *entry);

/* "a", "a + b", "a + 3 more"; "" when empty.  Caller frees. */
char *report_names_join(const struct report_names *names);

#endif
