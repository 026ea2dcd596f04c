// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/model.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "lib/where.h"

/* All variants at once take a minute or two on a small machine. */
#define MODEL_TIMEOUT (15 * 60 * NSEC_PER_SEC)

static bool same_text(const char *a, const char *b)
{
	char *x = NULL, *y = NULL;
	struct err err;
	bool same;

	same = !file_read(a, &x, NULL, &err) && !file_read(b, &y, NULL, &err) &&
		!strcmp(x, y);
	free(x);
	free(y);
	return same;
}

/* The model speaks of the shipped patches, not of any that has the name. */
bool model_speaks_of(const char *dir, const char *variant)
{
	char *ours = where_data("kconfigs/variants/%s.patch", variant);
	char *kept = xasprintf("%s/patches/%s.patch", dir, variant);
	bool same = !strcmp(variant, "baseline") || same_text(ours, kept);

	free(kept);
	free(ours);
	return same;
}

char *model_driver(const char *driver)
{
	if (!strncmp(driver, "arm_spe", 7))
		driver = "spe";
	if (!strncmp(driver, "hisi_ptt", 8))
		driver = "hisi";
	if (!strcmp(driver, "cs_etm"))
		driver = "trbe";
	return strndup(driver, strcspn(driver, "/"));
}

static int run_explore(const char *path, const json_t *variants, int stop_fd,
		       struct err *err)
{
	size_t n = json_object_size(variants), argc = 0;
	const char **argv = calloc(2 * n + 3, sizeof(*argv));
	struct proc proc = { .argv = argv, .in = -1, .errout = -1 };
	char *explore = where_built("stress/explore");
	char *tmp = xasprintf("%s.tmp", path);
	const char *name;
	json_t *value;
	int ret;

	argv[argc++] = explore;
	argv[argc++] = "--tsv";
	json_object_foreach((json_t *)variants, name, value) {
		argv[argc++] = "-v";
		argv[argc++] = name;
	}
	proc.out = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (proc.out < 0) {
		ret = err_set(err, -1, "%s cannot be written", tmp);
	} else {
		ret = proc_run(&proc, stop_fd, MODEL_TIMEOUT, err);
		close(proc.out);
	}
	if (!ret && rename(tmp, path))
		ret = err_set(err, -1, "%s cannot be written", path);
	if (ret)
		unlink(tmp);
	free(tmp);
	free(explore);
	free(argv);
	return ret;
}

/* variant loop personality order verdict states seconds */
static json_t *parse(char *text)
{
	char *line, *lines = NULL, *field, *fields;
	json_t *table = json_object();
	char *column[5], *key;
	int i;

	for (line = strtok_r(text, "\n", &lines); line;
	     line = strtok_r(NULL, "\n", &lines)) {
		field = strtok_r(line, "\t", &fields);
		for (i = 0; i < 5 && field; i++) {
			column[i] = field;
			field = strtok_r(NULL, "\t", &fields);
		}
		if (i < 5 || !strcmp(column[4], "not-modelled"))
			continue;
		key = xasprintf("%s %s %s %s", column[0], column[1], column[2],
				column[3]);
		json_object_set_new(table, key, json_string(column[4]));
		free(key);
	}
	return table;
}

/* Those that the model speaks of; a new reference. */
static json_t *known_variants(const char *dir, const json_t *variants)
{
	json_t *known = json_object(), *value;
	const char *name;

	json_object_foreach((json_t *)variants, name, value) {
		if (model_speaks_of(dir, name))
			json_object_set_new(known, name, json_true());
	}
	return known;
}

/* Whether the table in @path has a line of each. */
static bool has_all(const char *path, const json_t *variants)
{
	bool all = true;
	struct err ignored;
	const char *name;
	json_t *value;
	char *text, *line;

	if (!file_exists(path) || file_read(path, &text, NULL, &ignored))
		return false;
	json_object_foreach((json_t *)variants, name, value) {
		line = xasprintf("\n%s\t", name);
		all = all && strstr(text, line);
		free(line);
	}
	free(text);
	return all;
}

json_t *model_table(const char *dir, const json_t *variants, int stop_fd,
		    char **why_not)
{
	char *path = xasprintf("%s/model.tsv", dir), *text;
	json_t *table = NULL, *known = known_variants(dir, variants);
	struct err err;
	int ret = 0;

	*why_not = NULL;
	if (!has_all(path, known))
		ret = run_explore(path, known, stop_fd, &err);
	if (!ret)
		ret = file_read(path, &text, NULL, &err);
	if (ret) {
		*why_not = xasprintf("%s (it needs spin and gcc)", err.text);
	} else {
		table = parse(text);
		free(text);
	}
	json_decref(known);
	free(path);
	return table;
}

json_t *model_summary(const json_t *table, const char *variant)
{
	char first[160] = "", loop[32], mode[32], order[32], *says;
	json_t *settings = json_object(), *value, *json;
	size_t hangs = 0, unknown = 0, len = strlen(variant), n;
	const char *key, *verdict;

	json_object_foreach((json_t *)table, key, value) {
		if (strncmp(key, variant, len) || key[len] != ' ' ||
		    sscanf(key + len, "%31s %31s %31s", loop, mode, order) != 3)
			continue;
		verdict = json_string_value(value);
		json_object_set(settings, key + len + 1, value);
		unknown += !strcmp(verdict, "unknown");
		if (!strcmp(verdict, "clean") || !strcmp(verdict, "unknown"))
			continue;
		if (!hangs++)
			snprintf(first, sizeof(first), "%s (%s, %s, %s)",
				 verdict, loop, mode, order);
	}
	n = json_object_size(settings);
	if (n == unknown)
		says = xasprintf("not modelled");
	else if (hangs)
		says = xasprintf("can hang in %zu of %zu settings, first %s",
				 hangs, n, first);
	else
		says = xasprintf("clean in all %zu settings", n);
	json = json_pack("{s:s, s:o}", "says", says, "settings", settings);
	free(says);
	return json;
}
