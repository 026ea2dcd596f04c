/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_HUNTS_H
#define AUX_BENCH_RESULTS_HUNTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/results/facts.h"
#include "lib/err.h"
#include "lib/record.h"

/*
 * The aimed hunts of a store: finds and fulls by kernel, loop and driver, for
 * each boot.  A tracer that aims learns as it goes, so the finds of one boot
 * depend on each other; boots do not.
 */

/* "pt", "spe", "pt/nmi": auxsynth as that driver; else a PMU's own name. */
#define HUNTS_DRIVER_LEN 40

struct hunts_key {
	char driver[HUNTS_DRIVER_LEN];
	const char *loop;	/* "perf" or "eager" */
	bool real;		/* not auxsynth: a driver of the kernel's own */
};

struct hunts_boot {
	int repeat;
	size_t host;		/* its place in hunts.hosts */
	uint64_t fulls, finds[HANG_CLASSES];
};

struct hunts_row {
	struct hunts_key key;
	struct hunts_boot *boot;
	size_t boots;
	uint64_t fulls, finds[HANG_CLASSES];
	uint64_t replays, again;	/* a find's phases tried again */
	uint64_t unresolved;	/* stood still, and fit no class */
};

/* A kernel's; rows in the order in which they came. */
struct hunts_kernel {
	char *variant, *kconfig;
	struct hunts_row *row;
	size_t rows;
	json_t *finds;		/* as in a record, with "loop", "driver",
				 * "seed", "boot" and the cell's "keys" */
};

struct hunts {
	struct hunts_kernel *kernel;
	size_t kernels;
	struct results_names hosts;	/* the blocks */
};

struct store_entry;

/* A results_watch; @ctx is a struct hunts, all zero in the beginning. */
void hunts_add(void *ctx, const struct store_entry *entry);

/* Fills an uninitialised @hunts; hunts_free() also after an error. */
int hunts_read(struct hunts *hunts, const char *store, struct err *err);
void hunts_free(struct hunts *hunts);

/* NULL when there is none. */
const struct hunts_kernel *hunts_find(const struct hunts *hunts,
				      const char *variant,
				      const char *kconfig);
const struct hunts_row *hunts_row(const struct hunts_kernel *kernel,
				  const struct hunts_key *key);

uint64_t hunts_all_finds(const struct hunts_row *row);

/*
 * The find that says most: one that was found again at its phases, else one
 * that was tried again, else the first; NULL: none was kept.
 */
const json_t *hunts_best_find(const struct hunts_kernel *kernel);

#endif
