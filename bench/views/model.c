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

static int run_explore(const char *path, const json_t *variants, int stop_fd,
		       struct err *err)
{
	size_t n = json_object_size(variants), argc = 0;
	const char **argv = calloc(2 * n + 3, sizeof(*argv));
	struct proc proc = { .argv = argv, .in = -1, .errout = STDERR_FILENO };
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

json_t *report_model(const char *dir, const json_t *variants, int stop_fd,
		     char **why_not)
{
	char *path = xasprintf("%s/model.tsv", dir), *text;
	json_t *table = NULL;
	struct err err;
	int ret = 0;

	*why_not = NULL;
	if (access(path, F_OK))
		ret = run_explore(path, variants, stop_fd, &err);
	if (!ret)
		ret = file_read(path, &text, NULL, &err);
	if (ret) {
		*why_not = xasprintf("%s", err.text);
	} else {
		table = parse(text);
		free(text);
	}
	free(path);
	return table;
}
