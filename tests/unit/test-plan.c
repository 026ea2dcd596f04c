// SPDX-License-Identifier: GPL-2.0-only
/* The plan: a function of job and seed, interleaved, and resumable. */
#include <stdlib.h>
#include <string.h>

#include "bench/job/plan.h"
#include "lib/file.h"
#include "lib/units.h"
#include "tests/check.h"

static const char job_text[] =
	"[global]\nrepeats = 5\nseconds = 1\n"
	"[a]\nvariants = v1, v2, v3\ndrain = 1ms, 2ms, 3ms, 4ms\n"
	"[b]\nvariants = v2, v4\nfulls = 100\n";

static int make_job(struct job *job)
{
	static char *const variants[] = { "v1", "v2", "v3", "v4", NULL };
	static char *const kconfigs[] = { "guest", NULL };
	char dir[] = "/tmp/test-plan-XXXXXX", *path;
	struct err err;
	int ret;

	if (!mkdtemp(dir))
		return -1;
	path = xasprintf("%s/x.job", dir);
	ret = file_write(path, job_text, strlen(job_text), &err);
	if (!ret)
		ret = job_read(job, path, NULL, (char **)variants,
			       (char **)kconfigs, &err);
	if (ret)
		printf("%s\n", err.text);
	dir_remove(dir, &err);
	free(path);
	return ret;
}

static int same_boot(const struct plan_boot *a, const struct plan_boot *b)
{
	size_t i;

	if (a->kernel != b->kernel || a->repeat != b->repeat ||
	    a->count != b->count)
		return 0;
	for (i = 0; i < a->count; i++) {
		if (a->cells[i].id != b->cells[i].id ||
		    a->cells[i].cell != b->cells[i].cell ||
		    a->cells[i].seed != b->cells[i].seed)
			return 0;
	}
	return 1;
}

static int same(const struct plan *a, const struct plan *b)
{
	size_t i;

	if (a->count != b->count || a->cells != b->cells)
		return 0;
	for (i = 0; i < a->count; i++) {
		if (!same_boot(&a->boots[i], &b->boots[i]))
			return 0;
	}
	return 1;
}

static void test_determinism(struct check *t, const struct job *job)
{
	struct plan a, b, c;

	plan_make(&a, job, 42);
	plan_make(&b, job, 42);
	plan_make(&c, job, 43);
	CHECK(t, same(&a, &b));
	CHECK(t, !same(&a, &c));
	plan_free(&a);
	plan_free(&b);
	plan_free(&c);
}

/* Each block of boots has every kernel once, and the blocks differ. */
static void test_interleaving(struct check *t, const struct job *job)
{
	size_t n = job->nkernels, i, k;
	int differ = 0;
	struct plan plan;

	plan_make(&plan, job, 7);
	CHECK_EQ(t, plan.count, 5 * n);
	for (i = 0; i < plan.count; i += n) {
		unsigned int seen = 0;

		for (k = i; k < i + n; k++) {
			seen |= 1u << plan.boots[k].kernel;
			CHECK_EQ(t, plan.boots[k].repeat, i / n);
			differ += plan.boots[k].kernel !=
				plan.boots[k - i].kernel;
		}
		CHECK_EQ(t, seen, (1u << n) - 1);
	}
	CHECK(t, differ);
	plan_free(&plan);
}

/* Every cell of a kernel once a boot, no id twice, in different orders. */
static void test_cells(struct check *t, const struct job *job)
{
	static const size_t want[] = { 4, 5, 4, 1 };
	struct plan_cell *found;
	const struct plan_boot *boot;
	int ids[200] = { 0 }, moved = 0;
	struct plan plan;
	size_t i, k;

	plan_make(&plan, job, 7);
	CHECK_EQ(t, plan.cells, 5 * (4 + 5 + 4 + 1));
	for (i = 0; i < plan.count; i++) {
		CHECK_EQ(t, plan.boots[i].count, want[plan.boots[i].kernel]);
		for (k = 0; k < plan.boots[i].count; k++) {
			struct plan_cell *cell = &plan.boots[i].cells[k];

			CHECK(t, cell->id >= 0 && cell->id < 200 &&
			      !ids[cell->id]++);
			CHECK(t, job->cells[cell->cell].on[
			      plan.boots[i].kernel]);
			found = plan_find(&plan, cell->id, &boot);
			CHECK(t, found == cell && boot == &plan.boots[i]);
			moved += cell->cell != k;
		}
	}
	CHECK(t, moved);
	CHECK(t, !plan_find(&plan, 12345, &boot));
	plan_free(&plan);
}

/* The same draws on every kernel, others in every cell and repeat. */
static void test_seeds(struct check *t, const struct job *job)
{
	uint64_t seeds[5][5] = { { 0 } };
	struct plan plan;
	size_t i, k, other = 0;

	plan_make(&plan, job, 7);
	for (i = 0; i < plan.count; i++) {
		for (k = 0; k < plan.boots[i].count; k++) {
			const struct plan_cell *cell = &plan.boots[i].cells[k];
			uint64_t *seed =
				&seeds[plan.boots[i].repeat][cell->cell];

			CHECK(t, cell->seed && cell->seed < 1ull << 48);
			CHECK(t, !*seed || *seed == cell->seed);
			*seed = cell->seed;
		}
	}
	for (i = 0; i < 25; i++) {
		for (k = 0; k < i; k++)
			other += seeds[i / 5][i % 5] == seeds[k / 5][k % 5];
	}
	CHECK_EQ(t, other, 0);
	plan_free(&plan);
}

/* Hunts have boots of their own, in the same blocks, and ids as before. */
static void test_hunts(struct check *t, struct job *job)
{
	struct plan plan;
	size_t i, k, hunts = 0;

	job->cells[1].cell.kind = KIND_HUNT;
	plan_make(&plan, job, 7);
	CHECK_EQ(t, plan.count, 5 * (4 + 3));
	CHECK_EQ(t, plan.cells, 5 * (4 + 5 + 4 + 1));
	for (i = 0; i < plan.count; i++) {
		CHECK_EQ(t, plan.boots[i].repeat, i / 7);
		hunts += plan.boots[i].hunts;
		for (k = 0; k < plan.boots[i].count; k++)
			CHECK(t, plan.boots[i].hunts ==
			      (plan.boots[i].cells[k].cell == 1));
	}
	CHECK_EQ(t, hunts, 5 * 3);
	plan_free(&plan);
	job->cells[1].cell.kind = KIND_STREAM;
}

static void test_resume(struct check *t, const struct job *job)
{
	const struct plan_boot *boot;
	struct plan plan;
	uint64_t all;
	size_t i;

	plan_make(&plan, job, 7);
	CHECK_EQ(t, plan_left(&plan), plan.cells);
	all = plan_time(&plan, job, NSEC_PER_SEC);
	/* 20 boots, 70 cells of a second or of 100 fulls, and a little more. */
	CHECK(t, all > 80 * NSEC_PER_SEC && all < 110 * NSEC_PER_SEC);
	for (i = 0; i < plan.boots[0].count; i++)
		plan_find(&plan, plan.boots[0].cells[i].id, &boot)->done =
			true;
	CHECK_EQ(t, plan_left(&plan), plan.cells - plan.boots[0].count);
	CHECK(t, plan_time(&plan, job, NSEC_PER_SEC) < all);
	plan_free(&plan);
}

int main(void)
{
	struct check t = { 0 };
	struct job job;

	if (make_job(&job))
		return 1;
	CHECK_EQ(&t, job.nkernels, 4);
	test_determinism(&t, &job);
	test_interleaving(&t, &job);
	test_cells(&t, &job);
	test_seeds(&t, &job);
	test_hunts(&t, &job);
	test_resume(&t, &job);
	job_free(&job);
	return check_end(&t);
}
