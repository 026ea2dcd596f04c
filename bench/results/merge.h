/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_MERGE_H
#define AUX_BENCH_RESULTS_MERGE_H

#include <stddef.h>

#include "lib/err.h"

/*
 * Shards of one run (run-matrix --shard) put together into the folder of a run
 * like any other: store.jsonl, job.ini, patches/, and lib/shards.h's account
 * of what is missing.  Each cell once, in the order of the shards, whatever
 * the order of @dirs: the same shards make the same bytes.
 *
 * -EINVAL with the reason when they do not belong together: another job, seed
 * or number of shards, other versions of these programs, other kernels under
 * one name, another accelerator.  @out must not exist, be empty, or be what
 * this function has made.
 */
int merge_shards(const char *out, char *const *dirs, size_t count,
		 struct err *err);

#endif
