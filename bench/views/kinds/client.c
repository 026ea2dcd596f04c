// SPDX-License-Identifier: GPL-2.0-only
/*
 * What perf record got of its workload, kernel by kernel.  It exits with 0
 * even when it slept through most of it, so the span of its trace is what
 * counts.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/views/kinds.h"
#include "bench/views/text.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/units.h"
#include "lib/variant.h"

/* A span below this part of the workload's time is worth a word. */
#define SPAN_GOOD 0.9

static json_t *get_row(json_t *sum, const struct store_entry *entry)
{
	const struct cell *cell = &entry->record.cell;
	char window[UNITS_LEN], skid[UNITS_LEN], *key, *variant;
	json_t *row;

	units_format_time(window, cell->window);
	units_format_time(skid, cell->skid);
	variant = strcmp(entry->kconfig, "guest") ?
		  xasprintf("%s/%s", entry->variant, entry->kconfig) :
		  xasprintf("%s", entry->variant);
	key = xasprintf("%s %s %s %s", cell->pmu, variant, window, skid);
	row = json_object_get(sum, key);
	if (!row) {
		row = json_pack("{s:s, s:s, s:s, s:I}", "pmu", cell->pmu,
				"variant", variant, "window", window,
				"window_ns", (json_int_t)cell->window);
		json_object_set_new(sum, key, row);
	}
	free(key);
	free(variant);
	return row;
}

static void add_least(json_t *row, double share)
{
	const json_t *old = json_object_get(row, "least_share");

	if (!old || share < json_real_value(old))
		json_object_set_new(row, "least_share", json_real(share));
}

static void client_add(json_t *sum, const struct store_entry *entry)
{
	static const char *const names[] = {
		"workload_ns", "span_ns", "traced_ns", "bytes", "beside_ns",
	};
	const json_t *detail = entry->record.detail;
	const struct record *r = &entry->record;
	json_t *row = get_row(sum, entry);
	json_int_t workload = json_count(detail, "workload_ns");
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_add(row, names[i], json_count(detail, names[i]));
	if (workload)
		add_least(row, (double)json_count(detail, "span_ns") /
			  workload);
	json_add(row, "runs", 1);
	json_add(row, "fulls", r->fulls);
	json_add(row, "lost", r->hangs[HANG_LOST_WAKEUP]);
	json_add(row, "silent", r->hangs[HANG_SILENT_STOP]);
	json_add(row, "off", r->hangs[HANG_SILENT_OFF]);
	json_add(row, "nonzero_exits", json_count(detail, "exit") != 0);
	json_add(row, "ended", strcmp(json_text(detail, "ended"), "itself") != 0);
}

static void client_beside(json_t *sum, const struct store_entry *entry)
{
	const struct record *r = &entry->record;
	json_t *row;

	if (r->cell.loop != LOOP_PERF)
		return;
	row = get_row(sum, entry);
	json_add(row, "loop_fulls", r->fulls);
	json_add(row, "loop_hangs", record_hangs(r));
}

static double share(const json_t *row, const char *part)
{
	json_int_t all = json_count(row, "workload_ns");

	return all ? 100.0 * json_count(row, part) / all : 0;
}

static void put_row(struct text_table *t, size_t i, const json_t *row)
{
	char name[TEXT_NAME], number[TEXT_NUMBER];
	json_int_t runs = json_count(row, "runs");

	text_table_set(t, i, 0, "%s", text_shorten(name, json_string_value(
			json_object_get(row, "variant")), 16));
	text_table_set(t, i, 1, "%s", json_string_value(
			json_object_get(row, "window")));
	text_table_set(t, i, 2, "%lld", (long long)runs);
	text_table_set(t, i, 3, "%s", text_percent(number,
						   share(row, "span_ns")));
	text_table_set(t, i, 4, "%s", text_percent(number,
						   share(row, "traced_ns")));
	text_table_set(t, i, 5, "%lld", (long long)json_count(row, "fulls"));
	text_table_set(t, i, 6, "%lld", (long long)json_count(row, "lost"));
	text_table_set(t, i, 7, "%lld", (long long)json_count(row, "silent"));
	text_table_set(t, i, 8, "%lld", (long long)json_count(row, "off"));
	text_table_set(t, i, 9, "%.0f",
		       json_count(row, "beside_ns") / 1e6 / runs);
	if (json_object_get(row, "loop_fulls"))
		text_table_set(t, i, 10, "%lld/%lld",
			       (long long)json_count(row, "loop_hangs"),
			       (long long)json_count(row, "loop_fulls"));
	else
		text_table_set(t, i, 10, "-");
}

/* Where perf and auxlat's loop of its manner part. */
static void put_finding(const json_t *row, FILE *f)
{
	json_int_t hangs = json_count(row, "lost") +
		json_count(row, "silent") + json_count(row, "off");
	json_int_t loop = json_count(row, "loop_hangs");
	json_int_t loop_fulls = json_count(row, "loop_fulls");
	const char *variant = json_text(row, "variant");
	const char *window = json_text(row, "window");
	double least = json_real_value(json_object_get(row, "least_share"));

	if (hangs && !loop && loop_fulls)
		text_wrap(f, 2, "  finding: %s, window %s: perf record hung (%lld in %lld fulls), auxlat's perf loop did not (0 in %lld fulls)",
			  variant, window, (long long)hangs,
			  (long long)json_count(row, "fulls"),
			  (long long)loop_fulls);
	if (!hangs && loop)
		text_wrap(f, 2, "  finding: %s, window %s: auxlat's perf loop hung (%lld in %lld fulls), perf record did not (0 in %lld fulls)",
			  variant, window, (long long)loop,
			  (long long)loop_fulls,
			  (long long)json_count(row, "fulls"));
	if (!hangs && least < SPAN_GOOD)
		text_wrap(f, 2, "  finding: %s, window %s: no hang was seen, but a trace spans only %.0f %% of its workload",
			  variant, window, least * 100);
	if (json_count(row, "ended"))
		text_wrap(f, 2, "  finding: %s, window %s: perf record did not end by itself in %lld of %lld runs",
			  variant, window, (long long)json_count(row, "ended"),
			  (long long)json_count(row, "runs"));
}

/* By PMU, then in the order of variants, then by window. */
static int row_cmp(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	json_int_t wx = json_count(x, "window_ns");
	json_int_t wy = json_count(y, "window_ns");
	int order = strcmp(json_text(x, "pmu"), json_text(y, "pmu"));

	if (!order)
		order = variant_cmp(json_text(x, "variant"),
				    json_text(y, "variant"));
	if (order)
		return order;
	return wx < wy ? -1 : wx > wy;
}

/* Those with client cells; caller frees. */
static json_t **client_rows(const json_t *sum, size_t *n)
{
	json_t **rows = calloc(json_object_size(sum) + 1, sizeof(*rows));
	const char *key;
	json_t *row;

	*n = 0;
	json_object_foreach((json_t *)sum, key, row) {
		if (json_count(row, "runs"))
			rows[(*n)++] = row;
	}
	qsort(rows, *n, sizeof(*rows), row_cmp);
	return rows;
}

/* The rows of a PMU. */
static void put_table(json_t *const *rows, size_t n, FILE *f)
{
	static const char *const heads[2][11] = {
		{ "", "", "", "span", "traced", "", "", "", "", "in poll",
		  "auxlat" },
		{ "variant", "window", "runs", "%", "%", "fulls", "lost",
		  "stop", "off", "ms", "loop" },
	};
	struct text_table t;
	size_t i;

	text_line(f, "%s", "");
	text_line(f, "perf record as the tracer of %s",
		  json_text(rows[0], "pmu"));
	text_table_init(&t, n + 2, 11, 2);
	for (i = 0; i < 22; i++)
		text_table_set(&t, i / 11, i % 11, "%s", heads[i / 11][i % 11]);
	for (i = 0; i < n; i++)
		put_row(&t, i + 2, rows[i]);
	text_table_end(&t, f);
	for (i = 0; i < n; i++)
		put_finding(rows[i], f);
}

static void client_summary(const json_t *sum, FILE *f)
{
	json_t **rows;
	size_t i, n, end;

	rows = client_rows(sum, &n);
	for (i = 0; i < n; i = end) {
		for (end = i + 1; end < n; end++) {
			if (strcmp(json_text(rows[i], "pmu"),
				   json_text(rows[end], "pmu")))
				break;
		}
		put_table(rows + i, end - i, f);
	}
	if (n)
		text_wrap(f, 2, "span: first to last record that perf saved, of the workload's CPU time (on a busy host it lasts longer than that); traced: of that, what lies between start and stop. in poll: time a run that perf slept beside an event stopped for want of room, each full's window included. auxlat loop: hangs/fulls of loop=perf in this run, of the same driver, window and skid.");
	free(rows);
}

const struct report_kind report_client = {
	.add = client_add, .beside = client_beside, .summary = client_summary,
};
