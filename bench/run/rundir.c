// SPDX-License-Identifier: GPL-2.0-only
#include "bench/run/rundir.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/shards.h"
#include "lib/version.h"
#include "lib/suggest.h"
#include "lib/where.h"

char *rundir_shipped_jobs(const char *separator)
{
	char *pattern = where_data("bench/jobs/*.job");
	char *list = NULL, *name;
	size_t size, i;
	FILE *f = open_memstream(&list, &size);
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		found.gl_pathc = 0;
	for (i = 0; i < found.gl_pathc; i++) {
		name = strrchr(found.gl_pathv[i], '/') + 1;
		fprintf(f, "%s%.*s", i ? separator : "", (int)strlen(name) - 4,
			name);
	}
	globfree(&found);
	free(pattern);
	fclose(f);
	return list;
}

int rundir_find_job(const char *name, char **path, struct err *err)
{
	struct stat st;
	char *list, text[SUGGEST_LEN], **names;
	struct suggest suggest;
	size_t i;
	int ret;

	if (name && !stat(name, &st) && !S_ISDIR(st.st_mode)) {
		*path = xasprintf("%s", name);
		return 0;
	}
	*path = where_data("bench/jobs/%s.job", name ? name : "default");
	if ((!name || !strchr(name, '/')) && file_exists(*path))
		return 0;
	free(*path);
	*path = NULL;
	list = rundir_shipped_jobs(", ");
	names = values_split(list, SPLIT_BOTH);
	suggest_init(&suggest, name ? name : "");
	for (i = 0; names[i]; i++)
		suggest_offer(&suggest, names[i]);
	ret = err_set(err, -ENOENT,
		      "'%s': there is no such file, and the jobs that come with run-matrix are: %s%s",
		      name ? name : "default", list,
		      suggest_text(&suggest, "", text));
	values_free(names);
	free(list);
	return ret;
}

static int make_new(const char *path, struct err *err)
{
	if (!mkdir(path, 0777))
		return 0;
	if (errno == EEXIST)
		return err_set(err, -EEXIST,
			       "%s: already exists, and a run is never overwritten (--resume=%s goes on with it)",
			       path, path);
	return err_set(err, -errno, "%s: %s", path, strerror(errno));
}

static int make_parents(const char *path, struct err *err)
{
	char *copy = xasprintf("%s", path), *slash;
	size_t len = strlen(copy);
	int ret = 0;

	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = '\0';
	slash = strrchr(copy, '/');
	if (slash && slash != copy) {
		*slash = '\0';
		ret = dir_make(copy, err);
	}
	free(copy);
	return ret;
}

int rundir_make(const char *output, const char *job_name, char **dir,
		struct err *err)
{
	time_t now = time(NULL);
	char date[32];
	struct tm tm;
	int ret;

	strftime(date, sizeof(date), "%Y-%m-%d-%H%M%S",
		 localtime_r(&now, &tm));
	*dir = output ? xasprintf("%s", output) :
		xasprintf("results/%s-%s", date, job_name);
	ret = make_parents(*dir, err);
	if (!ret)
		ret = make_new(*dir, err);
	if (!ret) {
		char *console = xasprintf("%s/console", *dir);

		ret = dir_make(console, err);
		free(console);
	}
	if (ret) {
		free(*dir);
		*dir = NULL;
	}
	return ret;
}

static int copy_patch(const char *dir, const char *name, const char *from,
		      struct err *err)
{
	char *to = xasprintf("%s/patches", dir), *text;
	size_t len;
	int ret;

	ret = dir_make(to, err);
	free(to);
	if (ret)
		return ret;
	ret = file_read(from, &text, &len, err);
	if (ret)
		return ret;
	to = xasprintf("%s/patches/%s.patch", dir, name);
	ret = file_write(to, text, len, err);
	free(to);
	free(text);
	return ret;
}

/* A kernel's patch, ours or the user's; baseline has none. */
static int keep_patch(const char *dir, const struct job_kernel *kernel,
		      struct err *err)
{
	char *shipped = where_data("kconfigs/variants/%s.patch",
				   kernel->variant);
	const char *from = kernel->patch ? kernel->patch : shipped;
	int ret = 0;

	if (kernel->patch || file_exists(shipped))
		ret = copy_patch(dir, kernel->variant, from, err);
	free(shipped);
	return ret;
}

/* The user's patches are found beside job.ini from now on. */
static int point_to_patches(struct job *job, struct err *err)
{
	char *list = NULL;
	size_t size, i;
	FILE *f;
	int ret;

	if (!job->patches[0])
		return 0;
	f = open_memstream(&list, &size);
	for (i = 0; job->patches[i]; i++)
		fprintf(f, "%spatches/%s.patch", i ? ", " : "",
			job->patch_names[i]);
	fclose(f);
	ret = job_set(job, "patch", list, err);
	free(list);
	return ret;
}

int rundir_write_job(const char *dir, const struct job *job, struct err *err)
{
	struct file_new file;
	int ret = file_open_in(&file, dir, "job.ini", err);

	if (ret)
		return ret;
	fprintf(file.stream, "# The job as it was run, made from %s.\n",
		job->file.path);
	job_print(job, file.stream);
	return file_commit(&file, err);
}

/* [id, name] of each cell of the plan. */
static json_t *list_cells(const struct job *job, const struct plan *plan)
{
	json_t *list = json_array();
	const struct plan_boot *boot;
	const struct job_kernel *kernel;
	size_t i, k;
	char *name;

	for (i = 0; i < plan->count; i++) {
		boot = &plan->boots[i];
		kernel = &job->kernels[boot->kernel];
		for (k = 0; k < boot->count; k++) {
			name = xasprintf("%s/%s %s %s, repeat %d",
					 kernel->variant, kernel->kconfig,
					 job->cells[boot->cells[k].cell].section,
					 job->cells[boot->cells[k].cell].name,
					 boot->repeat);
			json_array_append_new(list, json_pack("[i, s]",
						boot->cells[k].id, name));
			free(name);
		}
	}
	return list;
}

int rundir_write_shard(const char *dir, const struct job *job,
		       const struct plan *plan, struct err *err)
{
	struct file_new file;
	json_t *json;
	int ret;

	if (!job->shard.count)
		return 0;
	ret = file_open_in(&file, dir, SHARD_FILE, err);
	if (ret)
		return ret;
	json = json_pack("{s:I, s:I, s:s, s:I, s:s, s:I, s:o}",
			 "shard", (json_int_t)job->shard.index,
			 "of", (json_int_t)job->shard.count,
			 "job", job->name, "seed", (json_int_t)plan->seed,
			 "version", version_full,
			 "all", (json_int_t)plan->all,
			 "cells", list_cells(job, plan));
	json_dumpf(json, file.stream, JSON_COMPACT);
	fputc('\n', file.stream);
	json_decref(json);
	return file_commit(&file, err);
}

void rundir_print_quoted(FILE *f, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=/.:,+@%";

	if (*word && strspn(word, plain) == strlen(word)) {
		fputs(word, f);
		return;
	}
	fputc('\'', f);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", f);
		else
			fputc(*word, f);
	}
	fputc('\'', f);
}

static int write_command(const char *dir, char **argv, struct err *err)
{
	char *full = realpath(dir, NULL), *here = getcwd(NULL, 0), *job;
	struct file_new file;
	int ret, i;

	ret = file_open_in(&file, dir, "command", err);
	if (!ret) {
		fputs("# How this run was started:\ncd ", file.stream);
		rundir_print_quoted(file.stream, here ? here : ".");
		fputc('\n', file.stream);
		for (i = 0; argv[i]; i++) {
			if (i)
				fputc(' ', file.stream);
			rundir_print_quoted(file.stream, argv[i]);
		}
		fputs("\n# How to do the same again, with the same seed:\n",
		      file.stream);
		rundir_print_quoted(file.stream, argv[0]);
		fputc(' ', file.stream);
		job = xasprintf("%s/job.ini", full ? full : dir);
		rundir_print_quoted(file.stream, job);
		fputc('\n', file.stream);
		free(job);
		ret = file_commit(&file, err);
	}
	free(here);
	free(full);
	return ret;
}

int rundir_fill(const char *dir, struct job *job, char **argv,
		struct err *err)
{
	char number[32];
	size_t i;
	int ret = 0;

	for (i = 0; i < job->nkernels && !ret && !job->target &&
	     !job->hosts; i++)
		ret = keep_patch(dir, &job->kernels[i], err);
	snprintf(number, sizeof(number), "%llu",
		 (unsigned long long)job->seed);
	if (!ret)
		ret = job_set(job, "seed", number, err);
	if (!ret)
		ret = job_set(job, "name", job->name, err);
	if (!ret && job->target)
		ret = job_set(job, "label", job->kernels[0].variant, err);
	if (!ret && job->module)
		ret = job_set(job, "module", job->module, err);
	if (!ret && job->linux_path)
		ret = job_set(job, "linux", job->linux_path, err);
	if (!ret)
		ret = point_to_patches(job, err);
	if (!ret)
		ret = rundir_write_job(dir, job, err);
	if (!ret)
		ret = write_command(dir, argv, err);
	return ret;
}

char *rundir_console(const char *dir, int boot,
		     const struct job_kernel *kernel)
{
	return xasprintf("%s/console/%03d-%s-%s.log", dir, boot,
			 kernel->variant, kernel->kconfig);
}
