// SPDX-License-Identifier: GPL-2.0-only
#include "bench/sign-off-input.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/job/job.h"
#include "kconfigs/build/kernel.h"
#include "kconfigs/build/patch.h"
#include "kconfigs/build/range.h"
#include "lib/file.h"
#include "lib/where.h"

static char **list_add(char **list, char *name)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	list = reallocarray(list, n + 2, sizeof(*list));
	if (!list)
		abort();
	list[n] = name;
	list[n + 1] = NULL;
	return list;
}

static bool list_has(char *const *list, const char *name)
{
	for (; list && *list; list++) {
		if (!strcmp(*list, name))
			return true;
	}
	return false;
}

/* "NAME=FILE", unless there is a file of that name. */
static size_t name_length(const char *arg)
{
	const char *equals = strchr(arg, '=');

	if (!equals || equals == arg || file_exists(arg) ||
	    memchr(arg, '/', equals - arg))
		return 0;
	return equals - arg;
}

void inputs_add(struct inputs *inputs, enum input_kind kind, const char *arg)
{
	size_t len = name_length(arg);
	struct input *input;

	inputs->input = reallocarray(inputs->input, inputs->n + 1,
				     sizeof(*inputs->input));
	if (!inputs->input)
		abort();
	input = &inputs->input[inputs->n++];
	input->kind = kind;
	input->name = len ? xasprintf("%.*s", (int)len, arg) : NULL;
	input->arg = xasprintf("%s", len ? arg + len + 1 : arg);
}

int inputs_add_file(struct inputs *inputs, const char *path, struct err *err)
{
	struct input *last = inputs->n ? &inputs->input[inputs->n - 1] : NULL;
	char *all;

	if (!last || last->kind != INPUT_PATCH)
		return err_set(err, -EINVAL,
			       "'%s': a file goes with --patch (see --help)",
			       path);
	all = xasprintf("%s,%s", last->arg, path);
	free(last->arg);
	last->arg = all;
	return 0;
}

int inputs_name(struct inputs *inputs, const char *name, struct err *err)
{
	struct input *last = inputs->n ? &inputs->input[inputs->n - 1] : NULL;
	const char *p;

	for (p = name; isalnum((unsigned char)*p) || (*p && strchr("-_.", *p));
	     p++)
		;
	if (*p || p == name || *name == '.' || *name == '-' || p - name > 40)
		return err_set(err, -EINVAL,
			       "--name: '%s', expected at most 40 letters, digits and - _ .",
			       name);
	if (!last)
		return err_set(err, -EINVAL,
			       "--name: expected after the --patch or --range that it names");
	free(last->name);
	last->name = xasprintf("%s", name);
	return 0;
}

/* What inputs_stage() carries along. */
struct stage {
	struct inputs *inputs;
	struct kernel_store store;
	char **taken;		/* names of variants, shipped ones too */
	char *base;		/* of the ranges, as given */
	struct err *err;
};

/* A folder as "git format-patch -o" leaves it: its files in their order. */
static int add_folder(char ***paths, const char *path, struct err *err)
{
	char *pattern = xasprintf("%s/*.{patch,diff,eml,mbox,mbx}", path);
	glob_t found;
	int ret = 0;
	size_t i;

	if (glob(pattern, GLOB_BRACE, NULL, &found))
		found.gl_pathc = 0;
	if (!found.gl_pathc)
		ret = err_set(err, -ENOENT,
			      "%s: no *.patch, *.diff, *.eml or *.mbox in this folder",
			      path);
	for (i = 0; i < found.gl_pathc; i++)
		*paths = list_add(*paths, xasprintf("%s", found.gl_pathv[i]));
	if (found.gl_pathc)
		globfree(&found);
	free(pattern);
	return ret;
}

static int add_path(char ***paths, const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st))
		return err_set(err, -errno, "--patch: %s: %s", path,
			       strerror(errno));
	if (S_ISDIR(st.st_mode))
		return add_folder(paths, path, err);
	*paths = list_add(*paths, xasprintf("%s", path));
	return 0;
}

/* All files of one --patch, in their order; caller frees also on error. */
static int series_paths(const char *arg, char ***paths, struct err *err)
{
	char *list = xasprintf("%s", arg), *path, *save;
	int ret = 0;

	*paths = NULL;
	if (file_exists(arg)) {
		ret = add_path(paths, arg, err);
	} else {
		for (path = strtok_r(list, ",", &save); path && !ret;
		     path = strtok_r(NULL, ",", &save))
			ret = add_path(paths, path, err);
	}
	free(list);
	return ret;
}

/* One file is a candidate as it is; several become one mbox. */
static int read_series(const struct arch *arch, const char *arg, char **text,
		       struct err *err)
{
	struct patch patch;
	char **paths;
	int ret = series_paths(arg, &paths, err);

	if (!ret && !paths[1]) {
		ret = file_read(paths[0], text, NULL, err);
	} else if (!ret) {
		ret = patch_read(&patch, arch, (const char *const *)paths, err);
		if (!ret) {
			*text = patch_mbox(&patch);
			patch_free(&patch);
		}
	}
	kernel_names_free(paths);
	return ret;
}

/* "BASE..TIP"; the TIP may be left out as git allows. */
static int split_range(const char *arg, char **base, char **tip,
		       struct err *err)
{
	const char *dots = strstr(arg, "..");

	if (!dots || dots == arg || dots[2] == '.')
		return err_set(err, -EINVAL, "--range: '%s', expected BASE..TIP",
			       arg);
	*base = xasprintf("%.*s", (int)(dots - arg), arg);
	*tip = xasprintf("%s", dots[2] ? dots + 2 : "HEAD");
	return 0;
}

static int read_range(struct stage *stage, const char *arg, char **text)
{
	struct inputs *inputs = stage->inputs;
	const char *repo = inputs->linux_path ? inputs->linux_path : ".";
	char *base = NULL, *tip = NULL;
	int ret = split_range(arg, &base, &tip, stage->err);

	if (ret)
		return ret;
	if (!stage->base)
		stage->base = xasprintf("%s", base);
	if (strcmp(stage->base, base))
		ret = err_set(stage->err, -EINVAL,
			      "--range: one baseline for all: '%s' and '%s' differ",
			      stage->base, base);
	if (!ret)
		ret = range_diff(&stage->store, repo, base, tip, text,
				 stage->err);
	free(base);
	free(tip);
	return ret;
}

/* "a..b" makes no good name: its end does. */
static char *input_name(const struct input *input)
{
	const char *dots = strstr(input->arg, "..");
	char *first, *name;

	if (input->name)
		return xasprintf("%s", input->name);
	if (input->kind == INPUT_RANGE)
		return job_patch_name(dots && dots[2] ? dots + 2 : "HEAD");
	first = xasprintf("%.*s", (int)strcspn(input->arg, ","), input->arg);
	while (strlen(first) > 1 && first[strlen(first) - 1] == '/')
		first[strlen(first) - 1] = '\0';
	name = job_patch_name(first);
	free(first);
	return name;
}

/* The shipped variant that this very text is, for its name and its model. */
static bool is_shipped(const char *name, const char *text)
{
	char *path = where_data("kconfigs/variants/%s.patch", name), *shipped;
	struct err err;
	bool same = false;

	if (file_exists(path) && !file_read(path, &shipped, NULL, &err)) {
		same = !strcmp(shipped, text);
		free(shipped);
	}
	free(path);
	return same;
}

/* Another one when it is taken; that is said, for the user looks for it. */
static char *free_name(struct stage *stage, char *name)
{
	char *other = xasprintf("%s", name), *before = stage->inputs->notes;
	int i;

	for (i = 2; list_has(stage->taken, other); i++) {
		free(other);
		other = xasprintf("%.36s-%d", name, i);
	}
	if (i > 2) {
		stage->inputs->notes = xasprintf(
			"%s%s'%s' is called %s here: there is another variant of that name (--name NAME names it)",
			before ? before : "", before ? "\n" : "", name,
			other);
		free(before);
	}
	free(name);
	return other;
}

/* What is no patch at all is a slip of the user's, not the patch's fault. */
static int check_patch(const struct arch *arch, const struct input *input,
		       const char *path, struct err *err)
{
	const char *const paths[] = { path, NULL };
	struct patch patch;
	struct err said;
	bool any;
	int ret = patch_read(&patch, arch, paths, &said);

	if (ret == -ENOMSG)
		return err_set(err, -EINVAL, "%s: there is no diff in it",
			       input->arg);
	if (ret)
		return 0;
	any = patch_count(&patch);
	patch_free(&patch);
	if (any)
		return 0;
	return err_set(err, -ENODATA,
		       "%s: changes nothing that is part of the guest's kernel: nothing to measure",
		       input->arg);
}

static int add_candidate(struct stage *stage, const struct input *input,
			 const char *text)
{
	struct inputs *inputs = stage->inputs;
	char *name = input_name(input), *path;
	int ret;

	if (is_shipped(name, text) && !list_has(inputs->variants, name)) {
		inputs->variants = list_add(inputs->variants, name);
		return 0;
	}
	if (input->name && list_has(stage->taken, name)) {
		ret = err_set(stage->err, -EEXIST,
			      "--name: there already is a variant '%s'", name);
		free(name);
		return ret;
	}
	name = free_name(stage, name);
	path = xasprintf("%s/%s.patch", inputs->dir, name);
	ret = file_write(path, text, strlen(text), stage->err);
	if (!ret)
		ret = check_patch(inputs->arch, input, path, stage->err);
	stage->taken = list_add(stage->taken, name);
	inputs->patches = list_add(inputs->patches, path);
	return ret;
}

static int stage_input(struct stage *stage, const struct input *input)
{
	const struct arch *arch = stage->inputs->arch;
	char *text = NULL;
	int ret;

	ret = input->kind == INPUT_PATCH ?
		read_series(arch, input->arg, &text, stage->err) :
		read_range(stage, input->arg, &text);
	if (!ret)
		ret = add_candidate(stage, input, text);
	free(text);
	return ret;
}

/* --linux alone: the tree as it is, against the release it stands on. */
static int stage_tree(struct stage *stage)
{
	struct inputs *inputs = stage->inputs;
	const char *tree = inputs->linux_path;
	struct input input = {
		.kind = INPUT_PATCH, .arg = (char *)tree,
		.name = inputs->n ? inputs->input[0].name : NULL,
	};
	char *text = NULL, *tag = NULL;
	int ret;

	if (range_is_git(&stage->store, tree)) {
		ret = range_last_tag(&stage->store, tree, &tag, stage->err);
		if (!ret)
			ret = range_diff(&stage->store, tree, tag, NULL,
					 &text, stage->err);
		stage->base = tag;
	} else {
		kernel_store_free(&stage->store);
		ret = kernel_store_init(&stage->store, NULL, stage->err);
		stage->store.arch = inputs->arch;
		if (!ret)
			ret = range_diff_trees(&stage->store, tree, &text,
					       stage->err);
	}
	if (!ret)
		ret = add_candidate(stage, &input, text);
	free(text);
	return ret;
}

/* Where baseline comes from. */
static int stage_source(struct stage *stage)
{
	struct inputs *inputs = stage->inputs;
	const char *repo = inputs->linux_path ? inputs->linux_path : ".";
	int ret = 0;

	if (stage->base) {
		ret = range_export(&stage->store, repo, stage->base,
				   &inputs->source, stage->err);
		inputs->baseline = xasprintf("%s of %s", stage->base, repo);
	} else if (inputs->linux_path && inputs->n) {
		inputs->source = xasprintf("%s", inputs->linux_path);
		inputs->baseline = xasprintf("%s as it is", repo);
	} else {
		inputs->baseline = xasprintf("%s", stage->store.linux_path ?
					     stage->store.linux_path :
					     "as imported");
	}
	return ret;
}

static bool has_range(const struct inputs *inputs)
{
	size_t i;

	for (i = 0; i < inputs->n; i++) {
		if (inputs->input[i].kind == INPUT_RANGE)
			return true;
	}
	return false;
}

int inputs_stage(struct inputs *inputs, int stop_fd,
		 void (*progress)(void *ctx, const char *what), void *ctx,
		 struct err *err)
{
	struct stage stage = { .inputs = inputs, .err = err };
	const char *path = inputs->linux_path;
	size_t i;
	int ret;

	if (!inputs->arch)
		inputs->arch = arch_here;
	if (!path && has_range(inputs))
		path = ".";
	ret = kernel_store_init(&stage.store, path, err);
	if (ret)
		return ret;
	stage.store.arch = inputs->arch;
	stage.store.stop_fd = stop_fd;
	stage.store.progress = progress;
	stage.store.progress_ctx = ctx;
	stage.taken = kernel_variants();
	inputs->dir = dir_temp(err);
	ret = inputs->dir ? 0 : -EIO;
	inputs->variants = list_add(NULL, xasprintf("baseline"));
	for (i = 0; i < inputs->n && !ret; i++)
		ret = stage_input(&stage, &inputs->input[i]);
	if (!ret && !inputs->n)
		ret = stage_tree(&stage);
	if (!ret)
		ret = stage_source(&stage);
	kernel_names_free(stage.taken);
	free(stage.base);
	kernel_store_free(&stage.store);
	return ret;
}

void inputs_free(struct inputs *inputs)
{
	struct err err;
	size_t i;

	for (i = 0; i < inputs->n; i++) {
		free(inputs->input[i].arg);
		free(inputs->input[i].name);
	}
	if (inputs->dir)
		dir_remove(inputs->dir, &err);
	kernel_names_free(inputs->variants);
	kernel_names_free(inputs->patches);
	free(inputs->input);
	free(inputs->linux_path);
	free(inputs->dir);
	free(inputs->source);
	free(inputs->baseline);
	free(inputs->notes);
	memset(inputs, 0, sizeof(*inputs));
}
