// SPDX-License-Identifier: GPL-2.0-only
/* Boots are added until all candidates are decided or time is up. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/run/parts.h"
#include "bench/run/rundir.h"
#include "bench/sign-off.h"
#include "lib/file.h"
#include "lib/proc.h"

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

/* What is not of it is no part of a candidate; as the job will have it. */
static const struct arch *guest_arch(const struct sign_off *s)
{
	const struct arch *arch = NULL;
	size_t i;

	for (i = 0; i < s->count; i++) {
		const char *text = s->overrides[i];

		if (!strncmp(text, "guest_arch", 10))
			arch = arch_find(strchr(text, '=') + 1);
	}
	/* Another name is refused by the job. */
	return arch ? arch : arch_here;
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
	s->inputs.arch = guest_arch(s);
	ret = sign_off_fetch(s, err);
	if (ret)
		return ret;
	ret = inputs_stage(&s->inputs, s->run.stop_fd, stage_progress,
			   &progress, err);
	s->same = ret == -ENODATA;
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
		s->run.job = s->job ? s->job : s->bisect ? "bisect" :
			"sign-off";
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
		sign_off_print_margins(file.stream, o);
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
		ret = s->boots ? sign_off_fixed(s, &run, err) :
			sign_off_adapt(s, &run, err);
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
