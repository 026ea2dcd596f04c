// SPDX-License-Identifier: GPL-2.0-only
#include "bench/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "bench/entry.h"
#include "bench/guest.h"
#include "bench/host.h"
#include "bench/plan.h"
#include "bench/progress.h"
#include "bench/report.h"
#include "bench/rundir.h"
#include "bench/store.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

/* Boot and shutdown of a guest, to begin the estimate with. */
#define BOOT_ESTIMATE (2 * NSEC_PER_SEC)

/*
 * Failed boots in a row after which a kernel is given up: its cells are
 * stored as boot-failed without waiting for a deadline each time.
 */
#define BOOT_TRIES 2

/* A kernel of the job, as this run has it. */
struct run_kernel {
	struct kernel kernel;
	bool built;
	char *why;		/* it was not built, or does not boot */
	int failed_boots;	/* in a row */
	char *stored_key;	/* what an earlier part of the run used */
};

struct run {
	const struct run_options *options;
	struct job job;
	struct plan plan;
	char *dir;
	struct store *store;
	struct kernel_store kernel_store;
	struct run_kernel *kernels;	/* as many as the job has */
	struct target *target;
	struct progress progress;
	json_t *versions;
	int boot;		/* number of the latest */
	size_t unmeasured;	/* cells without a record */
	const char *what;	/* for the live line: kernel or cell */
};

static const char *kernel_name(const struct run *run, size_t kernel,
			       char buf[128])
{
	snprintf(buf, 128, "%s/%s", run->job.kernels[kernel].variant,
		 run->job.kernels[kernel].kconfig);
	return buf;
}

/* What was said of a cell so far, for a line of the store. */
struct outcome {
	const char *status;
	const char *why;
	json_t *record;		/* taken over */
	json_t *console;	/* taken over */
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
	if (!outcome->record)
		run->unmeasured++;
	return 0;
}

/* All cells of a boot that cannot take place. */
static int store_rest(struct run *run, struct plan_boot *boot,
		      const char *status, const char *why, struct err *err)
{
	struct outcome outcome = { .status = status, .why = why };
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

/* ---- kernels ---- */

static void kernel_progress(void *ctx, const char *what)
{
	struct run *run = ctx;

	progress_live(&run->progress, "kernel %s: %s", run->what, what);
}

static bool kernel_wanted(const struct run *run, size_t kernel)
{
	size_t i, k;

	for (i = 0; i < run->plan.count; i++) {
		if (run->plan.boots[i].kernel != kernel)
			continue;
		for (k = 0; k < run->plan.boots[i].count; k++) {
			if (!run->plan.boots[i].cells[k].done)
				return true;
		}
	}
	return false;
}

static int build_kernel(struct run *run, size_t index, struct err *err)
{
	const struct job_kernel *want = &run->job.kernels[index];
	struct run_kernel *have = &run->kernels[index];
	struct kernel_spec spec = {
		.variant = want->variant, .patch = want->patch,
		.kconfig = want->kconfig,
	};
	char name[128], took[PROGRESS_TIME_LEN];
	uint64_t start = now_ns();
	int ret;

	run->what = kernel_name(run, index, name);
	progress_live(&run->progress, "kernel %s", name);
	ret = kernel_get(&run->kernel_store, &spec, &have->kernel, err);
	if (ret == -EINTR || proc_stopped(run->options->stop_fd))
		return err_set(err, -EINTR, "interrupted");
	if (ret) {
		have->why = xasprintf("%s", err->text);
		progress_warn(&run->progress, "kernel %s: %s", name,
			      err->text);
		return 0;
	}
	have->built = true;
	if (have->stored_key && strcmp(have->stored_key, have->kernel.key))
		return err_set(err, -ESTALE,
			       "kernel %s is not the one that the run began with (its source or patch has changed); start a new run",
			       name);
	if (!have->kernel.cached)
		progress_say(&run->progress, "kernel %s: built in %s", name,
			     progress_time(took, now_ns() - start));
	return 0;
}

static int build_kernels(struct run *run, struct err *err)
{
	size_t i;
	int ret;

	run->kernel_store.stop_fd = run->options->stop_fd;
	run->kernel_store.progress = kernel_progress;
	run->kernel_store.progress_ctx = run;
	for (i = 0; i < run->job.nkernels; i++) {
		if (!kernel_wanted(run, i))
			continue;
		ret = build_kernel(run, i, err);
		if (ret)
			return ret;
	}
	return 0;
}

/* ---- boots and cells ---- */

static void cell_progress(void *ctx, uint64_t fulls, uint64_t hangs)
{
	struct run *run = ctx;
	char left[PROGRESS_TIME_LEN];

	progress_live(&run->progress,
		      "%zu cells, %s left | %s: %llu fulls, %llu hangs",
		      plan_left(&run->plan),
		      progress_time(left, progress_left(&run->progress)),
		      run->what, (unsigned long long)fulls,
		      (unsigned long long)hangs);
}

static void target_note(void *ctx, const char *text)
{
	struct run *run = ctx;

	progress_say(&run->progress, "%s", text);
}

/*
 * How long a cell may take before its guest is given up: an agent that lives
 * reports each second, so this is for one that reports for ever.
 */
static uint64_t cell_timeout(const struct cell *cell)
{
	uint64_t timeout = 3 * job_cell_time(cell);

	if (!cell->duration)
		timeout += cell->fulls * 2 * cell->hang_timeout;
	return timeout + 30 * NSEC_PER_SEC;
}

/* An answer is only a record when it can be read back as one. */
static json_t *answer_record(const json_t *answer, struct err *err)
{
	json_t *json = json_object_get(answer, "record");
	struct record *record;
	int ret;

	record = calloc(1, sizeof(*record));	/* too large for the stack */
	if (!record)
		return NULL;
	ret = record_from_json(record, json, err);
	if (ret)
		err_prefix(err, ret, "the agent's record");
	record_free(record);
	free(record);
	return ret ? NULL : json_incref(json);
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
	enum target_status status;
	uint64_t start = now_ns();
	json_t *answer;
	char name[128];
	int ret;

	cell.seed = plan_cell->seed;
	run->what = job_cell->name;
	cell_progress(run, 0, 0);
	status = ops->run(run->target, plan_cell->id, &cell,
			  cell_timeout(&cell), &answer, err);
	if (status == TARGET_STOPPED)
		return -EINTR;
	if (status == TARGET_OK) {
		outcome.record = answer_record(answer, err);
		json_decref(answer);
		if (!outcome.record)
			status = TARGET_ERROR;
	}
	outcome.status = target_status_names[status];
	outcome.console = ops->bad_lines(run->target);
	if (status != TARGET_OK) {
		outcome.why = err->text;
		outcome.console_path = console;
		progress_warn(&run->progress, "%s: %s: %s: %s",
			      kernel_name(run, boot->kernel, name),
			      job_cell->name, outcome.status, err->text);
	}
	ret = store_cell(run, boot, plan_cell, &outcome, err);
	progress_done(&run->progress, job_cell_time(&cell),
		      now_ns() - start);
	if (ret)
		return ret;
	return status != TARGET_OK && status != TARGET_ERROR;
}

/* The boot itself failed: that costs its first cell. */
static int boot_failed(struct run *run, struct plan_boot *boot,
		       struct plan_cell *cell, const char *console,
		       struct err *err)
{
	struct run_kernel *kernel = &run->kernels[boot->kernel];
	struct outcome outcome = {
		.status = target_status_names[TARGET_BOOT_FAILED],
		.why = err->text, .boot = run->boot, .order = 1,
		.console = run->target->ops->bad_lines(run->target),
		.console_path = console,
	};
	char name[128];

	progress_warn(&run->progress, "%s: boot %d failed: %s",
		      kernel_name(run, boot->kernel, name), run->boot,
		      err->text);
	if (++kernel->failed_boots >= BOOT_TRIES) {
		free(kernel->why);
		kernel->why = xasprintf("%d boots in a row failed: %s",
					kernel->failed_boots, err->text);
	}
	return store_cell(run, boot, cell, &outcome, err);
}

/* The first cell of a boot that is still to be run. */
static struct plan_cell *next_cell(const struct plan_boot *boot)
{
	size_t i;

	for (i = 0; i < boot->count; i++) {
		if (!boot->cells[i].done)
			return &boot->cells[i];
	}
	return NULL;
}

/* Lines that came after the last cell belong to none: say them at least. */
static void stop_target(struct run *run)
{
	json_t *lines, *line;
	size_t i;

	run->target->ops->stop(run->target);
	lines = run->target->ops->bad_lines(run->target);
	json_array_foreach(lines, i, line)
		progress_warn(&run->progress, "boot %d, at its end: %s",
			      run->boot, json_string_value(line));
	json_decref(lines);
}

/* One start of the target, until it is dead or the boot's cells are done. */
static int run_target(struct run *run, struct plan_boot *boot,
		      struct err *err)
{
	struct run_kernel *kernel = &run->kernels[boot->kernel];
	struct plan_cell *cell = next_cell(boot);
	enum target_status status;
	uint64_t start = now_ns();
	int ret = 0, order = 0;
	char *console, name[128];

	run->boot++;
	console = rundir_console(run->dir, run->boot,
				 &run->job.kernels[boot->kernel]);
	run->what = kernel_name(run, boot->kernel, name);
	progress_live(&run->progress, "boot %d %s", run->boot, name);
	status = run->target->ops->start(run->target, &kernel->kernel,
					 console, err);
	if (status == TARGET_STOPPED) {
		ret = -EINTR;
	} else if (status != TARGET_OK) {
		ret = boot_failed(run, boot, cell, console, err);
	} else {
		kernel->failed_boots = 0;
		progress_done(&run->progress, BOOT_ESTIMATE,
			      now_ns() - start);
		for (; cell && !ret; cell = next_cell(boot))
			ret = run_cell(run, boot, cell, ++order, console,
				       err);
	}
	stop_target(run);
	free(console);
	return ret < 0 ? ret : 0;
}

static int run_boot(struct run *run, struct plan_boot *boot, struct err *err)
{
	struct run_kernel *kernel = &run->kernels[boot->kernel];
	char name[128], left[PROGRESS_TIME_LEN];
	int first = run->boot + 1, ret;

	if (!next_cell(boot))
		return 0;
	if (!kernel->built)
		return store_rest(run, boot, "build-failed", kernel->why, err);
	while (next_cell(boot)) {
		if (kernel->failed_boots >= BOOT_TRIES)
			return store_rest(run, boot, "boot-failed",
					  kernel->why, err);
		ret = run_target(run, boot, err);
		if (ret)
			return ret;
	}
	if (!run->progress.live)
		progress_say(&run->progress,
			     "boot %d %s: %zu cells; %zu left, about %s",
			     first, kernel_name(run, boot->kernel, name),
			     boot->count, plan_left(&run->plan),
			     progress_time(left,
					   progress_left(&run->progress)));
	return 0;
}

static int run_boots(struct run *run, struct err *err)
{
	size_t i;
	int ret = 0;

	run->progress.planned_left = plan_time(&run->plan, &run->job,
					       BOOT_ESTIMATE);
	for (i = 0; i < run->plan.count && !ret; i++)
		ret = run_boot(run, &run->plan.boots[i], err);
	return ret;
}

/* ---- begin and end ---- */

static int draw_seed(struct run *run, struct err *err)
{
	uint32_t seed;

	if (run->job.seeded)
		return 0;
	/* 32 bits: enough to differ, short enough to type. */
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return err_set(err, -EIO, "getrandom: %s", strerror(errno));
	run->job.seed = seed;
	run->job.seeded = true;
	return 0;
}

static int read_job(struct run *run, struct err *err)
{
	const struct run_options *options = run->options;
	char **variants = kernel_variants(), **kconfigs = kernel_kconfigs();
	char *path = NULL;
	int ret = 0;

	if (options->resume)
		path = xasprintf("%s/job.ini", options->resume);
	else
		ret = rundir_find_job(options->job, &path, err);
	if (!ret)
		ret = job_read(&run->job, path, options->overrides, variants,
			       kconfigs, err);
	if (!ret)
		ret = draw_seed(run, err);
	if (!ret)
		plan_make(&run->plan, &run->job, run->job.seed);
	kernel_names_free(variants);
	kernel_names_free(kconfigs);
	free(path);
	return ret;
}

static void list_cells(const struct run *run)
{
	const struct job *job = &run->job;
	char time[PROGRESS_TIME_LEN], name[128];
	size_t i, k;

	for (i = 0; i < job->nkernels; i++) {
		for (k = 0; k < job->ncells; k++) {
			if (job->cells[k].on[i])
				printf("%s\t%s\t%s\t%s\n",
				       job->kernels[i].variant,
				       job->kernels[i].kconfig,
				       job->cells[k].section,
				       job->cells[k].name);
		}
	}
	kernel_name(run, 0, name);
	fprintf(stderr,
		"%zu cells in %zu boots of %zu kernels, about %s once these are built\n",
		run->plan.cells, run->plan.count, job->nkernels,
		progress_time(time, plan_time(&run->plan, job,
					      BOOT_ESTIMATE)));
}

/* What an earlier part of the run has measured need not be done again. */
static int resume_entry(void *ctx, const struct store_entry *entry)
{
	struct run *run = ctx;
	json_t *id = json_object_get(entry->json, "id");
	const char *key = json_string_value(json_object_get(
		json_object_get(entry->json, "kernel"), "key"));
	const struct plan_boot *boot;
	struct plan_cell *cell;
	struct run_kernel *kernel;

	cell = plan_find(&run->plan, json_integer_value(id), &boot);
	if (!id || !cell ||
	    strcmp(run->job.kernels[boot->kernel].variant, entry->variant) ||
	    strcmp(run->job.kernels[boot->kernel].kconfig, entry->kconfig) ||
	    strcmp(run->job.cells[cell->cell].name, entry->cell))
		return -ESTALE;
	cell->done = true;
	if (!entry->measured)
		run->unmeasured++;
	if (entry->boot > run->boot)
		run->boot = entry->boot;
	kernel = &run->kernels[boot->kernel];
	if (key && !kernel->stored_key)
		kernel->stored_key = xasprintf("%s", key);
	return 0;
}

static int open_results(struct run *run, struct err *err)
{
	const struct run_options *options = run->options;
	char *path;
	bool torn;
	int ret;

	if (options->resume) {
		run->dir = xasprintf("%s", options->resume);
	} else {
		ret = rundir_make(options->output, run->job.name, &run->dir,
				  err);
		if (ret)
			return ret;
		ret = rundir_fill(run->dir, &run->job, options->argv, err);
		if (ret)
			return ret;
	}
	path = xasprintf("%s/store.jsonl", run->dir);
	ret = store_open(&run->store, path, options->resume, err);
	if (!ret && options->resume) {
		ret = store_each(path, &torn, resume_entry, run, err);
		if (ret == -ESTALE)
			err_set(err, ret, "%s: does not belong to %s/job.ini",
				path, run->dir);
	}
	free(path);
	return ret;
}

static int make_target(struct run *run, struct err *err)
{
	static const char *const programs[] = {
		"cyclictest", "hackbench", NULL
	};
	struct guest_config config = {
		.shape = run->job.guest,
		.agent = BUILDDIR "/stress/agent",
		.programs = programs,
		.stop_fd = run->options->stop_fd,
		.note = target_note,
		.progress = cell_progress,
		.ctx = run,
	};

	return guest_new(&run->target, &config, err);
}

/* Everything that can be found wrong before anything is started. */
static int run_begin(struct run *run, struct err *err)
{
	char time[PROGRESS_TIME_LEN];
	int ret;

	run->kernels = calloc(run->job.nkernels, sizeof(*run->kernels));
	ret = make_target(run, err);
	if (!ret)
		ret = kernel_store_init(&run->kernel_store,
					run->job.linux_path, err);
	if (!ret)
		ret = open_results(run, err);
	if (ret)
		return ret;
	run->versions = host_versions(run->options->stop_fd);
	progress_say(&run->progress,
		     "%s: %zu cells on %zu kernels, seed %llu, about %s",
		     run->dir, plan_left(&run->plan), run->job.nkernels,
		     (unsigned long long)run->job.seed,
		     progress_time(time, plan_time(&run->plan, &run->job,
						   BOOT_ESTIMATE)));
	return 0;
}

static int print_summary(const struct run *run, struct err *err)
{
	char *path = xasprintf("%s/summary.txt", run->dir), *text;
	int ret = file_read(path, &text, NULL, err);

	free(path);
	if (ret)
		return ret;
	if (!run->options->quiet)
		fputs(text, stdout);
	free(text);
	return 0;
}

static int run_report(struct run *run, struct err *err)
{
	int ret;

	progress_live(&run->progress, "report and plots");
	ret = report_make(run->dir, run->options->stop_fd, err);
	progress_clear(&run->progress);
	if (!ret)
		ret = print_summary(run, err);
	if (ret)
		return err_prefix(err, ret, "report");
	if (run->unmeasured)
		return err_set(err, -EIO,
			       "%zu of %zu cells gave no record; %s/store.jsonl says why",
			       run->unmeasured, run->plan.cells, run->dir);
	return 0;
}

static void run_end(struct run *run)
{
	size_t i;

	progress_clear(&run->progress);
	if (run->target)
		run->target->ops->free(run->target);
	for (i = 0; run->kernels && i < run->job.nkernels; i++) {
		if (run->kernels[i].built)
			kernel_free(&run->kernels[i].kernel);
		free(run->kernels[i].why);
		free(run->kernels[i].stored_key);
	}
	free(run->kernels);
	kernel_store_free(&run->kernel_store);
	store_close(run->store);
	json_decref(run->versions);
	plan_free(&run->plan);
	job_free(&run->job);
	free(run->dir);
}

int run_matrix(const struct run_options *options, struct err *err)
{
	struct run run = { .options = options };
	int ret;

	progress_init(&run.progress, options->quiet);
	ret = read_job(&run, err);
	if (!ret && options->list) {
		list_cells(&run);
		run_end(&run);
		return 0;
	}
	if (!ret)
		ret = run_begin(&run, err);
	if (!ret) {
		ret = build_kernels(&run, err);
		if (!ret)
			ret = run_boots(&run, err);
		if (ret)
			err_prefix(err, ret,
				   "the run is not complete (go on with --resume=%s)",
				   run.dir);
		else
			ret = run_report(&run, err);
	}
	run_end(&run);
	return ret;
}
