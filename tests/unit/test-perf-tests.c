// SPDX-License-Identifier: GPL-2.0-only
/* What perf's own tests say, and what the scenarios that run them make of it. */
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"
#include "lib/scenario.h"
#include "stress/scenario/perf-tests.h"
#include "stress/scenario/scenario.h"
#include "tests/check.h"

static void is(struct check *t, const json_t *list, size_t i,
	       const char *test, const char *result, const char *why)
{
	const json_t *one = json_array_get(list, i);

	CHECK(t, !strcmp(json_text(one, "test"), test));
	CHECK(t, !strcmp(json_text(one, "result"), result));
	CHECK(t, !strcmp(json_text(one, "why"), why));
}

static void lines(struct check *t)
{
	char text[][80] = {
		" 76: Intel PT packet decoder                      : Ok\n",
		" 6: Parse event definition strings                :\n",
		" 6.1: Test event parsing                          : Ok\n",
		" 6:2: Test parsing of \"hybrid\"                    : Skip (not hybrid)\n",
		" 71: Convert perf time to TSC                     : FAILED!\n",
		"--- start ---\n", "Error: x: y\n",
	};
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		perf_tests_line(list, text[i]);
	CHECK_EQ(t, json_array_size(list), 4);
	is(t, list, 0, "Intel PT packet decoder", "ok", "");
	is(t, list, 1, "Test event parsing", "ok", "");
	is(t, list, 2, "Test parsing of \"hybrid\"", "skipped", "(not hybrid)");
	is(t, list, 3, "Convert perf time to TSC", "failed", "");
	json_decref(list);
}

static json_t *script(const char *text, bool counters, bool ended)
{
	FILE *f = fmemopen((void *)text, strlen(text), "r");
	json_t *list = json_array();

	perf_tests_script(list, f, counters, ended);
	fclose(f);
	return list;
}

static void scripts(struct check *t)
{
	static const char text[] =
		"sh: 1: cc: not found\n"
		"--- Test packets ---\n[ perf record: woken up ]\nOK\n"
		"--- Test per-thread recording ---\n"
		"No workload, so skipping\n"
		"--- Test with/without CYC ---\nSKIP: CYC is not supported\n"
		"--- Test recording with sample mode ---\nperf record failed\n"
		"--- Test kernel trace ---\nFailed to see it\n"
		"--- Cleaning up ---\n--- Done ---\n";
	json_t *list = script(text, false, true);

	CHECK_EQ(t, json_array_size(list), 5);
	is(t, list, 0, "packets", "ok", "");
	is(t, list, 1, "per-thread recording", "skipped",
	   "No workload, so skipping");
	is(t, list, 2, "with/without CYC", "skipped",
	   "SKIP: CYC is not supported");
	is(t, list, 3, "recording with sample mode", "skipped",
	   "this machine has no hardware counters");
	is(t, list, 4, "kernel trace", "failed", "Failed to see it");
	json_decref(list);
	/* With counters it is an error. */
	list = script(text, true, true);
	is(t, list, 3, "recording with sample mode", "failed",
	   "perf record failed");
	json_decref(list);
	/* One that ends in the middle of a test. */
	list = script("--- Test A ---\nx\n", true, false);
	is(t, list, 0, "A", "failed", "did not end");
	json_decref(list);
}

static void outcome(struct check *t, int scenario, const char *evidence,
		    const char *expect)
{
	json_t *json = json_loads(evidence, 0, NULL);

	CHECK(t, json && !strcmp(scenario_outcome(scenario, json), expect));
	json_decref(json);
}

static void outcomes(struct check *t)
{
	outcome(t, SCENARIO_PERF_TESTS, "{\"tests\":[{\"result\":\"skipped\"}]}",
		OUTCOME_INCONCLUSIVE);
	outcome(t, SCENARIO_PERF_TESTS,
		"{\"tests\":[{\"result\":\"skipped\"},{\"result\":\"ok\"}]}",
		OUTCOME_CLEAN);
	outcome(t, SCENARIO_PERF_TESTS,
		"{\"tests\":[{\"result\":\"ok\"},{\"result\":\"failed\"}]}",
		OUTCOME_WRONG);
	outcome(t, SCENARIO_PT_DECODE, "{}", OUTCOME_INCONCLUSIVE);
	outcome(t, SCENARIO_PT_DECODE,
		"{\"ways\":[{\"packets\":9,\"tnt\":1,\"branches\":4,\"with_branches\":true},"
		"{\"packets\":9,\"with_branches\":false}]}", OUTCOME_CLEAN);
	outcome(t, SCENARIO_PT_DECODE,
		"{\"ways\":[{\"packets\":9,\"branches\":4,\"with_branches\":true}]}",
		OUTCOME_INCONCLUSIVE);
	outcome(t, SCENARIO_PT_DECODE,
		"{\"ways\":[{\"packets\":9,\"branches\":4,\"errors\":1,\"with_branches\":true}]}",
		OUTCOME_WRONG);
	outcome(t, SCENARIO_PT_DECODE,
		"{\"ways\":[{\"packets\":9,\"bad\":1,\"with_branches\":false}]}",
		OUTCOME_WRONG);
	outcome(t, SCENARIO_PT_DECODE,
		"{\"ways\":[{\"packets\":9,\"with_branches\":true}]}",
		OUTCOME_WRONG);
	outcome(t, SCENARIO_PT_DECODE,
		"{\"ways\":[{\"not_recorded\":1,\"with_branches\":true}]}",
		OUTCOME_WRONG);
}

int main(void)
{
	struct check t = { 0 };

	lines(&t);
	scripts(&t);
	outcomes(&t);
	return check_end(&t);
}
