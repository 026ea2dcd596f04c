// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of scenarios, and the parts of a report that client and scenario
 * cells have for themselves.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/kinds.h"
#include "bench/views/kinds/hunt.h"
#include "lib/arch.h"
#include "lib/cell.h"
#include "lib/scenario.h"
#include "tests/check.h"
#include "tests/fixture.h"

static bool known_outcomes(const char *expect)
{
	static const char *const words[] = {
		OUTCOME_CLEAN, OUTCOME_SILENT_OFF, OUTCOME_STORM, OUTCOME_WARN,
		OUTCOME_STOPPED, OUTCOME_LOST, OUTCOME_SILENT_STOP,
		OUTCOME_MISCOUNTED, OUTCOME_OVERRUN, OUTCOME_STALE,
		OUTCOME_PANIC, OUTCOME_NOT_ALLOWED,
	};
	char *copy = xasprintf("%s", expect), *word, *save;
	bool good = true;
	unsigned int i;

	for (word = strtok_r(copy, "|", &save); word && good;
	     word = strtok_r(NULL, "|", &save)) {
		for (i = 0; i < 12 && strcmp(words[i], word); i++)
			;
		good = i < 12;
	}
	free(copy);
	return good;
}

static void test_table(struct check *t)
{
	unsigned int k;
	int i;

	for (i = 0; i < SCENARIOS; i++) {
		const struct scenario *s = &scenarios[i];

		CHECK(t, s->name && s->summary && s->expect);
		CHECK_EQ(t, scenario_find(s->name), i);
		CHECK(t, known_outcomes(s->expect));
		/* So that help fits on a line. */
		CHECK(t, strlen(s->name) < 18 && strlen(s->summary) < 60);
		for (k = 0; k < 5 && s->except[k].variant; k++)
			CHECK(t, known_outcomes(s->except[k].outcome));
	}
	CHECK_EQ(t, scenario_find("no-such"), -EINVAL);
}

static void test_expect(struct check *t)
{
	const struct scenario *off = &scenarios[SCENARIO_SILENT_OFF];
	const struct scenario *group = &scenarios[SCENARIO_GROUP_THROTTLE];

	CHECK(t, !strcmp(scenario_expect(off, "sync", "7.3.4-sync"),
			 OUTCOME_SILENT_OFF));
	CHECK(t, !strcmp(scenario_expect(off, "peterz", "7.3.4"),
			 OUTCOME_CLEAN));
	/* Somebody's patch. */
	CHECK(t, !strcmp(scenario_expect(&scenarios[SCENARIO_EPOLL], "mine",
					 "7.3.4"), OUTCOME_LOST));
	CHECK(t, !strcmp(scenario_expect(group, "baseline", "6.12.9"),
			 OUTCOME_CLEAN));
	CHECK(t, scenario_matches(scenario_expect(group, "baseline",
						  "7.3.4"), OUTCOME_WARN));
	CHECK(t, scenario_matches("a|b", "b"));
	CHECK(t, scenario_matches("a|b", "a"));
	CHECK(t, !scenario_matches("a|bc", "b"));
	CHECK(t, !scenario_matches("a", ""));
}

/* One driver's own is not asked of another; each is of one that can be there. */
static void test_driver(struct check *t)
{
	struct err err = { "" };
	struct cell cell;
	int i;

	for (i = 0; i < SCENARIOS; i++)
		CHECK(t, !scenarios[i].pmu ||
		      arch_of_driver(scenarios[i].pmu));
	CHECK(t, !arch_of_driver("aux_synth"));
	/* It mends intel_pt alone: of any other it is as baseline. */
	for (i = 0; i < SCENARIOS; i++)
		CHECK(t, (scenarios[i].pmu &&
			  !strcmp(scenarios[i].pmu, "intel_pt")) ||
		      !strcmp(scenario_expect(&scenarios[i], "ptfix", "7.3.4"),
			      scenario_expect(&scenarios[i], "baseline",
					      "7.3.4")));

	cell_init(&cell);
	cell.kind = KIND_SCENARIO;
	cell.scenario = SCENARIO_BTS_DECODE;
	CHECK_EQ(t, cell_check(&cell, &err), 0);
	strcpy(cell.pmu, "intel_bts");
	CHECK_EQ(t, cell_check(&cell, &err), 0);
	strcpy(cell.pmu, "intel_pt");
	CHECK_EQ(t, cell_check(&cell, &err), -EINVAL);
	CHECK(t, !strcmp(err.text,
			 "scenario=bts-decode is of intel_bts, not of pmu=intel_pt"));
	cell.scenario = SCENARIO_MUNMAP;
	CHECK_EQ(t, cell_check(&cell, &err), 0);
}

static void test_cell(struct check *t)
{
	struct cell cell, back;
	struct err err;
	json_t *json;

	cell_init(&cell);
	CHECK_EQ(t, cell.scenario, SCENARIO_NONE);
	CHECK_EQ(t, cell_set(&cell, cell_key_find("scenario"), "epoll", &err),
		 0);
	/* A scenario in a cell of another kind would not be run. */
	CHECK_EQ(t, cell_check(&cell, &err), -EINVAL);
	CHECK(t, strstr(err.text, "kind=scenario"));
	cell.kind = KIND_SCENARIO;
	CHECK_EQ(t, cell_check(&cell, &err), 0);
	json = cell_to_json(&cell);
	CHECK_EQ(t, cell_from_json(&back, json, &err), 0);
	CHECK_EQ(t, back.scenario, SCENARIO_EPOLL);
	json_decref(json);
	cell.scenario = SCENARIO_NONE;
	CHECK_EQ(t, cell_check(&cell, &err), -EINVAL);
	CHECK_EQ(t, cell_set(&cell, cell_key_find("scenario"), "x", &err),
		 -EINVAL);
}

/* What add() gets, with little in it. */
static void entry_init(struct store_entry *entry, const char *variant,
		       int kind)
{
	struct cell cell;

	memset(entry, 0, sizeof(*entry));
	entry->variant = variant;
	entry->kconfig = "guest";
	entry->release = "7.3.4";
	entry->boot = 3;
	entry->measured = true;
	cell_init(&cell);
	cell.kind = kind;
	record_init(&entry->record, &cell);
}

static void add_client(json_t *sum, const char *variant, uint64_t window,
		       uint64_t span, uint64_t fulls, uint64_t hangs)
{
	struct store_entry *e = malloc(sizeof(*e));

	entry_init(e, variant, KIND_CLIENT);
	e->record.cell.window = window;
	e->record.fulls = fulls;
	e->record.hangs[HANG_LOST_WAKEUP] = hangs;
	e->record.detail = json_pack("{s:i, s:I, s:i, s:i, s:i, s:i, s:s}",
		"workload_ns", 2000000000, "span_ns", (json_int_t)span,
		"traced_ns", 500000000, "bytes", 100,
		"beside_ns", hangs ? 1500000000 : 0, "exit", 0,
		"ended", "itself");
	report_client.add(sum, e);
	record_free(&e->record);
	free(e);
}

static void add_stream(json_t *sum, const char *variant, uint64_t window,
		       int loop, uint64_t fulls, uint64_t hangs)
{
	struct store_entry *e = malloc(sizeof(*e));

	entry_init(e, variant, KIND_STREAM);
	e->record.cell.window = window;
	e->record.cell.loop = loop;
	e->record.fulls = fulls;
	e->record.hangs[HANG_LOST_WAKEUP] = hangs;
	report_client.beside(sum, e);
	free(e);
}

static char *text_of_summary(void (*summary)(const json_t *sum, FILE *f),
			     const json_t *sum)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	summary(sum, f);
	fclose(f);
	return text;
}

static void has(struct check *t, const char *text, const char *part)
{
	if (!strstr(text, part))
		printf("'%s' is not in:\n%s\n", part, text);
	CHECK(t, strstr(text, part));
}

/* A mail's lines. */
static void lines_fit(struct check *t, const char *text)
{
	size_t len;

	for (; *text; text += len + 1) {
		len = strcspn(text, "\n");
		CHECK(t, len <= 72);
	}
}

/* perf record is held against cells of its own driver, and of no late interrupt. */
static void test_client_drivers(struct check *t)
{
	struct store_entry *e = malloc(sizeof(*e));
	json_t *sum = json_object();
	char *text, *bts, *pt;

	add_client(sum, "sync", 0, 1990000000, 90, 0);
	entry_init(e, "sync", KIND_CLIENT);
	strcpy(e->record.cell.pmu, "intel_bts");
	e->record.fulls = 30;
	e->record.detail = json_pack("{s:i, s:i, s:s}", "workload_ns", 100,
				     "span_ns", 100, "ended", "itself");
	report_client.add(sum, e);
	record_free(&e->record);
	entry_init(e, "sync", KIND_STREAM);
	e->record.cell.loop = LOOP_PERF;
	e->record.fulls = 7;
	strcpy(e->record.cell.pmu, "intel_bts");
	report_client.beside(sum, e);
	e->record.cell.skid = 100000;
	e->record.hangs[HANG_LOST_WAKEUP] = 5;
	report_client.beside(sum, e);
	text = text_of_summary(report_client.summary, sum);
	has(t, text, "perf record as the tracer of aux_synth");
	bts = strstr(text, "perf record as the tracer of intel_bts");
	CHECK(t, bts && strstr(bts, "0/7"));
	pt = strstr(text, "0/7");
	CHECK(t, pt && pt > bts);
	CHECK(t, !strstr(text, "finding"));
	lines_fit(t, text);
	free(text);
	json_decref(sum);
	free(e);
}

static void test_client_report(struct check *t)
{
	json_t *sum = json_object();
	char *text;

	add_stream(sum, "sync", 0, LOOP_PERF, 50, 0);
	text = text_of_summary(report_client.summary, sum);
	CHECK_EQ(t, strlen(text), 0);	/* no client cell, no section */
	free(text);

	add_client(sum, "sync", 0, 1990000000, 90, 1);
	add_client(sum, "baseline", 30000000, 20000000, 1, 1);
	add_client(sum, "baseline", 30000000, 1980000000, 9, 0);
	add_client(sum, "complete", 0, 1000000000, 90, 0);
	add_client(sum, "peterz", 0, 1990000000, 80, 0);
	add_stream(sum, "baseline", 30000000, LOOP_PERF, 20, 10);
	add_stream(sum, "baseline", 30000000, LOOP_EAGER, 1000, 100);
	add_stream(sum, "peterz", 0, LOOP_PERF, 60, 2);
	text = text_of_summary(report_client.summary, sum);
	/* 2 runs; (0.02 + 1.98) of 4 s, 25 %, ten fulls, 750 ms a run */
	has(t, text, "baseline 30ms      2   50 ");
	has(t, text, " 25    10    1    0   0     750  10/20");
	has(t, text, "finding: sync, window 0: perf record hung (1 in 90");
	has(t, text, "finding: peterz, window 0: auxlat's perf loop hung (2");
	has(t, text, "finding: complete, window 0: no hang was seen, but");
	CHECK(t, !strstr(text, "finding: baseline"));
	CHECK(t, strstr(text, "baseline 30ms") < strstr(text, "peterz "));
	lines_fit(t, text);
	free(text);
	json_decref(sum);
}

static void add_scenario(json_t *sum, const char *variant, int id,
			 const char *outcome, const char *splat)
{
	struct store_entry *e = malloc(sizeof(*e));
	json_t *splats = json_array();

	if (splat)
		json_array_append_new(splats, json_string(splat));
	entry_init(e, variant, KIND_SCENARIO);
	e->record.cell.scenario = id;
	/* As if from the real driver. */
	if (id == SCENARIO_SILENT_OFF)
		strcpy(e->record.cell.pmu, "intel_pt");
	e->record.detail = json_pack("{s:s, s:s, s:{s:i}, s:o}",
		"scenario", scenarios[id].name, "outcome", outcome,
		"evidence", "fulls", 17, "splats", splats);
	report_scenario.add(sum, e);
	record_free(&e->record);
	free(e);
}

static void test_scenario_report(struct check *t)
{
	char *dir = fixture_dir(), *text, *path;
	json_t *sum = json_object();
	struct err err;

	add_scenario(sum, "sync", SCENARIO_EPOLL, OUTCOME_CLEAN, NULL);
	add_scenario(sum, "sync", SCENARIO_EPOLL, OUTCOME_LOST, NULL);
	add_scenario(sum, "baseline", SCENARIO_EPOLL, OUTCOME_LOST, NULL);
	add_scenario(sum, "baseline", SCENARIO_GROUP_THROTTLE, OUTCOME_WARN,
		     "WARNING: kernel/events/ring_buffer.c:415 at x");
	add_scenario(sum, "baseline", SCENARIO_GROUP_THROTTLE, OUTCOME_WARN,
		     "WARNING: kernel/events/core.c:7 at perf_mmap_close+0x4/0x8");
	/* The right outcome for the wrong reason. */
	add_scenario(sum, "sync", SCENARIO_GROUP_THROTTLE, OUTCOME_WARN,
		     "WARNING: kernel/events/core.c:1 at y");
	add_scenario(sum, "baseline", SCENARIO_PTT_BEYOND, OUTCOME_PANIC,
		     "Unable to handle kernel paging request at 0: Kernel panic");
	add_scenario(sum, "rearm", SCENARIO_PTT_BEYOND, OUTCOME_PANIC, NULL);
	add_scenario(sum, "sync", SCENARIO_MUNMAP, OUTCOME_INCONCLUSIVE, NULL);
	add_scenario(sum, "sync", SCENARIO_SILENT_OFF, OUTCOME_SILENT_OFF, NULL);
	text = text_of_summary(report_scenario.summary, sum);
	has(t, text, "3 of 10 runs are NOT as expected");
	has(t, text, "1 inconclusive");
	has(t, text, "lost-wakeup !");
	has(t, text, "\nsilent-off intel_pt");
	has(t, text, "epoll, sync, boot 3: expected clean, got lost-wakeup");
	has(t, text, "\"fulls\": 17");
	has(t, text, "WARNING: kernel/events/core.c:1");
	has(t, text, "ptt-beyond, rearm, boot 3: expected clean, got panic");
	CHECK(t, !strstr(text, "epoll, baseline"));
	CHECK(t, !strstr(text, "ptt-beyond, baseline"));
	CHECK(t, !strstr(text, "watermark"));
	lines_fit(t, text);
	free(text);

	CHECK_EQ(t, report_scenario.files(sum, dir, -1, &err), 0);
	path = xasprintf("%s/scenarios.tsv", dir);
	CHECK_EQ(t, file_read(path, &text, NULL, &err), 0);
	has(t, text, "epoll\tsync\t3\tclean\tlost-wakeup\tNOT as expected\t{");
	has(t, text, "munmap\tsync\t3\tclean\tinconclusive\tinconclusive\t");
	free(text);
	free(path);
	dir_remove(dir, &err);
	free(dir);
	json_decref(sum);
}

/* A hunt of a real driver is of that driver's manner, not of auxsynth's. */
static void test_hunt_rows(struct check *t)
{
	static const char *const pmus[] = { "aux_synth", "arm_spe_0" };
	const char *key;
	char *text;
	json_t *sum = json_object(), *row;
	int i, good = 0;

	for (i = 0; i < 2; i++) {
		struct store_entry e = {
			.variant = "baseline", .kconfig = "guest",
			.measured = true, .record.detail = json_pack(
			"{s:[{s:s, s:s, s:s, s:i, s:i}]}", "finds",
			"class", "lost_wakeup", "phases", "wake:poll:0:0:0:0",
			"around", "nothing", "again", 2, "replays", 9),
		};

		cell_init(&e.record.cell);
		e.record.cell.kind = KIND_HUNT;
		strcpy(e.record.cell.pmu, pmus[i]);
		report_hunt.add(sum, &e);
		json_decref(e.record.detail);
	}
	CHECK_EQ(t, json_object_size(json_object_get(sum, "rows")), 2);
	json_object_foreach(json_object_get(sum, "rows"), key, row)
		good += !strcmp(json_text(row, "mode"),
				strcmp(json_text(row, "pmu"), "arm_spe_0") ?
				"pt" : "spe");
	CHECK_EQ(t, good, 2);
	text = text_of_summary(report_hunt.summary, sum);
	has(t, text, "baseline eager pt: lost_wakeup, wake:poll:0:0:0:0");
	has(t, text, "baseline eager arm_spe_0: lost_wakeup, wake:poll");
	free(text);
	json_decref(sum);
}

int main(void)
{
	struct check t = { 0 };

	test_table(&t);
	test_expect(&t);
	test_hunt_rows(&t);
	test_driver(&t);
	test_cell(&t);
	test_client_report(&t);
	test_client_drivers(&t);
	test_scenario_report(&t);
	return check_end(&t);
}
