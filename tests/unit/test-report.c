// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports of stores that are made up here: what is in the tables, that the
 * mail is a mail, that pictures are drawn.
 */
#include <errno.h>
#include <stdbool.h>

#include "bench/views/report.h"
#include "lib/proc.h"
#include "tests/unit/report-fixture.h"
#include "tests/unit/tsv.h"

static void check_plots(struct check *t, const char *dir)
{
	static const char *const names[] = {
		"gap-ccdf", "hang-incidence", "hang-heatmap", NULL
	};
	char *file;
	int i;

	if (!have_gnuplot())
		return;
	for (i = 0; names[i]; i++) {
		file = xasprintf("%s.png", names[i]);
		check_picture(t, dir, file, "\x89PNG");
		free(file);
		file = xasprintf("%s.svg", names[i]);
		check_picture(t, dir, file, "<?xml");
		free(file);
		file = xasprintf("plots/%s.png.new", names[i]);
		CHECK(t, !fixture_has(dir, file));
		free(file);
	}
}

/* Lines in an order that no report has. */
static const struct line usual[] = {
	{ .variant = "sync", .fulls = 400, .window = 30000000,
	  .drain = 3000000, .cell = "window=30ms loop=eager", .boot = 2 },
	{ .fulls = 20, .lost = 19, .window = 30000000, .drain = 3000000,
	  .cell = "window=30ms loop=eager", .boot = 0 },
	{ .fulls = 1000, .lost = 1, .open = 1, .drain = 3000000,
	  .cell = "window=0 loop=eager", .boot = 0,
	  .console = "[    1.5] WARNING: CPU: 0 PID: 1 at kernel/events/core.c:1" },
	{ .fulls = 19, .lost = 19, .window = 30000000, .drain = 3000000,
	  .cell = "window=30ms loop=eager", .boot = 1,
	  .console = "[    2.25] WARNING: CPU: 0 PID: 1 at kernel/events/core.c:1" },
	{ .variant = "peterz", .fulls = 300, .silent = 3, .window = 30000000,
	  .drain = 3000000, .loop = LOOP_PERF, .cell = "window=30ms loop=perf",
	  .boot = 3 },
	{ .variant = "recheck", .status = "panic", .boot = 4,
	  .why = "Kernel panic - not syncing: Fatal exception in interrupt",
	  .cell = "window=30ms loop=eager" },
	{ 0 }
};

static void test_tsv(struct check *t, const char *dir)
{
	char *tsv = made_read(dir, "summary.tsv");

	CHECK(t, !strncmp(tsv, "variant\tkconfig\tcell\tfulls\tlost_wakeup\t"
			  "silent_stop\tsilent_off\tcensored\t", 68));
	/* Baseline comes first, and no window before 30 ms. */
	CHECK(t, tsv_is(tsv, 1, "variant", "baseline"));
	CHECK(t, tsv_is(tsv, 1, "cell", "window=0 loop=eager"));
	CHECK(t, tsv_is(tsv, 1, "fulls", "1000"));
	CHECK(t, tsv_is(tsv, 1, "censored", "2"));
	CHECK(t, tsv_is(tsv, 1, "open", "1"));
	CHECK(t, tsv_is(tsv, 1, "wakeup_max_us", "199"));
	CHECK(t, tsv_near(tsv, 1, "wakeup_p50_us", 149, 149 * 0.01));
	CHECK(t, tsv_near(tsv, 1, "gap_p50_ms", 3.2, 3.2 * 0.01));
	CHECK(t, tsv_near(tsv, 1, "hang_pct", 0.1, 1e-9));
	CHECK(t, tsv_near(tsv, 1, "coverage_pct", 50, 1e-9));
	CHECK(t, tsv_is(tsv, 1, "rate_want", "20000000"));
	CHECK(t, tsv_near(tsv, 1, "rate_got", 20e6, 20));
	/* Two boots merged. */
	CHECK(t, tsv_is(tsv, 2, "boots", "2"));
	CHECK(t, tsv_is(tsv, 2, "fulls", "39"));
	CHECK(t, tsv_is(tsv, 2, "lost_wakeup", "38"));
	CHECK(t, tsv_is(tsv, 2, "bad_console_lines", "1"));
	CHECK(t, tsv_near(tsv, 2, "hang_lo_pct", 86.52360784, 1e-5));
	CHECK(t, tsv_near(tsv, 2, "hang_hi_pct", 99.93510361, 1e-5));
	CHECK(t, tsv_is(tsv, 3, "variant", "peterz"));
	CHECK(t, tsv_is(tsv, 3, "silent_stop", "3"));
	CHECK(t, tsv_is(tsv, 3, "accel", "tcg"));
	CHECK(t, tsv_is(tsv, 3, "method", "driver"));
	CHECK(t, tsv_is(tsv, 4, "variant", "sync"));
	CHECK(t, tsv_is(tsv, 4, "hang_lo_pct", "0"));
	/* What was not measured is not 0. */
	CHECK(t, tsv_is(tsv, 5, "variant", "recheck"));
	CHECK(t, tsv_is(tsv, 5, "fulls", "-"));
	CHECK(t, tsv_is(tsv, 5, "wakeup_p50_us", "-"));
	CHECK(t, tsv_is(tsv, 5, "rate_want", "-"));
	CHECK(t, tsv_is(tsv, 5, "hang_hi_pct", "-"));
	CHECK(t, tsv_is(tsv, 5, "boots", "0"));
	CHECK(t, tsv_is(tsv, 5, "failed", "1"));
	CHECK(t, tsv_is(tsv, 6, "variant", ""));
	free(tsv);
}

static void test_usual(struct check *t)
{
	char *dir = make_store(usual), *mail;

	CHECK_EQ(t, make(t, dir), 0);
	test_tsv(t, dir);
	mail = made_read(dir, "summary.txt");
	check_mail(t, mail);
	CHECK(t, strstr(mail, "Linux 7.3.4\n"));
	CHECK(t, strstr(mail, "emulated"));
	CHECK(t, strstr(mail, "4711"));
	CHECK(t, strstr(mail, "38/39"));
	CHECK(t, strstr(mail, "Kernel panic"));
	CHECK(t, strstr(mail, "2 x baseline/guest: WARNING: CPU"));
	check_plots(t, dir);
	/* One kconfig has nothing to be compared with. */
	CHECK(t, !fixture_has(dir, "plots/preempt.data"));
	/* Again, over what is there. */
	CHECK_EQ(t, make(t, dir), 0);
	free(mail);
	made_drop(dir);
}

/* Each store: reported without error, with a mail, and pictures if any. */
static void test_stores(struct check *t)
{
	static const struct line one[] = {
		{ .fulls = 2, .lost = 1 }, { 0 }
	};
	static const struct line odd_names[] = {
		{ .variant = "it's \"a\" long {name}_of^a patch%s\\n.patch",
		  .kconfig = "my $kconfig", .fulls = 10, .accel = "kvm",
		  .cell = "a very=long cell=text", .section = "tab\there" },
		{ .variant = "sch\xc3\xb6n", .kconfig = "my $kconfig",
		  .fulls = 12, .boot = 1, .accel = "kvm" },
		{ .variant = "it's \"a\" long {name}_of^another\\n.patch",
		  .fulls = 10, .accel = "kvm" },
		{ 0 }
	};
	static const struct line *const stores[] = { one, odd_names };
	size_t i;

	for (i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		char *dir = make_store(stores[i]), *mail;

		CHECK_EQ(t, make(t, dir), 0);
		mail = made_read(dir, "summary.txt");
		check_mail(t, mail);
		CHECK(t, !strstr(mail, "emulated") == (stores[i] != one));
		check_plots(t, dir);
		free(mail);
		made_drop(dir);
	}
}

/* Gaps that are not by the driver's stamps say so, in words and pictures. */
static void test_methods(struct check *t)
{
	static const struct line by_pt[] = {
		{ .fulls = 9, .accel = "native", .method = "pt" }, { 0 }
	};
	static const struct line several[] = {
		{ .fulls = 9, .accel = "native", .method = "spe" },
		{ .fulls = 9, .variant = "x", .accel = "native",
		  .method = "flags" },
		{ 0 }
	};
	char *dir = make_store(by_pt), *mail, *data;

	CHECK_EQ(t, make(t, dir), 0);
	mail = made_read(dir, "summary.txt");
	check_mail(t, mail);
	CHECK(t, strstr(mail, "Gaps by pt:") && !strstr(mail, "by flags"));
	CHECK(t, strstr(mail, "accelerator  native"));
	free(mail);
	if (have_gnuplot()) {
		data = made_read(dir, "plots/gap-ccdf.data");
		CHECK(t, data && strstr(data, "method = 'gaps by pt'"));
		free(data);
	}
	made_drop(dir);
	dir = make_store(several);
	CHECK_EQ(t, make(t, dir), 0);
	mail = made_read(dir, "summary.txt");
	CHECK(t, strstr(mail, "Gaps by spe:") && strstr(mail, "by flags:"));
	free(mail);
	made_drop(dir);
}

static void test_failures_only(struct check *t)
{
	static const struct line lines[] = {
		{ .status = "build-failed", .variant = "broken",
		  .why = "core.c:1: error: expected ';'" },
		{ .status = "timeout", .variant = "baseline", .why = "silent" },
		{ 0 }
	};
	char *dir = make_store(lines), *mail, *tsv;

	/* Pictures of an earlier report must not stay. */
	fixture_put(dir, "plots/wakeup-cdf.png", "old");
	CHECK_EQ(t, make(t, dir), 0);
	CHECK(t, !fixture_has(dir, "plots/wakeup-cdf.png"));
	mail = made_read(dir, "summary.txt");
	check_mail(t, mail);
	CHECK(t, strstr(mail, "build-failed"));
	CHECK(t, strstr(mail, "timeout"));
	tsv = made_read(dir, "summary.tsv");
	CHECK(t, tsv_is(tsv, 1, "fulls", "-"));
	CHECK(t, tsv_is(tsv, 2, "failed", "1"));
	free(tsv);
	free(mail);
	made_drop(dir);
}

static void test_empty(struct check *t)
{
	static const struct line none[] = { { 0 } };
	char *dir = make_store(none);
	struct err err = { "" };

	CHECK_EQ(t, report_make(dir, true, -1, &err), -ENODATA);
	CHECK(t, strstr(err.text, "store.jsonl"));
	CHECK(t, !fixture_has(dir, "summary.tsv"));
	CHECK_EQ(t, report_make("/nowhere", true, -1, &err), -ENOENT);
	made_drop(dir);
}

/* The machine died while it wrote the last line. */
static void test_torn(struct check *t)
{
	char *dir = make_store(usual), *mail, *path;
	FILE *f;

	path = xasprintf("%s/store.jsonl", dir);
	f = fopen(path, "a");
	fputs("{\"schema\":1,\"sta", f);
	fclose(f);
	CHECK_EQ(t, make(t, dir), 0);
	mail = made_read(dir, "summary.txt");
	CHECK(t, strstr(mail, "cut off"));
	free(mail);
	free(path);
	made_drop(dir);
}

/* Several kconfigs are compared, by the cells that they share. */
static void test_kconfigs(struct check *t)
{
	static const struct line lines[] = {
		{ .fulls = 1000, .lost = 10, .kconfig = "rt",
		  .preempt = "rt", .boot = 1 },
		{ .fulls = 2000, .silent = 20, .kconfig = "preempt",
		  .preempt = "full", .boot = 2 },
		{ .fulls = 5000, .lost = 5000, .kconfig = "rt",
		  .cell = "window=30ms", .boot = 1 },
		{ .fulls = 300, .variant = "sync", .kconfig = "rt",
		  .boot = 3 },
		{ 0 }
	};
	char *dir = make_store(lines), *data, *mail;

	CHECK_EQ(t, make(t, dir), 0);
	data = made_read(dir, "plots/preempt.data");
	CHECK(t, strstr(data, "kname[1] = 'preempt'\nmodel[1] = 'full'\n"));
	CHECK(t, strstr(data, "kname[2] = 'rt'\nmodel[2] = 'rt'\n"));
	/* Without the cell that was measured under one of them only. */
	CHECK(t, strstr(data, "left_out = 1\n"));
	CHECK(t, strstr(data, "fulls = 3300\nwakeups = 3270\n"));
	CHECK(t, strstr(data, "n_lost[2] = 10\n"));
	CHECK(t, strstr(data, "share[1] = '1 %'\n"));
	CHECK(t, strstr(data, "n_fulls[3] = -1\n"));
	CHECK(t, strstr(data, "p50[2] = '150'\n"));
	/* Clopper-Pearson of 0 in 300. */
	CHECK(t, strstr(data, "\n2 2 0 0 300 0 1.2220"));
	mail = made_read(dir, "summary.txt");
	CHECK(t, strstr(mail, "kconfig preempt, preemption model full\n"));
	free(mail);
	if (have_gnuplot()) {
		check_picture(t, dir, "preempt.png", "\x89PNG");
		check_picture(t, dir, "preempt.svg", "<?xml");
	}
	free(data);
	made_drop(dir);
}

/* Without gnuplot all but the pictures is there, and that is no error. */
static void test_no_gnuplot(struct check *t)
{
	char *dir = make_store(usual), *path = xasprintf("%s", getenv("PATH"));

	setenv("PATH", dir, 1);
	CHECK_EQ(t, make(t, dir), 0);
	setenv("PATH", path, 1);
	CHECK(t, fixture_has(dir, "summary.txt"));
	CHECK(t, fixture_has(dir, "plots/gap-ccdf.data"));
	CHECK(t, !fixture_has(dir, "plots/gap-ccdf.png"));
	free(path);
	made_drop(dir);
}

/* What the scheduler costs stands beside the wakeup; skipped is not failed. */
static void test_reference_and_skip(struct check *t)
{
	static const struct line lines[] = {
		{ .fulls = 100, .cyclictest = true, .cell = "load=hackbench" },
		{ .fulls = 100, .cell = "load=none" },
		{ .status = "skipped", .cell = "placement=smt",
		  .why = "placement smt: no usable core has two threads" },
		{ 0 }
	};
	char *dir = make_store(lines), *mail, *tsv;

	CHECK_EQ(t, make(t, dir), 0);
	mail = made_read(dir, "summary.txt");
	check_mail(t, mail);
	CHECK(t, strstr(mail, "skipped      1 cell, see below"));
	CHECK(t, strstr(mail, "no usable core has two threads"));
	CHECK(t, !strstr(mail, "failed"));
	CHECK(t, strstr(mail, "cyclictest"));
	/* n, p50 and max in us of 1011 latencies. */
	CHECK(t, strstr(mail, "1011"));
	CHECK(t, strstr(mail, "30000"));
	tsv = made_read(dir, "summary.tsv");
	CHECK(t, tsv_is(tsv, 1, "cyclictest_n", "1011"));
	CHECK(t, tsv_is(tsv, 1, "cyclictest_max_us", "30000"));
	CHECK(t, tsv_is(tsv, 2, "cyclictest_n", "-"));
	CHECK(t, tsv_is(tsv, 3, "skipped", "1"));
	CHECK(t, tsv_is(tsv, 3, "failed", "0"));
	CHECK(t, tsv_is(tsv, 1, "tool_account_us", "33"));
	CHECK(t, !fixture_has(dir, "plots/scale.data"));
	free(tsv);
	free(mail);
	made_drop(dir);
}

/* Two numbers of pairs make a picture. */
static void test_scale(struct check *t)
{
	static const struct line lines[] = {
		{ .fulls = 100, .pairs = 1, .cell = "pairs=1" },
		{ .fulls = 300, .pairs = 8, .lost = 3, .cell = "pairs=8" },
		{ .fulls = 200, .pairs = 1, .cell = "pairs=1",
		  .variant = "sync" },
		{ .fulls = 400, .pairs = 8, .cell = "pairs=8",
		  .variant = "sync" },
		{ 0 }
	};
	char *dir = make_store(lines), *data;

	CHECK_EQ(t, make(t, dir), 0);
	data = made_read(dir, "plots/scale.data");
	CHECK(t, strstr(data, "array pairs[2]"));
	CHECK(t, strstr(data, "pairs[2] = 8"));
	CHECK(t, strstr(data, "curves = 2"));
	CHECK(t, strstr(data, "total = 1000"));
	/* Hangs of baseline's 8 pairs: 3 of 300; the tool's cost. */
	CHECK(t, strstr(data, " 1 0.20"));
	CHECK(t, strstr(data, " 7 33\n"));
	if (have_gnuplot())
		CHECK(t, fixture_has(dir, "plots/scale.png"));
	free(data);
	made_drop(dir);
}

int main(void)
{
	struct check t = { 0 };

	test_reference_and_skip(&t);
	test_scale(&t);
	test_usual(&t);
	test_stores(&t);
	test_methods(&t);
	test_failures_only(&t);
	test_empty(&t);
	test_torn(&t);
	test_no_gnuplot(&t);
	test_kconfigs(&t);
	if (!have_gnuplot())
		printf("no gnuplot (package gnuplot-nox): pictures not tested\n");
	return check_end(&t);
}
