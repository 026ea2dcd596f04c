// SPDX-License-Identifier: GPL-2.0-only
/* verdict.txt: what a maintainer reads first. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "bench/views/contrast-table.h"
#include "bench/views/numbers.h"
#include "lib/complaint.h"
#include "lib/json.h"

/* Room for "not worse (indicative)" and the figures before it. */
#define LABEL 17

/* A dump of the kernel's has more lines than a reader has patience. */
#define WARNINGS_SHOWN 5

/* Boots below which nothing is said of how many it takes. */
#define NEED_BOOTS 5

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
	text_table_set(t, row, 5, "%s", judge_p(buf, h->p));
}

static void put_hangs(const struct judge_verdict *v, FILE *f)
{
	static const char *const heads[] = {
		"hangs/fulls", "candidate", "95 %", "baseline", "95 %", "p"
	};
	struct text_table t;
	size_t i;
	char bound[TEXT_NUMBER];
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
		text_line(f, "none seen in n = %" PRIu64 " fulls: below %s %%",
			  v->all.n[0], text_percent(bound,
						    100 * v->all.hi[0]));
	if (v->all.hosts > 1)
		text_wrap(f, 2, "p: exact, given each of %zu hosts' own counts; the shares are of all hosts' fulls.",
			  v->all.hosts);
}

static void put_cells(const struct judge_verdict *v, FILE *f)
{
	const struct judge_hangs *h;
	struct text_table t;
	size_t i;
	int class;
	char words[JUDGE_WORDS], text[NUMBER_TEXT];
	uint64_t k[2];

	text_line(f, "%s", "");
	text_line(f, "hangs/fulls, and time lost per full, by cell");
	text_table_init(&t, 1 + v->cells, 5, 1);
	text_table_set(&t, 0, 0, "%s", v->cells ?
		       judge_cell_words(words, v, 0, WORDS_KEYS) : "");
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
			       judge_cell_words(words, v, i,
					WORDS_VALUES));
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
static void put_gap_parts(const struct judge *judge,
			  const struct judge_verdict *v, FILE *f)
{
	static const char *const who[] = { "candidate", "baseline" };
	const struct gap_parts *p;
	int k;

	for (k = 0; k < 2; k++) {
		p = &v->parts[k];
		if (!p->cells)
			continue;
		text_wrap(f, LABEL, "gap, %-11s wake %.3g + drain %.3g + re-enable %.3g + cut off %.3g ms (means of %zu cells%s; %" PRIu64 " of %" PRIu64 " gaps cut off)",
			  who[k], p->part[PART_WAKE] / 1e6,
			  p->part[PART_DRAIN] / 1e6,
			  p->part[PART_ENABLE] / 1e6, p->part[PART_CUT] / 1e6,
			  p->cells, judge->results->hosts.n > 1 ?
			  ", hosts weigh the same" : "", p->cut,
			  p->n);
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
		  v->cand->repeats || v->hunt.n[0] ? "clean" :
		  "nothing measured");
	for (i = 0; i < v->cand->troubles; i++) {
		t = &v->cand->trouble[i];
		if (t->kind == TROUBLE_SKIPPED)
			continue;
		text_wrap(f, 4, "  %" PRIu64 " x %s%s: %s", t->count, t->status,
			  judge_in_baseline(v, t) ? " (baseline, too)" : "",
			  complaint_text(t->text));
	}
}

/* No report of the kernel's, but something the change has brought. */
static void put_warnings(const struct judge_verdict *v, FILE *f)
{
	const struct results_warning *w;
	size_t i, n = 0;

	for (i = 0; i < v->cand->warnings; i++) {
		w = &v->cand->warning[i];
		if (!judge_new_warning(v, w))
			continue;
		if (!n)
			text_line(f, "%-*slines at warning level that baseline never shows:",
				  LABEL, "");
		if (n++ < WARNINGS_SHOWN)
			text_wrap(f, 4, "  in %" PRIu64 " of %zu boots (baseline 0 of %zu): %s",
				  w->boots, v->cand->boots, v->base->boots,
				  complaint_text(w->text));
	}
	if (n > WARNINGS_SHOWN)
		text_line(f, "  and %zu more: see verdict.json",
			  n - WARNINGS_SHOWN);
}

static void put_truth(const struct judge_verdict *v, const json_t *model,
		      FILE *f)
{
	json_t *list = judge_truth(v, model), *truth;
	json_t *differ = judge_disagreements(v, model), *text;
	char counts[64];
	size_t i;

	text_line(f, "%-18s %17s  %s", "does it hang?", "hangs/fulls", "");
	json_array_foreach(list, i, truth) {
		snprintf(counts, sizeof(counts), "%" JSON_INTEGER_FORMAT "/%"
			 JSON_INTEGER_FORMAT, json_count(truth, "hangs"),
			 json_count(truth, "fulls"));
		text_wrap(f, 38, "%-18s %17s  %s", json_text(truth, "source"),
			  json_count(truth, "fulls") ? counts : "-",
			  json_text(truth, "why"));
	}
	json_array_foreach(differ, i, text)
		text_wrap(f, 4, "  THEY DIFFER: %s",
			  json_string_value(text));
	text_line(f, "%s", "");
	json_decref(differ);
	json_decref(list);
}

/* The bound is what none in so many fulls says at 95 %, or so few. */
static void put_hunts(const struct judge_verdict *v, FILE *f)
{
	static const char *const heads[] = {
		"aimed hunts", "loop", "candidate", "below", "baseline",
	};
	const struct judge_hunt *h = &v->hunt;
	struct text_table t;
	size_t i;
	int k;

	if (!h->rows)
		return;
	text_table_init(&t, 1 + h->rows, 5, 2);
	for (i = 0; i < 5; i++)
		text_table_set(&t, 0, i, "%s", heads[i]);
	for (i = 0; i < h->rows; i++) {
		const struct judge_hunt_row *row = &h->row[i];

		text_table_set(&t, 1 + i, 0, "%.20s", row->key.driver);
		text_table_set(&t, 1 + i, 1, "%s", row->key.loop);
		for (k = 0; k < 2; k++)
			text_table_set(&t, 1 + i, 2 + 2 * k, "%" PRIu64 "/%"
				       PRIu64, row->all[k], row->n[k]);
		text_table_set(&t, 1 + i, 3, row->n[0] ? "%.2g" : "-",
			       row->bound);
	}
	text_table_end(&t, f);
	text_wrap(f, 2, "below: hangs by fulls, one-sided at %g %%; all together %.2g. n = %zu, %zu boots.",
		  100 * JUDGE_BOUND_LEVEL, h->bound, h->boots[0], h->boots[1]);
	if (h->unresolved)
		text_wrap(f, 2, "%" PRIu64 " cycles stood still and fit no class.",
			  h->unresolved);
	text_line(f, "%s", "");
}

static void put_patch(const struct judge_verdict *v, const json_t *origin,
		      FILE *f)
{
	const json_t *patch = json_object_get(json_object_get(origin,
						"candidates"),
					      v->cand->variant);

	if (*json_text(patch, "subject"))
		text_wrap(f, LABEL, "%-*s%s", LABEL, "patch",
			  json_text(patch, "subject"));
	if (*json_text(patch, "message_id"))
		text_wrap(f, LABEL, "%-*s%s", LABEL, "",
			  json_text(patch, "message_id"));
}

/* "about 24 boots": two boots are no measure of how many it takes. */
static void say_need(const struct judge_verdict *v, char need[80])
{
	*need = '\0';
	if (v->word != JUDGE_UNDECIDED)
		return;
	if (v->needed > v->cand->repeats && v->cand->repeats >= NEED_BOOTS &&
	    v->needed <= 1000)
		snprintf(need, 80, "about %zu boots; ", v->needed);
	else if (v->needed_hunts > v->hunt.boots[0] && v->hunt.boots[0] &&
		 v->needed_hunts <= 1000)
		snprintf(need, 80, "about %zu boots of hunts; ",
			 v->needed_hunts);
}

static void put_word(const struct judge_verdict *v, FILE *f)
{
	char need[80];

	say_need(v, need);
	text_wrap(f, 2, "%s, %s: %s%s%s", judge_words[v->word],
		  judge_races[v->race], *need ? "needs " : "", need, v->line);
	if (v->word != JUDGE_BAD && *v->unshown)
		text_wrap(f, 2, "not shown, and no part of the verdict: %s",
			  v->unshown);
	if (v->latency)
		text_wrap(f, 2, "latency, indicative: %s", v->latency);
}

static void put_verdict(const struct judge *judge,
			const struct judge_verdict *v,
			const struct judge_context *context, FILE *f)
{
	const json_t *model = json_object_get(context->model,
					      v->cand->variant);

	text_line(f, "%s", "");
	text_wrap(f, LABEL, "%-*s%s%s%s", LABEL, "candidate", v->cand->variant,
		  strcmp(v->cand->kconfig, "guest") ? "/" : "",
		  strcmp(v->cand->kconfig, "guest") ? v->cand->kconfig : "");
	put_patch(v, context->origin, f);
	put_word(v, f);
	text_line(f, "%s", "");
	put_truth(v, model, f);
	put_hunts(v, f);
	judge_print_find(v, context->dir, f);
	if (v->base && v->cand->repeats && v->base->repeats) {
		put_hangs(v, f);
		put_metrics(judge, v, f);
		put_gap_parts(judge, v, f);
		put_cells(v, f);
		text_line(f, "%s", "");
	}
	put_console(v, f);
	put_warnings(v, f);
}

static const char *from_json(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text && *text ? text : "?";
}

/* Where it was measured, and with what: for those who do it again. */
static void put_machine(const struct judge *judge, FILE *f)
{
	const struct results *results = judge->results;
	const struct results_kernel *base = judge->n ? judge->verdict[0].base :
		NULL;
	char *load = results_load_text(&results->load);
	char *hosts = number_hosts(results);

	text_line(f, "%s", "");
	/* A fix that does not hold may have needed no baseline. */
	if (judge->n && (!base || !base->source))
		base = judge->verdict[0].cand;
	text_line(f, "perf AUX sign-off: candidates against baseline, hangs by fulls");
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
	if (hosts)
		text_wrap(f, LABEL, "%-*s%s", LABEL, "hosts", hosts);
	free(hosts);
	text_wrap(f, LABEL, "%-*s%s", LABEL, "aux-tests",
		  from_json(results->versions, "aux-tests"));
	text_line(f, "%-*s%s", LABEL, "seed", results->seed ? results->seed :
		  "not stored");
	if (results->again)
		text_wrap(f, 2, "%llu cells are in the store twice, by number and seed: the first counts.",
			  (unsigned long long)results->again);
	if (results->torn)
		text_wrap(f, 2, "The last line of the store was cut off and is left out.");
}

/* The word, and what it stands on: all hangs with p. */
static void put_line_of(const struct judge_verdict *v, FILE *f)
{
	const struct judge_hangs *h = &v->all;
	char p[JUDGE_P];

	text_line(f, "%-9s  %s/%s: %s", judge_words[v->word],
		  v->cand->variant, v->cand->kconfig, judge_races[v->race]);
	if (v->hunt.n[1])
		text_line(f, "%11saimed hunts %" PRIu64 "/%" PRIu64
			  ", baseline %" PRIu64 "/%" PRIu64 ", p %s", "",
			  v->hunt.all[0], v->hunt.n[0], v->hunt.all[1],
			  v->hunt.n[1], judge_p(p, v->hunt.p));
	else if (v->hunt.n[0])
		text_line(f, "%11saimed hunts %" PRIu64 "/%" PRIu64
			  "; baseline %s", "", v->hunt.all[0], v->hunt.n[0],
			  v->fact ? "was not needed" : "not measured");
	if (h->n[0] || h->n[1])
		text_line(f, "%11ssteady streams %" PRIu64 "/%" PRIu64
			  ", baseline %" PRIu64 "/%" PRIu64 ", p %s", "",
			  h->k[0], h->n[0], h->k[1], h->n[1],
			  judge_p(p, h->p));
}

void judge_print(const struct judge *judge, const struct judge_context *context,
		 FILE *f)
{
	size_t i;

	for (i = 0; i < judge->n; i++)
		put_line_of(&judge->verdict[i], f);
	if (!judge->n)
		text_line(f, "UNDECIDED  there is no candidate in the store");
	for (i = 0; i < judge->n; i++)
		put_verdict(judge, &judge->verdict[i], context, f);
	put_machine(judge, f);
}
