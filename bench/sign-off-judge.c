// SPDX-License-Identifier: GPL-2.0-only
/* The verdict's files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/report.h"
#include "bench/sign-off.h"
#include "bench/sign-off-points.h"
#include "lib/colour.h"
#include "lib/file.h"
#include "lib/proc.h"

/* The looks that a run has had, for judging it again. */
static int looks_before(const char *dir)
{
	char *path = xasprintf("%s/verdict.json", dir);
	json_t *json = json_load_file(path, 0, NULL);
	json_t *looks = json_object_get(json, "looks");
	int n = json_is_integer(looks) ? json_integer_value(looks) : 0;

	json_decref(json);
	free(path);
	return n < 0 || n > 30 ? 0 : n;
}

static int write_json(const struct judge *judge,
		      const struct judge_context *context, struct err *err)
{
	char *path = xasprintf("%s/verdict.json", context->dir), *text;
	json_t *json = judge_to_json(judge, context);
	int ret;

	text = json ? json_dumps(json, JSON_INDENT(1) |
				 JSON_REAL_PRECISION(9)) : NULL;
	ret = text ? file_write(path, text, strlen(text), err) :
		err_set(err, -ENOMEM, "%s: cannot be made", path);
	free(text);
	json_decref(json);
	free(path);
	return ret;
}

static int write_text(const struct judge *judge,
		      const struct judge_context *context, struct err *err)
{
	struct file_new file;
	int ret = file_open_in(&file, context->dir, "verdict.txt", err);

	if (ret)
		return ret;
	judge_print(judge, context, file.stream);
	return file_commit(&file, err);
}

static void print_file(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name), *text;
	struct err err;

	if (!file_read(path, &text, NULL, &err)) {
		colour_put(stdout, text);
		free(text);
	}
	free(path);
}

static int write_junit(const json_t *points, const char *path,
		       struct err *err)
{
	struct file_new file;
	int ret = file_open(&file, path, err);

	if (ret)
		return ret;
	sign_off_junit(file.stream, points);
	return file_commit(&file, err);
}

/* To stdout and --junit's file, from the files that are there. */
static int print_verdict(struct sign_off *s, const char *dir, struct err *err)
{
	char *path = xasprintf("%s/verdict.json", dir);
	json_t *verdict = json_load_file(path, 0, NULL);
	json_t *points = sign_off_points(verdict, dir);
	int ret = 0;

	if (s->format == FORMAT_JSON)
		print_file(dir, "verdict.json");
	else if (s->format == FORMAT_KTAP)
		sign_off_ktap(stdout, points);
	else
		print_file(dir, "verdict.txt");
	if (s->junit)
		ret = write_junit(points, s->junit, err);
	json_decref(points);
	json_decref(verdict);
	free(path);
	return ret;
}

static int write_all(struct sign_off *s, struct judge *judge, const char *dir,
		     struct err *err)
{
	struct judge_context context = { .origin = s->origin, .dir = dir };
	struct progress progress;
	json_t *model;
	struct err report_err;
	int ret;

	progress_init(&progress, s->run.quiet);
	model = s->no_model || s->bisect ? sign_off_no_model(judge) :
		sign_off_model(judge, dir, &progress, s->run.stop_fd);
	ret = proc_stopped(s->run.stop_fd) ?
		err_set(err, -EINTR, "interrupted; go on with --judge=%s",
			dir) : 0;
	context.model = model;
	if (!ret)
		ret = sign_off_again(judge, dir, err);
	if (!ret)
		ret = write_json(judge, &context, err);
	if (!ret)
		ret = write_text(judge, &context, err);
	if (!ret && !s->bisect) {
		progress_live(&progress, "report and plots");
		/* The verdict stands, be a picture missing or not. */
		if (report_make(dir, s->run.quiet, s->run.stop_fd,
				&report_err))
			progress_warn(&progress, "report: %s",
				      report_err.text);
		progress_clear(&progress);
	}
	if (!ret)
		ret = sign_off_mail(judge, dir, err);
	json_decref(model);
	return ret;
}

static bool all_measured(const struct judge *judge)
{
	size_t i;

	for (i = 0; i < judge->n; i++) {
		if (!judge->verdict[i].cand->repeats &&
		    !judge->verdict[i].hunt.n[CANDIDATE])
			return false;
	}
	return judge->n > 0;
}

int sign_off_judge(struct sign_off *s, const char *dir, int *word,
		   struct err *err)
{
	struct hunts hunts = { 0 };
	struct results results;
	struct judge judge;
	int ret;

	if (s->dir && s->nshards < 2)
		s->judge.looks = looks_before(dir);
	ret = results_read(&results, dir, hunts_add, &hunts, err);
	if (!ret) {
		judge_make(&judge, &results, &hunts, &s->judge);
		ret = write_all(s, &judge, dir, err);
		*word = judge.word;
		s->measured = all_measured(&judge);
		judge_free(&judge);
	}
	results_free(&results);
	hunts_free(&hunts);
	return ret ? ret : print_verdict(s, dir, err);
}
