// SPDX-License-Identifier: GPL-2.0-only
/* What is made of a store's lines: repeats, metrics, the one contrast. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/contrast.h"
#include "lib/store.h"
#include "lib/units.h"
#include "tests/check.h"

static int near(double a, double b)
{
	return fabs(a - b) <= 1e-6 * fabs(b) + 1e-15;
}

struct line {
	const char *variant, *status, *console;
	int cell, repeat, boot;
	int wakeup;		/* us, of ten; 0: none */
	uint64_t fulls, lost, gap, cut;	/* gap, cut: ms of ten, or none */
};

static void fill(struct record *r, const struct line *l)
{
	struct cell cell;
	int i;

	cell_init(&cell);
	cell.window = l->cell * NSEC_PER_MSEC;
	record_init(r, &cell);
	r->fulls = l->fulls ? l->fulls : 10;
	r->hangs[HANG_LOST_WAKEUP] = l->lost;
	r->traced_ns = r->gap_ns = NSEC_PER_MSEC;
	for (i = 0; i < 10; i++) {
		if (l->wakeup)
			hist_add(&r->h.wakeup, l->wakeup * NSEC_PER_USEC);
		if (l->gap)
			hist_add(&r->h.gap, l->gap * NSEC_PER_MSEC);
		if (l->cut)
			hist_add(&r->h.censored, l->cut * NSEC_PER_MSEC);
	}
}

static void add(struct results *results, const struct line *l)
{
	struct store_entry *entry = calloc(1, sizeof(*entry));
	char text[32];

	snprintf(text, sizeof(text), "window=%dms", l->cell);
	*entry = (struct store_entry) {
		.status = l->status ? l->status : "ok",
		.why = "", .variant = l->variant, .kconfig = "guest",
		.section = "main", .cell = text, .accel = "kvm", .release = "",
		.ended = l->status ? status_find(l->status) : STATUS_OK,
		.repeat = l->repeat, .boot = l->boot, .measured = !l->status,
	};
	if (l->console)
		entry->console = json_pack("[s]", l->console);
	if (entry->measured)
		fill(&entry->record, l);
	results_add(results, entry);
	json_decref(entry->console);
	free(entry);
}

static void read_lines(struct results *results, const struct line *lines,
		       size_t n)
{
	size_t i;

	results_begin(results);
	for (i = 0; i < n; i++)
		add(results, &lines[i]);
	results_end(results);
}

#define READ(results, lines) \
	read_lines(results, lines, sizeof(lines) / sizeof((lines)[0]))

static void contrast(const struct results *results, enum metric_id metric,
		     struct contrast *c)
{
	contrast_kernels(c, metric, results,
			 results_kernel(results, "fix", "guest"),
			 results_base(results, "guest"));
}

/*
 * Two cells, of which a boot lacks one; estimate, interval and means were
 * worked out from the definition, with quantiles of t by integration.
 */
static void test_ratio(struct check *t)
{
	static const struct line lines[] = {
		{ "baseline", .repeat = 0, .wakeup = 100 },
		{ "baseline", .repeat = 1, .wakeup = 110 },
		{ "baseline", .repeat = 2, .wakeup = 120 },
		{ "baseline", .repeat = 0, .wakeup = 400, .cell = 1 },
		{ "baseline", .repeat = 1, .wakeup = 420, .cell = 1 },
		{ "baseline", .repeat = 2, .wakeup = 380, .cell = 1 },
		{ "fix", .repeat = 0, .wakeup = 150 },
		{ "fix", .repeat = 1, .wakeup = 160 },
		{ "fix", .repeat = 2, .wakeup = 155 },
		{ "fix", .repeat = 0, .wakeup = 500, .cell = 1 },
		{ "fix", .repeat = 1, .wakeup = 520, .cell = 1 },
		{ "fix", .repeat = 2, .cell = 1 },
		/* Of a cell that baseline does not have. */
		{ "fix", .repeat = 2, .wakeup = 9000, .cell = 2 },
	};
	struct results results;
	struct contrast c;

	READ(&results, lines);
	contrast(&results, METRIC_WAKEUP_P50, &c);
	CHECK_EQ(t, c.state, CONTRAST_KNOWN);
	CHECK_EQ(t, c.pairs, 2);
	CHECK_EQ(t, c.cells, 2);
	CHECK(t, near(c.difference, 1.3424229206));
	CHECK(t, near(c.lo, 1.2362526233));
	CHECK(t, near(c.hi, 1.4577112023));
	CHECK(t, near(c.value[0], 281082.5125526));
	CHECK(t, near(c.value[1], 209384.4706011));
	/* Ten wakeups are no p99. */
	contrast(&results, METRIC_WAKEUP_P99, &c);
	CHECK_EQ(t, c.state, CONTRAST_NONE);
	/* A kernel's own value is the one that it has in a contrast. */
	contrast_kernels(&c, METRIC_WAKEUP_P50, &results,
			 results_base(&results, "guest"),
			 results_base(&results, "guest"));
	CHECK(t, near(c.value[0], 209384.4706011) && c.difference == 1);
	results_free(&results);
}

/* Shares of all that was counted: 2, 4 and 3 of 100, 110 and 90 against none. */
static void test_hangs(struct check *t)
{
	static const struct line lines[] = {
		{ "baseline", .repeat = 0, .fulls = 100, .lost = 2 },
		{ "baseline", .repeat = 1, .fulls = 110, .lost = 4 },
		{ "baseline", .repeat = 2, .fulls = 90, .lost = 3 },
		{ "fix", .repeat = 0, .fulls = 100 },
		{ "fix", .repeat = 1, .fulls = 400 },
		{ "fix", .repeat = 2, .fulls = 300 },
	};
	struct results results;
	struct contrast c;

	READ(&results, lines);
	contrast(&results, METRIC_HANGS, &c);
	CHECK(t, near(c.value[1], 0.03) && c.value[0] == 0);
	CHECK(t, near(c.difference, -0.03));
	CHECK(t, near(c.lo, -0.0520794989));
	CHECK(t, near(c.hi, -0.0079205011));
	results_free(&results);
}

/* One boot of each: a difference, no interval. */
static void test_one_boot(struct check *t)
{
	static const struct line lines[] = {
		{ "baseline", .wakeup = 100 }, { "fix", .wakeup = 200 },
	};
	struct results results;
	struct contrast c;

	READ(&results, lines);
	contrast(&results, METRIC_WAKEUP_P50, &c);
	CHECK(t, near(c.difference, 2) && !c.interval);
	results_free(&results);
}

/* Two boots of each that differ by a factor of ten: their interval is none. */
static void test_open(struct check *t)
{
	static const struct line lines[] = {
		{ "baseline", .repeat = 0, .wakeup = 100 },
		{ "baseline", .repeat = 1, .wakeup = 1000 },
		{ "fix", .repeat = 0, .wakeup = 200 },
		{ "fix", .repeat = 1, .wakeup = 2000 },
	};
	struct results results;
	struct contrast c;

	READ(&results, lines);
	contrast(&results, METRIC_WAKEUP_P50, &c);
	CHECK(t, near(c.difference, 2) && c.interval && c.open);
	CHECK(t, c.lo < 1 / OPEN_RATIO && c.hi > OPEN_RATIO);
	results_free(&results);
	CHECK(t, !interval_open(&metrics[METRIC_COVERAGE], -0.5, 0.9));
	CHECK(t, interval_open(&metrics[METRIC_COVERAGE], -0.5, 1.1));
	CHECK(t, !interval_open(&metrics[METRIC_WAKEUP_P50], 0.02, 90));
}

/* A repeat counts once, however often its kernel had to be started. */
static void test_repeats(struct check *t)
{
	static const struct line lines[] = {
		{ "fix", .boot = 1, .repeat = 0, .wakeup = 100 },
		{ "fix", .boot = 2, .repeat = 0, .wakeup = 100, .cell = 1 },
		{ "fix", .boot = 3, .repeat = 1, .wakeup = 100 },
		/* The same cell again. */
		{ "fix", .boot = 3, .repeat = 1, .wakeup = 300 },
		{ "fix", .boot = 4, .repeat = 2, .status = "timeout" },
		{ "fix", .boot = 4, .repeat = 2, .status = "skipped" },
		{ "fix", .boot = 5, .repeat = 3, .wakeup = 100,
		  .console = "[    1.0] WARNING: CPU: 1 PID: 2 at x.c:3 f" },
	};
	const struct results_kernel *kernel;
	struct results results;
	struct contrast c;

	READ(&results, lines);
	kernel = results_kernel(&results, "fix", "guest");
	CHECK(t, results_base(&results, "guest") == kernel);
	CHECK_EQ(t, kernel->boots, 5);
	CHECK_EQ(t, kernel->repeats, 3);
	CHECK_EQ(t, kernel->measured, 5);
	CHECK_EQ(t, kernel->unmeasured, 1);
	CHECK_EQ(t, results_troubles(&results, TROUBLE_SKIPPED), 1);
	CHECK_EQ(t, results_troubles(&results, TROUBLE_LOST), 1);
	CHECK_EQ(t, results_troubles(&results, TROUBLE_LINE), 1);
	CHECK_EQ(t, results.combo[0]->repeats, 3);
	CHECK_EQ(t, results.combo[0]->repeat[1].records, 2);
	contrast_cell(&c, METRIC_WAKEUP_P50, results.combo[0]);
	/* 100, their mean 200, 100. */
	CHECK(t, near(c.value[0], 100000 * cbrt(2)));
	results_free(&results);
}

/* What hangs cut off: not beyond where they are noticed, and no median. */
static void test_censored(struct check *t)
{
	static const struct line lines[] = {
		{ "baseline", .gap = 900, .cut = 260, .fulls = 20, .lost = 10,
		  .wakeup = 100 },
		{ "fix", .gap = 3, .wakeup = 100 },
		{ "baseline", .gap = 3, .cell = 1, .wakeup = 100 },
		{ "fix", .gap = 6, .cell = 1, .wakeup = 200 },
	};
	struct results results;
	struct contrast c;

	READ(&results, lines);
	contrast(&results, METRIC_WAKEUP_P50, &c);
	CHECK(t, c.often == 1 && c.cells == 1 && near(c.difference, 2));
	contrast(&results, METRIC_LOST, &c);
	CHECK(t, near(c.end_most, 250e6));
	CHECK(t, near(c.value[1], sqrt(250e6 * 3e6)));
	CHECK(t, near(c.difference, sqrt(3.0 / 250 * 2)));
	contrast(&results, METRIC_GAP_P50, &c);
	CHECK(t, c.state == CONTRAST_KNOWN);
	results_free(&results);
}

/* Half of the gaps and more: where the median lies nobody knows. */
static void test_cut_off(struct check *t)
{
	static const struct line lines[] = {
		{ "baseline", .cut = 260, .fulls = 10, .lost = 10,
		  .wakeup = 100 },
		{ "fix", .gap = 3, .wakeup = 100 },
	};
	struct results results;
	struct contrast c;

	READ(&results, lines);
	contrast(&results, METRIC_GAP_P50, &c);
	CHECK_EQ(t, c.state, CONTRAST_CUT_OFF);
	CHECK_EQ(t, c.cut_off, 1);
	contrast(&results, METRIC_WAKEUP_P50, &c);
	CHECK_EQ(t, c.state, CONTRAST_OFTEN);
	CHECK(t, isnan(c.difference) && isnan(c.value[0]));
	results_free(&results);
}

/* Each has what the views and the verdict need of it. */
static void test_metrics(struct check *t)
{
	double ns;
	int i;

	for (i = 0; i < METRICS; i++) {
		CHECK(t, metrics[i].name && metrics[i].title);
		CHECK(t, metrics[i].unit && metrics[i].per_unit > 0);
		/* A share has no logarithm where it is 0. */
		CHECK(t, (metrics[i].scale == SCALE_RATIO) ==
		      !!strcmp(metrics[i].unit, "%"));
	}
	for (ns = 1; ns < 1e12; ns *= 1.3)
		CHECK(t, metric_step_ns(metric_step(ns)) >= ns * (1 - 1e-9));
	CHECK(t, near(metric_step_ns(metric_step(250e6)), 250e6));
}

/* Both sides of it are known: that comes before how long it was. */
static void test_worst(struct check *t)
{
	struct hang known = { .stop = 10, .poll_out = 12, .detected = 20 };
	struct hang longer = known, half = { .stop = 10, .detected = 90 };

	longer.detected = 30;
	CHECK(t, results_worse(&longer, &known));
	CHECK(t, !results_worse(&known, &longer));
	CHECK(t, !results_worse(&known, &known));
	CHECK(t, results_worse(&known, &half));
	CHECK(t, !results_worse(&half, &longer));
}

int main(void)
{
	struct check t = { 0 };

	test_metrics(&t);
	test_ratio(&t);
	test_hangs(&t);
	test_one_boot(&t);
	test_open(&t);
	test_repeats(&t);
	test_censored(&t);
	test_cut_off(&t);
	test_worst(&t);
	return check_end(&t);
}
