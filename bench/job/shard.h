/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_JOB_SHARD_H
#define AUX_BENCH_JOB_SHARD_H

#include "bench/job/plan.h"
#include "lib/err.h"

/*
 * A plan in parts, for as many machines.  Which boots are in a part follows
 * from job and seed alone: whoever runs the parts, they are disjoint and
 * complete.  A part has whole repeats, every kernel with the same cells, so
 * that candidates are measured beside baseline; where there are more parts
 * than repeats, or they do not divide, a repeat's cells are dealt out, and
 * again every kernel has the same ones.
 */

/* "3/8"; 0 or -EINVAL. */
int shard_parse(struct shard *shard, const char *text);

/*
 * Which part this process is, by the variables in its environment that say so:
 * Slurm's arrays, GNU parallel, Buildkite, GitLab, CircleCI.  -ENOENT when
 * there are none, -EINVAL when they are no part or there are two engines.
 */
int shard_of_engine(struct shard *shard, struct err *err);

/* Takes out of a new plan what is not in this part; none: a count of 0. */
void shard_plan(struct plan *plan, const struct job *job);

#endif
