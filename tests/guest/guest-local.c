// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first process of a guest that measures "this machine" from within it:
 * bench/target/local.c starts the agent as a child, which finds no auxsynth, loads
 * it and runs cells.  To the host outside it speaks as an agent does.
 */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/target/machine.h"
#include "lib/json.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "stress/init.h"

static void say(FILE *out, json_t *json)
{
	json_dumpf(json, out, JSON_COMPACT);
	fputc('\n', out);
	fflush(out);
	json_decref(json);
}

/* The same by hand, as if auxsynth were a PMU that we know nothing of. */
static json_t *measure_by_flags(void)
{
	static const char *const argv[] = {
		"/usr/bin/auxlat", "--no-driver", "-q", "-D", "1", "fail=short",
		"--json=/tmp/flags.json", NULL
	};
	struct proc proc = { .argv = argv, .in = -1, .out = -1, .errout = -1 };
	json_t *json;
	struct err err;

	/* It fails when there were hangs, and there may be. */
	proc_run(&proc, -1, 60 * NSEC_PER_SEC, &err);
	json = json_load_file("/tmp/flags.json", 0, NULL);
	return json ? json : json_null();
}

static json_t *measure_here(struct target *target, const struct cell *cell,
			    struct err *err)
{
	json_t *answer = NULL, *record, *bad;

	if (target->ops->start(target, NULL, "/tmp/console", err) !=
	    STATUS_OK)
		return NULL;
	if (target->ops->run(target, 7, cell, 60 * NSEC_PER_SEC, &answer,
			     err) != STATUS_OK)
		return NULL;
	record = json_incref(json_object_get(answer, "record"));
	bad = target->ops->bad_lines(target);
	json_object_set_new(record, "target",
			    target->ops->describe(target));
	json_object_set_new(record, "bad", bad);
	json_object_set_new(record, "flags", measure_by_flags());
	target->ops->stop(target);
	json_decref(answer);
	return record;
}

static json_t *serve(const json_t *request, struct err *err)
{
	static const char *const pmus[] = { "aux_synth", NULL };
	struct machine_config config = {
		.target = { .agent = "/usr/bin/agent", .stop_fd = -1 },
		.module = "/auxsynth.ko", .pmus = pmus,
	};
	struct machine_kernel kernel;
	struct target *target;
	struct cell cell;
	json_t *record;

	if (cell_from_json(&cell, json_object_get(request, "cell"), err) ||
	    local_new(&target, &config, &kernel, err))
		return NULL;
	record = measure_here(target, &cell, err);
	target->ops->free(target);
	return record;
}

int main(void)
{
	json_t *line, *request, *record;
	char *text = NULL;
	size_t size = 0;
	json_int_t id;
	FILE *in, *out;
	struct err err;
	int fd;

	if (getpid() != 1)
		return 77;
	signal(SIGPIPE, SIG_IGN);
	if (init_mounts(&err) || init_check_clock(&err))
		init_power_off();
	fd = init_open_channel(&err);
	in = fdopen(fd, "r");
	out = fdopen(dup(fd), "w");
	say(out, json_pack("{s:{}}", "hello"));
	while (getline(&text, &size, in) > 0 && !strstr(text, "quit")) {
		line = json_loads(text, 0, NULL);
		request = json_object_get(line, "run");
		id = json_count(request, "id");
		say(out, json_pack("{s:I}", "begin", id));
		record = serve(request, &err);
		say(out, record ?
		    json_pack("{s:I, s:o}", "id", id, "record", record) :
		    json_pack("{s:I, s:s}", "id", id, "error", err.text));
		json_decref(line);
	}
	init_power_off();
	return 0;
}
