/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_UNIT_REPORT_FIXTURE_H
#define AUX_TESTS_UNIT_REPORT_FIXTURE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "bench/views/report.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/store.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/unit/made-store.h"

/* Stores of one cell a line, and what a report leaves of them. */

#define HANG_GAP (300 * NSEC_PER_MSEC)

/* One line of a store; fields that are NULL have a default. */
struct line {
	const char *status, *variant, *kconfig, *section, *cell, *why;
	const char *console, *accel, *method, *preempt;
	uint64_t fulls, lost, silent, open;
	uint64_t window, drain, pairs;
	int loop, boot;
	bool cyclictest;
};

/* 1000 of 5 us, 10 of 40, and one beyond its histogram. */
static inline json_t *made_cyclictest(void)
{
	return json_pack("{s:{s:{s:{s:i, s:i}, s:i, s:i}}}", "thread", "0",
			 "histogram", "5", 1000, "40", 10, "cycles", 1011,
			 "max", 30000);
}

static inline void fill_record(struct record *r, const struct line *l)
{
	uint64_t i, gap = l->window + l->drain + 200 * NSEC_PER_USEC;
	uint64_t hangs = l->lost + l->silent;
	struct cell cell;

	cell_init(&cell);
	cell.window = l->window;
	cell.drain.a = l->drain;
	cell.loop = l->loop;
	record_init(r, &cell);
	if (l->method)
		snprintf(r->method, sizeof(r->method), "%s", l->method);
	r->pairs = l->pairs ? l->pairs : 1;
	if (l->cyclictest)
		r->reference = made_cyclictest();
	r->detail = json_pack("{s:{s:i, s:i, s:i}}", "cost", "account_n", 5,
			      "look_p50_ns", 7000, "account_p50_ns", 33000);
	r->fulls = l->fulls;
	r->hangs[HANG_LOST_WAKEUP] = l->lost;
	r->hangs[HANG_SILENT_STOP] = l->silent;
	r->open = l->open;
	for (i = 0; i < l->fulls - hangs - l->open; i++) {
		/* 100, 101, ... us */
		hist_add(&r->h.wakeup, (100 + i % 100) * NSEC_PER_USEC);
		hist_add(&r->h.gap, gap);
		hist_add(&r->h.enable, 8 * NSEC_PER_USEC);
		r->gap_ns += gap;
	}
	for (i = 0; i < hangs + l->open; i++) {
		hist_add(&r->h.censored, HANG_GAP);
		r->gap_ns += HANG_GAP;
	}
	r->traced_ns = r->gap_ns;	/* a coverage of one half */
	r->bytes = r->traced_ns / 50;	/* 20 MB/s */
}

static inline void add_line(struct store *store, const struct line *l)
{
	const char *status = l->status ? l->status : "ok";
	const char *variant = l->variant ? l->variant : "baseline";
	char *release = xasprintf("7.3.4-%s", variant);
	struct record *record;
	struct err err;
	json_t *json;

	json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:{s:s}, s:{s:s, s:s}}",
		"schema", STORE_SCHEMA, "status", status,
		"why", l->why ? l->why : "",
		"variant", variant,
		"kconfig", l->kconfig ? l->kconfig : "guest",
		"section", l->section ? l->section : "main",
		"cell", l->cell ? l->cell : "window=0",
		"repeat", l->boot, "boot", l->boot, "seed", 4711,
		"kernel", "release", release,
		"target", "kind", "guest",
		"accel", l->accel ? l->accel : "tcg");
	if (l->preempt)
		json_object_set_new(json_object_get(json, "kernel"), "preempt",
				    json_string(l->preempt));
	if (l->console)
		json_object_set_new(json, "console",
				    json_pack("[s]", l->console));
	if (!strcmp(status, "ok")) {
		record = malloc(sizeof(*record));
		fill_record(record, l);
		json_object_set_new(json, "record", record_to_json(record));
		record_free(record);
		free(record);
	}
	if (store_append(store, json, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	json_decref(json);
	free(release);
}

/* A directory with a store of these lines, the last one all zero. */
static inline char *make_store(const struct line *lines)
{
	char *dir = fixture_dir(), *path = xasprintf("%s/store.jsonl", dir);
	struct store *store;
	struct err err;

	if (store_open(&store, path, false, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	for (; lines->fulls || lines->status; lines++)
		add_line(store, lines);
	store_close(store);
	free(path);
	return dir;
}

static inline void check_mail(struct check *t, const char *text)
{
	const char *why = made_no_mail(text);

	if (why)
		printf("no mail: %s\n", why);
	CHECK(t, !why);
}

static inline bool have_gnuplot(void)
{
	const char *const argv[] = { "gnuplot", "--version", NULL };
	struct proc proc = { .argv = argv, .in = -1, .out = -1, .errout = -1 };
	struct err err;

	return !proc_run(&proc, -1, 20 * NSEC_PER_SEC, &err);
}

static inline void check_picture(struct check *t, const char *dir, const char *name,
			  const char *magic)
{
	char *path = xasprintf("%s/plots/%s", dir, name), *text;
	struct err err;
	size_t len;

	if (file_read(path, &text, &len, &err)) {
		printf("%s\n", err.text);
		CHECK(t, !"the picture is there");
	} else {
		CHECK(t, len > 4000);
		CHECK(t, !memcmp(text, magic, strlen(magic)));
		CHECK(t, strcmp(magic, "<?xml") || strstr(text, "</svg>"));
		free(text);
	}
	free(path);
}

static inline int make(struct check *t, const char *dir)
{
	struct err err = { "" };
	int ret = report_make(dir, true, -1, &err);

	if (ret)
		printf("%s\n", err.text);
	return ret;
}

#endif
