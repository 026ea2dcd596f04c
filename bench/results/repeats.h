/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_REPEATS_H
#define AUX_BENCH_RESULTS_REPEATS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/results/bootstrap.h"
#include "lib/err.h"
#include "lib/record.h"

/*
 * What a verdict is made from: the store, by kernel, cell and boot.  A repeat
 * of the plan counts as one boot, also when a kernel needed several starts.
 */

/* One cell in one boot of one kernel. */
struct judge_boot {
	int repeat;
	size_t cell;		/* index in struct judge_data */
	uint64_t fulls, hangs[HANG_CLASSES];
	double traced_ns, gap_ns;
	double part_ns[3];	/* of measured gaps: wake, drain, re-enable */
	struct stats_times wakeup, reenable, running, enable;
	struct stats_times gap;	/* with the censored ones */
};

enum judge_trouble_kind {
	TROUBLE_BUILD,		/* does not apply, does not compile */
	TROUBLE_OURS,		/* could not be built or started by us */
	TROUBLE_CRASH,		/* panic, lockup */
	TROUBLE_LOST,		/* no boot, no answer, died */
	TROUBLE_LINE,		/* a bad line on the console */
	TROUBLE_CLOCK,		/* the same, about the machine's clock */
	TROUBLE_KINDS
};

/* Something that went wrong, and how often in the same words. */
struct judge_trouble {
	enum judge_trouble_kind kind;
	char *status;		/* of the store; "console" for a line */
	char *text;
	uint64_t count;
	bool in_baseline;	/* there as well */
};

struct judge_kernel {
	char *variant, *kconfig, *release, *source;
	struct judge_boot *boot;
	size_t boots;		/* entries in @boot: boots x cells */
	size_t repeats;		/* different ones: boots that were measured */
	uint64_t unmeasured;	/* cells lost: no boot, no answer, died */
	struct judge_trouble *trouble;
	size_t troubles;
};

struct judge_cell {
	char *section, *name;
	struct cell key;
};

struct judge_data {
	struct judge_kernel *kernel;
	size_t kernels;
	struct judge_cell *cell;
	size_t cells;
	json_t *target, *host, *versions;	/* of the last line, or NULL */
	uint64_t seed;
	bool emulated;		/* some of it ran under TCG */
	bool torn;
};

/* Reads DIR's store; judge_data_free() also after an error. */
int judge_read(struct judge_data *data, const char *dir, struct err *err);
void judge_data_free(struct judge_data *data);

/* The kernel; NULL when there is none. */
struct judge_kernel *judge_find(const struct judge_data *data,
				const char *variant, const char *kconfig);

/*
 * Whether a failed build says something of the patch: it does not apply, or
 * what it makes does not compile.  @ret is kernel_get()'s.
 */
bool judge_build_is_verdict(int ret);

/* The file of bad lines that came after the last cell of a boot. */
#define JUDGE_LATE "late.jsonl"

#endif
