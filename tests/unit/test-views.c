// SPDX-License-Identifier: GPL-2.0-only
/*
 * One store in every view: whatever prints a metric prints the same digits,
 * and they are those that can be worked out from how the store was made.
 */
#include <math.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "bench/views/compare.h"
#include "bench/views/numbers.h"
#include "bench/views/report.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/unit/made-store.h"
#include "tests/unit/tsv.h"

#define BOOTS 12
#define CELLS 3
#define LINES (2 * BOOTS * CELLS)

/*
 * baseline's wakeups take 200 us, sync's 300 to 322 by the boot; baseline
 * hangs in 1 % of the fulls of two cells and in half of those of the last.
 */
static void make_lines(struct made_line *lines, const char *base,
		       const char *cand)
{
	int i, cell, boot;
	bool sync;

	for (i = 0; i < LINES; i++) {
		cell = i % CELLS;
		boot = i / CELLS;
		sync = boot % 2;
		lines[i] = (struct made_line) {
			.variant = sync ? cand : base, .boot = boot,
			.fulls = 200, .window = cell * 10000000,
			.lost = sync ? 0 : cell == 2 ? 100 : 2,
			.wakeup = sync ? 300000 + 1000 * boot : 200000,
		};
	}
}

/* The line that begins with @title, after @head; caller frees. */
static char *line_of(const char *text, const char *head, const char *title)
{
	const char *p = strstr(text, head);

	p = p ? strstr(p, title) : NULL;
	return p ? strndup(p, strcspn(p, "\n")) : xasprintf("none");
}

/* Both values, the difference and its interval are in a line of a table. */
static void check_row(struct check *t, const char *view, const char *text,
		      const char *head, const struct contrast *c)
{
	char title[NUMBER_TEXT], want[NUMBER_TEXT], *line;
	bool ok;

	line = line_of(text, head, number_title(title, c->metric));
	ok = strstr(line, number_difference(want, c)) &&
		strstr(line, number_interval(want, c)) &&
		strstr(line, number_value(want, c->metric, c->value[0])) &&
		strstr(line, number_value(want, c->metric, c->value[1]));
	if (!ok)
		printf("%s, %s: %s\n", view, title, line);
	CHECK(t, ok);
	free(line);
}

static char *memory_of(void (*put)(const void *of, FILE *f), const void *of)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	put(of, f);
	fclose(f);
	return text;
}

static void put_verdict(const void *of, FILE *f)
{
	static const struct judge_context context = { .dir = "." };

	judge_print(of, &context, f);
}

static void put_compare(const void *of, FILE *f)
{
	compare_text(of, f);
}

static void check_label(struct check *t, const char *data,
			const struct contrast *c)
{
	char value[NUMBER_TEXT], interval[NUMBER_TEXT], *label;
	bool ok;

	label = c->state == CONTRAST_KNOWN ? xasprintf("= '%s, %s'\n",
		number_difference(value, c), number_interval(interval, c)) :
		xasprintf("= '%s'\n", number_side(value, c, 0));
	ok = strstr(data, label);
	if (!ok)
		printf("difference.data: no %s", label);
	CHECK(t, ok);
	free(label);
}

static void check_json(struct check *t, const json_t *test,
		       const struct contrast *c)
{
	double x = json_real_value(json_object_get(test, "difference"));
	double lo = json_real_value(json_object_get(test, "low"));

	CHECK(t, x == c->difference && lo == c->lo);
}

/* Summary, page, picture and verdict of the store in @dir. */
static void check_store(struct check *t, const char *dir,
			const struct results *results,
			const struct contrast *c)
{
	char *summary = made_read(dir, "summary.txt");
	char *page = made_read(dir, "report.html");
	char *data = made_read(dir, "plots/difference.data"), *verdict;
	const struct judge_context context = { .dir = dir };
	struct judge_options options;
	struct judge judge;
	const json_t *tests;
	json_t *json;
	int m;

	judge_options_init(&options);
	judge_make(&judge, results, NULL, &options);
	verdict = memory_of(put_verdict, &judge);
	json = judge_to_json(&judge, &context);
	tests = json_object_get(json_array_get(json_object_get(json,
				"candidates"), 0), "tests");
	for (m = 0; m < METRICS; m++) {
		if (c[m].state != CONTRAST_KNOWN)
			continue;
		check_row(t, "verdict", verdict, "both have", &c[m]);
		check_json(t, json_object_get(tests, metrics[m].name), &c[m]);
		if (metrics[m].detail)
			continue;
		check_row(t, "summary", summary, "\nsync\n", &c[m]);
		check_row(t, "page", page, "\nsync\n", &c[m]);
		check_label(t, data, &c[m]);
	}
	json_decref(json);
	judge_free(&judge);
	free(verdict);
	free(data);
	free(page);
	free(summary);
}

/* The same two kernels as two sets. */
static void check_compare(struct check *t, const struct made_line *all,
			  const struct contrast *c)
{
	struct made_line half[2][LINES / 2];
	struct compare *compare = calloc(1, sizeof(*compare));
	char *dir[2], *text;
	size_t n[2] = { 0, 0 }, i;
	struct err err;
	int m;

	for (i = 0; i < LINES; i++) {
		size_t side = !strcmp(all[i].variant, "sync");

		half[side][n[side]] = all[i];
		half[side][n[side]++].variant = "kernel";
	}
	for (i = 0; i < 2; i++)
		dir[i] = made_store(half[i], n[i]);
	CHECK_EQ(t, compare_read(compare, (const char *const *)dir, 2, &err),
		 0);
	text = memory_of(put_compare, compare);
	for (m = 0; m < METRICS; m++) {
		if (c[m].state == CONTRAST_KNOWN && !metrics[m].detail)
			check_row(t, "compare", text, "\nkernel\n", &c[m]);
	}
	CHECK(t, strstr(text, "hangs often:"));
	free(text);
	compare_free(compare);
	free(compare);
	for (i = 0; i < 2; i++)
		made_drop(dir[i]);
}

/* Cell by cell, whose mean the others print. */
static void check_tsv(struct check *t, const char *dir,
		      const struct contrast *c)
{
	char *tsv = made_read(dir, "summary.tsv");
	double p50 = c->value[0] / NSEC_PER_USEC;

	/* baseline's three cells, then sync's. */
	CHECK(t, tsv_near(tsv, 1, "wakeup_p50_us", 200, 1e-6));
	CHECK(t, tsv_is(tsv, 3, "wakeup_p50_us", "hangs_often"));
	CHECK(t, tsv_near(tsv, 4, "wakeup_p50_us", p50, 1e-5));
	CHECK(t, tsv_near(tsv, 5, "wakeup_p50_us", p50, 1e-5));
	CHECK(t, tsv_is(tsv, 1, "silent_off", "0"));
	CHECK(t, tsv_near(tsv, 2, "hang_pct", 1, 1e-9));
	free(tsv);
}

static void test_views(struct check *t)
{
	struct made_line lines[LINES];
	struct contrast c[METRICS];
	const struct results_kernel *base, *cand;
	struct results results;
	struct err err;
	char *dir;
	int m;

	make_lines(lines, "baseline", "sync");
	dir = made_store(lines, LINES);
	CHECK_EQ(t, report_make(dir, true, -1, &err), 0);
	CHECK_EQ(t, results_read(&results, dir, NULL, NULL, &err), 0);
	base = results_base(&results, "guest");
	cand = results_kernel(&results, "sync", "guest");
	for (m = 0; m < METRICS; m++)
		contrast_kernels(&c[m], m, &results, cand, base);
	/* 104 hangs in each boot's 600 fulls; the geometric mean of sync's. */
	CHECK(t, fabs(c[METRIC_HANGS].difference + 104.0 / 600) < 1e-12);
	CHECK(t, fabs(c[METRIC_WAKEUP_P50].difference - 1.56) < 0.01);
	CHECK_EQ(t, c[METRIC_WAKEUP_P50].cells, 2);
	CHECK_EQ(t, c[METRIC_WAKEUP_P50].often, 1);
	CHECK_EQ(t, c[METRIC_WAKEUP_P50].boots[0].n, BOOTS);
	CHECK_EQ(t, c[METRIC_LOST].cells, CELLS);
	check_store(t, dir, &results, c);
	check_tsv(t, dir, &c[METRIC_WAKEUP_P50]);
	check_compare(t, lines, c);
	results_free(&results);
	made_drop(dir);
}

/* Hangs in all cells: no view has a latency of it. */
static void test_often(struct check *t)
{
	static const struct made_line lines[] = {
		{ .fulls = 100, .lost = 60 },
		{ .variant = "sync", .fulls = 100, .boot = 1 },
	};
	char *dir = made_store(lines, 2), *summary, *data, *line;
	struct err err;

	CHECK_EQ(t, report_make(dir, true, -1, &err), 0);
	summary = made_read(dir, "summary.txt");
	line = line_of(summary, "\nsync\n", "wakeup p50, us");
	CHECK(t, strstr(line, "hangs often"));
	free(line);
	/* The median lies beyond what was cut off. */
	line = line_of(summary, "\nsync\n", "gap p50, ms");
	CHECK(t, strstr(line, "cut off"));
	free(line);
	CHECK(t, !fixture_has(dir, "plots/wakeup-cdf.data"));
	data = made_read(dir, "plots/gap-ccdf.data");
	CHECK(t, strstr(data, "last_percent[1] = '> 300'"));
	CHECK(t, strstr(data, "longest[1] = '> 300'"));
	free(data);
	data = made_read(dir, "plots/gap-split.data");
	/* 300 ms in 60 of 100. */
	CHECK(t, strstr(data, "cutoff[1] = '180'"));
	free(data);
	free(summary);
	made_drop(dir);
}

/* What is of another driver is not added up. */
static void test_drivers(struct check *t)
{
	static const struct made_line lines[] = {
		{ .pmu = "intel_pt", .fulls = 100, .lost = 60 },
		{ .pmu = "intel_bts", .fulls = 50, .lost = 3 },
		{ .pmu = "intel_bts", .window = 3000000, .fulls = 40 },
	};
	char *dir = made_store(lines, 3), *summary, *data;
	struct err err;

	CHECK_EQ(t, report_make(dir, true, -1, &err), 0);
	summary = made_read(dir, "summary.txt");
	CHECK(t, strstr(summary, "loop   pmu        window  baseline"));
	CHECK(t, strstr(summary, "eager  intel_bts  0           3/50"));
	CHECK(t, strstr(summary, "eager  intel_bts  3ms         0/40"));
	CHECK(t, strstr(summary, "eager  intel_pt   0         60/100"));
	data = made_read(dir, "plots/hang-incidence.data");
	CHECK(t, strstr(data, "label[1] = 'intel_bts, window 0'"));
	CHECK(t, strstr(data, "label[3] = 'intel_pt, window 0'"));
	free(data);
	free(summary);
	made_drop(dir);
}

static void one_pair_more(json_t *line)
{
	json_int_t boot = json_integer_value(json_object_get(line, "boot"));

	json_object_set_new(json_object_get(line, "record"), "pairs",
			    json_integer(boot + 1));
	json_object_set_new(json_object_get(line, "record"), "laps",
			    json_integer(1));
}

static void elsewhere(json_t *line)
{
	one_pair_more(line);
	if (json_integer_value(json_object_get(line, "boot")))
		json_object_set_new(line, "section", json_string("other"));
}

/* The number of pairs varies within a section, or there is no such picture. */
static void test_pairs(struct check *t)
{
	static const struct made_line lines[] = {
		{ .fulls = 100, .wakeup = 5000 },
		{ .fulls = 100, .wakeup = 7000, .window = 1000, .boot = 1 },
	};
	void (*const change[])(json_t *line) = { one_pair_more, elsewhere };
	char *dir, *summary;
	struct err err;
	int i;

	for (i = 0; i < 2; i++) {
		dir = made_store(lines, 2);
		made_change(dir, change[i]);
		CHECK_EQ(t, report_make(dir, true, -1, &err), 0);
		CHECK_EQ(t, fixture_has(dir, "plots/scale.data"), !i);
		summary = made_read(dir, "summary.txt");
		CHECK(t, strstr(summary, "2 laps of a ring buffer (baseline 2)"));
		free(summary);
		made_drop(dir);
	}
}

/* A host that others used is told of. */
static void make_loaded(json_t *line)
{
	json_object_set_new(line, "host", json_pack(
		"{s:s, s:i, s:f, s:i, s:i, s:f}", "cpu", "a CPU", "cpus", 2,
		"load1", 8.0, "ticks", json_integer_value(json_object_get(
		line, "boot")) * 1000 + 1000, "steal",
		json_integer_value(json_object_get(line, "boot")) * 100,
		"mhz", 2000.0));
}

static void test_loaded(struct check *t)
{
	static const struct made_line lines[] = {
		{ .fulls = 100 }, { .variant = "sync", .fulls = 90, .boot = 1 },
	};
	char *dir = made_store(lines, 2), *summary, *verdict, *load;
	struct judge_options options;
	struct results results;
	struct judge judge;
	struct err err;

	made_change(dir, make_loaded);
	CHECK_EQ(t, report_make(dir, true, -1, &err), 0);
	summary = made_read(dir, "summary.txt");
	CHECK(t, strstr(summary, "LOADED, above 1.5 in 2 of 2"));
	CHECK_EQ(t, results_read(&results, dir, NULL, NULL, &err), 0);
	load = results_load_text(&results.load);
	CHECK(t, strstr(load, "steal 10 % (NOISY: above 2 %)"));
	CHECK(t, !strstr(load, "MHz"));
	free(load);
	judge_options_init(&options);
	judge_make(&judge, &results, NULL, &options);
	verdict = memory_of(put_verdict, &judge);
	CHECK(t, strstr(verdict, "LOADED, above 1.5"));
	free(verdict);
	free(summary);
	judge_free(&judge);
	results_free(&results);
	made_drop(dir);
}

int main(void)
{
	char *path = fixture_dir();
	struct check t = { 0 };

	/* The data of the pictures will do: without gnuplot. */
	setenv("PATH", path, 1);
	test_views(&t);
	test_often(&t);
	test_loaded(&t);
	test_drivers(&t);
	test_pairs(&t);
	made_drop(path);
	return check_end(&t);
}
