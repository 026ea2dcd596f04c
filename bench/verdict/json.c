// SPDX-License-Identifier: GPL-2.0-only
/* verdict.json: the facts of verdict.txt for programs. */
#include <math.h>
#include <string.h>

#include "bench/verdict/judge.h"

/* JSON has neither NaN nor infinity. */
static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

/* A console may say anything; JSON is UTF-8. */
static json_t *text(const char *s)
{
	json_t *json = json_string(s), *clean;
	char copy[1024];
	size_t i;

	if (json)
		return json;
	snprintf(copy, sizeof(copy), "%s", s);
	for (i = 0; copy[i]; i++) {
		if (copy[i] < ' ' || copy[i] > '~')
			copy[i] = '?';
	}
	clean = json_string(copy);
	return clean;
}

static json_t *pair(json_t *candidate, json_t *baseline)
{
	return json_pack("{s:o, s:o}", "candidate", candidate, "baseline",
			 baseline);
}

static json_t *share(const struct judge_hangs *h, int i)
{
	return json_pack("{s:I, s:I, s:o, s:o}", "hangs",
			 (json_int_t)h->k[i], "fulls", (json_int_t)h->n[i],
			 "low", number(h->lo[i]), "high", number(h->hi[i]));
}

static json_t *hangs(const struct judge_hangs *h)
{
	json_t *json = pair(share(h, 0), share(h, 1));

	json_object_set_new(json, "fisher_p", number(h->p));
	json_object_set_new(json, "holm_p", number(h->p_holm));
	return json;
}

static json_t *test(int metric, const struct judge_test *t)
{
	json_t *json = json_pack("{s:s, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}",
		"outcome", judge_outcomes[t->outcome],
		"indicative", t->indicative,
		"scale", judge_metrics[metric].log ? "ratio" : "difference",
		"difference", number(t->diff), "low", number(t->lo),
		"high", number(t->hi), "level", number(t->level),
		"margin", number(judge_metrics[metric].log ? exp(t->margin) :
				 t->margin),
		"welch_p", number(t->p), "p_within_margin",
		number(t->p_worse), "holm_p", number(t->p_holm),
		"sd_of_a_boot", number(t->sd), "boots_needed",
		(json_int_t)t->needed);

	json_object_set_new(json, "mean", pair(number(t->a), number(t->b)));
	json_object_set_new(json, "boots", pair(json_integer(t->na),
						json_integer(t->nb)));
	return json;
}

static json_t *tests(const struct judge_test *t)
{
	json_t *json = json_object();
	int m;

	for (m = 0; m < METRICS; m++)
		json_object_set_new(json, judge_metrics[m].name,
				    test(m, &t[m]));
	return json;
}

static json_t *classes(const struct judge_hangs *h)
{
	json_t *json = json_object();
	int class;

	for (class = 0; class < HANG_CLASSES; class++)
		json_object_set_new(json, hang_class_names[class],
				    hangs(&h[class]));
	return json;
}

static json_t *cells(const struct judge *judge, const struct judge_verdict *v)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < judge->data->cells; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o}",
			"section", judge->data->cell[i].section,
			"cell", judge->data->cell[i].name,
			"hangs", classes(v->cell[i].hangs),
			"tests", tests(v->cell[i].test)));
	return list;
}

static json_t *quantiles(const struct judge_verdict *v, int which)
{
	json_t *list = json_array(), *json;
	size_t i;

	for (i = 0; i < JUDGE_QUANTILES; i++) {
		const struct stats_quantiles *q = &v->times[which][i];

		json = pair(number(q->a), number(q->b));
		json_object_set_new(json, "q", number(q->q));
		json_object_set_new(json, "low", number(q->lo));
		json_object_set_new(json, "high", number(q->hi));
		json_array_append_new(list, json);
	}
	json = pair(json_integer(v->times_n[which][0]),
		    json_integer(v->times_n[which][1]));
	return json_pack("{s:o, s:o}", "n", json, "ns", list);
}

static json_t *times(const struct judge_verdict *v)
{
	json_t *json = json_object();
	int i;

	for (i = 0; i < JUDGE_TIMES; i++)
		json_object_set_new(json, judge_times[i], quantiles(v, i));
	return json;
}

/* Means of the gaps that were measured. */
static json_t *parts(const struct judge_verdict *v, int k)
{
	return json_pack("{s:o, s:o, s:o, s:I}",
			 "wake", number(v->lost_part[k][0]),
			 "drain", number(v->lost_part[k][1]),
			 "reenable", number(v->lost_part[k][2]),
			 "n", (json_int_t)v->lost_n[k]);
}

static json_t *troubles(const struct judge_kernel *kernel)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; kernel && i < kernel->troubles; i++) {
		const struct judge_trouble *t = &kernel->trouble[i];

		json_array_append_new(list, json_pack("{s:s, s:o, s:I, s:b}",
			"status", t->status, "text", text(t->text), "count",
			(json_int_t)t->count, "baseline_too",
			t->in_baseline));
	}
	return list;
}

static json_t *verdict(const struct judge *judge,
		       const struct judge_verdict *v, json_t *model)
{
	json_t *word = json_object_get(model, v->cand->variant);
	json_t *json = json_pack("{s:s, s:s, s:s, s:o, s:b, s:I, s:I, s:I}",
		"candidate", v->cand->variant, "kconfig", v->cand->kconfig,
		"verdict", judge_words[v->word], "because", text(v->line),
		"closes_the_race", v->closes,
		"boots", (json_int_t)v->cand->repeats, "baseline_boots",
		(json_int_t)(v->base ? v->base->repeats : 0), "boots_needed",
		(json_int_t)v->needed);

	json_object_set_new(json, "latency_indicative", v->latency ?
			    text(v->latency) : json_null());
	json_object_set_new(json, "hangs", classes(v->hangs));
	json_object_set_new(json, "all_hangs", hangs(&v->all));
	json_object_set_new(json, "hang_ratio", json_pack("{s:o, s:o}",
			    "low", number(v->ratio_lo),
			    "high", number(v->ratio_hi)));
	json_object_set_new(json, "tests", tests(v->test));
	json_object_set_new(json, "cells", cells(judge, v));
	json_object_set_new(json, "times", times(v));
	json_object_set_new(json, "gap_parts_ms", pair(parts(v, 0),
						       parts(v, 1)));
	json_object_set_new(json, "troubles", troubles(v->cand));
	json_object_set_new(json, "baseline_troubles", troubles(v->base));
	json_object_set(json, "model", word ? word : json_null());
	return json;
}

json_t *judge_to_json(const struct judge *judge, json_t *model)
{
	static const int status[] = { 0, 2, 1 };
	const struct judge_options *o = &judge->options;
	json_t *json, *list = json_array();
	size_t i;

	for (i = 0; i < judge->n; i++)
		json_array_append_new(list, verdict(judge, &judge->verdict[i],
						    model));
	json = json_pack("{s:i, s:s, s:i, s:I, s:i, s:b, s:{s:f, s:f, s:f, s:f, s:f, s:I, s:b, s:f}, s:o}",
		"schema", 1, "verdict", judge_words[judge->word],
		"exit_status", status[judge->word],
		"seed", (json_int_t)judge->data->seed, "looks", o->looks,
		"emulated", judge->data->emulated,
		"margins", "ratio", o->ratio, "reenable_ns", o->reenable_ns,
		"coverage", o->coverage, "hang_bound", o->hang_bound,
		"hang_ratio", o->hang_ratio, "boots", (json_int_t)o->boots,
		"fix", o->fix, "alpha", judge_alpha(o), "candidates", list);
	json_object_set(json, "target", judge->data->target ?
			judge->data->target : json_null());
	json_object_set(json, "host", judge->data->host ? judge->data->host :
			json_null());
	json_object_set(json, "versions", judge->data->versions ?
			judge->data->versions : json_null());
	return json;
}
