// SPDX-License-Identifier: GPL-2.0-only
/*
 * Four that can say whether a candidate hangs: the hunter, real drivers, the
 * reporter's set-up, the model.  They are put side by side, never averaged;
 * where they differ it is said.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "bench/views/model.h"
#include "lib/file.h"
#include "lib/json.h"

/*
 * That a hunter has not found in so few fulls what the model says can be is no
 * difference: the model does not say how often.
 */
#define FULLS_TO_DIFFER 100000

static void add(json_t *list, const char *source, const char *says,
		uint64_t k, uint64_t n, char *why)
{
	json_array_append_new(list, json_pack(
		"{s:s, s:s, s:I, s:I, s:s}", "source", source, "says", says,
		"hangs", (json_int_t)k, "fulls", (json_int_t)n, "why", why));
	free(why);
}

static const char *says(uint64_t k, uint64_t n)
{
	return k ? "hangs" : n ? "none seen" : "not run";
}

static void add_hunter(json_t *list, const struct judge_verdict *v)
{
	const struct judge_hunt *h = &v->hunt;
	uint64_t k = h->all[0] - h->real_all[0], n = h->n[0] - h->real_n[0];
	uint64_t base = h->n[1] - h->real_n[1];
	char *why, *text;

	if (!n)
		why = xasprintf("not run");
	else if (!k)
		why = xasprintf("none seen");
	else
		why = xasprintf("%s", judge_hunt_reproduced(h) ?
				"found more than once" :
				"found once, not again");
	if (base) {
		text = xasprintf("%s; baseline %" PRIu64 "/%" PRIu64, why,
				 h->all[1] - h->real_all[1], base);
		free(why);
		why = text;
	}
	add(list, "hunter", says(k, n), k, n, why);
}

static void add_real(json_t *list, const struct judge_verdict *v)
{
	const struct judge_hunt *h = &v->hunt;
	uint64_t k = h->real_all[0], n = h->real_n[0];

	add(list, "real drivers", says(k, n), k, n, n && h->real_n[1] ?
	    xasprintf("%s; baseline %" PRIu64 "/%" PRIu64, says(k, n),
		      h->real_all[1], h->real_n[1]) :
	    xasprintf("%s", says(k, n)));
}

/* The window widened, as in the report of the bug. */
static void add_reporter(json_t *list, const struct judge_verdict *v)
{
	uint64_t k[2] = { 0 }, n[2] = { 0 };
	const struct record *sum;
	size_t i;
	int side;

	for (i = 0; i < v->cells; i++) {
		if (!v->pair[i].combo[0]->key.window)
			continue;
		for (side = 0; side < 2; side++) {
			sum = &v->pair[i].combo[side]->sum;
			k[side] += record_hangs(sum);
			n[side] += sum->fulls;
		}
	}
	add(list, "reporter's set-up", says(k[0], n[0]), k[0], n[0], n[0] ?
	    xasprintf("%s; baseline %" PRIu64 "/%" PRIu64, says(k[0], n[0]),
		      k[1], n[1]) :
	    xasprintf("not run"));
}

static void add_model(json_t *list, const json_t *model)
{
	const char *word = json_text(model, "says");

	add(list, "model", !strncmp(word, "can hang", 8) ? "can hang" :
	    !strncmp(word, "clean", 5) ? "clean" : "not modelled", 0, 0,
	    xasprintf("%s", *word ? word : "not modelled"));
}

static const char *model_verdict(const json_t *model,
				 const struct judge_hunt_row *row,
				 const char *order)
{
	char *driver = model_driver(row->key.driver);
	char *key = xasprintf("%s %s %s", row->key.loop, driver, order);
	const char *verdict = json_text(json_object_get(model, "settings"),
					key);

	free(driver);
	free(key);
	return verdict;
}

json_t *judge_truth(const struct judge_verdict *v, const json_t *model)
{
	json_t *list = json_array();

	add_hunter(list, v);
	add_real(list, v);
	add_reporter(list, v);
	add_model(list, model);
	return list;
}

json_t *judge_disagreements(const struct judge_verdict *v, const json_t *model)
{
	const char *order = strcmp(v->cand->kconfig, "rt") ? "lifo" : "rt";
	const struct judge_hunt_row *row;
	json_t *list = json_array();
	const char *word;
	char *text;
	size_t i;

	for (i = 0; i < v->hunt.rows; i++) {
		row = &v->hunt.row[i];
		word = model_verdict(model, row, order);
		if (!row->n[0] || !*word ||
		    !strcmp(word, "unknown") ||
		    !strcmp(word, "clean") == !row->all[0] ||
		    (!row->all[0] && row->n[0] < FULLS_TO_DIFFER))
			continue;
		text = xasprintf("%s, %s loop: the model says %s, the hunter found %"
				 PRIu64 " in %" PRIu64, row->key.driver,
				 row->key.loop, word, row->all[0], row->n[0]);
		json_array_append_new(list, json_string(text));
		free(text);
	}
	return list;
}
