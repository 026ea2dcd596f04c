/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_MERGE_SHARD_H
#define AUX_BENCH_RESULTS_MERGE_SHARD_H

#include <jansson.h>
#include <stdint.h>

#include "lib/err.h"

/* One shard's folder, and one line of its store; bench/results/merge.c only. */

struct shard_dir {
	const char *dir;
	int index, of;		/* from 1 */
	int64_t seed;
	json_int_t all;
	char *job;		/* what of job.ini is the run's, as text */
	char *version;
	json_t *cells;		/* see lib/shards.h */
};

/*
 * Reads all of them, sorts them by shard, and compares them: -EINVAL says
 * which two are of different runs, and in what.
 */
int shard_dirs_open(struct shard_dir **shards, char *const *dirs,
		    size_t count, struct err *err);
void shard_dirs_close(struct shard_dir *shards, size_t count);

/* The folder for the merged run: new, empty, or merged into before. */
int shard_out_make(const char *out, struct err *err);
/* With what is the whole run's: job.ini, patches/. */
int shard_out_fill(const char *out, const struct shard_dir *from,
		   struct err *err);

#define SHARD_WORD 64

struct shard_line {
	json_int_t id;
	int64_t seed;
	char variant[SHARD_WORD], kconfig[SHARD_WORD];
	char key[2 * SHARD_WORD], accel[SHARD_WORD];	/* "": none */
};

int shard_line_read(struct shard_line *is, const char *line, size_t len,
		    struct err *err);

#endif
