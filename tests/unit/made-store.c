// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/made-store.h"

#include <stdbool.h>

#include "lib/store.h"
#include "lib/units.h"
#include "tests/fixture.h"

#define HANG_GAP (300 * NSEC_PER_MSEC)

static const char *or(const char *text, const char *fallback)
{
	return text ? text : fallback;
}

static void fill_hangs(struct record *r, const struct made_line *l)
{
	uint64_t i, start = 1000 * NSEC_PER_SEC;

	for (i = 0; i < l->lost + l->silent && i < RECORD_HANGS; i++) {
		r->hang[i] = (struct hang) {
			.class = i < l->lost ? HANG_LOST_WAKEUP :
				HANG_SILENT_STOP,
			.user_class = i < l->lost ? HANG_LOST_WAKEUP :
				HANG_SILENT_STOP,
			.event_state = i < l->lost ? -1 : 1, .full = i + 1,
			.stop = start, .pmi = start + 1000,
			.full_at = start + 2000, .poll_in = start - 5000000,
			.poll_out = start + 50000, .drained = start + 3050000,
			.enable_in = start + 3051000,
			.enable_out = start + 3052000,
			.poll_again = start + 3060000,
			.window_end = start + 30000000,
			.disabled = i < l->lost ? start + 30001000 : 0,
			.detected = start + HANG_GAP + i,
		};
		r->hangs_kept = i + 1;
	}
}

static void fill(struct record *r, const struct made_line *l)
{
	uint64_t gap = l->window + 300 * NSEC_PER_USEC, i;
	uint64_t hangs = l->lost + l->silent;
	struct cell cell;

	cell_init(&cell);
	cell.window = l->window;
	if (l->rate)
		cell.rate = l->rate;
	if (l->duration)
		cell.duration = l->duration;
	if (l->pmu)
		snprintf(cell.pmu, sizeof(cell.pmu), "%s", l->pmu);
	record_init(r, &cell);
	snprintf(r->method, sizeof(r->method), "%s", or(l->method, "driver"));
	r->fulls = l->fulls;
	r->hangs[HANG_LOST_WAKEUP] = l->lost;
	r->hangs[HANG_SILENT_STOP] = l->silent;
	for (i = 0; i < l->fulls - hangs; i++) {
		hist_add(&r->h.wakeup, l->wakeup ? l->wakeup :
			 (100 + i % 100) * NSEC_PER_USEC);
		hist_add(&r->h.gap, gap);
		hist_add(&r->h.gap_wake, 100 * NSEC_PER_USEC);
		hist_add(&r->h.gap_drain, l->window);
		hist_add(&r->h.gap_enable, 200 * NSEC_PER_USEC);
		hist_add(&r->h.enable, 8 * NSEC_PER_USEC);
		r->gap_ns += gap;
	}
	for (i = 0; i < hangs; i++) {
		hist_add(&r->h.censored, HANG_GAP);
		r->gap_ns += HANG_GAP;
	}
	r->traced_ns = r->gap_ns;
	r->bytes = r->traced_ns / 50;
	fill_hangs(r, l);
}

static json_t *to_json(const struct made_line *l)
{
	const char *variant = or(l->variant, "baseline");
	char *release = xasprintf("%s-%s", or(l->release, "7.3.4"), variant);
	char window[UNITS_LEN], rate[UNITS_LEN], *cell;
	struct record *r;
	json_t *json;

	cell = xasprintf("pmu=%s window=%s rate=%s", or(l->pmu, "aux_synth"),
			 units_format_time(window, l->window),
			 units_format_rate(rate, l->rate ? l->rate :
					   20000000));
	json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:{s:s, s:s}, s:{s:s, s:s}, s:{s:s}}",
		"schema", STORE_SCHEMA, "status", or(l->status, "ok"),
		"why", or(l->why, ""), "variant", variant,
		"kconfig", or(l->kconfig, "guest"), "section", "main",
		"cell", cell, "repeat", l->boot, "boot", l->boot, "seed", 4711,
		"time", "2026-01-02T03:04:05Z",
		"kernel", "release", release,
		"patch_hash", or(l->patch, variant),
		"target", "kind", "guest", "accel", or(l->accel, "tcg"),
		"host", "cpu", or(l->host, "a CPU"));
	if (l->console)
		json_object_set_new(json, "console",
				    json_pack("[s]", l->console));
	if (!l->status) {
		r = malloc(sizeof(*r));
		fill(r, l);
		json_object_set_new(json, "record", record_to_json(r));
		record_free(r);
		free(r);
	}
	free(release);
	free(cell);
	return json;
}

static void put_line(FILE *f, const json_t *json)
{
	json_dumpf(json, f, JSON_COMPACT);
	fputc('\n', f);
}

char *made_store(const struct made_line *lines, int n)
{
	char *dir = fixture_dir(), *path = xasprintf("%s/store.jsonl", dir);
	FILE *f = fopen(path, "w");
	json_t *json;
	int i;

	if (!f)
		exit(1);
	for (i = 0; i < n; i++) {
		json = to_json(&lines[i]);
		put_line(f, json);
		json_decref(json);
	}
	fclose(f);
	free(path);
	return dir;
}

void made_drop(char *dir)
{
	struct err err;

	dir_remove(dir, &err);
	free(dir);
}

char *made_read(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name), *text = NULL;
	struct err err;

	if (file_read(path, &text, NULL, &err))
		text = xasprintf("%s", "");
	free(path);
	return text;
}

void made_change(const char *dir, void (*change)(json_t *line))
{
	char *text = made_read(dir, "store.jsonl"), *save = NULL, *line;
	char *path = xasprintf("%s/store.jsonl", dir);
	FILE *f = fopen(path, "w");
	json_t *json;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		json = json_loads(line, 0, NULL);
		change(json);
		put_line(f, json);
		json_decref(json);
	}
	fclose(f);
	free(path);
	free(text);
}

const char *made_no_mail(const char *text)
{
	size_t len, i;

	if (!*text)
		return "empty";
	for (; *text; text += len + 1) {
		len = strcspn(text, "\n");
		if (len > 72)
			return "a line of more than 72 columns";
		if (len && text[len - 1] == ' ')
			return "trailing blanks";
		for (i = 0; i < len; i++) {
			if (text[i] < ' ' || text[i] > '~')
				return "not ASCII";
		}
		if (text[len] != '\n')
			return "no newline at the end";
	}
	return NULL;
}
