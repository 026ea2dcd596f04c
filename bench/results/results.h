/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_RESULTS_H
#define AUX_BENCH_RESULTS_RESULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/results/facts.h"
#include "bench/results/metrics.h"
#include "lib/err.h"
#include "lib/numbers.h"
#include "lib/record.h"

struct store_entry;

/*
 * What a store says: kernels, cells, and of each cell what every repeat gave.
 * All that shows or judges results reads it by this.  Histograms are summed as
 * the store is read, so the size depends on how many different kernels and
 * cells there are, and by some hundred bytes on each repeat.
 */

/* What the parts of gaps are made of: how many, and their sum in ns. */
struct gap_sums {
	uint64_t gaps;		/* that ended */
	struct { uint64_t n, sum; } wake, drain, enable, cut;
};

/*
 * One cell in one repeat of the plan on one kernel: the replicate.  A repeat
 * counts once, also when its kernel had to be started several times.
 */
struct results_repeat {
	int repeat;
	unsigned int host;	/* its place in results.hosts: the block */
	unsigned int records;	/* mostly 1 */
	uint64_t fulls, hangs[HANG_CLASSES];
	double traced_ns, gap_ns;
	struct gap_sums gaps;
	struct metric_values values;
};

/* A hang's timeline that is kept: those that lost most trace. */
struct results_hang {
	struct hang hang;
	char *cell;
	int boot;
};

#define RESULTS_WORST 3

/* What went wrong or was left out, and how often in the same words. */
enum trouble_kind {
	TROUBLE_SKIPPED,	/* the machine lacks what the cell asks for */
	TROUBLE_BUILD,		/* does not apply, does not compile */
	TROUBLE_OURS,		/* could not be built or started by us */
	TROUBLE_CRASH,		/* panic, lockup */
	TROUBLE_LOST,		/* no boot, no answer, died */
	TROUBLE_LINE,		/* a bad line on the console */
	TROUBLE_CLOCK,		/* the same, about the machine's clock */
	TROUBLE_KINDS
};

struct results_trouble {
	enum trouble_kind kind;
	char *status;		/* of the store; "console" for a line */
	char *text;
	char *cell;		/* in which it came first; "" if none */
	uint64_t count;
};

/* Different ones that are kept of a kernel; all are counted. */
#define RESULTS_TROUBLES 24

/* A line at warning level that is no report, and in how many boots. */
struct results_warning {
	char *text;
	uint64_t boots;
};

/* Different ones that are kept of a kernel. */
#define RESULTS_WARNINGS 64

struct results_reference;	/* bench/results/reference.h */

/* What of a kernel's cells one host has. */
struct results_share {
	uint64_t measured, unmeasured;	/* as the kernel's */
	size_t boots;
};

/* A variant under a kconfig. */
struct results_kernel {
	char *variant, *kconfig;
	char *source;		/* NULL: not told */
	char *preempt;		/* its preemption model; NULL: not told */
	char *hash[RESULTS_HASHES];	/* "mixed", or NULL: not stored */
	size_t slot;		/* of the variant: its place and colour */
	struct record sum;	/* all its steady streams */
	uint64_t measured;	/* of these */
	uint64_t unmeasured;	/* cells lost: no boot, no answer, died */
	struct results_reference *reference;	/* NULL: none */
	struct numbers boot, repeat;	/* which there were */
	size_t boots;		/* starts, measured or not */
	struct results_share *share;	/* in the order of results.hosts */
	size_t shares;
	size_t repeats;		/* with a steady stream that was measured */
	struct results_trouble *trouble;
	size_t troubles;
	uint64_t trouble_count[TROUBLE_KINDS];
	struct results_warning *warning;
	size_t warnings;
	/* The worst first; what there are fewer of has no cell. */
	struct results_hang worst[HANG_CLASSES][RESULTS_WORST];
};

/* A kernel and a cell: one line of summary.tsv. */
struct results_combo {
	struct results_kernel *kernel;
	char *section, *text;	/* of the store; text is its "cell" */
	struct cell key;	/* as measured, else as far as text tells */
	char *accel, *method;	/* "mixed" when its records differ */
	struct record sum;
	struct results_repeat *repeat;	/* in their order */
	size_t repeats;
	/* End of its restricted mean, the same for all kernels. */
	size_t end_step;	/* METRIC_STEPS: none */
	uint64_t measured, failed, skipped, console;
	struct results_reference *reference;	/* NULL: none */
	uint64_t pairs;		/* at once, as measured */
	/* The tool's cost for each pair: sums of @costs records' medians, ns */
	double look_ns, account_ns;
	uint64_t costs;
};

struct results {
	struct results_facts facts;
	struct results_names variants, kconfigs; /* in the order of kernels */
	struct results_names releases, accels;
	struct results_names imported;	/* what built kernels elsewhere */
	struct results_names hosts;	/* "": not stored */
	struct results_names parts;	/* guest_pt, guest_spe, where said */
	struct results_kernel **kernel;	/* by kconfig, then variant */
	size_t kernels;
	struct results_combo **combo;	/* by kernel, then cell */
	size_t combos;
	json_t *target, *host, *versions;	/* of the last line, or NULL */
	json_t *kernel_of_last;
	unsigned int host_of_last;
	struct results_load load;
	char *seed;		/* NULL: not in the store */
	char *began;		/* UTC of the first line; NULL: not stored */
	json_t *index;		/* of kernels and combos while reading */
	uint64_t measured;
	uint64_t other_fulls;	/* of cells that are no steady streams */
	bool torn;
	char *shards;		/* what is said of them; NULL: it is no merged run */
	char *partial;		/* what it is only a part of, or NULL */
	uint64_t again;		/* cells that were in the store already */
};

/* Called for each line, for what is not kept here. */
typedef void results_watch(void *ctx, const struct store_entry *entry);

/*
 * Reads @dir's store into an uninitialised @results; results_free() also after
 * an error.  -ENODATA when there is nothing in it.  @watch may be NULL.
 */
int results_read(struct results *results, const char *dir,
		 results_watch *watch, void *ctx, struct err *err);
void results_free(struct results *results);

/* The same entry by entry; nothing is in order before results_end(). */
void results_begin(struct results *results);
void results_add(struct results *results, const struct store_entry *entry);
void results_end(struct results *results);

/* The host that an entry is of; "": not stored. */
const char *results_host(const struct store_entry *entry);

/* Which kind of cell an entry is of, measured or not. */
int results_kind(const struct store_entry *entry);

/* NULL when there is no such kernel. */
struct results_kernel *results_kernel(const struct results *results,
				      const char *variant,
				      const char *kconfig);
/*
 * What the others of a kconfig are compared with: baseline, else the first
 * that was measured; NULL: none was.
 */
const struct results_kernel *results_base(const struct results *results,
					  const char *kconfig);
/* @kernel's combo of the same section and cell as @like; NULL: none. */
struct results_combo *results_same_cell(const struct results *results,
					const struct results_kernel *kernel,
					const struct results_combo *like);

/*
 * The different cells, in the eyes of @cmp and in its order, among those of
 * @kconfig (NULL: any) that were measured; caller frees *cells.
 */
typedef int results_cell_cmp(const struct cell *a, const struct cell *b);
size_t results_distinct(const struct results *results, const char *kconfig,
			results_cell_cmp *cmp, struct cell **cells);

results_cell_cmp results_loop_cmp, results_window_cmp, results_rate_cmp;
results_cell_cmp results_drain_cmp;	/* fixed before random */
results_cell_cmp results_pmu_cmp, results_skid_cmp;
/* What is not added up: another driver, a delay, an interrupt that is late. */
results_cell_cmp results_setting_cmp, results_loop_setting_cmp;

/* Tells more: both sides of it are known, and then nothing was traced longer. */
bool results_worse(const struct hang *a, const struct hang *b);

/* Whether there are steady streams, and anything was measured. */
bool results_streams(const struct results *results);
/* Under emulation a guest's times are not those of a machine. */
bool results_emulated(const struct results *results);

/* The preemption model of the kernels of a kconfig; "" if none tells. */
const char *results_preempt(const struct results *results,
			    const char *kconfig);

/* Has @kernel shown a line of this shape at warning level?  NULL: no. */
const struct results_warning *
results_warning(const struct results_kernel *kernel, const char *text);

/* Cells, lines on a console and so on of one kind, over all kernels. */
uint64_t results_troubles(const struct results *results,
			  enum trouble_kind kind);

/* The repeat of that number on that host, a new one if need be. */
struct results_repeat *results_repeat(struct results_combo *combo,
				      int repeat, unsigned int host);

/*
 * Sums: of the histograms only those that a view shows, and of the parts of
 * the gaps only how many there are and their sum.
 */
void results_sum_init(struct record *sum);	/* on zeroed memory */
void results_sum_add(struct record *sum, const struct record *r);

/* Adds a record to the sums and the repeat of its cell. */
void results_combo_add(struct results_combo *combo, int repeat,
		       unsigned int host, const struct record *r,
		       const struct metric_values *values);
struct gap_sums results_gaps_of(const struct record_hists *h);
void results_gaps_add(struct gap_sums *sums, const struct gap_sums *more);
/* Adds another of the same cell, or of one that counts as the same. */
void results_combo_merge(struct results_combo *into,
			 const struct results_combo *from);
/* Gives the same cell of @n kernels one end of the restricted mean. */
void results_set_end(struct results_combo *const *combo, size_t n);
/* Keeps of @r's hangs those that are among the worst of @kernel. */
void results_keep_worst(struct results_kernel *kernel, const char *cell,
			int boot, const struct record *r);
/* Takes note of what an entry says went wrong. */
void results_trouble_add(struct results_kernel *kernel,
			 const struct store_entry *entry);
void results_troubles_free(struct results_kernel *kernel);

#endif
