// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cell.h"
#include "lib/record.h"
#include "tests/check.h"

static void every_key_round_trips(struct check *t)
{
	char value[CELL_VALUE_LEN], again[CELL_VALUE_LEN];
	const struct cell_key *key;
	struct cell cell;
	struct err err;

	cell_init(&cell);
	for (key = cell_keys; key->name; key++) {
		cell_get(&cell, key, value);
		CHECK(t, !cell_set(&cell, key, value, &err));
		cell_get(&cell, key, again);
		CHECK(t, !strcmp(value, again));
		CHECK(t, cell_key_find(key->name) == key);
	}
	CHECK(t, !cell_key_find("nonsense"));
	CHECK(t, !cell_check(&cell, &err));
}

static void bad_values(struct check *t)
{
	static const char *const bad[][2] = {
		{ "rate", "0" }, { "rate", "fast" }, { "aux", "3K" },
		{ "aux", "65K" }, { "drain", "uniform:5ms" },
		{ "drain", "uniform:5ms-1ms" }, { "drain", "gauss:1ms" },
		{ "window", "30" }, { "loop", "lazy" }, { "fulls", "1.5" },
		{ "pmu", "../etc" }, { "pmu", "" }, { "hang_timeout", "0" },
		{ "placement", "moon" }, { "placement", "spread:0" },
		{ "pairs", "many" }, { "buffer_node", "any" },
		{ "load_node", "5000" }, { "event", "thread" },
		{ "workload", "burst" }, { "load", "make" },
	};
	struct cell cell;
	struct err err;
	unsigned int i;

	cell_init(&cell);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_EQ(t, cell_set(&cell, cell_key_find(bad[i][0]),
				     bad[i][1], &err), -EINVAL);
		CHECK(t, strstr(err.text, bad[i][0]) &&
		      strstr(err.text, "expected"));
	}
	cell_set(&cell, cell_key_find("placement"), "spread:4", &err);
	cell_set(&cell, cell_key_find("pairs"), "8", &err);
	CHECK_EQ(t, cell_check(&cell, &err), -EINVAL);
	cell_init(&cell);
	cell_set(&cell, cell_key_find("event"), "cpu", &err);
	cell_set(&cell, cell_key_find("tracee"), "migrate", &err);
	CHECK_EQ(t, cell_check(&cell, &err), -EINVAL);
	cell_init(&cell);
	cell.watermark = cell.aux * 2;
	CHECK_EQ(t, cell_check(&cell, &err), -EINVAL);
	cell_init(&cell);
	cell.duration = 0;
	CHECK_EQ(t, cell_check(&cell, &err), -EINVAL);
}

static void drains(struct check *t)
{
	static const char *const texts[] = {
		"3ms", "0", "uniform:1ms-5ms", "exp:300us", "uniform:0-1ms",
	};
	const struct cell_key *key = cell_key_find("drain");
	char value[CELL_VALUE_LEN];
	struct cell cell;
	struct err err;
	unsigned int i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cell_init(&cell);
		CHECK(t, !cell_set(&cell, key, texts[i], &err));
		cell_get(&cell, key, value);
		CHECK(t, !strcmp(value, texts[i]));
	}
}

/* As typed, and as it is kept. */
static void spellings(struct check *t)
{
	static const char *const same[][2] = {
		{ "placement", "spread:8" }, { "placement", "spread" },
		{ "placement", "farthest-node" }, { "placement", "all-nodes" },
		{ "pairs", "max" }, { "pairs", "16" },
		{ "buffer_node", "tracee" }, { "buffer_node", "3" },
		{ "load_node", "any" }, { "load_node", "tracer" },
		{ "workload", "duty:10ms/90ms" }, { "workload", "branchy:5M" },
	};
	char value[CELL_VALUE_LEN];
	struct cell cell;
	struct err err;
	unsigned int i;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const struct cell_key *key = cell_key_find(same[i][0]);

		cell_init(&cell);
		CHECK(t, !cell_set(&cell, key, same[i][1], &err));
		cell_get(&cell, key, value);
		CHECK(t, !strcmp(value, same[i][1]));
	}
}

static void json(struct check *t)
{
	struct cell cell, back;
	struct err err;
	json_t *j;

	cell_init(&cell);
	cell_set(&cell, cell_key_find("rate"), "120M", &err);
	cell_set(&cell, cell_key_find("loop"), "perf", &err);
	cell.seed = 12345;
	j = cell_to_json(&cell);
	CHECK(t, !cell_from_json(&back, j, &err));
	CHECK(t, !memcmp(&cell, &back, sizeof(cell)));
	json_object_set_new(j, "nonsense", json_string("1"));
	CHECK_EQ(t, cell_from_json(&back, j, &err), -EINVAL);
	CHECK(t, strstr(err.text, "nonsense"));
	json_decref(j);
	CHECK_EQ(t, cell_from_json(&back, NULL, &err), -EINVAL);
}

/* What a record says survives its way through the store. */
static void record_round_trip(struct check *t)
{
	struct record *r = malloc(sizeof(*r)), *back = malloc(sizeof(*back));
	struct cell cell;
	struct err err;
	json_t *j;

	cell_init(&cell);
	record_init(r, &cell);
	r->fulls = 42;
	r->hangs[HANG_SILENT_STOP] = 3;
	r->traced_ns = 900;
	r->gap_ns = 100;
	hist_add(&r->h.gap, 4000000);
	r->hangs_kept = 1;
	r->hang[0] = (struct hang) {
		.class = HANG_SILENT_STOP, .user_class = HANG_LOST_WAKEUP,
		.event_state = -1, .full = 7, .stop = 100, .detected = 900,
	};
	r->reference = json_pack("{s:i}", "max", 9);
	CHECK(t, record_coverage(r) == 0.9);
	j = record_to_json(r);
	CHECK(t, !record_from_json(back, j, &err));
	CHECK_EQ(t, back->fulls, 42);
	CHECK_EQ(t, back->hangs[HANG_SILENT_STOP], 3);
	CHECK_EQ(t, back->h.gap.n, 1);
	CHECK(t, back->hangs_kept == 1 &&
	      !memcmp(&back->hang[0], &r->hang[0], sizeof(r->hang[0])));
	CHECK(t, json_equal(back->reference, r->reference));
	record_free(back);
	/* Stores of before it was measured. */
	json_object_del(json_object_get(j, "histograms"), "enable_running");
	CHECK(t, !record_from_json(back, j, &err));
	CHECK_EQ(t, back->h.enable_running.n, 0);
	record_free(back);
	json_object_del(j, "fulls");
	CHECK_EQ(t, record_from_json(back, j, &err), -EINVAL);
	CHECK(t, strstr(err.text, "fulls"));
	json_decref(j);
	record_free(r);
	free(r);
	free(back);
}

/* From a store that an older program wrote. */
static void old_record(struct check *t)
{
	struct record *r = malloc(sizeof(*r)), *back = malloc(sizeof(*back));
	struct cell cell;
	struct err err;
	json_t *j, *hists;

	cell_init(&cell);
	record_init(r, &cell);
	r->fulls = 42;
	r->disagree = 1;
	hist_add(&r->h.gap, 4000000);
	j = record_to_json(r);
	hists = json_object_get(j, "histograms");
	json_object_del(j, "late_ns");
	json_object_del(hists, "enable");
	CHECK(t, !record_from_json(back, j, &err));
	CHECK(t, !record_has(back, "late_ns"));
	CHECK(t, !record_has(back, "enable"));
	CHECK(t, record_has(back, "disagree"));
	CHECK(t, record_has(back, "fulls"));
	CHECK(t, record_has(back, "gap"));
	CHECK(t, !record_has(back, "no such counter"));
	CHECK(t, record_has(r, "late_ns"));
	json_decref(j);
	/* Read and written again it is not a 0. */
	j = record_to_json(back);
	CHECK(t, !json_object_get(j, "late_ns"));
	hists = json_object_get(j, "histograms");
	CHECK(t, hists && !json_object_get(hists, "enable"));
	record_free(back);
	/* What is there must be right. */
	json_object_set_new(j, "late_ns", json_string("12"));
	CHECK_EQ(t, record_from_json(back, j, &err), -EINVAL);
	CHECK(t, strstr(err.text, "late_ns"));
	json_object_set_new(j, "late_ns", json_integer(-1));
	CHECK_EQ(t, record_from_json(back, j, &err), -EINVAL);
	json_object_set_new(j, "late_ns", json_integer(12));
	json_object_set_new(hists, "enable", json_integer(3));
	CHECK_EQ(t, record_from_json(back, j, &err), -EINVAL);
	CHECK(t, strstr(err.text, "enable"));
	json_object_del(j, "histograms");
	CHECK_EQ(t, record_from_json(back, j, &err), -EINVAL);
	json_decref(j);
	record_free(r);
	free(r);
	free(back);
}

int main(void)
{
	struct check t = { 0 };

	every_key_round_trips(&t);
	bad_values(&t);
	drains(&t);
	spellings(&t);
	json(&t);
	record_round_trip(&t);
	old_record(&t);
	return check_end(&t);
}
