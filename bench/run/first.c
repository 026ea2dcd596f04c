// SPDX-License-Identifier: GPL-2.0-only
/* A first look: two kernels, while the others are still to be built. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/run/parts.h"
#include "bench/run/rundir.h"
#include "lib/file.h"

/* Kernels in it; and for how long they measure, each. */
#define LOOK_KERNELS 2
#define LOOK_NS (15 * NSEC_PER_SEC)
/* Who waits less than that for the others does so without: two kernels more. */
#define LOOK_WORTH_NS (30 * NSEC_PER_SEC)

static size_t kernels_built(const struct run *run)
{
	size_t i, n = 0;

	for (i = 0; i < run->job.nkernels; i++)
		n += run->kernels[i].built;
	return n;
}

bool run_first_due(const struct run *run, size_t index)
{
	uint64_t left = 0;
	size_t i;

	if (!run->options->first || run->options->resume ||
	    run->job.shard.count ||
	    kernels_built(run) != LOOK_KERNELS)
		return false;
	for (i = index + 1; i < run->job.nkernels; i++)
		left += run->kernels[i].build_ns;
	return left >= LOOK_WORTH_NS;
}

/* Cells below this one, in the job's order, fit into the time. */
static size_t cells_that_fit(const struct job *job)
{
	uint64_t time = 0;
	size_t i;

	for (i = 0; i < job->ncells; i++) {
		if (job->cells[i].cell.kind != KIND_HUNT)
			time += job_cell_time(&job->cells[i].cell);
		if (time > LOOK_NS)
			break;
	}
	return i;
}

/* The whole plan's boots of these kernels, one each; no hunts, they take long. */
static void look_plan(const struct run *run, struct plan *plan)
{
	size_t fit = cells_that_fit(&run->job), i, k;
	const struct plan_boot *from;
	struct plan_boot *boot;

	*plan = (struct plan) {
		.seed = run->plan.seed,
		.boots = calloc(run->plan.count, sizeof(*plan->boots)),
	};
	for (i = 0; i < run->plan.count; i++) {
		from = &run->plan.boots[i];
		if (from->repeat || from->hunts ||
		    !run->kernels[from->kernel].built)
			continue;
		boot = &plan->boots[plan->count];
		*boot = *from;
		boot->cells = calloc(from->count, sizeof(*boot->cells));
		boot->count = 0;
		for (k = 0; k < from->count; k++) {
			if (from->cells[k].cell < fit)
				boot->cells[boot->count++] = from->cells[k];
		}
		plan->cells += boot->count;
		plan->count += boot->count > 0;
		if (!boot->count)
			free(boot->cells);
	}
}

static int open_look(struct run *run, struct err *err)
{
	struct file_new file;
	char *path;
	int ret;

	ret = rundir_make(run->dir, run->job.name, &path, err);
	if (ret)
		return ret;
	free(path);
	ret = file_open_in(&file, run->dir, STORE_PARTIAL, err);
	if (ret)
		return ret;
	fprintf(file.stream,
		"a first look at %zu of %zu kernels, before the others are there; not part of the whole\n",
		run->plan.count, run->job.nkernels);
	ret = file_commit(&file, err);
	path = xasprintf("%s/store.jsonl", run->dir);
	if (!ret)
		ret = store_open(&run->store, path, false, err);
	free(path);
	return ret;
}

/* What boots do to a kernel's standing is forgotten after the look. */
static struct run_kernel *copy_kernels(const struct run *run)
{
	size_t size = run->job.nkernels * sizeof(*run->kernels);
	struct run_kernel *copy = malloc(size);

	if (!copy)
		abort();
	return memcpy(copy, run->kernels, size);
}

static void free_kernels(struct run_kernel *copy,
			 const struct run_kernel *kept, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (copy[i].why != kept[i].why)
			free(copy[i].why);
	}
	free(copy);
}

int run_first_look(struct run *run, struct err *err)
{
	const struct run kept = *run;
	struct progress progress;
	int ret;

	look_plan(&kept, &run->plan);
	if (!run->plan.cells || run->plan.count < LOOK_KERNELS) {
		plan_free(&run->plan);
		*run = kept;
		return 0;
	}
	run->dir = xasprintf("%s/first", kept.dir);
	run->store = NULL;
	run->kernels = copy_kernels(&kept);
	run->boot = 0;
	ret = open_look(run, err);
	if (!ret)
		progress_say(&run->progress,
			     "first look: %zu kernels, %zu cells",
			     run->plan.count, run->plan.cells);
	if (!ret)
		ret = run_boots(run, err);
	store_close(run->store);
	if (!ret)
		run->options->first(run->options, run->dir);
	else if (ret != -EINTR)
		progress_warn(&run->progress, "first look: %s", err->text);
	free_kernels(run->kernels, kept.kernels, kept.job.nkernels);
	plan_free(&run->plan);
	free(run->dir);
	progress = run->progress;
	*run = kept;
	run->progress = progress;
	return ret == -EINTR ? ret : 0;
}
