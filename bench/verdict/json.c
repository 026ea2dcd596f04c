// SPDX-License-Identifier: GPL-2.0-only
/* verdict.json: the facts of verdict.txt for programs. */
#include <math.h>
#include <stdlib.h>
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
	if (h->hosts > 1) {
		json_object_set_new(json, "hosts", json_integer(h->hosts));
		json_object_set_new(json, "ratio_within_hosts",
				    number(h->ratio));
	}
	json_object_set_new(json, "holm_p", number(h->p_holm));
	return json;
}

static const char *const states[] = {
	"known", "no data", "hangs often", "cut off"
};

static json_t *test(const struct judge_test *t)
{
	const struct contrast *c = &t->contrast;
	bool ratio = c->metric->scale == SCALE_RATIO;
	bool open = interval_open(c->metric, t->lo, t->hi);
	json_t *json = json_pack("{s:s, s:b, s:s, s:s, s:o, s:o, s:o, s:o, s:I}",
		"outcome", judge_outcomes[t->outcome],
		"indicative", t->indicative, "state", states[c->state],
		"scale", ratio ? "ratio" : "difference",
		"difference", number(c->difference),
		"low", number(c->interval && !c->open ? c->lo : NAN),
		"high", number(c->interval && !c->open ? c->hi : NAN),
		"level", number(CONTRAST_LEVEL),
		"cells", (json_int_t)c->cells);

	json_object_set_new(json, "mean", pair(number(c->value[0]),
					       number(c->value[1])));
	json_object_set_new(json, "boots", pair(json_integer(c->boots[0].n),
						json_integer(c->boots[1].n)));
	if (t->outcome == OUTCOME_NOT_JUDGED)
		return json;
	json_object_set_new(json, "decision", json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}",
		"level", number(t->level), "low", number(open ? NAN : t->lo),
		"high", number(open ? NAN : t->hi),
		"margin", number(ratio ? exp(t->margin) : t->margin),
		"welch_p", number(t->p), "p_within_margin",
		number(t->p_worse), "holm_p", number(t->p_holm),
		"sd_of_a_boot", number(t->sd), "boots_needed",
		(json_int_t)t->needed));
	return json;
}

static json_t *tests(const struct judge_test *t)
{
	json_t *json = json_object();
	int m;

	for (m = 0; m < METRICS; m++)
		json_object_set_new(json, metrics[m].name, test(&t[m]));
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

static json_t *cells(const struct judge_verdict *v)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < v->cells; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o}",
			"section", v->pair[i].combo[0]->section,
			"cell", v->pair[i].combo[0]->text,
			"hangs", classes(v->cell[i].hangs),
			"tests", tests(v->cell[i].test)));
	return list;
}

/* Means of all gaps that began. */
static json_t *parts(const struct gap_parts *p)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:I, s:I}",
			 "wake", number(p->part[PART_WAKE] / 1e6),
			 "drain", number(p->part[PART_DRAIN] / 1e6),
			 "reenable", number(p->part[PART_ENABLE] / 1e6),
			 "cut_off", number(p->part[PART_CUT] / 1e6),
			 "n", (json_int_t)p->n,
			 "n_cut_off", (json_int_t)p->cut);
}

static json_t *troubles(const struct judge_verdict *v,
			const struct results_kernel *kernel)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; kernel && i < kernel->troubles; i++) {
		const struct results_trouble *t = &kernel->trouble[i];

		/* The machine lacks what the cell asks for: nobody's fault. */
		if (t->kind == TROUBLE_SKIPPED)
			continue;
		json_array_append_new(list, json_pack("{s:s, s:o, s:I, s:b}",
			"status", t->status, "text", text(t->text), "count",
			(json_int_t)t->count, "baseline_too",
			judge_in_baseline(v, t)));
	}
	return list;
}

/* What else the candidate's console shows, and baseline's never does. */
static json_t *new_warnings(const struct judge_verdict *v)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < v->cand->warnings; i++) {
		const struct results_warning *w = &v->cand->warning[i];

		if (judge_new_warning(v, w))
			json_array_append_new(list, json_pack("{s:o, s:I}",
				"text", text(w->text), "boots",
				(json_int_t)w->boots));
	}
	return list;
}

static json_t *hunt_row(const struct judge_hunt_row *r)
{
	json_t *json = json_pack("{s:s, s:s, s:b, s:o, s:o}",
		"driver", r->key.driver, "loop", r->key.loop, "real",
		r->key.real, "bound", number(r->n[0] ? r->bound : NAN),
		"scatter", number(r->scatter));
	json_t *finds = json_object();
	int class;

	for (class = 0; class < HANG_CLASSES; class++)
		json_object_set_new(finds, hang_class_names[class],
			json_pack("{s:I, s:I, s:o}", "candidate",
				  (json_int_t)r->k[0][class], "baseline",
				  (json_int_t)r->k[1][class], "holm_p",
				  number(r->p_holm[class])));
	json_object_set_new(json, "finds", finds);
	json_object_set_new(json, "fulls", pair(json_integer(r->n[0]),
						json_integer(r->n[1])));
	return json;
}

static json_t *hunt(const struct judge_hunt *h)
{
	json_t *rows;
	size_t i;

	if (!h->rows)
		return json_null();
	rows = json_array();
	for (i = 0; i < h->rows; i++)
		json_array_append_new(rows, hunt_row(&h->row[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:f, s:o, s:b, s:I, s:I, s:o, s:O?}",
		"finds", pair(json_integer(h->all[0]),
			      json_integer(h->all[1])),
		"fulls", pair(json_integer(h->n[0]), json_integer(h->n[1])),
		"boots", pair(json_integer(h->boots[0]),
			      json_integer(h->boots[1])),
		"bound", number(h->n[0] ? h->bound : NAN),
		"bound_level", JUDGE_BOUND_LEVEL, "p", number(h->p),
		"reproduced", judge_hunt_reproduced(h), "tries",
		(json_int_t)h->replays, "found_again", (json_int_t)h->again,
		"rows", rows, "find", (json_t *)h->find);
}

static json_t *verdict(const struct judge_verdict *v,
		       const struct judge_context *context)
{
	const json_t *model = json_object_get(context->model,
					      v->cand->variant);
	const json_t *patch = json_object_get(json_object_get(context->origin,
						"candidates"),
					      v->cand->variant);
	json_t *json = json_pack("{s:s, s:s, s:s, s:o, s:s, s:I, s:I, s:I}",
		"candidate", v->cand->variant, "kconfig", v->cand->kconfig,
		"verdict", judge_words[v->word], "because", text(v->line),
		"race", judge_races[v->race],
		"boots", (json_int_t)v->cand->repeats, "baseline_boots",
		(json_int_t)(v->base ? v->base->repeats : 0), "boots_needed",
		(json_int_t)v->needed);

	json_object_set_new(json, "not_shown", text(v->unshown));
	json_object_set_new(json, "hunt", hunt(&v->hunt));
	json_object_set_new(json, "hunt_boots_needed",
			    json_integer(v->needed_hunts));
	json_object_set_new(json, "latency_indicative", v->latency ?
			    text(v->latency) : json_null());
	json_object_set_new(json, "hangs", classes(v->hangs));
	json_object_set_new(json, "all_hangs", hangs(&v->all));
	json_object_set_new(json, "hang_ratio", json_pack("{s:o, s:o}",
			    "low", number(v->ratio_lo),
			    "high", number(v->ratio_hi)));
	json_object_set_new(json, "tests", tests(v->test));
	json_object_set_new(json, "cells", cells(v));
	json_object_set_new(json, "gap_parts_ms", pair(parts(&v->parts[0]),
						       parts(&v->parts[1])));
	json_object_set_new(json, "troubles", troubles(v, v->cand));
	json_object_set_new(json, "new_warnings", new_warnings(v));
	json_object_set_new(json, "baseline_troubles", troubles(v, v->base));
	json_object_set_new(json, "truth", judge_truth(v, model));
	json_object_set_new(json, "disagreements",
			    judge_disagreements(v, model));
	json_object_set_new(json, "model", model ?
			    json_deep_copy(model) : json_null());
	json_object_set_new(json, "patch", patch ? json_deep_copy(patch) :
			    json_null());
	return json;
}

json_t *judge_to_json(const struct judge *judge,
		      const struct judge_context *context)
{
	static const int status[] = { 0, 2, 1 };
	const struct judge_options *o = &judge->options;
	const struct results *results = judge->results;
	char *load;
	json_t *json, *list = json_array();
	size_t i;

	for (i = 0; i < judge->n; i++)
		json_array_append_new(list, verdict(&judge->verdict[i],
						    context));
	json = json_pack("{s:i, s:s, s:i, s:I, s:i, s:b, s:{s:f, s:f, s:f, s:f, s:f, s:f, s:I, s:b, s:f}, s:o}",
		"schema", 2, "verdict", judge_words[judge->word],
		"exit_status", status[judge->word],
		"seed", (json_int_t)(results->seed ?
			strtoull(results->seed, NULL, 10) : 0), "looks", o->looks,
		"emulated", judge->emulated,
		"margins", "ratio", o->ratio, "reenable_ns", o->reenable_ns,
		"coverage", o->coverage, "hang_bound", o->hang_bound,
		"hunt_bound", o->hunt_bound,
		"hang_ratio", o->hang_ratio, "boots", (json_int_t)o->boots,
		"fix", o->fix, "alpha", judge_alpha(o), "candidates", list);
	load = results_load_text(&results->load);
	json_object_set_new(json, "host_state", json_pack("{s:b, s:s}",
			    "noisy", results_noisy(&results->load),
			    "text", load));
	free(load);
	json_object_set(json, "target", results->target ? results->target :
			json_null());
	json_object_set(json, "host", results->host ? results->host :
			json_null());
	json_object_set(json, "versions", results->versions ?
			results->versions : json_null());
	return json;
}
