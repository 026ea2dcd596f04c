// SPDX-License-Identifier: GPL-2.0-only
#include "bench/job/shard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/units.h"

#define SHARDS_MAX 100000

static int set_shard(struct shard *shard, uint64_t index, uint64_t count)
{
	if (!index || index > count || count > SHARDS_MAX)
		return -EINVAL;
	*shard = (struct shard) { .index = index, .count = count };
	return 0;
}

int shard_parse(struct shard *shard, const char *text)
{
	const char *slash = strchr(text, '/');
	uint64_t index, count;
	char first[UNITS_LEN];

	if (!slash || (size_t)(slash - text) >= sizeof(first))
		return -EINVAL;
	memcpy(first, text, slash - text);
	first[slash - text] = '\0';
	if (units_parse_uint(first, &index) ||
	    units_parse_uint(slash + 1, &count))
		return -EINVAL;
	return set_shard(shard, index, count);
}

/* What engines call it; the first index is @first, or what @lowest says. */
static const struct engine {
	const char *name, *index, *count, *lowest, *step;
	uint64_t first;
} engines[] = {
	{ "Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT",
	  "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP", 0 },
	{ "GNU parallel", "PARALLEL_SEQ", "PARALLEL_JOBS", NULL, NULL, 1 },
	{ "Buildkite", "BUILDKITE_PARALLEL_JOB",
	  "BUILDKITE_PARALLEL_JOB_COUNT", NULL, NULL, 0 },
	{ "CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", NULL, NULL,
	  0 },
	/* GitLab's, and others' after it. */
	{ "CI", "CI_NODE_INDEX", "CI_NODE_TOTAL", NULL, NULL, 1 },
};

#define ENGINES (sizeof(engines) / sizeof(engines[0]))

static int read_variable(const char *name, uint64_t *value, struct err *err)
{
	const char *text = getenv(name);

	if (!text)
		return err_set(err, -EINVAL, "--array: %s is not set", name);
	if (units_parse_uint(text, value))
		return err_set(err, -EINVAL,
			       "--array: %s is '%s', expected a number", name,
			       text);
	return 0;
}

static int ask_engine(const struct engine *engine, struct shard *shard,
		      struct err *err)
{
	uint64_t index, count, first = engine->first, step = 1;
	int ret;

	ret = read_variable(engine->index, &index, err);
	if (!ret)
		ret = read_variable(engine->count, &count, err);
	if (!ret && engine->lowest && getenv(engine->lowest))
		ret = read_variable(engine->lowest, &first, err);
	if (!ret && engine->step && getenv(engine->step))
		ret = read_variable(engine->step, &step, err);
	if (ret)
		return ret;
	if (index < first || !step || (index - first) % step ||
	    set_shard(shard, (index - first) / step + 1, count))
		return err_set(err, -EINVAL,
			       "--array: %s %llu is none of %llu from %llu in steps of %llu (after a part of an array was started again, say --shard=I/N)",
			       engine->index, (unsigned long long)index,
			       (unsigned long long)count,
			       (unsigned long long)first,
			       (unsigned long long)step);
	return 0;
}

int shard_of_engine(struct shard *shard, struct err *err)
{
	const struct engine *found = NULL;
	size_t i;

	for (i = 0; i < ENGINES; i++) {
		if (!getenv(engines[i].index))
			continue;
		if (found)
			return err_set(err, -EINVAL,
				       "--array: %s and %s both say which part this is; say --shard=I/N",
				       found->name, engines[i].name);
		found = &engines[i];
	}
	if (!found)
		return err_set(err, -ENOENT,
			       "--array: no engine has set SLURM_ARRAY_TASK_ID, PARALLEL_SEQ, BUILDKITE_PARALLEL_JOB, CIRCLE_NODE_INDEX or CI_NODE_INDEX");
	return ask_engine(found, shard, err);
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
	return b ? gcd(b, a % b) : a;
}

/*
 * So many pieces of each repeat that the pieces of all divide by the parts, as
 * far as there are cells for it.
 */
static uint64_t pieces_of_repeat(const struct job *job)
{
	uint64_t count = job->shard.count;
	uint64_t pieces = count / gcd(job->repeats, count);

	return pieces < job->ncells ? pieces : job->ncells;
}

/* The piece of its repeat that a cell is in: another one in each repeat. */
static bool cell_is_in(const struct job *job, uint64_t pieces, int repeat,
		       size_t cell)
{
	uint64_t piece = repeat * pieces + (cell + repeat) % pieces;
	uint64_t all = job->repeats * pieces, count = job->shard.count;

	/* Neighbours stay together: a whole repeat is one boot of a kernel. */
	return piece * count / all == job->shard.index - 1;
}

void shard_plan(struct plan *plan, const struct job *job)
{
	uint64_t pieces;
	size_t i, k, boots = 0, n;

	if (!job->shard.count)
		return;
	pieces = pieces_of_repeat(job);
	plan->cells = 0;
	for (i = 0; i < plan->count; i++) {
		struct plan_boot *boot = &plan->boots[i];

		for (k = n = 0; k < boot->count; k++) {
			if (cell_is_in(job, pieces, boot->repeat,
				       boot->cells[k].cell))
				boot->cells[n++] = boot->cells[k];
		}
		boot->count = n;
		plan->cells += n;
		if (n)
			plan->boots[boots++] = *boot;
		else
			free(boot->cells);
	}
	plan->count = boots;
}
