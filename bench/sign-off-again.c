// SPDX-License-Identifier: GPL-2.0-only
/*
 * again-NAME-KCONFIG.job: a find's phases on the kernel that it was found in,
 * for run-matrix.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/sign-off.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/where.h"

/* Keys that the find itself has, or that would end the hunt too soon. */
static bool left_out(const char *key)
{
	static const char *const keys[] = {
		"aim", "phases", "around", "seconds", "duration", "fulls",
		"seed",
	};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!strcmp(key, keys[i]))
			return true;
	}
	return false;
}

/* The settings of the sign-off's own job that say what the kernel is. */
static void put_source(FILE *f, const char *dir)
{
	char *path = xasprintf("%s/job.ini", dir), *text, *line, *save;
	struct err ignored;

	if (!file_read(path, &text, NULL, &ignored)) {
		for (line = strtok_r(text, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save)) {
			if (!strncmp(line, "linux =", 7) ||
			    !strncmp(line, "guest_", 6))
				fprintf(f, "%s\n", line);
		}
		free(text);
	}
	free(path);
}

static void put_job(FILE *f, const char *dir, const struct judge_verdict *v)
{
	char *patch = xasprintf("patches/%s.patch", v->cand->variant);
	char *shipped = where_data("kconfigs/variants/%s.patch",
				   v->cand->variant);
	const json_t *find = v->hunt.find;
	const char *key;
	json_t *value;

	fprintf(f, "# A hang that sign-off found, tried again: run-matrix THIS-FILE\n[global]\nname = again\nvariants = %s\nkconfigs = %s\n",
		v->cand->variant, v->cand->kconfig);
	if (!file_exists(shipped))
		fprintf(f, "patch = %s\n", patch);
	put_source(f, dir);
	json_object_foreach(json_object_get(find, "keys"), key, value) {
		if (!left_out(key))
			fprintf(f, "%s = %s\n", key, json_string_value(value));
	}
	fprintf(f, "aim = replay\naround = %s\nphases = %s\nseconds = 10\n\n[again]\n",
		json_text(find, "around"), json_text(find, "phases"));
	free(shipped);
	free(patch);
}

int sign_off_again(const struct judge *judge, const char *dir, struct err *err)
{
	struct file_new file;
	char *path;
	size_t i;
	int ret = 0;

	for (i = 0; i < judge->n && !ret; i++) {
		if (!judge->verdict[i].hunt.find)
			continue;
		path = judge_again_path(dir, &judge->verdict[i]);
		ret = file_open(&file, path, err);
		if (!ret) {
			put_job(file.stream, dir, &judge->verdict[i]);
			ret = file_commit(&file, err);
		}
		free(path);
	}
	return ret;
}
