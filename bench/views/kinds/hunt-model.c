// SPDX-License-Identifier: GPL-2.0-only
/* What the model says of what was hunted, beside what was found. */
#include "bench/views/kinds/hunt.h"

#include <stdlib.h>
#include <string.h>

#include "bench/views/model.h"
#include "lib/file.h"

/* All aimed and unaimed fulls of a variant, loop and driver together. */
static void sum_alike(const json_t *rows, const json_t *like,
		      json_int_t *finds, json_int_t *fulls)
{
	static const char *const same[] = {
		"variant", "kconfig", "loop", "mode", "pmu",
	};
	const char *key;
	json_t *row;
	size_t i;

	*finds = *fulls = 0;
	json_object_foreach((json_t *)rows, key, row) {
		for (i = 0; i < 5; i++) {
			if (strcmp(json_text(row, same[i]),
				   json_text(like, same[i])))
				break;
		}
		if (i < 5)
			continue;
		*finds += hunt_finds(json_object_get(row, "cold")) +
			  hunt_finds(json_object_get(row, "warm"));
		*fulls += json_count(json_object_get(row, "cold"), "fulls") +
			  json_count(json_object_get(row, "warm"), "fulls");
	}
}

static const char *agreement(const char *verdict, json_int_t finds)
{
	bool can = strcmp(verdict, "clean");

	if (can && !finds)
		return "not found";
	return can == (finds > 0) ? "agree" : "DISAGREE";
}

/* The model's word on what a row's hunts ran, NULL: it has none. */
static const char *model_of(const json_t *sum, const json_t *row,
			    const char *order)
{
	const char *mode = json_text(row, "mode"), *variant, *verdict;
	bool hisi = !strncmp(mode, "hisi", 4);
	char *id, *driver;

	variant = json_text(row, "variant");
	if (hisi && !strcmp(mode, "hisi-flags") !=
	    json_is_true(json_object_get(json_object_get(sum, "mended"),
					 variant)))
		return NULL;
	driver = model_driver(hisi ? "hisi" : hunt_driver(row));
	id = xasprintf("%s %s %s %s", variant, json_text(row, "loop"), driver,
		       order);
	free(driver);
	verdict = json_string_value(json_object_get(
				    json_object_get(sum, "model"), id));
	free(id);
	return verdict;
}

static void model_row(struct text_table *t, size_t at, const json_t *sum,
		      const json_t *row, const char *order)
{
	const char *verdict = model_of(sum, row, order);
	json_int_t finds, fulls;
	char name[TEXT_NAME];

	sum_alike(json_object_get(sum, "rows"), row, &finds, &fulls);
	text_table_set(t, at, 0, "%s", text_shorten(name,
		       json_text(row, "variant"), 10));
	text_table_set(t, at, 1, "%s", json_text(row, "loop"));
	text_table_set(t, at, 2, "%s", hunt_driver(row));
	text_table_set(t, at, 3, "%s", order);
	text_table_set(t, at, 4, "%s", verdict ? verdict : "not modelled");
	text_table_set(t, at, 5, "%" JSON_INTEGER_FORMAT "/%"
		       JSON_INTEGER_FORMAT, finds, fulls);
	text_table_set(t, at, 6, "%s",
		       verdict ? agreement(verdict, finds) : "-");
}

static void put_table(const json_t *sum, const json_t *rows, FILE *f)
{
	static const char *const heads[] = {
		"variant", "loop", "driver", "order", "model", "hunter", "",
	};
	json_t *seen = json_object(), *row;
	const char *key, *order;
	struct text_table t;
	size_t at = 1;
	char *id;

	text_table_init(&t, json_object_size(rows) + 1, 7, 4);
	hunt_heads(&t, heads, 7);
	json_object_foreach((json_t *)rows, key, row) {
		order = strcmp(json_text(row, "kconfig"), "rt") ? "lifo" : "rt";
		id = xasprintf("%s %s %s %s %s", json_text(row, "variant"),
			       json_text(row, "loop"), json_text(row, "mode"),
			       json_text(row, "kconfig"),
			       json_text(row, "pmu"));
		if (!json_object_get(seen, id))
			model_row(&t, at++, sum, row, order);
		json_object_set_new(seen, id, json_true());
		free(id);
	}
	t.rows = at;
	text_line(f, "%s", "");
	text_line(f, "can it hang?  the model's word and the hunter's finds/fulls");
	text_table_end(&t, f);
	json_decref(seen);
}

static void put_no_model(const json_t *sum, FILE *f)
{
	const char *why = json_text(sum, "no_model");

	text_line(f, "%s", "");
	text_wrap(f, 2, "The model was not asked: %s", why ? why : "?");
}

void hunt_put_model(const json_t *sum, const json_t *rows, FILE *f)
{
	if (json_object_get(sum, "model"))
		put_table(sum, rows, f);
	else
		put_no_model(sum, f);
}

/*
 * Which variants mend hisi_ptt itself: their model has the mended driver,
 * which is auxsynth's hisi-flags.
 */
static void note_mended(json_t *sum, const char *dir)
{
	json_t *mended = json_object(), *value;
	char *path, *text;
	const char *name;
	struct err ignored;

	json_object_foreach(json_object_get(sum, "variants"), name, value) {
		path = xasprintf("%s/patches/%s.patch", dir, name);
		if (!file_read(path, &text, NULL, &ignored)) {
			if (strstr(text, "\n+++ b/drivers/hwtracing/ptt/"))
				json_object_set_new(mended, name, json_true());
			free(text);
		}
		free(path);
	}
	json_object_set_new(sum, "mended", mended);
}

/*
 * What shorter hunts did not see says nothing of the model, and its search
 * takes longer than they do: a minute on two CPUs, where the default job has
 * 110,000 fulls in two.
 */
#define FULLS_FOR_MODEL 1000000

int hunt_ask_model(json_t *sum, const char *dir, int stop_fd)
{
	json_t *model;
	char *why;

	note_mended(sum, dir);
	if (json_count(sum, "fulls") < FULLS_FOR_MODEL) {
		json_object_set_new(sum, "no_model",
				    json_string("that is for hunts of 1,000,000 fulls (explore has it)"));
		return 0;
	}
	model = model_table(dir, json_object_get(sum, "variants"), stop_fd,
			    &why);
	if (model)
		json_object_set_new(sum, "model", model);
	else
		json_object_set_new(sum, "no_model", json_string(why));
	free(why);
	return 0;
}
