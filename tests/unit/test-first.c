// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first look at two kernels: when there is one, what it measures, and that
 * the run is as if there had been none.
 */
#include <errno.h>
#include <jansson.h>

#include "bench/results/results.h"
#include "bench/run/parts.h"
#include "tests/fixture.h"
#include "tests/unit/job-fixture.h"

static const char text[] =
	"[global]\n"
	"variants = baseline, peterz, sync\n"
	"repeats = 2\n"
	"seed = 7\n"
	"loop = eager, perf\n"
	"seconds = 4\n"
	"[map]\n"
	"window = 0, 3ms, 30ms\n"
	"[hunt]\n"
	"kind = hunt\n";

/* Of a cell that takes longer than the look may. */
static const char slow[] =
	"[global]\n"
	"variants = baseline, peterz, sync\n"
	"seconds = 16\n";

/* A target that has nothing to measure with. */
struct idle {
	struct target target;
	int starts, cells;
	bool stopped;		/* as by ^C */
};

static enum status idle_start(struct target *target,
			      const struct target_kernel *kernel,
			      const char *console, struct err *err)
{
	((struct idle *)target)->starts++;
	return STATUS_OK;
}

static enum status idle_run(struct target *target, int id,
			    const struct cell *cell, uint64_t timeout_ns,
			    json_t **answer, struct err *err)
{
	struct idle *idle = (struct idle *)target;

	idle->cells++;
	err_set(err, -ENODEV, "nothing here");
	return idle->stopped ? STATUS_STOPPED : STATUS_SKIPPED;
}

static void idle_stop(struct target *target)
{
}

static json_t *idle_describe(struct target *target)
{
	return json_object();
}

static json_t *idle_lines(struct target *target)
{
	return json_array();
}

static const struct target_ops idle_ops = {
	.name = "idle", .start = idle_start, .run = idle_run,
	.stop = idle_stop, .describe = idle_describe,
	.bad_lines = idle_lines, .warnings = idle_lines,
};

/* What was shown; the options come back to it by their argv. */
static void show(const struct run_options *options, const char *dir)
{
	char **shown = options->argv;

	free(shown[0]);
	shown[0] = xasprintf("%s", dir);
}

struct trial {
	struct check *t;
	struct run_options options;
	struct idle idle;
	struct run run;
	char *shown[2];
};

/* Two of three kernels are there, and the third one takes its time. */
static void begin(struct trial *trial, struct fixture *f, const char *job)
{
	struct run *run = &trial->run;
	struct err err;

	*trial = (struct trial) {
		.t = f->t, .idle.target.ops = &idle_ops,
	};
	trial->options = (struct run_options) {
		.first = show, .argv = trial->shown, .stop_fd = -1,
		.quiet = true,
	};
	run->options = &trial->options;
	progress_init(&run->progress, true);
	CHECK_EQ(f->t, read_text(f, &run->job, job, NULL, &err), 0);
	plan_make(&run->plan, &run->job, run->job.seed);
	run->dir = xasprintf("%s/run", f->dir);
	CHECK_EQ(f->t, dir_make(run->dir, &err), 0);
	run->kernels = calloc(3, sizeof(*run->kernels));
	run->kernels[0].built = run->kernels[1].built = true;
	run->kernels[2].build_ns = 90 * NSEC_PER_SEC;
	run->target = &trial->idle.target;
	run->boot = 4;
}

static void end(struct trial *trial)
{
	struct err err;

	dir_remove(trial->run.dir, &err);
	free(trial->run.dir);
	free(trial->run.kernels);
	plan_free(&trial->run.plan);
	job_free(&trial->run.job);
	free(trial->shown[0]);
}

static void due(struct fixture *f)
{
	struct trial trial;
	struct run *run = &trial.run;

	begin(&trial, f, text);
	CHECK(f->t, run_first_due(run, 1));
	/* Soon there. */
	run->kernels[2].build_ns = 20 * NSEC_PER_SEC;
	CHECK(f->t, !run_first_due(run, 1));
	/* In the cache. */
	run->kernels[2].build_ns = 0;
	CHECK(f->t, !run_first_due(run, 1));
	run->kernels[2].build_ns = 90 * NSEC_PER_SEC;
	/* All of them, or one that is alone. */
	CHECK(f->t, !run_first_due(run, 2));
	run->kernels[1].built = false;
	CHECK(f->t, !run_first_due(run, 1));
	run->kernels[1].built = true;
	/* Nobody looks; a part of a run; one that goes on. */
	trial.options.first = NULL;
	CHECK(f->t, !run_first_due(run, 1));
	trial.options.first = show;
	run->job.shard.count = 2;
	CHECK(f->t, !run_first_due(run, 1));
	run->job.shard.count = 0;
	trial.options.resume = "run";
	CHECK(f->t, !run_first_due(run, 1));
	end(&trial);
}

static int count(void *ctx, const struct store_entry *entry)
{
	int *n = ctx;

	n[!strcmp(entry->variant, "peterz")]++;
	n[2] += !!strcmp(entry->section, "map") || entry->repeat;
	return 0;
}

/* Of 4 s each three fit into 15 s: no more, no hunt, and each once. */
static void look(struct fixture *f)
{
	char *path = xasprintf("%s/run/first/store.jsonl", f->dir);
	char *first = xasprintf("%s/run/first", f->dir);
	struct trial trial;
	struct run *run = &trial.run;
	struct results results;
	struct err err = { "" };
	int n[3] = { 0 };
	size_t left;
	bool torn;

	begin(&trial, f, text);
	left = plan_left(&run->plan);
	CHECK_EQ(f->t, run_first_look(run, &err), 0);
	CHECK_EQ(f->t, trial.idle.starts, 2);
	CHECK_EQ(f->t, trial.idle.cells, 6);
	CHECK(f->t, trial.shown[0] && !strcmp(trial.shown[0], first));
	CHECK_EQ(f->t, store_each(path, &torn, count, n, &err), 0);
	CHECK_EQ(f->t, n[0], 3);
	CHECK_EQ(f->t, n[1], 3);
	CHECK_EQ(f->t, n[2], 0);
	/* Nothing of it is the run's. */
	CHECK_EQ(f->t, plan_left(&run->plan), left);
	CHECK_EQ(f->t, run->boot, 4);
	CHECK_EQ(f->t, run->unmeasured, 0);
	CHECK(f->t, !run->store);
	CHECK(f->t, !strcmp(run->dir + strlen(run->dir) - 4, "/run"));
	/* Whoever reads it is told. */
	CHECK_EQ(f->t, results_read(&results, first, NULL, NULL, &err), 0);
	CHECK(f->t, results.partial && strstr(results.partial, "2 of 3 kernels"));
	results_free(&results);
	end(&trial);
	free(first);
	free(path);
}

static void stopped(struct fixture *f)
{
	struct trial trial;
	struct err err;

	begin(&trial, f, text);
	trial.idle.stopped = true;
	CHECK_EQ(f->t, run_first_look(&trial.run, &err), -EINTR);
	CHECK(f->t, !trial.shown[0]);
	CHECK_EQ(f->t, trial.idle.cells, 1);
	end(&trial);
}

static void nothing_fits(struct fixture *f)
{
	struct trial trial;
	struct err err;

	begin(&trial, f, slow);
	CHECK_EQ(f->t, run_first_look(&trial.run, &err), 0);
	CHECK_EQ(f->t, trial.idle.starts, 0);
	CHECK(f->t, !trial.shown[0]);
	end(&trial);
}

int main(void)
{
	struct check t = { 0 };
	struct fixture f;

	fixture_begin(&f, &t);
	due(&f);
	look(&f);
	stopped(&f);
	nothing_fits(&f);
	return fixture_done(&f);
}
