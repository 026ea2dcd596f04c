// SPDX-License-Identifier: GPL-2.0-only
/* bench/compare: what is compared, what is warned of, what is refused. */
#include <errno.h>

#include "bench/views/compare.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/unit/made-store.h"

static const struct made_line plain[] = {
	{ .fulls = 100, .lost = 50, .window = 30000000 },
	{ .fulls = 1000, .boot = 1 },
	{ .variant = "sync", .fulls = 500, .boot = 2 },
};

#define PLAIN 3

/* Both directories are dropped by the caller. */
static int read_two(struct compare *c, const char *a, const char *b,
		    struct err *err)
{
	const char *const dirs[] = { a, b };

	return compare_read(c, dirs, 2, err);
}

static char *text_of(const struct compare *c,
		     void (*put)(const struct compare *c, FILE *f))
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	put(c, f);
	fclose(f);
	return text;
}

static bool doubts(const struct compare *c, const char *what)
{
	size_t i;

	for (i = 0; i < c->doubts.n; i++) {
		if (strstr(c->doubts.name[i], what))
			return true;
	}
	return false;
}

/* A metric of set @set in @row. */
static bool known(const struct compare *c, size_t row, size_t set,
		  enum metric_id metric)
{
	struct contrast contrast;

	compare_contrast(c, row, false, set, metric, &contrast);
	return contrast.state == CONTRAST_KNOWN;
}

static void test_same(struct check *t)
{
	char *a = made_store(plain, PLAIN), *b = made_store(plain, PLAIN);
	struct compare *c = calloc(1, sizeof(*c));
	struct contrast v;
	struct compare_hangs h;
	struct err err = { "" };
	char *text;

	CHECK_EQ(t, read_two(c, a, b, &err), 0);
	CHECK_EQ(t, c->rows, 3);
	CHECK_EQ(t, c->doubts.n, 0);
	CHECK(t, c->keys == 1 && !strcmp(c->key[0]->name, "window"));
	h = compare_hangs(c, 0, true, 1);
	CHECK(t, h.hangs == 50 && h.fulls == 1100);
	compare_contrast(c, 0, true, 0, METRIC_COVERAGE, &v);
	CHECK(t, v.state == CONTRAST_KNOWN && v.value[0] > 0.4999 &&
	      v.value[0] < 0.5001 && !v.difference);
	text = text_of(c, compare_text);
	CHECK(t, !made_no_mail(text));
	CHECK(t, strstr(text, "variant: no, as far as is stored"));
	CHECK(t, strstr(text, "50/100"));
	CHECK(t, strstr(text, "hangs per full, %"));
	free(text);
	text = text_of(c, compare_tsv);
	CHECK(t, strstr(text, "\nB\t"));
	CHECK(t, strstr(text, "window=30ms"));
	free(text);
	compare_free(c);
	free(c);
	made_drop(a);
	made_drop(b);
}

/* Another machine, kernel and patch under the same name; other durations. */
static void test_doubts(struct check *t)
{
	static const struct made_line other[] = {
		{ .fulls = 100, .lost = 2, .window = 30000000,
		  .release = "7.4.0", .host = "another CPU",
		  .duration = 5000000000 },
		{ .variant = "sync", .fulls = 500, .boot = 2,
		  .release = "7.4.0", .patch = "another" },
	};
	char *a = made_store(plain, PLAIN), *b = made_store(other, 2), *text;
	struct compare *c = calloc(1, sizeof(*c));
	struct err err = { "" };

	CHECK_EQ(t, read_two(c, a, b, &err), 0);
	CHECK_EQ(t, c->rows, 2);
	CHECK_EQ(t, c->set[0].left_out, 1);
	CHECK(t, doubts(c, "kernel release: A 7.3.4; B 7.4.0"));
	CHECK(t, doubts(c, "host cpu: A a CPU"));
	CHECK(t, doubts(c, "patch of sync/guest: A sync; B another"));
	CHECK(t, !doubts(c, "patch of baseline"));
	CHECK(t, doubts(c, "cells' duration"));
	text = text_of(c, compare_text);
	CHECK(t, !made_no_mail(text));
	/* 50 % against 2 %. */
	CHECK(t, strstr(text, "2/100*"));
	free(text);
	compare_free(c);
	free(c);
	made_drop(a);
	made_drop(b);
}

static void test_emulated(struct check *t)
{
	struct made_line kvm[PLAIN];
	char *a, *b, *text;
	struct compare *c = calloc(1, sizeof(*c));
	struct err err = { "" };
	int i;

	for (i = 0; i < PLAIN; i++) {
		kvm[i] = plain[i];
		kvm[i].accel = "kvm";
	}
	a = made_store(plain, PLAIN);
	b = made_store(kvm, PLAIN);
	CHECK_EQ(t, read_two(c, a, b, &err), 0);
	CHECK(t, doubts(c, "accelerator: A tcg; B kvm"));
	CHECK(t, !c->row[0].times && c->row[0].gaps);
	CHECK(t, !known(c, 0, 0, METRIC_WAKEUP_P50));
	CHECK(t, !known(c, 0, 0, METRIC_GAP_P50));
	CHECK(t, known(c, 0, 0, METRIC_HANGS));
	CHECK(t, known(c, 0, 0, METRIC_COVERAGE));
	text = text_of(c, compare_text);
	CHECK(t, strstr(text, "latencies cannot be compared"));
	CHECK(t, !strstr(text, "wakeup p50"));
	free(text);
	compare_free(c);
	free(c);
	made_drop(a);
	made_drop(b);
}

static void test_method(struct check *t)
{
	struct made_line flags[PLAIN];
	char *a, *b;
	struct compare *c = calloc(1, sizeof(*c));
	struct err err = { "" };
	int i;

	for (i = 0; i < PLAIN; i++) {
		flags[i] = plain[i];
		flags[i].method = "flags";
		flags[i].pmu = "intel_pt";
	}
	a = made_store(plain, PLAIN);
	b = made_store(flags, PLAIN);
	CHECK_EQ(t, read_two(c, a, b, &err), 0);
	CHECK(t, doubts(c, "how hangs and gaps are known: A driver; B flags"));
	CHECK(t, doubts(c, "cells' pmu"));
	CHECK(t, !known(c, 0, 0, METRIC_GAP_P50));
	CHECK(t, !known(c, 0, 0, METRIC_COVERAGE));
	CHECK(t, known(c, 0, 0, METRIC_WAKEUP_P50));
	compare_free(c);
	free(c);
	made_drop(a);
	made_drop(b);
}

static void test_refused(struct check *t)
{
	static const struct made_line other[] = {
		{ .variant = "mine", .fulls = 100 },
	};
	char *a = made_store(plain, PLAIN), *b = made_store(other, 1);
	struct compare *c = calloc(1, sizeof(*c));
	struct err err = { "" };

	CHECK_EQ(t, read_two(c, a, b, &err), -EINVAL);
	CHECK(t, strstr(err.text, "no variant, kconfig and cell"));
	CHECK(t, strstr(err.text, "mine"));
	compare_free(c);
	CHECK_EQ(t, read_two(c, a, "/nowhere", &err), -ENOENT);
	compare_free(c);
	free(c);
	made_drop(a);
	made_drop(b);
}

/* As an older program wrote it. */
static void make_old(json_t *line)
{
	json_t *record = json_object_get(line, "record");
	json_t *hists = json_object_get(record, "histograms");

	json_object_del(record, "late_ns");
	json_object_del(record, "disagree");
	json_object_del(hists, "wakeup");
	json_object_del(json_object_get(record, "cell"), "kind");
}

static void make_wrong(json_t *line)
{
	json_object_set_new(json_object_get(line, "record"), "late_ns",
			    json_string("many"));
}

static void test_old(struct check *t)
{
	char *a = made_store(plain, PLAIN), *b = made_store(plain, PLAIN);
	struct compare *c = calloc(1, sizeof(*c));
	struct err err = { "" };
	char *text;

	made_change(b, make_old);
	CHECK_EQ(t, read_two(c, a, b, &err), 0);
	CHECK_EQ(t, c->rows, 3);
	/* What one of them does not have is not compared. */
	CHECK(t, !known(c, 0, 0, METRIC_WAKEUP_P50));
	CHECK(t, !known(c, 0, 1, METRIC_WAKEUP_P50));
	CHECK(t, known(c, 0, 1, METRIC_COVERAGE));
	text = text_of(c, compare_text);
	CHECK(t, !strstr(text, "wakeup p50, us by cell"));
	CHECK(t, strstr(text, "coverage, % by cell"));
	free(text);
	compare_free(c);
	made_change(b, make_wrong);
	CHECK_EQ(t, read_two(c, a, b, &err), -EINVAL);
	CHECK(t, strstr(err.text, "store.jsonl:1: 'late_ns'"));
	compare_free(c);
	free(c);
	made_drop(a);
	made_drop(b);
}

static void test_output(struct check *t)
{
	char *a = made_store(plain, PLAIN), *b = made_store(plain, PLAIN);
	struct compare *c = calloc(1, sizeof(*c));
	struct err err = { "" };
	char *out = xasprintf("%s/out", a);

	CHECK_EQ(t, read_two(c, a, b, &err), 0);
	CHECK_EQ(t, compare_output(c, out, -1, &err), 0);
	CHECK(t, fixture_has(out, "compare.txt"));
	CHECK(t, fixture_has(out, "compare.tsv"));
	CHECK(t, fixture_has(out, "plots/compare-hangs.data"));
	compare_free(c);
	free(c);
	free(out);
	made_drop(a);
	made_drop(b);
}

int main(void)
{
	struct check t = { 0 };

	test_same(&t);
	test_doubts(&t);
	test_emulated(&t);
	test_method(&t);
	test_refused(&t);
	test_old(&t);
	test_output(&t);
	return check_end(&t);
}
