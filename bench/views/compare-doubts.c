// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/compare.h"

#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

/* Where sets differ in more than the variant. */

/* Fails to be a difference: of results from different days it goes without. */
#define FACT_JOB (RESULTS_FACTS - 1)

static bool same_names(const struct results_names *a,
		       const struct results_names *b)
{
	size_t i, k;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++) {
		for (k = 0; k < b->n && strcmp(a->name[i], b->name[k]); k++)
			;
		if (k == b->n)
			return false;
	}
	return true;
}

/* "host cpu: A this; B that"; hashes by their beginning. */
static void add_doubt(struct compare *c, const char *what,
		      const struct results_names *value)
{
	char *text = xasprintf("%s:", what), *joined, *more;
	size_t i;
	bool hash;

	for (i = 1; i < c->sets && same_names(&value[0], &value[i]); i++)
		;
	for (; i < c->sets; i = c->sets) {
		for (i = 0; i < c->sets; i++) {
			joined = results_names_join(&value[i]);
			hash = strlen(joined) == 64 && !strchr(joined, ' ');
			more = xasprintf("%s%s %s %.*s", text, i ? ";" : "",
					 c->set[i].label, hash ? 12 : 200,
					 *joined ? joined : "not stored");
			free(joined);
			free(text);
			text = more;
		}
		results_names_add(&c->doubts, text);
	}
	free(text);
}

static void free_values(struct results_names *value, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		results_names_free(&value[i]);
}

static void doubt_facts(struct compare *c)
{
	struct results_names value[COMPARE_SETS];
	size_t i, set;

	for (i = 0; i < RESULTS_FACTS; i++) {
		if (i == FACT_JOB)
			continue;
		for (set = 0; set < c->sets; set++)
			value[set] = c->set[set].results.facts.value[i];
		add_doubt(c, results_fact_names[i], value);
	}
}

/* The first combo of @set that is like the row. */
static const struct results_kernel *kernel_of(const struct compare *c,
					     const struct compare_row *row,
					     size_t set)
{
	const struct results *results = &c->set[set].results;
	const struct results_kernel *like = row->like->kernel;
	size_t i;

	for (i = 0; i < results->kernels; i++) {
		if (!strcmp(results->kernel[i]->variant, like->variant) &&
		    !strcmp(results->kernel[i]->kconfig, like->kconfig))
			return results->kernel[i];
	}
	return NULL;
}

/* The same name, but is it the same patch, and what else it is made of? */
static void doubt_hash(struct compare *c, const struct compare_row *row,
		       size_t hash)
{
	struct results_names value[COMPARE_SETS] = { { NULL } };
	const struct results_kernel *kernel;
	size_t set;
	char *what;

	for (set = 0; set < c->sets; set++) {
		kernel = kernel_of(c, row, set);
		if (kernel && kernel->hash[hash])
			results_names_add(&value[set], kernel->hash[hash]);
	}
	what = xasprintf("%s of %s/%s", results_hash_names[hash],
			 row->like->kernel->variant,
			 row->like->kernel->kconfig);
	add_doubt(c, what, value);
	free(what);
	free_values(value, c->sets);
}

static void doubt_kernels(struct compare *c)
{
	size_t i, hash;

	for (i = 0; i < c->rows; i++) {
		for (hash = 0; hash < RESULTS_HASHES && compare_first(c, i);
		     hash++)
			doubt_hash(c, &c->row[i], hash);
	}
}

static void doubt_methods(struct compare *c)
{
	struct results_names value[COMPARE_SETS] = { { NULL } };
	size_t i, set;

	for (i = 0; i < c->rows; i++) {
		for (set = 0; set < c->sets; set++)
			results_names_add(&value[set],
					  c->row[i].combo[set]->method);
	}
	add_doubt(c, "how hangs and gaps are known", value);
	free_values(value, c->sets);
}

/* A set that was measured on a busy host. */
static void doubt_load(struct compare *c)
{
	char *load, *text;
	size_t set;

	for (set = 0; set < c->sets; set++) {
		if (!results_noisy(&c->set[set].results.load))
			continue;
		load = results_load_text(&c->set[set].results.load);
		text = xasprintf("host of %s: %s", c->set[set].label, load);
		results_names_add(&c->doubts, text);
		free(text);
		free(load);
	}
}

/* Keys that do not make another cell: how long it ran, for instance. */
static void doubt_key(struct compare *c, const struct cell_key *key)
{
	struct results_names value[COMPARE_SETS] = { { NULL } };
	char text[CELL_VALUE_LEN], *what;
	const struct results *results;
	size_t i, set;

	for (set = 0; set < c->sets; set++) {
		results = &c->set[set].results;
		for (i = 0; i < results->combos; i++) {
			if (!results->combo[i]->measured)
				continue;
			cell_get(&results->combo[i]->key, key, text);
			results_names_add(&value[set], text);
		}
	}
	what = xasprintf("cells' %s", key->name);
	add_doubt(c, what, value);
	free(what);
	free_values(value, c->sets);
}

void compare_doubts(struct compare *c)
{
	const struct cell_key *key;

	doubt_facts(c);
	doubt_kernels(c);
	doubt_methods(c);
	doubt_load(c);
	for (key = cell_keys; key->name; key++) {
		if (compare_is_side_key(key->name) && strcmp(key->name,
							     "seed"))
			doubt_key(c, key);
	}
}
