// SPDX-License-Identifier: GPL-2.0-only
/* Shards of a plan: disjoint, complete, even, and every kernel in each. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/job/shard.h"
#include "lib/file.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static int read_job(struct job *job, const char *dir, const char *text)
{
	static char *const variants[] = { "baseline", "a", "b", NULL };
	static char *const kconfigs[] = { "guest", "rt", NULL };
	char *path = xasprintf("%s/x.job", dir);
	struct err err;
	int ret;

	fixture_put(dir, "x.job", text);
	ret = job_read(job, path, NULL, (char **)variants,
		       (char **)kconfigs, &err);
	if (ret)
		printf("%s\n", err.text);
	free(path);
	return ret;
}

static int highest_id(const struct plan *plan)
{
	size_t i, k;
	int id = 0;

	for (i = 0; i < plan->count; i++) {
		for (k = 0; k < plan->boots[i].count; k++) {
			if (plan->boots[i].cells[k].id > id)
				id = plan->boots[i].cells[k].id;
		}
	}
	return id;
}

/* One shard: its cells are those of the plan, and none is another's. */
static void take_shard(struct check *t, const struct job *job,
		       struct plan *whole, char *taken, size_t *cells)
{
	const struct plan_boot *boot;
	struct plan_cell *cell;
	struct plan plan;
	size_t i, k, n = 0;

	plan_make(&plan, job, 77);
	shard_plan(&plan, job);
	CHECK_EQ(t, plan.all, whole->cells);
	for (i = 0; i < plan.count; i++) {
		CHECK(t, plan.boots[i].count > 0);
		for (k = 0; k < plan.boots[i].count; k++, n++) {
			cell = plan_find(whole, plan.boots[i].cells[k].id,
					 &boot);
			CHECK(t, cell && cell->seed ==
				 plan.boots[i].cells[k].seed);
			CHECK(t, boot && boot->kernel ==
				 plan.boots[i].kernel);
			CHECK_EQ(t, taken[plan.boots[i].cells[k].id]++, 0);
		}
	}
	CHECK_EQ(t, n, plan.cells);
	*cells = n;
	plan_free(&plan);
}

/* Wherever a cell is measured, it is on every kernel that has it. */
static void check_beside(struct check *t, const struct job *job)
{
	struct plan plan;
	size_t i, k, kernels, cell;
	int repeat;

	plan_make(&plan, job, 77);
	shard_plan(&plan, job);
	for (repeat = 0; repeat < (int)job->repeats; repeat++) {
		for (cell = 0; cell < job->ncells; cell++) {
			size_t has = 0;

			for (i = kernels = 0; i < job->nkernels; i++)
				kernels += job->cells[cell].on[i];
			for (i = 0; i < plan.count; i++) {
				for (k = 0; k < plan.boots[i].count; k++)
					has += plan.boots[i].repeat == repeat &&
					       plan.boots[i].cells[k].cell ==
					       cell;
			}
			CHECK(t, !has || has == kernels);
		}
	}
	plan_free(&plan);
}

static void try_count(struct check *t, struct job *job, struct plan *whole,
		      uint64_t count)
{
	size_t n, most = 0, least = SIZE_MAX, all = 0, even;
	char *taken = calloc(highest_id(whole) + 1, 1);

	for (job->shard.index = 1; job->shard.index <= count;
	     job->shard.index++) {
		job->shard.count = count;
		take_shard(t, job, whole, taken, &n);
		check_beside(t, job);
		all += n;
		most = n > most ? n : most;
		least = n < least ? n : least;
	}
	CHECK_EQ(t, all, whole->cells);
	/* A cell on all kernels is the least that can be moved. */
	even = whole->cells / count;
	CHECK(t, most <= even + 2 * job->nkernels);
	CHECK(t, count > job->repeats * job->ncells ||
		 least + 2 * job->nkernels >= even);
	job->shard = (struct shard) { 0 };
	free(taken);
}

static void test_counts(struct check *t, const char *dir)
{
	static const char *const jobs[] = {
		"[global]\nrepeats = 8\n[x]\nvariants = baseline, a, b\n"
		"drain = 1ms, 2ms, 3ms\n",
		"[global]\nrepeats = 1\n[x]\nvariants = baseline, a\n"
		"drain = 1ms, 2ms, 3ms, 4ms, 5ms\nwindow = 0, 1ms, 2ms\n",
		"[global]\nrepeats = 5\nkconfigs = guest, rt\n"
		"[x]\nvariants = baseline, a\ndrain = 1ms, 2ms\n"
		"[y]\nvariants = baseline, b\nkind = hunt\naim = aimed, blind\n",
		"[global]\nrepeats = 3\n[x]\nvariants = baseline, a\n",
	};
	static const uint64_t counts[] = {
		1, 2, 3, 4, 5, 7, 8, 10, 16, 23, 40, 64
	};
	struct plan whole;
	struct job job;
	size_t i, k;

	for (i = 0; i < COUNT(jobs); i++) {
		if (read_job(&job, dir, jobs[i])) {
			CHECK(t, !"the job can be read");
			continue;
		}
		plan_make(&whole, &job, 77);
		for (k = 0; k < COUNT(counts); k++)
			try_count(t, &job, &whole, counts[k]);
		plan_free(&whole);
		job_free(&job);
	}
}

/* A whole repeat stays in one boot of each kernel where that can be. */
static void test_boots(struct check *t, const char *dir)
{
	struct plan plan;
	struct job job;

	if (read_job(&job, dir, "[global]\nrepeats = 8\nshard = 2/4\n"
		     "[x]\nvariants = baseline, a, b\ndrain = 1ms, 2ms\n")) {
		CHECK(t, !"the job can be read");
		return;
	}
	CHECK_EQ(t, job.shard.index, 2);
	plan_make(&plan, &job, 5);
	shard_plan(&plan, &job);
	CHECK_EQ(t, plan.count, 2 * 3);
	CHECK_EQ(t, plan.cells, 2 * 3 * 2);
	CHECK_EQ(t, plan.all, 8 * 3 * 2);
	plan_free(&plan);
	job_free(&job);
}

static void test_words(struct check *t)
{
	static const char *const bad[] = {
		"", "3", "/", "0/3", "4/3", "1/0", "a/b", "1/2/3", "-1/2",
		"1/100001", "12345678901234567890123456789/2",
	};
	struct shard shard;
	size_t i;

	CHECK_EQ(t, shard_parse(&shard, "3/8"), 0);
	CHECK_EQ(t, shard.index, 3);
	CHECK_EQ(t, shard.count, 8);
	for (i = 0; i < COUNT(bad); i++)
		CHECK_EQ(t, shard_parse(&shard, bad[i]), -EINVAL);
}

/* What the environment says: "NAME=VALUE NAME=VALUE". */
static void engine(struct check *t, const char *set, int want,
		   uint64_t index, uint64_t count, const char *words)
{
	static const char *const names[] = {
		"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT",
		"SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP",
		"PARALLEL_SEQ", "PARALLEL_JOBS", "BUILDKITE_PARALLEL_JOB",
		"BUILDKITE_PARALLEL_JOB_COUNT", "CI_NODE_INDEX",
		"CI_NODE_TOTAL", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL",
	};
	char *copy = xasprintf("%s", set), *word, *save;
	struct shard shard = { 0 };
	struct err err = { "" };
	size_t i;

	for (i = 0; i < COUNT(names); i++)
		unsetenv(names[i]);
	for (word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		putenv(word);
	CHECK_EQ(t, shard_of_engine(&shard, &err), want);
	CHECK_EQ(t, shard.index, index);
	CHECK_EQ(t, shard.count, count);
	if (!strstr(err.text, words))
		printf("%s: %s\n", set, err.text);
	CHECK(t, strstr(err.text, words));
	for (i = 0; i < COUNT(names); i++)
		unsetenv(names[i]);
	free(copy);
}

static void test_engines(struct check *t)
{
	engine(t, "", -ENOENT, 0, 0, "no engine has set");
	engine(t, "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_MIN=0",
	       0, 8, 8, "");
	engine(t, "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_MIN=1",
	       0, 1, 8, "");
	engine(t, "SLURM_ARRAY_TASK_ID=30 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=10",
	       0, 3, 4, "");
	/* Only these two were submitted again. */
	engine(t, "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=3",
	       -EINVAL, 0, 0, "say --shard=I/N");
	engine(t, "SLURM_ARRAY_TASK_ID=7", -EINVAL, 0, 0,
	       "SLURM_ARRAY_TASK_COUNT is not set");
	engine(t, "PARALLEL_SEQ=3 PARALLEL_JOBS=8", 0, 3, 8, "");
	engine(t, "PARALLEL_SEQ=3 PARALLEL_JOBS=x", -EINVAL, 0, 0,
	       "PARALLEL_JOBS is 'x', expected a number");
	engine(t, "BUILDKITE_PARALLEL_JOB=0 BUILDKITE_PARALLEL_JOB_COUNT=5",
	       0, 1, 5, "");
	engine(t, "CI_NODE_INDEX=5 CI_NODE_TOTAL=5", 0, 5, 5, "");
	engine(t, "CI_NODE_INDEX=0 CI_NODE_TOTAL=5", -EINVAL, 0, 0,
	       "CI_NODE_INDEX 0 is none of 5");
	engine(t, "CIRCLE_NODE_INDEX=0 CIRCLE_NODE_TOTAL=2", 0, 1, 2, "");
	engine(t, "PARALLEL_SEQ=3 PARALLEL_JOBS=8 CI_NODE_INDEX=5 CI_NODE_TOTAL=5",
	       -EINVAL, 0, 0, "GNU parallel and CI both say");
}

int main(void)
{
	struct check t = { 0 };
	char *dir = fixture_dir();

	test_words(&t);
	test_engines(&t);
	test_counts(&t, dir);
	test_boots(&t, dir);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
