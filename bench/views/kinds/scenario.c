// SPDX-License-Identifier: GPL-2.0-only
/* What came of each scenario, against what was expected of the kernel. */
#include <stdlib.h>
#include <string.h>

#include "bench/views/kinds.h"
#include "bench/views/text.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/scenario.h"
#include "lib/variant.h"

/* One of the parts of lines that @console names, with '|' between them. */
static bool is_expected(const char *console, const char *line)
{
	char *parts = xasprintf("%s", console ? console : ""), *part, *save;
	bool found = false;

	for (part = strtok_r(parts, "|", &save); part && !found;
	     part = strtok_r(NULL, "|", &save))
		found = strstr(line, part);
	free(parts);
	return found;
}

/* A complaint of the kernel's has to be one that is expected. */
static bool splats_expected(const struct scenario *s, const json_t *splats)
{
	const json_t *line;
	size_t i;

	json_array_foreach(splats, i, line) {
		if (!is_expected(s->console, json_string_value(line)))
			return false;
	}
	return true;
}

static const char *verdict_of(const struct scenario *s, const char *expect,
			      const char *outcome, const json_t *splats)
{
	if (!strcmp(outcome, OUTCOME_INCONCLUSIVE))
		return "inconclusive";
	return scenario_matches(expect, outcome) && splats_expected(s, splats) ?
	       "as expected" : "NOT as expected";
}

/*
 * A scenario that ran on a driver of the kernel's own as well has two rows in
 * the table: 2 * enum scenario_id, and the one after it.
 */
#define ROWS (2 * SCENARIOS)

static bool on_real(const struct cell *cell)
{
	return strcmp(cell->pmu, "aux_synth") != 0;
}

/* {"runs": [{variant, scenario, expect, outcome, verdict, ...}]} */
static void scenario_add(json_t *sum, const struct store_entry *entry)
{
	const struct scenario *s = &scenarios[entry->record.cell.scenario];
	const json_t *detail = entry->record.detail;
	const char *outcome = json_string_value(json_object_get(detail,
								"outcome"));
	json_t *runs = json_object_get(sum, "runs"), *splats;
	bool real = on_real(&entry->record.cell);
	const char *expect;
	char *variant, *name;

	if (!runs) {
		runs = json_array();
		json_object_set_new(sum, "runs", runs);
	}
	outcome = outcome ? outcome : "?";
	splats = json_object_get(detail, "splats");
	expect = scenario_expect(s, entry->variant, entry->release);
	variant = strcmp(entry->kconfig, "guest") ?
		  xasprintf("%s/%s", entry->variant, entry->kconfig) :
		  xasprintf("%s", entry->variant);
	name = xasprintf("%s%s%s", s->name, real ? " " : "",
			 real ? entry->record.cell.pmu : "");
	json_array_append_new(runs, json_pack(
		"{s:s, s:i, s:s, s:s, s:s, s:s, s:i, s:O?, s:O?}",
		"variant", variant, "row",
		2 * entry->record.cell.scenario + real,
		"scenario", name, "expect", expect, "outcome", outcome,
		"verdict", verdict_of(s, expect, outcome, splats),
		"boot", entry->boot,
		"evidence", json_object_get(detail, "evidence"),
		"splats", splats));
	free(name);
	free(variant);
}

static bool is_bad(const json_t *run)
{
	return !strcmp(json_text(run, "verdict"), "NOT as expected");
}

/* The variants that are there, in the order of their first runs. */
static size_t list_variants(const json_t *runs, const char **names)
{
	const json_t *run;
	size_t i, k, n = 0;

	json_array_foreach(runs, i, run) {
		for (k = 0; k < n; k++) {
			if (!strcmp(names[k], json_text(run, "variant")))
				break;
		}
		if (k == n)
			names[n++] = json_text(run, "variant");
	}
	return n;
}

static int name_cmp(const void *a, const void *b)
{
	return variant_cmp(*(const char *const *)a, *(const char *const *)b);
}

/* The outcome that says most: a bad one before others. */
static const json_t *pick_run(const json_t *runs, int row, const char *variant)
{
	const json_t *run, *found = NULL;
	size_t i;

	json_array_foreach(runs, i, run) {
		if (json_count(run, "row") != row ||
		    strcmp(json_text(run, "variant"), variant))
			continue;
		if (!found || (is_bad(run) && !is_bad(found)))
			found = run;
	}
	return found;
}

/* One row of the table, if there is any run of it; returns whether. */
static bool put_row(struct text_table *t, size_t at, const json_t *runs, int row,
		    const char *const *names, size_t nvariants)
{
	const json_t *run, *any = NULL;
	size_t i;

	for (i = 0; i < nvariants; i++) {
		run = pick_run(runs, row, names[i]);
		any = run ? run : any;
	}
	for (i = 0; any && i < nvariants; i++) {
		run = pick_run(runs, row, names[i]);
		text_table_set(t, at, i + 1, "%s%s",
			       run ? json_text(run, "outcome") : "-",
			       run && is_bad(run) ? " !" : "");
	}
	if (any)
		text_table_set(t, at, 0, "%s", json_text(any, "scenario"));
	return any;
}

static void put_matrix(const json_t *runs, FILE *f)
{
	size_t max = json_array_size(runs), nvariants, i, at = 1;
	const char **names = calloc(max + 1, sizeof(*names));
	struct text_table t;
	char name[TEXT_NAME];
	int row;

	nvariants = list_variants(runs, names);
	qsort(names, nvariants, sizeof(*names), name_cmp);
	text_table_init(&t, ROWS + 1, nvariants + 1, 1);
	text_table_set(&t, 0, 0, "scenario");
	for (i = 0; i < nvariants; i++)
		text_table_set(&t, 0, i + 1, "%s",
			       text_shorten(name, names[i], 14));
	for (row = 0; row < ROWS; row++)
		at += put_row(&t, at, runs, row, names, nvariants);
	t.rows = at;
	text_table_end(&t, f);
	free(names);
}

static void put_bad(const json_t *run, FILE *f)
{
	char *evidence = json_dumps(json_object_get(run, "evidence"),
				    0);
	const json_t *splats = json_object_get(run, "splats"), *line;
	size_t i;

	text_wrap(f, 4, "  %s, %s, boot %d: expected %s, got %s %s",
		  json_text(run, "scenario"), json_text(run, "variant"),
		  (int)json_count(run, "boot"),
		  json_text(run, "expect"), json_text(run, "outcome"),
		  evidence ? evidence : "");
	json_array_foreach(splats, i, line)
		text_wrap(f, 6, "    %s", json_string_value(line));
	free(evidence);
}

static void scenario_summary(const json_t *sum, FILE *f)
{
	const json_t *runs = json_object_get(sum, "runs"), *run;
	size_t i, bad = 0, unclear = 0;

	json_array_foreach(runs, i, run) {
		bad += is_bad(run);
		unclear += !strcmp(json_text(run, "verdict"), "inconclusive");
	}
	text_line(f, "%s", "");
	text_line(f, "scenarios (! not as expected)");
	put_matrix(runs, f);
	text_wrap(f, 2, "%zu of %zu runs are NOT as expected of their kernel, %zu inconclusive; scenarios.tsv has the evidence of each.",
		  bad, json_array_size(runs), unclear);
	json_array_foreach(runs, i, run) {
		if (is_bad(run))
			put_bad(run, f);
	}
}

static int scenario_files(const json_t *sum, const char *dir, int stop_fd,
			  struct err *err)
{
	const json_t *runs = json_object_get(sum, "runs"), *run;
	struct file_new file;
	size_t i;
	int ret = file_open_in(&file, dir, "scenarios.tsv", err);
	char *evidence;

	if (ret)
		return ret;
	fputs("scenario\tvariant\tboot\texpected\toutcome\tverdict\tevidence\n",
	      file.stream);
	json_array_foreach(runs, i, run) {
		evidence = json_dumps(json_object_get(run, "evidence"),
				      JSON_COMPACT);
		fprintf(file.stream, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n",
			json_text(run, "scenario"), json_text(run, "variant"),
			(int)json_count(run, "boot"),
			json_text(run, "expect"), json_text(run, "outcome"),
			json_text(run, "verdict"), evidence ? evidence : "");
		free(evidence);
	}
	return file_commit(&file, err);
}

const struct report_kind report_scenario = {
	.add = scenario_add, .summary = scenario_summary,
	.files = scenario_files,
};
