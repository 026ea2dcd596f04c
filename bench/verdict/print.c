// SPDX-License-Identifier: GPL-2.0-only
/* verdict.txt: what a maintainer reads first. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "bench/results/stats.h"
#include "bench/verdict/judge.h"
#include "bench/views/text.h"
#include "lib/complaint.h"

/* Room for "not worse (indicative)" and the figures before it. */
#define LABEL 17

static const char *interval(char buf[64], double lo, double hi)
{
	char a[TEXT_NUMBER], b[TEXT_NUMBER];

	snprintf(buf, 64, "%s-%s %%", text_percent(a, 100 * lo),
		 text_percent(b, 100 * hi));
	return buf;
}

static void put_hang_row(struct text_table *t, size_t row, const char *name,
			 const struct judge_hangs *h)
{
	char buf[64];
	int i;

	text_table_set(t, row, 0, "%s", name);
	for (i = 0; i < 2; i++) {
		text_table_set(t, row, 1 + 2 * i, "%" PRIu64 "/%" PRIu64,
			       h->k[i], h->n[i]);
		text_table_set(t, row, 2 + 2 * i, "%s",
			       interval(buf, h->lo[i], h->hi[i]));
	}
	text_table_set(t, row, 5, "%.2g", h->p);
}

static void put_hangs(const struct judge_verdict *v, FILE *f)
{
	static const char *const heads[] = {
		"hangs/fulls", "candidate", "95 %", "baseline", "95 %", "p"
	};
	struct text_table t;
	size_t i;
	char bound[TEXT_NUMBER], exact[TEXT_NUMBER];
	int class;

	text_table_init(&t, 2 + HANG_CLASSES, 6, 1);
	for (i = 0; i < 6; i++)
		text_table_set(&t, 0, i, "%s", heads[i]);
	for (class = 0; class < HANG_CLASSES; class++)
		put_hang_row(&t, 1 + class, hang_class_names[class],
			     &v->hangs[class]);
	put_hang_row(&t, 1 + HANG_CLASSES, "all", &v->all);
	text_table_end(&t, f);
	if (!v->all.k[0] && v->all.n[0])
		text_wrap(f, 2, "none seen in n = %" PRIu64 " fulls: below %s %% (3/n), exact %s %%",
			  v->all.n[0], text_percent(bound, 300.0 /
			  v->all.n[0]), text_percent(exact,
			  100 * v->all.hi[0]));
}

/*
 * "drain=3ms window=0" as "3ms 0", or its keys, "drain window": with both
 * there is no room for more columns.
 */
static char *cell_words(char buf[TEXT_NAME], const char *name, bool keys)
{
	size_t len = 0;
	const char *end;

	for (; *name && len < TEXT_NAME - 1; name = end + strspn(end, " ")) {
		size_t key = strcspn(name, "= "), n;

		end = name + strcspn(name, " ");
		if (!keys && name[key] == '=')
			name += key + 1;
		n = keys ? key : (size_t)(end - name);
		len += snprintf(buf + len, TEXT_NAME - len, "%s%.*s",
				len ? " " : "", (int)n, name);
	}
	if (!len)
		strcpy(buf, "(one)");
	return buf;
}

static void put_cells(const struct judge *judge,
		      const struct judge_verdict *v, FILE *f)
{
	const struct judge_data *data = judge->data;
	const struct judge_hangs *h;
	struct text_table t;
	size_t i;
	int class;
	char words[TEXT_NAME];
	uint64_t k[2];

	text_line(f, "%s", "");
	text_line(f, "hangs/fulls, and time lost per full, by cell");
	text_table_init(&t, 1 + data->cells, 4, 1);
	text_table_set(&t, 0, 0, "%s", cell_words(words, data->cells ?
					data->cell[0].name : "", true));
	text_table_set(&t, 0, 1, "candidate");
	text_table_set(&t, 0, 2, "baseline");
	text_table_set(&t, 0, 3, "lost ratio");
	for (i = 0; i < data->cells; i++) {
		const struct judge_test *lost =
			&v->cell[i].test[METRIC_LOST];

		k[0] = k[1] = 0;
		for (class = 0; class < HANG_CLASSES; class++) {
			h = &v->cell[i].hangs[class];
			k[0] += h->k[0];
			k[1] += h->k[1];
		}
		h = &v->cell[i].hangs[0];
		text_table_set(&t, 1 + i, 0, "%s",
			       cell_words(words, data->cell[i].name, false));
		text_table_set(&t, 1 + i, 1, "%" PRIu64 "/%" PRIu64, k[0],
			       h->n[0]);
		text_table_set(&t, 1 + i, 2, "%" PRIu64 "/%" PRIu64, k[1],
			       h->n[1]);
		if (isnan(lost->diff))
			text_table_set(&t, 1 + i, 3, "-");
		else
			text_table_set(&t, 1 + i, 3, "%.3g (%.3g-%.3g)",
				       lost->diff, lost->lo, lost->hi);
	}
	text_table_end(&t, f);
}

/* In the unit of the line. */
static double in_unit(int metric, double x)
{
	if (metric == METRIC_COVERAGE)
		return 100 * x;
	return metric == METRIC_LOST || metric == METRIC_REENABLE ? x / 1e6 :
		x / 1e3;
}

static void metric_row(struct text_table *t, size_t row, int metric,
		       const struct judge_test *test)
{
	const struct judge_metric_def *def = &judge_metrics[metric];
	char number[TEXT_NUMBER];
	bool ms = metric == METRIC_LOST || metric == METRIC_REENABLE;
	double scale = metric == METRIC_COVERAGE ? 100 : 1e-6;

	text_table_set(t, row, 0, "%s, %s", def->title,
		       metric == METRIC_COVERAGE ? "%" : ms ? "ms" : "us");
	text_table_set(t, row, 1, "%s", isnan(test->a) ? "-" :
		       text_number(number, in_unit(metric, test->a)));
	text_table_set(t, row, 2, "%s", isnan(test->b) ? "-" :
		       text_number(number, in_unit(metric, test->b)));
	if (isnan(test->diff))
		text_table_set(t, row, 3, "-");
	else if (def->log)
		text_table_set(t, row, 3, "x %.3g (%.3g, %.3g)", test->diff,
			       test->lo, test->hi);
	else
		text_table_set(t, row, 3, "%+.2f (%+.2f, %+.2f)",
			       test->diff * scale, test->lo * scale,
			       test->hi * scale);
	text_table_set(t, row, 4, def->log ? "%.3g" : "%+.3g",
		       def->log ? exp(test->margin) : test->margin * scale *
		       (def->more_is_better ? -1 : 1));
	text_table_set(t, row, 5, "%s%s", judge_outcomes[test->outcome],
		       test->indicative ? "*" : "");
}

static void put_metrics(const struct judge *judge,
			const struct judge_verdict *v, FILE *f)
{
	struct text_table t;
	char level[32];
	int m;

	snprintf(level, sizeof(level), "diff (%.4g %%)",
		 100 * v->test[0].level);
	text_line(f, "%s", "");
	text_table_init(&t, 1 + METRICS, 6, 1);
	text_table_set(&t, 0, 0, "n = %zu, %zu boots", v->cand->repeats,
		       v->base ? v->base->repeats : 0);
	text_table_set(&t, 0, 1, "cand");
	text_table_set(&t, 0, 2, "base");
	text_table_set(&t, 0, 3, "%s", level);
	text_table_set(&t, 0, 4, "limit");
	text_table_set(&t, 0, 5, "outcome");
	for (m = 0; m < METRICS; m++)
		metric_row(&t, 1 + m, m, &v->test[m]);
	text_table_end(&t, f);
	if (judge->data->emulated)
		text_wrap(f, 2, "* indicative: emulated microseconds (TCG), no part of the verdict");
}

static void put_gap_parts(const struct judge_verdict *v, FILE *f)
{
	static const char *const who[] = { "candidate", "baseline" };
	int k;

	for (k = 0; k < 2; k++) {
		if (isnan(v->lost_part[k][0]))
			continue;
		text_wrap(f, LABEL, "gap, %-11s wake %.3g + drain %.3g + re-enable %.3g ms (means, n = %" PRIu64 "; %" PRIu64 " cut off)",
			  who[k], v->lost_part[k][0], v->lost_part[k][1],
			  v->lost_part[k][2], v->lost_n[k],
			  v->times_n[TIMES_GAP][k] - v->lost_n[k]);
	}
}

static const char *quantile(char buf[TEXT_NUMBER], double ns)
{
	if (isinf(ns))
		return "cut off";
	if (isnan(ns))
		return "-";
	return text_number(buf, ns / 1e3);
}

static void quantile_row(struct text_table *t, size_t row,
			 const struct judge_verdict *v, int which, size_t i)
{
	const struct stats_quantiles *q = &v->times[which][i];
	char a[TEXT_NUMBER], b[TEXT_NUMBER], name[16];

	snprintf(name, sizeof(name), "p%g", 100 * q->q);
	text_table_set(t, row, 0, "%s %s", judge_times[which],
		       q->q < 1 ? name : "max");
	text_table_set(t, row, 1, "%s", quantile(a, q->a));
	text_table_set(t, row, 2, "%" PRIu64, v->times_n[which][0]);
	text_table_set(t, row, 3, "%s", quantile(a, q->b));
	text_table_set(t, row, 4, "%" PRIu64, v->times_n[which][1]);
	if (isfinite(q->lo) && isfinite(q->hi))
		text_table_set(t, row, 5, "%s to %s",
			       text_number(a, q->lo / 1e3),
			       text_number(b, q->hi / 1e3));
	else
		text_table_set(t, row, 5, "-");
}

/* The others are in verdict.json. */
static void put_quantiles(const struct judge_verdict *v, FILE *f)
{
	static const char *const heads[] = {
		"all cells, us", "cand", "n", "base", "n",
		"difference (boots, 95 %)"
	};
	static const int shown[] = { TIMES_WAKEUP, TIMES_GAP };
	struct text_table t;
	size_t i, k, row = 1;

	text_line(f, "%s", "");
	text_table_init(&t, 1 + 2 * JUDGE_QUANTILES, 6, 1);
	for (i = 0; i < 6; i++)
		text_table_set(&t, 0, i, "%s", heads[i]);
	for (k = 0; k < 2; k++) {
		for (i = 0; i < JUDGE_QUANTILES; i++)
			quantile_row(&t, row++, v, shown[k], i);
	}
	text_table_end(&t, f);
}

static void put_console(const struct judge_verdict *v, FILE *f)
{
	const struct judge_trouble *t;
	uint64_t lines = 0;
	size_t i;

	for (i = 0; i < v->cand->troubles; i++) {
		t = &v->cand->trouble[i];
		lines += !t->in_baseline && (t->kind == TROUBLE_LINE ||
					     t->kind == TROUBLE_CRASH);
	}
	text_line(f, "%-*s%s", LABEL, "console", lines ? "NOT CLEAN" :
		  v->cand->repeats ? "clean" : "nothing measured");
	for (i = 0; i < v->cand->troubles; i++) {
		t = &v->cand->trouble[i];
		text_wrap(f, 4, "  %" PRIu64 " x %s%s: %s", t->count, t->status,
			  t->in_baseline ? " (baseline, too)" : "",
			  complaint_text(t->text));
	}
}

static void put_model(const struct judge_verdict *v, json_t *model, FILE *f)
{
	const char *word = json_string_value(json_object_get(model,
						v->cand->variant));

	text_wrap(f, LABEL, "%-*s%s", LABEL, "model", word ? word :
		  "not modelled");
}

static void put_verdict(const struct judge *judge,
			const struct judge_verdict *v, json_t *model, FILE *f)
{
	char need[80] = "";

	text_line(f, "%s", "");
	text_wrap(f, LABEL, "%-*s%s%s%s", LABEL, "candidate", v->cand->variant,
		  strcmp(v->cand->kconfig, "guest") ? "/" : "",
		  strcmp(v->cand->kconfig, "guest") ? v->cand->kconfig : "");
	if (v->word == JUDGE_UNDECIDED && v->needed > v->cand->repeats)
		snprintf(need, sizeof(need), v->needed > 1000 ?
			 "a quieter machine: more than %d boots; so far " :
			 "about %d boots; so far ",
			 v->needed > 1000 ? 1000 : (int)v->needed);
	if (v->word == JUDGE_GOOD)
		text_wrap(f, 2, "GOOD: %s", v->line);
	else
		text_wrap(f, 2, "%s (%s%s%s)", judge_words[v->word],
			  v->word == JUDGE_BAD ? "because " : "needs ",
			  v->word == JUDGE_BAD ? "" : *need ? need :
			  "a look: ", v->line);
	if (v->latency)
		text_wrap(f, 2, "latency, indicative: %s", v->latency);
	text_line(f, "%s", "");
	if (v->base && v->cand->repeats && v->base->repeats) {
		put_hangs(v, f);
		put_metrics(judge, v, f);
		put_gap_parts(v, f);
		put_cells(judge, v, f);
		put_quantiles(v, f);
		text_line(f, "%s", "");
	}
	put_model(v, model, f);
	put_console(v, f);
}

static const char *from_json(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text && *text ? text : "?";
}

static void put_head(const struct judge *judge, FILE *f)
{
	const struct judge_data *data = judge->data;
	const struct judge_kernel *base = judge->n ? judge->verdict[0].base :
		NULL;

	text_line(f, "perf AUX sign-off: candidates against baseline");
	text_line(f, "%s", "");
	text_wrap(f, LABEL, "%-*s%s", LABEL, "kernel", base && base->source ?
		  base->source : "?");
	text_wrap(f, LABEL, "%-*s%s%s", LABEL, "accelerator",
		  from_json(data->target, "accel"), data->emulated ?
		  ": times are emulated" : "");
	text_wrap(f, LABEL, "%-*s%s", LABEL, "machine",
		  from_json(data->host, "cpu"));
	text_line(f, "%-*s%llu", LABEL, "seed",
		  (unsigned long long)data->seed);
	if (data->torn)
		text_wrap(f, 2, "The last line of the store was cut off and is left out.");
}

static void put_line_of(const struct judge_verdict *v, FILE *f)
{
	text_line(f, "%-9s  %s/%s", judge_words[v->word], v->cand->variant,
		  v->cand->kconfig);
}

void judge_print(const struct judge *judge, json_t *model, FILE *f)
{
	size_t i;

	put_head(judge, f);
	text_line(f, "%s", "");
	for (i = 0; i < judge->n; i++)
		put_line_of(&judge->verdict[i], f);
	if (!judge->n)
		text_line(f, "UNDECIDED  there is no candidate in the store");
	for (i = 0; i < judge->n; i++)
		put_verdict(judge, &judge->verdict[i], model, f);
}
