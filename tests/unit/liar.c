// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program in QEMU's place: says hello as a guest's agent does, and answers
 * each request with a record that could be true, but for what $LIAR says:
 * "record/fulls=-1 record/hangs/0/pair=9".  Without a value: it is left out.
 * $LIAR_CLOCK: what its clock says at once, $LIAR_RATE: how often it ticks while
 * ours does once; $LIAR_MS: how long a cell takes; $LIAR_ENDS: it cannot even
 * start.  Without a socket it speaks on stdin and stdout, in place of another
 * machine's agent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/record.h"
#include "lib/units.h"

/* The same for the same seed. */
static void fill(struct record *r)
{
	int more = (r->cell.seed >> 8) % 5, i;

	r->pairs = 1;
	r->fulls = 7 + more;
	r->hangs[HANG_LOST_WAKEUP] = 2;
	r->hangs[HANG_SILENT_STOP] = 1;
	r->wakeups = 6;
	r->ready = 1;
	r->empty = 1;
	r->enables = 6;
	r->bytes = 240000;
	r->records = 10000;
	r->traced_ns = r->cell.duration / 2;
	r->gap_ns = r->cell.duration / 4;
	r->elapsed_ns = r->cell.duration + NSEC_PER_MSEC;
	r->tracee_ns = r->cell.duration;
	for (i = 0; i < 4; i++)
		hist_add(&r->h.wakeup, 100000 + 1000 * i);
	for (i = 0; i < 4 + more; i++) {
		hist_add(&r->h.gap, 3000000 + 1000 * i);
		hist_add(&r->h.gap_wake, 1000000);
		hist_add(&r->h.gap_drain, 1000000);
		hist_add(&r->h.gap_enable, 1000000 + 1000 * i);
	}
	for (i = 0; i < 3; i++)
		hist_add(&r->h.censored, 250000000);
	for (i = 0; i < 6; i++)
		hist_add(&r->h.enable, 5000);
	r->hangs_kept = 1;
	r->hang[0] = (struct hang) {
		.class = HANG_LOST_WAKEUP, .user_class = HANG_LOST_WAKEUP,
		.full = 3, .stop = 1000, .pmi = 1100, .full_at = 1050,
		.window_end = 1200, .poll_in = 900, .poll_out = 1150,
		.drained = 1160, .enable_in = 1170, .enable_out = 1180,
		.poll_again = 1190, .disabled = 1210, .detected = 250001000,
		.event_state = -1,
	};
}

static json_t *answer_to(const json_t *request)
{
	static struct record record;
	struct cell cell;
	struct err err;

	if (cell_from_json(&cell, json_object_get(request, "cell"), &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	record_init(&record, &cell);
	fill(&record);
	return json_pack("{s:O, s:o}", "id", json_object_get(request, "id"),
			 "record", record_to_json(&record));
}

/* "a/b/0=JSON" */
static void tell_lie(json_t *answer, char *lie)
{
	char *value = strchr(lie, '='), *name, *next;
	json_t *at = answer;

	if (value)
		*value++ = '\0';
	for (name = strtok(lie, "/"); name; name = next) {
		next = strtok(NULL, "/");
		if (next) {
			at = json_is_array(at) ?
			     json_array_get(at, atoi(name)) :
			     json_object_get(at, name);
		} else if (json_is_array(at)) {
			json_array_set_new(at, atoi(name), json_loads(value,
						JSON_DECODE_ANY, NULL));
		} else if (value) {
			json_object_set_new(at, name, json_loads(value,
						JSON_DECODE_ANY, NULL));
		} else {
			json_object_del(at, name);
		}
	}
}

static void say(FILE *out, json_t *json)
{
	json_dumpf(json, out, JSON_COMPACT);
	fputc('\n', out);
	fflush(out);
	json_decref(json);
}

/* Of one that was built, what is beside its image; else none. */
static const char *release_of(const char *kernel)
{
	static char release[128];
	char path[4096];
	const char *slash = strrchr(kernel, '/');
	FILE *f;

	snprintf(path, sizeof(path), "%.*s/release",
		 slash ? (int)(slash - kernel) : 0, kernel);
	f = fopen(path, "re");
	if (!f || !fgets(release, sizeof(release), f))
		return "0.0";
	fclose(f);
	release[strcspn(release, "\n")] = '\0';
	return release;
}

/* Tests that kill want to come in between; it is heard from meanwhile. */
static void take_time(FILE *out)
{
	const char *text = getenv("LIAR_MS");
	int ms = text ? atoi(text) : 0;

	for (; ms > 0; ms -= 100) {
		usleep((ms < 100 ? ms : 100) * 1000);
		say(out, json_pack("{s:i}", "progress", 1));
	}
}

/* The cell is over, by a clock that said 1 at @start. */
static json_t *end_line(const json_t *request, uint64_t start)
{
	const char *rate = getenv("LIAR_RATE");

	return json_pack("{s:O, s:I}", "end", json_object_get(request, "id"),
			 "clock_ns", (json_int_t)(1 + (now_ns() - start) *
						  (rate ? atoi(rate) : 1)));
}

static void serve(FILE *in, FILE *out, const char *lies, uint64_t start)
{
	json_t *line, *request, *answer;
	char *text = NULL, *copy, *lie, *save;
	size_t size = 0;

	while (getline(&text, &size, in) > 0) {
		line = json_loads(text, 0, NULL);
		request = json_object_get(line, "run");
		if (json_object_get(line, "prepare")) {
			say(out, json_pack("{s:i, s:b}", "id", -1, "prepared", 1));
			continue;
		}
		if (!request)
			break;
		take_time(out);
		say(out, end_line(request, start));
		answer = answer_to(request);
		copy = strdup(lies ? lies : "");
		for (lie = strtok_r(copy, " ", &save); lie;
		     lie = strtok_r(NULL, " ", &save))
			tell_lie(answer, lie);
		say(out, answer);
		free(copy);
		json_decref(line);
	}
	free(text);
}

int main(int argc, char **argv)
{
	const char *clock = getenv("LIAR_CLOCK");
	uint64_t start = now_ns();
	const char *kernel = "";
	FILE *in, *out;
	int i, fd = -1;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--version"))
			return puts("QEMU emulator version 0.0 (none)") < 0;
		sscanf(argv[i], "socket,id=cells,fd=%d", &fd);
		if (!strcmp(argv[i], "-kernel"))
			kernel = argv[i + 1];
	}
	in = fdopen(fd < 0 ? 0 : fd, "r");
	out = fdopen(dup(fd < 0 ? 1 : fd), "w");
	if (!in || !out)
		return 1;
	if (getenv("LIAR_ENDS")) {
		fputs("qemu: " "Cannot allocate memory\n", stderr);
		return 1;
	}
	if (fd >= 0) {
		puts("[    0.000000] Linux version 0.0");
		fflush(stdout);
	}
	say(out, json_pack("{s:{s:s, s:i, s:I}}", "hello", "release",
			   release_of(kernel), "clock_res_ns", 1, "clock_ns", (json_int_t)
			   (clock ? atoll(clock) : 1)));
	serve(in, out, getenv("LIAR"), start);
	return 0;
}
