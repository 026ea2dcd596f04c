// SPDX-License-Identifier: GPL-2.0-only
/* perf's own tests of AUX areas and Intel PT, each with its result. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/json.h"
#include "stress/place/placement.h"
#include "stress/scenario/command.h"
#include "stress/scenario/perf-tests.h"

/*
 * Of perf test: what reads or makes AUX records, packets or PT's clock; parts
 * of names, also of the parts of a test.
 */
static const char *const tests[] = {
	"Intel PT packet decoder",
	"x86 instruction decoder",
	"TSC",
	"Sample parsing",
	"Parse perf pmu format",
	"events from sysfs",
	"Parsing of terms",
};

static void add(json_t *list, const char *name, const char *result,
		const char *why)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "test", name,
					      "result", result, "why", why));
}

static void trim(char *text)
{
	size_t len = strlen(text);

	while (len && strchr(" \t\n", text[len - 1]))
		text[--len] = '\0';
}

/* " 76: Intel PT packet decoder                 : Ok", "Skip (why)" */
void perf_tests_line(json_t *list, char *line)
{
	char *name = strchr(line, ':'), *result, *why;

	result = name ? strrchr(name + 1, ':') : NULL;
	if (!result || line[strspn(line, " 0123456789.")] != ':')
		return;
	/* "76.1:" and "76:1:" are parts of a test. */
	*result++ = '\0';
	name++;
	name += strspn(name, "0123456789: ");
	trim(name);
	trim(result);
	result += strspn(result, " ");
	why = strchr(result, '(');
	if (!strncmp(result, "Ok", 2))
		add(list, name, "ok", "");
	else if (!strncmp(result, "Skip", 4))
		add(list, name, "skipped", why ? why : "");
	else if (!strncmp(result, "FAILED", 6))
		add(list, name, "failed", why ? why : "");
}

/* One that is under way. */
struct under_way {
	char name[80];		/* "": none */
	char last[200];		/* what it said last */
	const char *result;	/* "": nothing yet */
};

/* They sample hardware counters beside the trace. */
static bool wants_counters(const char *name)
{
	return !strcmp(name, "recording with sample mode") ||
	       !strcmp(name, "virtual LBR");
}

static void finish(json_t *list, struct under_way *test, bool counters)
{
	if (!*test->name)
		return;
	if (!*test->result && !counters && wants_counters(test->name))
		add(list, test->name, "skipped",
		    "this machine has no hardware counters");
	else
		add(list, test->name, *test->result ? test->result : "failed",
		    strcmp(test->result, "ok") ? test->last : "");
	*test->name = '\0';
}

static void begin(struct under_way *test, const char *name)
{
	*test = (struct under_way) { .result = "" };
	snprintf(test->name, sizeof(test->name), "%s", name);
	if (strstr(test->name, " ---"))
		*strstr(test->name, " ---") = '\0';
}

/*
 * One test of the script, from "--- Test ... ---" to the next: "OK", a reason
 * why it cannot run, or another one that says what went wrong.
 */
void perf_tests_script(json_t *list, FILE *said, bool counters, bool ended)
{
	struct under_way test = { .result = "" };
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, said) > 0) {
		trim(line);
		if (!strncmp(line, "--- ", 4)) {
			finish(list, &test, counters);
			if (!strncmp(line, "--- Test ", 9))
				begin(&test, line + 9);
			continue;
		}
		if (!strcmp(line, "OK"))
			test.result = "ok";
		else if (!strncmp(line, "SKIP", 4) || strstr(line, "skipping"))
			test.result = "skipped";
		if (*line)
			snprintf(test.last, sizeof(test.last), "%s", line);
	}
	if (ended)
		finish(list, &test, counters);
	else if (*test.name)
		add(list, test.name, "failed", "did not end");
	free(line);
}

static int run_tests(struct scenario_ctx *ctx, json_t *list, struct err *err)
{
	char *line = NULL;
	size_t i, size = 0;
	int ret = 0, status;
	FILE *said;

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]) && !ret; i++) {
		const char *const argv[] = { "perf", "test", tests[i], NULL };

		ret = command_run(ctx, argv, NULL, &said, &status, err);
		if (ret)
			break;
		while (getline(&line, &size, said) > 0)
			perf_tests_line(list, line);
		fclose(said);
		if (status == -1)
			add(list, tests[i], "failed", "did not end");
	}
	free(line);
	return ret;
}

static int run_script(struct scenario_ctx *ctx, json_t *list, struct err *err)
{
	const char *const argv[] = { "sh", PERF_SCRIPT, NULL };
	bool counters = !access(PMU_SYSFS "/cpu", F_OK);
	int ret, status;
	size_t before;
	FILE *said;

	if (access(PERF_SCRIPT, R_OK)) {
		add(list, "test_intel_pt.sh", "skipped",
		    PERF_SCRIPT " is not here");
		return 0;
	}
	ret = command_run(ctx, argv, "/tmp", &said, &status, err);
	if (ret == -PLACEMENT_SKIP) {
		add(list, "test_intel_pt.sh", "skipped", err->text);
		return 0;
	}
	if (ret)
		return ret;
	before = json_array_size(list);
	perf_tests_script(list, said, counters, status != -1);
	fclose(said);
	if (json_array_size(list) == before)
		add(list, "test_intel_pt.sh", WIFEXITED(status) &&
		    WEXITSTATUS(status) == 2 ? "skipped" : "failed",
		    "perf list has no intel_pt, or it did not begin");
	return 0;
}

/* perf script takes a second for some 10,000 packets of an emulated guest. */
#define RATE "200000"
#define RATE_FILE "/sys/module/auxsynth/parameters/rate"

/* Of modelled hardware, where there is such. */
static void set_rate(const char *rate, char *before, size_t size)
{
	FILE *f = fopen(RATE_FILE, "r+e");

	if (!f)
		return;
	if (before && !fgets(before, size, f))
		*before = '\0';
	rewind(f);
	fputs(rate, f);
	fclose(f);
}

int scenario_perf_tests(struct scenario_ctx *ctx, struct err *err)
{
	json_t *list = json_array();
	char before[32] = "";
	int ret;

	json_object_set_new(ctx->evidence, "tests", list);
	set_rate(RATE, before, sizeof(before));
	ret = run_tests(ctx, list, err);
	if (!ret)
		ret = run_script(ctx, list, err);
	if (*before)
		set_rate(before, NULL, 0);
	return ret;
}
