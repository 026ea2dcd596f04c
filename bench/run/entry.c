// SPDX-License-Identifier: GPL-2.0-only
#include "bench/run/entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/store.h"
#include "lib/file.h"

/* Of the console, kept with a cell that failed. */
#define TAIL_BYTES 4096

static void set_time(json_t *json)
{
	time_t now = time(NULL);
	char text[32];
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime_r(&now, &tm));
	json_object_set_new(json, "time", json_string(text));
}

static json_t *kernel_to_json(const struct kernel *kernel)
{
	return json_pack("{s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:o*}",
			 "release", kernel->release, "source", kernel->source,
			 "preempt", kernel->preempt,
			 "key", kernel->key,
			 "patch_hash", kernel->patch_hash,
			 "config_hash", kernel->config_hash,
			 "module_hash", kernel->module_hash,
			 "driver_hash", kernel->driver_hash,
			 "compiler", kernel->compiler, "imported",
			 kernel->imported ? json_true() : NULL);
}

static void make_printable(char *line)
{
	for (; *line; line++) {
		if (*line < ' ' || *line > '~')
			*line = *line == '\t' ? ' ' : '?';
	}
}

/* A compiler's words may have been cut in the middle of a character. */
static json_t *text_to_json(const char *text)
{
	json_t *json = json_string(text);
	char *copy;

	if (json)
		return json;
	copy = xasprintf("%s", text);
	make_printable(copy);
	json = json_string(copy);
	free(copy);
	return json;
}

/* The last lines of the console, whole ones. */
static json_t *console_tail(const char *path)
{
	json_t *tail = json_array();
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool whole = true;

	if (f && !fseek(f, -TAIL_BYTES, SEEK_END))
		whole = false;
	while (f && getline(&line, &size, f) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		make_printable(line);
		if (whole && *line)
			json_array_append_new(tail, json_string(line));
		whole = true;
	}
	free(line);
	if (f)
		fclose(f);
	return tail;
}

json_t *entry_to_json(const struct entry *entry)
{
	const struct plan_cell *plan_cell = entry->plan_cell;
	const struct job_cell *job_cell = &entry->job->cells[plan_cell->cell];
	const struct job_kernel *job_kernel =
		&entry->job->kernels[entry->plan_boot->kernel];
	struct cell cell = job_cell->cell;
	json_t *json;

	json = json_pack("{s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:I}",
			 "schema", STORE_SCHEMA, "id", plan_cell->id,
			 "status", status_names[entry->status],
			 "job", entry->job->name,
			 "variant", job_kernel->variant,
			 "kconfig", job_kernel->kconfig,
			 "section", job_cell->section,
			 "cell", job_cell->name,
			 "repeat", entry->plan_boot->repeat,
			 "boot", entry->boot, "order", entry->order,
			 "seed", (json_int_t)entry->plan->seed);
	if (entry->why)
		json_object_set_new(json, "why", text_to_json(entry->why));
	set_time(json);
	if (entry->kernel)
		json_object_set_new(json, "kernel",
				    kernel_to_json(entry->kernel));
	if (entry->target)
		json_object_set_new(json, "target", entry->target);
	if (entry->host)
		json_object_set_new(json, "host", entry->host);
	json_object_set(json, "versions", (json_t *)entry->versions);
	if (entry->console)
		json_object_set_new(json, "console", entry->console);
	if (entry->warnings)
		json_object_set_new(json, "warnings", entry->warnings);
	if (entry->record) {
		json_object_set_new(json, "record", entry->record);
		return json;
	}
	/* What a record would have said: the experiment itself. */
	cell.seed = plan_cell->seed;
	json_object_set_new(json, "keys", cell_to_json(&cell));
	if (entry->console_path)
		json_object_set_new(json, "tail",
				    console_tail(entry->console_path));
	return json;
}
