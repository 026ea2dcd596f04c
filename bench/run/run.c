// SPDX-License-Identifier: GPL-2.0-only
#include "bench/run/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "bench/run/host.h"
#include "bench/run/preflight.h"
#include "bench/job/shard.h"
#include "bench/run/rundir.h"
#include "bench/run/parts.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/shards.h"

const char *run_kernel_name(const struct run *run, size_t kernel,
			    char buf[KERNEL_NAME_LEN])
{
	snprintf(buf, KERNEL_NAME_LEN, "%s/%s", run->job.kernels[kernel].variant,
		 run->job.kernels[kernel].kconfig);
	return buf;
}

/* Where all kernels are of one kconfig it goes without saying. */
static const char *build_name(const struct run *run, size_t kernel,
			      char buf[KERNEL_NAME_LEN])
{
	const struct job_kernel *kernels = run->job.kernels;
	size_t i;

	for (i = 1; i < run->job.nkernels; i++) {
		if (strcmp(kernels[i].kconfig, kernels[0].kconfig))
			return run_kernel_name(run, kernel, buf);
	}
	snprintf(buf, KERNEL_NAME_LEN, "%s", kernels[kernel].variant);
	return buf;
}

static void kernel_progress(void *ctx, const char *what)
{
	struct run *run = ctx;

	progress_live(&run->progress, "kernel %d of %d %s: %s", run->build,
		      run->builds, run->what, what);
}

static void kernel_note(void *ctx, const char *what)
{
	struct run *run = ctx;

	progress_say(&run->progress, "kernel %s: %s", run->what, what);
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

static struct kernel_spec kernel_spec(const struct run *run, size_t index)
{
	const struct job_kernel *want = &run->job.kernels[index];

	return (struct kernel_spec) {
		.variant = want->variant, .patch = want->patch,
		.kconfig = want->kconfig,
	};
}

/*
 * How many kernels are to be built, and how long it takes: all of the first
 * one of a kconfig, of the others what their patch changes.
 */
static uint64_t builds_time(struct run *run)
{
	struct kernel_outlook look;
	struct kernel_spec spec;
	uint64_t time = 0;
	struct err ignored;
	size_t i, k;

	for (i = 0; i < run->job.nkernels && !run->job.target; i++) {
		if (!kernel_wanted(run, i))
			continue;
		spec = kernel_spec(run, i);
		/* What is wrong is said when it is built. */
		if (kernel_look(&run->kernel_store, &spec, &look, &ignored) ||
		    look.cached)
			continue;
		for (k = 0; k < i; k++) {
			if (run->kernels[k].build_ns &&
			    !strcmp(run->job.kernels[k].kconfig,
				    spec.kconfig))
				look.cold = false;
		}
		run->kernels[i].build_ns = look.cold ? look.cold_ns :
			look.warm_ns;
		run->builds++;
		time += run->kernels[i].build_ns;
	}
	return time;
}

static int build_kernel(struct run *run, size_t index, struct err *err)
{
	struct run_kernel *have = &run->kernels[index];
	struct kernel_spec spec = kernel_spec(run, index);
	char name[KERNEL_NAME_LEN], took[PROGRESS_TIME_LEN];
	uint64_t start = now_ns();
	int ret;

	run->what = build_name(run, index, name);
	run->build += have->build_ns > 0;
	ret = kernel_get(&run->kernel_store, &spec, &have->kernel, err);
	if (ret == -EINTR || proc_stopped(run->options->stop_fd))
		return err_set(err, -EINTR, "interrupted");
	if (ret) {
		have->why = xasprintf("%s", err->text);
		have->status = have->kernel.fault == FAULT_PATCH ?
			STATUS_BUILD_FAILED : STATUS_HOST_FAILED;
		progress_warn(&run->progress, "kernel %s: %s", name,
			      err->text);
		return 0;
	}
	have->built = true;
	if (have->stored_key && strcmp(have->stored_key, have->kernel.key))
		return err_set(err, -ESTALE,
			       "kernel %s is not the one that the run began with (its source or patch has changed); start a new run",
			       name);
	if (have->kernel.imported)
		progress_say(&run->progress, "kernel %s: imported, built by %s",
			     name, have->kernel.compiler);
	else if (!have->kernel.cached)
		progress_say(&run->progress, "kernel %s: built in %s", name,
			     progress_time(took, now_ns() - start));
	return 0;
}

int run_build(struct run *run, struct err *err)
{
	size_t i;
	int ret;

	if (run->job.target)
		return run_take_kernel(run, err);
	run->kernel_store.stop_fd = run->options->stop_fd;
	run->kernel_store.progress = kernel_progress;
	run->kernel_store.note = kernel_note;
	run->kernel_store.progress_ctx = run;
	for (i = 0; i < run->job.nkernels; i++) {
		if (!kernel_wanted(run, i) || run->kernels[i].built ||
		    run->kernels[i].why)
			continue;
		ret = build_kernel(run, i, err);
		if (!ret && run->kernels[i].built && run_first_due(run, i))
			ret = run_first_look(run, err);
		if (ret)
			return ret;
	}
	return 0;
}

static int draw_seed(struct run *run, struct err *err)
{
	uint32_t seed;

	if (run->job.seeded)
		return 0;
	if (run->job.shard.count)
		return err_set(err, -EINVAL,
			       "all shards of a run need the same seed: --seed=N");
	/* 32 bits: enough to differ, short enough to type. */
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return err_set(err, -EIO, "getrandom: %s", strerror(errno));
	run->job.seed = seed;
	run->job.seeded = true;
	return 0;
}

static bool lanes_are_in(const char *dir)
{
	char *hosts = xasprintf("%s/" SHARDS_HOSTS, dir);
	bool are = file_exists(hosts);

	free(hosts);
	return are;
}

static int read_job(struct run *run, struct err *err)
{
	const struct run_options *options = run->options;
	char **variants = kernel_variants(), **kconfigs = kernel_kconfigs();
	char *path = NULL;
	int ret = 0;

	/* That of several hosts may have no store yet. */
	if (options->resume && !lanes_are_in(options->resume))
		ret = store_folder_check(options->resume, err);
	if (!ret && options->resume)
		path = xasprintf("%s/job.ini", options->resume);
	else if (!ret)
		ret = rundir_find_job(options->job, &path, err);
	if (!ret)
		ret = job_read(&run->job, path, options->overrides, variants,
			       kconfigs, err);
	if (!ret)
		ret = draw_seed(run, err);
	if (!ret && (run->job.target || run->job.hosts))
		job_running_kernel(&run->job, run->job.label ?
				   run->job.label : JOB_RUNNING);
	if (!ret)
		plan_make(&run->plan, &run->job, run->job.seed);
	if (!ret)
		shard_plan(&run->plan, &run->job);
	kernel_names_free(variants);
	kernel_names_free(kconfigs);
	free(path);
	return ret;
}

static void list_cells(const struct run *run)
{
	const struct job *job = &run->job;
	char time[PROGRESS_TIME_LEN];
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
	fprintf(stderr,
		"kernels: %zu, boots: %zu, cells: %zu, about %s with kernels built\n",
		job->nkernels, run->plan.count, run->plan.cells,
		progress_time(time, plan_time(&run->plan, job,
					      BOOT_ESTIMATE)));
}

/* What an earlier part of the run has measured need not be done again. */
static int resume_entry(void *ctx, const struct store_entry *entry)
{
	struct run *run = ctx;
	const char *key = json_string_value(json_object_get(entry->kernel,
							    "key"));
	const struct plan_boot *boot;
	struct plan_cell *cell;
	struct run_kernel *kernel;

	cell = plan_find(&run->plan, entry->id, &boot);
	if (!cell ||
	    strcmp(run->job.kernels[boot->kernel].variant, entry->variant) ||
	    strcmp(run->job.kernels[boot->kernel].kconfig, entry->kconfig) ||
	    strcmp(run->job.cells[cell->cell].name, entry->cell))
		return -ESTALE;
	cell->done = true;
	if (!entry->measured && entry->ended != STATUS_SKIPPED)
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
		if (!ret)
			ret = rundir_write_shard(run->dir, &run->job,
						 &run->plan, err);
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

static void say_plan(struct run *run)
{
	uint64_t builds = builds_time(run);
	char time[PROGRESS_TIME_LEN], all[PROGRESS_TIME_LEN];
	uint64_t cells = plan_time(&run->plan, &run->job, BOOT_ESTIMATE);

	progress_say(&run->progress,
		     "%s: kernels: %zu, cells: %zu, seed: %llu, about %s",
		     run->dir, run->job.nkernels, plan_left(&run->plan),
		     (unsigned long long)run->job.seed,
		     progress_time(all, cells + builds));
	if (run->builds)
		progress_say(&run->progress,
			     "first %d kernel%s to build: about %s",
			     run->builds, run->builds == 1 ? "" : "s",
			     progress_time(time, builds));
}

/* Everything that can be found wrong before anything is started. */
static int run_begin(struct run *run, struct err *err)
{
	int ret = 0;

	run->kernels = calloc(run->job.nkernels, sizeof(*run->kernels));
	if (!run->job.target) {
		ret = kernel_store_init(&run->kernel_store,
					run->job.linux_path, err);
		run->kernel_store.arch = run->job.guest.arch;
		run->kernel_store.stop_fd = run->options->stop_fd;
	}
	if (!ret && !run->job.target)
		ret = preflight_guest(&run->job, &run->kernel_store, err);
	if (!ret)
		ret = run_make_target(run, err);
	if (!ret)
		ret = open_results(run, err);
	if (ret)
		return ret;
	run->versions = host_versions(run->job.guest.arch,
				      run->options->stop_fd);
	say_plan(run);
	return 0;
}

void run_close(struct run *run)
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
	free(run->selftest);
	free(run->agent);
	free(run->module);
	free(run->pmus);
	kernel_store_free(&run->kernel_store);
	store_close(run->store);
	json_decref(run->versions);
	plan_free(&run->plan);
	job_free(&run->job);
	free(run->dir);
}

int run_open(struct run *run, const struct run_options *options,
	     struct err *err)
{
	int ret;

	memset(run, 0, sizeof(*run));
	run->options = options;
	progress_init(&run->progress, options->quiet);
	ret = read_job(run, err);
	if (!ret && !options->list && !run->job.hosts)
		ret = run_begin(run, err);
	return ret;
}

/* Plans with more repeats begin as those with fewer: what is done stays so. */
int run_extend(struct run *run, uint64_t repeats, struct err *err)
{
	struct plan old = run->plan;
	char number[32];
	size_t i, k;
	int ret;

	snprintf(number, sizeof(number), "%llu", (unsigned long long)repeats);
	ret = job_set(&run->job, "repeats", number, err);
	if (ret)
		return ret;
	plan_make(&run->plan, &run->job, run->job.seed);
	for (i = 0; i < old.count && i < run->plan.count; i++) {
		for (k = 0; k < old.boots[i].count; k++)
			run->plan.boots[i].cells[k].done =
				old.boots[i].cells[k].done;
	}
	plan_free(&old);
	return rundir_write_job(run->dir, &run->job, err);
}

int run_matrix(const struct run_options *options, struct run_done *done,
	       struct err *err)
{
	struct run run;
	int ret;

	memset(done, 0, sizeof(*done));
	ret = run_open(&run, options, err);
	if (!ret && options->list) {
		list_cells(&run);
		run_close(&run);
		return 0;
	}
	if (!ret && run.job.hosts) {
		ret = run_lanes(&run, done, err);
		run_close(&run);
		return ret;
	}
	if (!ret) {
		ret = run_build(&run, err);
		if (!ret)
			ret = run_boots(&run, err);
		if (ret && ret != -ESTALE)
			err_prefix(err, ret,
				   "the run is not complete (go on with --resume=%s)",
				   run.dir);
	}
	if (!ret)
		*done = (struct run_done) {
			.dir = xasprintf("%s", run.dir),
			.cells = run.plan.cells, .unmeasured = run.unmeasured,
			.shard = run.job.shard.count,
		};
	run_close(&run);
	return ret;
}
