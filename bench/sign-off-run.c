// SPDX-License-Identifier: GPL-2.0-only
/* Boots are added until all candidates are decided or time is up. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/report.h"
#include "bench/run/parts.h"
#include "bench/run/rundir.h"
#include "bench/sign-off.h"
#include "bench/results/inference.h"
#include "lib/file.h"
#include "lib/proc.h"

/*
 * How much the log of a boot's value is taken to vary before anything is
 * measured: what short cells under emulation showed.
 */
#define PLANNED_SD 0.15
#define POWER 0.9

/* A kernel whose guest went down so often is known well enough. */
#define CRASHES 3

static void stage_progress(void *ctx, const char *what)
{
	progress_live(ctx, "%s", what);
}

static char *joined(char *const *names)
{
	char *text = NULL;
	size_t size, i;
	FILE *f = open_memstream(&text, &size);

	for (i = 0; names && names[i]; i++)
		fprintf(f, "%s%s", i ? "," : "", names[i]);
	fclose(f);
	return text;
}

/* The candidates as keys of the job. */
static int stage(struct sign_off *s, struct err *err)
{
	struct progress progress;
	char *list;
	int ret;

	if (!s->inputs.n && !s->inputs.linux_path)
		return 0;
	progress_init(&progress, s->run.quiet);
	ret = sign_off_fetch(s, err);
	if (ret)
		return ret;
	ret = inputs_stage(&s->inputs, s->run.stop_fd, stage_progress,
			   &progress, err);
	progress_clear(&progress);
	if (ret)
		return ret;
	progress_say(&progress, "baseline: %s", s->inputs.baseline);
	if (s->inputs.notes)
		progress_warn(&progress, "%s", s->inputs.notes);
	list = joined(s->inputs.variants);
	sign_off_override(s, "variants", list);
	free(list);
	list = joined(s->inputs.patches);
	if (*list)
		sign_off_override(s, "patch", list);
	free(list);
	if (s->inputs.source)
		sign_off_override(s, "linux", s->inputs.source);
	return 0;
}

/*
 * What is said of a patch, and kept, names the copy that stays with the
 * results, not ours that is gone when it is read.
 */
static void point_to_kept(struct sign_off *s, struct run *run)
{
	size_t i, n = 0;

	s->kept = calloc(run->job.nkernels + 1, sizeof(*s->kept));
	for (i = 0; s->kept && i < run->job.nkernels; i++) {
		if (!run->job.kernels[i].patch)
			continue;
		s->kept[n] = xasprintf("%s/patches/%s.patch", run->dir,
				       run->job.kernels[i].variant);
		run->job.kernels[i].patch = s->kept[n++];
	}
}

static int open_run(struct sign_off *s, struct run *run, struct err *err)
{
	int ret;

	memset(run, 0, sizeof(*run));
	if (!s->run.resume) {
		ret = stage(s, err);
		if (ret)
			return ret;
		s->run.job = s->job ? s->job : "sign-off";
		if (!s->job)
			sign_off_override(s, "name", "sign-off");
		/* One of each shows what does not boot. */
		sign_off_override(s, "repeats", "1");
	}
	s->run.overrides = s->overrides;
	if (s->run.resume && s->overrides)
		s->run.overrides += s->defaults;
	ret = run_open(run, &s->run, err);
	if (ret)
		return ret;
	point_to_kept(s, run);
	if (s->run.resume)
		return 0;
	ret = sign_off_origin_write(s, run, err);
	return ret ? ret : sign_off_origin_read(s, run->dir, err);
}

/* What is in the store so far. */
static int look(struct sign_off *s, struct run *run, struct results *results,
		struct judge *judge, struct err *err)
{
	int ret = results_read(results, run->dir, NULL, NULL, err);

	if (!ret)
		judge_make(judge, results, &s->judge);
	return ret;
}

struct state {
	bool decided;		/* all candidates */
	size_t needed;		/* boots, by the one that needs most */
};

static void give_up(struct run *run, const struct judge_verdict *v)
{
	size_t i;

	for (i = 0; i < run->job.nkernels; i++) {
		if (v->crashed &&
		    !strcmp(run->job.kernels[i].variant, v->cand->variant) &&
		    !strcmp(run->job.kernels[i].kconfig, v->cand->kconfig))
			run->kernels[i].given_up = true;
	}
}

static int take_stock(struct sign_off *s, struct run *run,
		      struct state *state, bool tell, struct err *err)
{
	struct results results;
	struct judge judge;
	size_t i;
	int ret;

	*state = (struct state) { .decided = true };
	ret = look(s, run, &results, &judge, err);
	if (ret) {
		results_free(&results);
		return ret;
	}
	for (i = 0; i < judge.n; i++) {
		const struct judge_verdict *v = &judge.verdict[i];

		give_up(run, v);
		if (tell)
			progress_say(&run->progress, "%zu boots: %s %s: %s",
				     v->cand->repeats, v->cand->variant,
				     judge_words[v->word], v->line);
		/* A look at facts alone decides nothing else. */
		state->decided &= tell ? v->word != JUDGE_UNDECIDED :
			v->crashed;
		if (v->word == JUDGE_UNDECIDED && v->needed > state->needed)
			state->needed = v->needed;
	}
	judge_free(&judge);
	results_free(&results);
	return 0;
}

/* Nothing can be judged without it, so nothing need be measured. */
static int check_baseline(const struct run *run, struct err *err)
{
	size_t i;

	for (i = 0; i < run->job.nkernels; i++) {
		if (!strcmp(run->job.kernels[i].variant, "baseline"))
			return run->kernels[i].built || !run->kernels[i].why ?
				0 : err_set(err, -EIO,
				"baseline cannot be built, so nothing can be judged: %s",
				run->kernels[i].why);
	}
	return err_set(err, -EINVAL, "the job has no baseline to compare with");
}

/* The first number of boots, by the power that is wanted. */
static size_t first_boots(const struct sign_off *s)
{
	size_t n = stats_boots_needed(PLANNED_SD, log1p(s->judge.ratio),
				      judge_alpha(&s->judge), POWER);

	return n > s->judge.boots ? n : s->judge.boots;
}

/* As many as are needed, half as many again at least, and what there is time
 * for.
 */
static size_t more_boots(const struct run *run, const struct state *state,
			 uint64_t begun)
{
	size_t have = run->job.repeats, want = state->needed, fit;
	uint64_t now = now_ns(), each = (now - begun) / have;

	if (want < have + (have + 1) / 2)
		want = have + (have + 1) / 2;
	if (want > 3 * have)
		want = 3 * have;
	fit = now < run->deadline && each ? (run->deadline - now) / each : 0;
	if (want > have + fit)
		want = have + fit;
	return want > 1000 ? 1000 : want;
}

/* Drops repeats which there was no time for. */
static int trim(struct run *run, struct err *err)
{
	size_t i, k;
	int done = 0;

	for (i = 0; i < run->plan.count; i++) {
		for (k = 0; k < run->plan.boots[i].count; k++) {
			if (run->plan.boots[i].cells[k].done &&
			    run->plan.boots[i].repeat >= done)
				done = run->plan.boots[i].repeat + 1;
		}
	}
	if (done && (uint64_t)done < run->job.repeats)
		return run_extend(run, done, err);
	return 0;
}

static int run_until(struct run *run, size_t boots, struct err *err)
{
	int ret = 0;

	if (boots > run->job.repeats)
		ret = run_extend(run, boots, err);
	/* After --resume: a kernel may have had nothing left to do. */
	if (!ret)
		ret = run_build(run, err);
	if (!ret)
		ret = run_boots(run, err);
	return ret ? ret : trim(run, err);
}

static int run_adaptive(struct sign_off *s, struct run *run, struct err *err)
{
	uint64_t begun = now_ns();
	struct state state;
	size_t boots;
	int ret;

	run->deadline = begun + s->budget;
	ret = run_until(run, 1, err);
	if (!ret)
		ret = take_stock(s, run, &state, false, err);
	if (ret || state.decided)
		return ret;
	for (boots = first_boots(s); boots > run->job.repeats;
	     boots = more_boots(run, &state, begun)) {
		ret = run_until(run, boots, err);
		if (!ret)
			ret = take_stock(s, run, &state, true, err);
		if (ret || state.decided || run->out_of_time)
			return ret;
		s->judge.looks++;
	}
	/* There was no further look. */
	s->judge.looks--;
	return 0;
}

static int run_fixed(struct sign_off *s, struct run *run, struct err *err)
{
	struct state state;
	int ret;

	s->judge.looks = 0;
	ret = run_until(run, 1, err);
	if (!ret)
		ret = take_stock(s, run, &state, false, err);
	return ret || state.decided ? ret : run_until(run, s->boots, err);
}

static void print_margins(FILE *f, const struct judge_options *o)
{
	struct judge_options usual;

	judge_options_init(&usual);
	if (o->ratio != usual.ratio)
		fprintf(f, " --margin=ratio=%g", o->ratio);
	if (o->coverage != usual.coverage)
		fprintf(f, " --margin=coverage=%g", o->coverage);
	if (o->reenable_ns != usual.reenable_ns)
		fprintf(f, " --margin=reenable=%.0fns", o->reenable_ns);
	if (o->hang_bound != usual.hang_bound)
		fprintf(f, " --margin=hangs=%g", o->hang_bound);
	if (o->hang_ratio != usual.hang_ratio)
		fprintf(f, " --margin=hang-ratio=%g", o->hang_ratio);
}

/* One command to do it all again, whatever was typed. */
static int write_command(struct sign_off *s, struct run *run, struct err *err)
{
	char *path = xasprintf("%s/command", run->dir);
	char *full = realpath(run->dir, NULL), *job, *text;
	const struct judge_options *o = &s->judge;
	struct file_new file;
	int ret;

	ret = file_read(path, &text, NULL, err);
	if (!ret)
		ret = file_open(&file, path, err);
	if (!ret) {
		char *again = strstr(text, "# How to do the same again");

		fprintf(file.stream, "%.*s# How to do the same again, with the same seed and number of boots:\n",
			again ? (int)(again - text) : (int)strlen(text), text);
		rundir_print_quoted(file.stream, s->run.argv[0]);
		job = xasprintf(" --job=%s/job.ini", full ? full : run->dir);
		fputc(' ', file.stream);
		rundir_print_quoted(file.stream, job + 1);
		fprintf(file.stream, " --boots=%llu%s",
			(unsigned long long)run->job.repeats,
			o->fix ? " --fix" : "");
		print_margins(file.stream, o);
		fputc('\n', file.stream);
		free(job);
		free(text);
		ret = file_commit(&file, err);
	}
	free(full);
	free(path);
	return ret;
}

int sign_off_measure(struct sign_off *s, char **dir, struct err *err)
{
	struct run run;
	int ret;

	ret = open_run(s, &run, err);
	if (!ret) {
		run.crash_limit = CRASHES;
		ret = run_build(&run, err);
	}
	if (!ret)
		ret = check_baseline(&run, err);
	if (!ret)
		ret = s->boots ? run_fixed(s, &run, err) :
			run_adaptive(s, &run, err);
	if (!ret)
		ret = write_command(s, &run, err);
	if (ret == -EINTR && run.dir)
		err_prefix(err, ret,
			   "nothing is judged; go on with --resume=%s, or judge what there is with --judge=%s",
			   run.dir, run.dir);
	if (!ret)
		*dir = xasprintf("%s", run.dir);
	run_close(&run);
	return ret;
}
