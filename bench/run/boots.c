// SPDX-License-Identifier: GPL-2.0-only
/* The boots of a run, their cells, and what the store gets of them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/run/answer.h"
#include "bench/run/entry.h"
#include "bench/run/host.h"
#include "bench/run/rundir.h"
#include "bench/run/parts.h"
#include "kconfigs/build/preempt.h"
#include "lib/file.h"
#include "lib/proc.h"

/*
 * Failed boots in a row after which a kernel is given up: its cells are
 * stored as boot-failed without waiting for a deadline each time.
 */
#define BOOT_TRIES 2

/* What was said of a cell so far, for a line of the store. */
struct outcome {
	enum status status;
	const char *why;
	json_t *record;		/* taken over */
	json_t *console;	/* taken over */
	json_t *warnings;	/* taken over */
	int boot;
	int order;
	const char *console_path;
};

static int store_cell(struct run *run, const struct plan_boot *boot,
		      struct plan_cell *cell, const struct outcome *outcome,
		      struct err *err)
{
	const struct run_kernel *kernel = &run->kernels[boot->kernel];
	struct entry entry = {
		.job = &run->job, .plan = &run->plan, .plan_boot = boot,
		.plan_cell = cell, .boot = outcome->boot,
		.order = outcome->order, .status = outcome->status,
		.why = outcome->why, .record = outcome->record,
		.console = outcome->console,
		.warnings = outcome->warnings,
		.console_path = outcome->console_path,
		.kernel = kernel->built ? &kernel->kernel : NULL,
		.target = run->target->ops->describe(run->target),
		.host = host_describe(), .versions = run->versions,
	};
	json_t *json = entry_to_json(&entry);
	int ret;

	ret = store_append(run->store, json, err);
	json_decref(json);
	if (ret)
		return ret;
	cell->done = true;
	if (!outcome->record && outcome->status != STATUS_SKIPPED)
		run->unmeasured++;
	return 0;
}

/* All cells of a boot that cannot take place. */
static int store_rest(struct run *run, struct plan_boot *boot,
		      struct err *err)
{
	const struct run_kernel *kernel = &run->kernels[boot->kernel];
	struct outcome outcome = {
		.status = kernel->status, .why = kernel->why,
	};
	size_t i;
	int ret;

	for (i = 0; i < boot->count; i++) {
		if (boot->cells[i].done)
			continue;
		ret = store_cell(run, boot, &boot->cells[i], &outcome, err);
		if (ret)
			return ret;
	}
	return 0;
}

void run_cell_progress(void *ctx, uint64_t fulls, uint64_t hangs)
{
	struct run *run = ctx;
	size_t kernel = run->plan.boots[run->at].kernel;
	char left[PROGRESS_TIME_LEN], name[KERNEL_NAME_LEN];

	progress_live(&run->progress,
		      "boot %zu of %zu %s | %s: %llu fulls, %llu hangs | about %s left",
		      run->at + 1, run->plan.count,
		      run_kernel_name(run, kernel, name), run->what,
		      (unsigned long long)fulls, (unsigned long long)hangs,
		      progress_time(left, progress_left(&run->progress)));
}

void run_target_note(void *ctx, const char *text)
{
	struct run *run = ctx;

	progress_say(&run->progress, "%s", text);
}

/* The first cell of a boot that is still to be run, but for @not. */
static struct plan_cell *next_cell(const struct plan_boot *boot,
				   const struct plan_cell *not)
{
	size_t i;

	for (i = 0; i < boot->count; i++) {
		if (!boot->cells[i].done && &boot->cells[i] != not)
			return &boot->cells[i];
	}
	return NULL;
}

static void warn_cell(struct run *run, size_t kernel, const char *cell,
		      enum status status, const struct err *err)
{
	char name[KERNEL_NAME_LEN];

	progress_warn(&run->progress, "%s: %s: %s: %s",
		      run_kernel_name(run, kernel, name), cell,
		      status_names[status], err->text);
}

/* 1 when the target is dead and the boot's other cells need a new one. */
static int run_cell(struct run *run, const struct plan_boot *boot,
		    struct plan_cell *plan_cell, int order,
		    const char *console, struct err *err)
{
	const struct target_ops *ops = run->target->ops;
	const struct job_cell *job_cell = &run->job.cells[plan_cell->cell];
	struct outcome outcome = { .boot = run->boot, .order = order };
	struct cell cell = job_cell->cell;
	uint64_t start = now_ns();
	enum status status;
	json_t *answer;
	int ret;

	cell.seed = plan_cell->seed;
	run->what = job_cell->name;
	run_cell_progress(run, 0, 0);
	status = ops->run(run->target, plan_cell->id, &cell,
			  job_cell_timeout(&cell), &answer, err);
	if (status == STATUS_STOPPED)
		return -EINTR;
	if (status == STATUS_OK) {
		outcome.record = answer_record(answer, &cell,
					       now_ns() - start, err);
		json_decref(answer);
		if (!outcome.record)
			status = STATUS_ERROR;
	}
	if (status != STATUS_OK) {
		outcome.why = err->text;
		outcome.console_path = console;
	}
	/* What the kernel says at its end belongs to its last cell. */
	if (!status_lives(status) || !next_cell(boot, plan_cell))
		ops->stop(run->target);
	outcome.status = status;
	outcome.console = ops->bad_lines(run->target);
	outcome.warnings = ops->warnings(run->target);
	if (status == STATUS_PANIC)
		outcome.record = answer_of_dead(&cell,
			run->job.kernels[boot->kernel].variant,
			run->kernels[boot->kernel].kernel.release, err->text);
	if (status != STATUS_OK && !outcome.record)
		warn_cell(run, boot->kernel, job_cell->name, status, err);
	if (status == STATUS_PANIC || status == STATUS_LOCKUP)
		run->kernels[boot->kernel].crashes++;
	ret = store_cell(run, boot, plan_cell, &outcome, err);
	progress_done(&run->progress, job_cell_time(&cell),
		      now_ns() - start);
	return ret ? ret : !status_lives(status);
}

/* The kernel's boots have failed too often: its cells need not be tried. */
static void give_up_boots(struct run_kernel *kernel, const struct err *err)
{
	if (++kernel->failed_boots < BOOT_TRIES)
		return;
	free(kernel->why);
	kernel->why = xasprintf("%d boots in a row failed: %s",
				kernel->failed_boots, err->text);
	kernel->status = STATUS_BOOT_FAILED;
}

/* The boot itself failed: that costs its first cell. */
static int boot_failed(struct run *run, struct plan_boot *boot,
		       enum status status, const char *console,
		       struct err *err)
{
	struct run_kernel *kernel = &run->kernels[boot->kernel];
	struct outcome outcome = {
		.status = status, .why = err->text, .boot = run->boot,
		.order = 1, .console_path = console,
	};
	char name[KERNEL_NAME_LEN];

	progress_warn(&run->progress, "%s: boot %d failed: %s",
		      run_kernel_name(run, boot->kernel, name), run->boot,
		      err->text);
	/* A machine that fails by itself needs a look before the next try. */
	if (status == STATUS_HOST_FAILED &&
	    ++kernel->failed_hosts >= BOOT_TRIES)
		return -EIO;
	if (status == STATUS_BOOT_FAILED)
		give_up_boots(kernel, err);
	run->target->ops->stop(run->target);
	outcome.console = run->target->ops->bad_lines(run->target);
	outcome.warnings = run->target->ops->warnings(run->target);
	return store_cell(run, boot, next_cell(boot, NULL), &outcome, err);
}

/* Of the next boot: no two shards of a run have the same one. */
static int next_number(const struct run *run)
{
	const struct shard *shard = &run->job.shard;

	if (!shard->count)
		return run->boot + 1;
	return run->boot ? run->boot + shard->count : shard->index;
}

/*
 * One start of the target, until it is dead or the boot's cells are done; 1:
 * the others need not be run.
 */
static int run_target(struct run *run, struct plan_boot *boot,
		      struct err *err)
{
	struct run_kernel *kernel = &run->kernels[boot->kernel];
	const struct target_kernel boots = {
		.image = kernel->kernel.image,
		.module = kernel->kernel.module,
		.module_key = kernel->kernel.module_hash,
		.release = kernel->kernel.release,
		.preempt = preempt_word(kernel->kernel.preempt),
	};
	struct plan_cell *cell;
	uint64_t start = now_ns();
	char *console, name[128];
	int ret = 0, order = 0, left = 0;
	enum status status;

	run->boot = next_number(run);
	console = rundir_console(run->dir, run->boot,
				 &run->job.kernels[boot->kernel]);
	run->what = run_kernel_name(run, boot->kernel, name);
	progress_live(&run->progress, "boot %zu of %zu %s", run->at + 1,
		      run->plan.count, name);
	status = run->target->ops->start(run->target, &boots, console, err);
	if (status == STATUS_STOPPED) {
		ret = -EINTR;
	} else if (status == STATUS_ERROR) {
		ret = -EIO;
	} else if (status != STATUS_OK) {
		ret = boot_failed(run, boot, status, console, err);
	} else {
		kernel->failed_boots = kernel->failed_hosts = 0;
		progress_done(&run->progress, BOOT_ESTIMATE,
			      now_ns() - start);
		while (!ret && !left && !kernel->given_up &&
		       (cell = next_cell(boot, NULL))) {
			ret = run_cell(run, boot, cell, ++order, console,
				       err);
			if (!ret && run->look)
				left = run->look(run->ctx, boot, err);
		}
		ret = left < 0 ? left : ret;
	}
	run->target->ops->stop(run->target);
	json_decref(run->target->ops->bad_lines(run->target));
	json_decref(run->target->ops->warnings(run->target));
	free(console);
	return ret < 0 ? ret : left;
}

static int run_boot(struct run *run, struct plan_boot *boot, struct err *err)
{
	struct run_kernel *kernel = &run->kernels[boot->kernel];
	char name[KERNEL_NAME_LEN], left[PROGRESS_TIME_LEN];
	int ret;

	if (!next_cell(boot, NULL) || kernel->given_up)
		return 0;
	while (next_cell(boot, NULL)) {
		if (!kernel->built || kernel->failed_boots >= BOOT_TRIES)
			return store_rest(run, boot, err);
		ret = run_target(run, boot, err);
		if (ret)
			return ret < 0 ? ret : 0;
		kernel->given_up |= run->crash_limit &&
			kernel->crashes >= run->crash_limit;
		if (kernel->given_up)
			return 0;
	}
	if (!run->progress.live)
		progress_say(&run->progress,
			     "boot %zu of %zu %s: %zu cells; %zu left, about %s",
			     run->at + 1, run->plan.count,
			     run_kernel_name(run, boot->kernel, name),
			     boot->count, plan_left(&run->plan),
			     progress_time(left,
					   progress_left(&run->progress)));
	return 0;
}

/*
 * Repeats are begun only as long as they are likely to end before the
 * deadline: an unfinished one would favour a kernel.
 */
static bool too_late(const struct run *run, int repeat, uint64_t begun,
		     int first)
{
	uint64_t now = now_ns(), each;

	if (!run->deadline || repeat == first)
		return false;
	each = (now - begun) / (repeat - first);
	return now + each > run->deadline;
}

static bool is_wanted(const struct run *run, const struct plan_boot *boot)
{
	return next_cell(boot, NULL) &&
		(!run->wants || run->wants(run->ctx, boot));
}

/* Of the boots that are wanted now, for the time that is left. */
static uint64_t wanted_time(const struct run *run)
{
	uint64_t time = 0;
	size_t i;

	for (i = 0; i < run->plan.count; i++) {
		const struct plan one = {
			.boots = &run->plan.boots[i], .count = 1,
		};

		if (is_wanted(run, one.boots))
			time += plan_time(&one, &run->job, BOOT_ESTIMATE);
	}
	return time;
}

int run_boots(struct run *run, struct err *err)
{
	uint64_t begun = now_ns();
	int ret = 0, first = -1, last = -1;
	struct plan_boot *boot;
	size_t i;

	run->progress.planned_left = wanted_time(run);
	for (i = 0; i < run->plan.count && !ret; i++) {
		boot = &run->plan.boots[i];
		run->at = i;
		if (!is_wanted(run, boot))
			continue;
		if (first < 0)
			first = boot->repeat;
		if (boot->repeat != last &&
		    too_late(run, boot->repeat, begun, first)) {
			run->out_of_time = true;
			break;
		}
		last = boot->repeat;
		ret = run_boot(run, boot, err);
	}
	return ret;
}
