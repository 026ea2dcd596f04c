// SPDX-License-Identifier: GPL-2.0-only
/* verdict.txt: what a maintainer reads first. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "bench/views/contrast-table.h"
#include "bench/views/numbers.h"
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

static void put_cells(const struct judge_verdict *v, FILE *f)
{
	const struct judge_hangs *h;
	struct text_table t;
	size_t i;
	int class;
	char words[TEXT_NAME], text[NUMBER_TEXT];
	uint64_t k[2];

	text_line(f, "%s", "");
	text_line(f, "hangs/fulls, and time lost per full, by cell");
	text_table_init(&t, 1 + v->cells, 5, 1);
	text_table_set(&t, 0, 0, "%s", cell_words(words, v->cells ?
					v->pair[0].combo[0]->text : "", true));
	text_table_set(&t, 0, 1, "candidate");
	text_table_set(&t, 0, 2, "baseline");
	text_table_set(&t, 0, 3, "lost per full");
	text_table_set(&t, 0, 4, "95 %% interval");
	for (i = 0; i < v->cells; i++) {
		const struct contrast *lost =
			&v->cell[i].test[METRIC_LOST].contrast;

		k[0] = k[1] = 0;
		for (class = 0; class < HANG_CLASSES; class++) {
			h = &v->cell[i].hangs[class];
			k[0] += h->k[0];
			k[1] += h->k[1];
		}
		h = &v->cell[i].hangs[0];
		text_table_set(&t, 1 + i, 0, "%s",
			       cell_words(words, v->pair[i].combo[0]->text, false));
		text_table_set(&t, 1 + i, 1, "%" PRIu64 "/%" PRIu64, k[0],
			       h->n[0]);
		text_table_set(&t, 1 + i, 2, "%" PRIu64 "/%" PRIu64, k[1],
			       h->n[1]);
		text_table_set(&t, 1 + i, 3, "%s",
			       number_difference(text, lost));
		text_table_set(&t, 1 + i, 4, "%s",
			       number_interval(text, lost));
	}
	text_table_end(&t, f);
}

static void metric_row(struct text_table *t, size_t row,
		       const struct judge_test *test)
{
	const struct metric *metric = test->contrast.metric;
	char text[NUMBER_TEXT];

	text_table_set(t, row, 0, "%s", number_title(text, metric));
	contrast_table_row(t, row, &test->contrast);
	if (test->outcome == OUTCOME_NOT_JUDGED) {
		text_table_set(t, row, 6, "-");
		text_table_set(t, row, 7, "-");
		return;
	}
	text_table_set(t, row, 6, metric->scale == SCALE_RATIO ? "x %.3g" :
		       "%+.3g", judge_margin_shown(test));
	text_table_set(t, row, 7, "%s%s", judge_outcomes[test->outcome],
		       test->indicative ? "*" : "");
}

static void put_metrics(const struct judge *judge,
			const struct judge_verdict *v, FILE *f)
{
	static const char *const heads[] = {
		"", "cand", "base", "difference", "95 % interval", "cells",
		"limit", "outcome",
	};
	struct contrast contrasts[METRICS];
	struct text_table t;
	int i;

	text_line(f, "%s", "");
	text_line(f, "over the cells that both have; n = %zu, %zu boots",
		  v->cand->repeats, v->base ? v->base->repeats : 0);
	text_table_init(&t, 1 + METRICS, 8, 1);
	for (i = 0; i < 8; i++)
		text_table_set(&t, 0, i, "%s", heads[i]);
	for (i = 0; i < METRICS; i++) {
		metric_row(&t, 1 + i, &v->test[i]);
		contrasts[i] = v->test[i].contrast;
	}
	text_table_end(&t, f);
	text_wrap(f, 2, "outcome: by the %.4g %% interval of this look against the limit; hangs have the tests above.",
		  100 * (1 - judge_alpha(&judge->options)));
	number_notes(contrasts, METRICS, f);
	if (judge->emulated)
		text_wrap(f, 2, "* indicative: emulated microseconds (TCG), no part of the verdict");
}

/* Means over all gaps that began, as in the picture. */
static void put_gap_parts(const struct judge_verdict *v, FILE *f)
{
	static const char *const who[] = { "candidate", "baseline" };
	const struct gap_parts *p;
	int k;

	for (k = 0; k < 2; k++) {
		p = &v->parts[k];
		if (!p->cells)
			continue;
		text_wrap(f, LABEL, "gap, %-11s wake %.3g + drain %.3g + re-enable %.3g + cut off %.3g ms (means of %zu cells; %" PRIu64 " of %" PRIu64 " gaps cut off)",
			  who[k], p->part[PART_WAKE] / 1e6,
			  p->part[PART_DRAIN] / 1e6,
			  p->part[PART_ENABLE] / 1e6, p->part[PART_CUT] / 1e6,
			  p->cells, p->cut, p->n);
	}
}

static void put_console(const struct judge_verdict *v, FILE *f)
{
	const struct results_trouble *t;
	uint64_t lines = 0;
	size_t i;

	for (i = 0; i < v->cand->troubles; i++) {
		t = &v->cand->trouble[i];
		lines += !judge_in_baseline(v, t) &&
			 (t->kind == TROUBLE_LINE || t->kind == TROUBLE_CRASH);
	}
	text_line(f, "%-*s%s", LABEL, "console", lines ? "NOT CLEAN" :
		  v->cand->repeats ? "clean" : "nothing measured");
	for (i = 0; i < v->cand->troubles; i++) {
		t = &v->cand->trouble[i];
		if (t->kind == TROUBLE_SKIPPED)
			continue;
		text_wrap(f, 4, "  %" PRIu64 " x %s%s: %s", t->count, t->status,
			  judge_in_baseline(v, t) ? " (baseline, too)" : "",
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
		put_cells(v, f);
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
	const struct results *results = judge->results;
	const struct results_kernel *base = judge->n ? judge->verdict[0].base :
		NULL;
	char *load = results_load_text(&results->load);

	text_line(f, "perf AUX sign-off: candidates against baseline");
	text_line(f, "%s", "");
	text_wrap(f, LABEL, "%-*s%s", LABEL, "kernel", base && base->source ?
		  base->source : "?");
	text_wrap(f, LABEL, "%-*s%s%s", LABEL, "accelerator",
		  from_json(results->target, "accel"), judge->emulated ?
		  ": times are emulated" : "");
	text_wrap(f, LABEL, "%-*s%s", LABEL, "machine",
		  from_json(results->host, "cpu"));
	if (results->load.cells)
		text_wrap(f, LABEL, "%-*s%s", LABEL, "host", load);
	free(load);
	text_line(f, "%-*s%s", LABEL, "seed", results->seed ? results->seed :
		  "not stored");
	if (results->again)
		text_wrap(f, 2, "%llu cells are in the store twice, by number and seed: the first counts.",
			  (unsigned long long)results->again);
	if (results->torn)
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
