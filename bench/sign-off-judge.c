// SPDX-License-Identifier: GPL-2.0-only
/* The verdict's files. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/report.h"
#include "bench/views/text.h"
#include "bench/sign-off.h"
#include "bench/sign-off-points.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "lib/where.h"

#define MODEL_NS (10 * 60 * NSEC_PER_SEC)

static bool same_text(const char *a, const char *b)
{
	char *x = NULL, *y = NULL;
	struct err err;
	bool same;

	same = file_exists(a) && file_exists(b) &&
		!file_read(a, &x, NULL, &err) &&
		!file_read(b, &y, NULL, &err) && !strcmp(x, y);
	free(x);
	free(y);
	return same;
}

/* The model speaks of the shipped patches, not of any that has the name. */
static bool is_modelled(const char *dir, const char *variant)
{
	char *ours = where_data("kconfigs/variants/%s.patch", variant);
	char *kept = xasprintf("%s/patches/%s.patch", dir, variant);
	bool same = same_text(ours, kept);

	free(kept);
	free(ours);
	return same;
}

/* "lost-wakeup in 4 of 12 settings, first perf/pt/lifo", from the table. */
static char *model_word(char *table)
{
	char loop[32], mode[32], order[32], verdict[32], first[160] = "";
	int settings = 0, hangs = 0, unknown = 0;
	char *line, *save;

	for (line = strtok_r(table, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%*s %31s %31s %31s %31s", loop, mode, order,
			   verdict) != 4 || !strcmp(loop, "loop"))
			continue;
		settings++;
		unknown += !strcmp(verdict, "unknown");
		if (!strcmp(verdict, "clean") || !strcmp(verdict, "unknown"))
			continue;
		if (!hangs++)
			snprintf(first, sizeof(first), "%s (%s, %s, %s)",
				 verdict, loop, mode, order);
	}
	if (!settings || unknown == settings)
		return xasprintf("not modelled");
	if (hangs)
		return xasprintf("can hang in %d of %d settings, first %s",
				 hangs, settings, first);
	return xasprintf("clean in all %d settings", settings);
}

static char *ask_model(const char *variant, const char *dir, int stop_fd)
{
	char *path = xasprintf("%s/model-%s.tsv", dir, variant), *table, *word;
	char *option = xasprintf("--variant=%s", variant);
	char *explore = where_built("stress/explore");
	const char *const argv[] = { explore, "--tsv", option, NULL };
	FILE *f = fopen(path, "we");
	struct proc proc = { .argv = argv, .in = -1, .errout = -1 };
	struct err err;
	int ret = -errno;

	if (f) {
		proc.out = fileno(f);
		ret = proc_run(&proc, stop_fd, MODEL_NS, &err);
		fclose(f);
	}
	if (!ret && !file_read(path, &table, NULL, &err)) {
		word = model_word(table);
		free(table);
	} else {
		word = xasprintf("SKIP: the model did not run (%.200s)",
				 f ? err.text : strerror(-ret));
		remove(path);
	}
	free(explore);
	free(option);
	free(path);
	return word;
}

static bool have_program(const char *name, int stop_fd)
{
	const char *const argv[] = { name, "-V", NULL };
	const struct proc proc = {
		.argv = argv, .in = -1, .out = -1, .errout = -1
	};
	struct err err;

	return !proc_run(&proc, stop_fd, 10 * NSEC_PER_SEC, &err);
}

json_t *sign_off_model(const struct judge *judge, const char *dir,
		       struct progress *progress, int stop_fd)
{
	bool spin = have_program("spin", stop_fd);
	json_t *model = json_object();
	const char *variant;
	char *word;
	size_t i;

	for (i = 0; i < judge->n && !proc_stopped(stop_fd); i++) {
		variant = judge->verdict[i].cand->variant;
		if (json_object_get(model, variant) ||
		    !is_modelled(dir, variant))
			continue;
		progress_live(progress, "the model of %s", variant);
		word = spin ? ask_model(variant, dir, stop_fd) :
			xasprintf("SKIP: no spin");
		json_object_set_new(model, variant, json_string(word));
		free(word);
	}
	progress_clear(progress);
	return model;
}

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

static int write_json(const struct judge *judge, const char *dir,
		      json_t *model, struct err *err)
{
	char *path = xasprintf("%s/verdict.json", dir), *text;
	json_t *json = judge_to_json(judge, model);
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

static int write_text(const struct judge *judge, const char *dir,
		      json_t *model, struct err *err)
{
	struct file_new file;
	int ret = file_open_in(&file, dir, "verdict.txt", err);

	if (ret)
		return ret;
	judge_print(judge, model, file.stream);
	return file_commit(&file, err);
}

/* Another file as it is, its lines cut to a mail's width. */
static void include(FILE *f, const char *path, const char *title)
{
	char *text, *line, *save;
	struct err err;

	if (!file_exists(path) || file_read(path, &text, NULL, &err))
		return;
	text_line(f, "%s", "");
	text_line(f, "-- %s", title);
	for (line = text; line && *line; line = save) {
		save = strchr(line, '\n');
		if (save)
			*save++ = '\0';
		text_line(f, "%s", line);
	}
	free(text);
}

static void include_plots(FILE *f, const char *dir)
{
	char *pattern = xasprintf("%s/plots/*.txt", dir);
	glob_t found;
	size_t i;

	if (glob(pattern, 0, NULL, &found))
		found.gl_pathc = 0;
	for (i = 0; i < found.gl_pathc; i++) {
		char *name = xasprintf("%s", strrchr(found.gl_pathv[i], '/') +
				       1);

		name[strlen(name) - 4] = '\0';
		include(f, found.gl_pathv[i], name);
		free(name);
	}
	if (found.gl_pathc)
		globfree(&found);
	free(pattern);
}

/* {"a": 1, "b": "x"} as "a 1, b x"; nested ones are left out. */
static void put_facts(FILE *f, const char *title, json_t *json)
{
	const char *key;
	char *line = NULL;
	json_t *value;
	size_t size;
	FILE *out;
	bool any = false;

	if (!json_is_object(json))
		return;
	out = open_memstream(&line, &size);
	json_object_foreach(json, key, value) {
		const char *sep = any ? ", " : "";

		any = true;
		if (json_is_string(value))
			fprintf(out, "%s%s %s", sep, key,
				json_string_value(value));
		else if (json_is_integer(value))
			fprintf(out, "%s%s %lld", sep, key,
				(long long)json_integer_value(value));
		else if (json_is_real(value))
			fprintf(out, "%s%s %.3g", sep, key,
				json_real_value(value));
		else
			any = *sep;
	}
	fclose(out);
	text_wrap(f, 10, "%-10s%s", title, line);
	free(line);
}

/*
 * Unlike all else a command must not be cut: a long one goes on after a
 * backslash, as a shell reads it.
 */
static void put_command(FILE *f, const char *dir)
{
	char *path = xasprintf("%s/command", dir), *text, *word, *save;
	size_t used = 0;
	struct err err;
	char *line, *rest;

	if (!file_exists(path) || file_read(path, &text, NULL, &err)) {
		free(path);
		return;
	}
	for (line = text; *line; line = rest) {
		rest = line + strcspn(line, "\n");
		if (*rest)
			*rest++ = '\0';
		used = 0;
		for (word = strtok_r(line, " ", &save); word;
		     word = strtok_r(NULL, " ", &save)) {
			if (used && used + strlen(word) + 3 > TEXT_WIDTH) {
				fputs(*line == '#' ? "\n# " : " \\\n  ", f);
				used = 2;
			} else if (used) {
				fputc(' ', f);
				used++;
			}
			used += fprintf(f, "%s", word);
		}
		fputc('\n', f);
	}
	free(text);
	free(path);
}

int sign_off_mail(const struct judge *judge, const char *dir, struct err *err)
{
	char *verdict = xasprintf("%s/verdict.txt", dir);
	char *summary = xasprintf("%s/summary.txt", dir);
	struct file_new file;
	char *text;
	int ret = file_open_in(&file, dir, "mail.txt", err);

	if (!ret) {
		if (!file_read(verdict, &text, NULL, err)) {
			fputs(text, file.stream);
			free(text);
		}
		text_line(file.stream, "%s", "");
		text_line(file.stream, "-- machine");
		put_facts(file.stream, "host", judge->results->host);
		put_facts(file.stream, "target", judge->results->target);
		put_facts(file.stream, "versions", judge->results->versions);
		text_line(file.stream, "%s", "");
		text_line(file.stream, "-- command");
		put_command(file.stream, dir);
		include_plots(file.stream, dir);
		include(file.stream, summary, "summary");
		ret = file_commit(&file, err);
	}
	free(summary);
	free(verdict);
	return ret;
}

static void print_file(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name), *text;
	struct err err;

	if (!file_read(path, &text, NULL, &err)) {
		fputs(text, stdout);
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
	struct progress progress;
	json_t *model;
	struct err report_err;
	int ret;

	progress_init(&progress, s->run.quiet);
	model = s->no_model || s->bisect ? json_object() :
		sign_off_model(judge, dir, &progress, s->run.stop_fd);
	ret = proc_stopped(s->run.stop_fd) ?
		err_set(err, -EINTR, "interrupted; go on with --judge=%s",
			dir) : 0;
	if (!ret)
		ret = write_json(judge, dir, model, err);
	if (!ret)
		ret = write_text(judge, dir, model, err);
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
		if (!judge->verdict[i].cand->repeats)
			return false;
	}
	return judge->n > 0;
}

int sign_off_judge(struct sign_off *s, const char *dir, int *word,
		   struct err *err)
{
	struct results results;
	struct judge judge;
	int ret;

	if (s->dir)
		s->judge.looks = looks_before(dir);
	ret = results_read(&results, dir, NULL, NULL, err);
	if (!ret) {
		judge_make(&judge, &results, &s->judge);
		ret = write_all(s, &judge, dir, err);
		*word = judge.word;
		s->measured = all_measured(&judge);
		judge_free(&judge);
	}
	results_free(&results);
	return ret ? ret : print_verdict(s, dir, err);
}
