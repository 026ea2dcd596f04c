// SPDX-License-Identifier: GPL-2.0-only
/* A verdict as a tree of test points, for what reads those. */
#include <stdlib.h>
#include <string.h>

#include "bench/sign-off-points.h"
#include "bench/views/html.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/scenario.h"
#include "lib/store.h"

static void add_point(json_t *candidate, const char *name,
		      const char *result, const char *why)
{
	json_array_append_new(json_object_get(candidate, "points"),
			      json_pack("{s:s, s:s, s:s}", "name", name,
					"result", result, "why", why));
}

static const char *result_of(const char *word)
{
	if (!strcmp(word, "GOOD"))
		return POINT_OK;
	return strcmp(word, "BAD") ? POINT_SKIP : POINT_NOT_OK;
}

static const char *outcome_result(const json_t *test)
{
	const char *outcome = json_text(test, "outcome");

	if (json_is_true(json_object_get(test, "indicative")))
		return POINT_SKIP;
	if (!strcmp(outcome, "not worse"))
		return POINT_OK;
	return strcmp(outcome, "WORSE") ? POINT_SKIP : POINT_NOT_OK;
}

static void add_tests(json_t *candidate, json_t *verdict)
{
	json_t *tests = json_object_get(verdict, "tests"), *test;
	const char *name;
	char *why;

	json_object_foreach(tests, name, test) {
		/* Hangs have the points above. */
		if (!strcmp(json_text(test, "outcome"), "-"))
			continue;
		why = xasprintf("%s%s", json_text(test, "outcome"),
				json_is_true(json_object_get(test,
							     "indicative")) ?
				", emulated: indicative only" : "");
		add_point(candidate, name, outcome_result(test), why);
		free(why);
	}
}

/* Hunter, real drivers, set-up, model: see judge_truth. */
static void add_truths(json_t *candidate, const json_t *verdict)
{
	const json_t *truth, *list = json_object_get(verdict, "truth");
	size_t i;

	json_array_foreach(list, i, truth) {
		const char *says = json_text(truth, "says");

		add_point(candidate, json_text(truth, "source"),
			  !strcmp(says, "hangs") ? POINT_NOT_OK :
			  !strcmp(says, "none seen") ? POINT_OK : POINT_SKIP,
			  json_text(truth, "why"));
	}
}

static void add_health(json_t *candidate, const json_t *verdict)
{
	const json_t *trouble, *list = json_object_get(verdict, "troubles");
	const json_t *hunted = json_object_get(json_object_get(verdict,
							"hunt"), "boots");
	const char *result = POINT_NOT_OK, *why = "nothing was measured";
	size_t i;

	if (json_count(verdict, "boots") || json_count(hunted, "candidate"))
		result = POINT_OK;
	json_array_foreach(list, i, trouble) {
		if (json_is_true(json_object_get(trouble, "baseline_too")))
			continue;
		why = json_text(trouble, "text");
		if (!strcmp(json_text(verdict, "verdict"), "BAD"))
			result = POINT_NOT_OK;
	}
	add_point(candidate, "build_boot_console", result, why);
}

static json_t *new_candidate(const json_t *verdict)
{
	const char *kconfig = json_text(verdict, "kconfig");
	char *name = xasprintf("%s%s%s", json_text(verdict, "candidate"),
			       strcmp(kconfig, "guest") ? "/" : "",
			       strcmp(kconfig, "guest") ? kconfig : "");
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:[]}", "name",
		name, "variant", json_text(verdict, "candidate"), "kconfig",
		kconfig, "result", result_of(json_text(verdict, "verdict")),
		"why", json_text(verdict, "because"), "points");

	free(name);
	return json;
}

static int add_scenario(void *ctx, const struct store_entry *entry)
{
	const struct cell *cell = &entry->record.cell;
	const json_t *detail = entry->record.detail;
	const char *outcome, *expect;
	json_t *candidate;
	char *why;
	size_t i;

	if (!entry->measured || cell->kind != KIND_SCENARIO)
		return 0;
	outcome = json_text(detail, "outcome");
	expect = scenario_expect(&scenarios[cell->scenario], entry->variant,
				 entry->release);
	why = xasprintf("%s, expected %s", outcome, expect);
	json_array_foreach((json_t *)ctx, i, candidate) {
		if (strcmp(json_text(candidate, "variant"), entry->variant) ||
		    strcmp(json_text(candidate, "kconfig"), entry->kconfig))
			continue;
		add_point(candidate, scenarios[cell->scenario].name,
			  !strcmp(outcome, OUTCOME_INCONCLUSIVE) ? POINT_SKIP :
			  scenario_matches(expect, outcome) ? POINT_OK :
			  POINT_NOT_OK, why);
	}
	free(why);
	return 0;
}

json_t *sign_off_points(const json_t *verdict, const char *dir)
{
	const json_t *list = json_object_get(verdict, "candidates");
	char *store = xasprintf("%s/store.jsonl", dir);
	json_t *points = json_array(), *candidate, *v;
	struct err ignored;
	bool torn;
	size_t i;

	json_array_foreach(list, i, v) {
		candidate = new_candidate(v);
		add_health(candidate, v);
		add_truths(candidate, v);
		add_tests(candidate, v);
		json_array_append_new(points, candidate);
	}
	store_each(store, &torn, add_scenario, points, &ignored);
	free(store);
	return points;
}

/* One line, and nothing in it that a reader would take for a directive. */
static void put_plain(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '#')
			fputc('_', f);
		else
			fputc(*text < ' ' ? ' ' : *text, f);
	}
}

static void ktap_result(FILE *f, const char *indent, const json_t *point,
			size_t number)
{
	const char *result = json_text(point, "result");
	bool skip = !strcmp(result, POINT_SKIP);

	fprintf(f, "%s%s %zu ", indent, skip ? POINT_OK : result, number);
	put_plain(f, json_text(point, "name"));
	if (skip) {
		fputs(" # SKIP ", f);
		put_plain(f, json_text(point, "why"));
	}
	fputc('\n', f);
}

/* Why a point failed, as a diagnostic before it. */
static void ktap_diagnostic(FILE *f, const char *indent, const json_t *point)
{
	if (strcmp(json_text(point, "result"), POINT_NOT_OK))
		return;
	fprintf(f, "%s# ", indent);
	put_plain(f, json_text(point, "name"));
	fputs(": ", f);
	put_plain(f, json_text(point, "why"));
	fputc('\n', f);
}

void sign_off_ktap(FILE *f, const json_t *points)
{
	const json_t *candidate, *list, *point;
	size_t i, k;

	fprintf(f, "KTAP version 1\n1..%zu\n", json_array_size(points));
	json_array_foreach(points, i, candidate) {
		list = json_object_get(candidate, "points");
		fputs("    KTAP version 1\n    # Subtest: ", f);
		put_plain(f, json_text(candidate, "name"));
		fprintf(f, "\n    1..%zu\n", json_array_size(list));
		json_array_foreach(list, k, point) {
			ktap_diagnostic(f, "    ", point);
			ktap_result(f, "    ", point, k + 1);
		}
		ktap_diagnostic(f, "", candidate);
		ktap_result(f, "", candidate, i + 1);
	}
}

static void junit_case(FILE *f, const char *suite, const json_t *point)
{
	const char *result = json_text(point, "result");
	const char *element = !strcmp(result, POINT_SKIP) ? "skipped" :
		!strcmp(result, POINT_NOT_OK) ? "failure" : NULL;

	fputs("  <testcase classname=\"", f);
	html_text(f, suite);
	fputs("\" name=\"", f);
	html_text(f, json_text(point, "name"));
	if (!element) {
		fputs("\"/>\n", f);
		return;
	}
	fprintf(f, "\">\n   <%s message=\"", element);
	html_text(f, json_text(point, "why"));
	fputs("\"/>\n  </testcase>\n", f);
}

static size_t count_results(const json_t *list, const char *result)
{
	const json_t *point;
	size_t i, n = 0;

	json_array_foreach(list, i, point)
		n += !strcmp(json_text(point, "result"), result);
	return n;
}

/* A candidate's own word is the last case of its suite. */
static void junit_suite(FILE *f, const json_t *candidate)
{
	json_t *list = json_copy(json_object_get(candidate, "points"));
	const char *name = json_text(candidate, "name");
	const json_t *point;
	size_t i;

	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name",
			      "verdict", "result",
			      json_text(candidate, "result"), "why",
			      json_text(candidate, "why")));
	fputs(" <testsuite name=\"", f);
	html_text(f, name);
	fprintf(f, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
		json_array_size(list), count_results(list, POINT_NOT_OK),
		count_results(list, POINT_SKIP));
	json_array_foreach(list, i, point)
		junit_case(f, name, point);
	fputs(" </testsuite>\n", f);
	json_decref(list);
}

void sign_off_junit(FILE *f, const json_t *points)
{
	const json_t *candidate;
	size_t i;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"aux-tests sign-off\">\n",
	      f);
	json_array_foreach(points, i, candidate)
		junit_suite(f, candidate);
	fputs("</testsuites>\n", f);
}
