// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/compare.h"

#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

/* Where sets differ in more than the variant. */

/* Fails to be a difference: of results from different days it goes without. */
#define FACT_JOB (REPORT_FACTS - 1)

static bool same_names(const struct report_names *a,
		       const struct report_names *b)
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
		      const struct report_names *value)
{
	char *text = xasprintf("%s:", what), *joined, *more;
	size_t i;
	bool hash;

	for (i = 1; i < c->sets && same_names(&value[0], &value[i]); i++)
		;
	for (; i < c->sets; i = c->sets) {
		for (i = 0; i < c->sets; i++) {
			joined = report_names_join(&value[i]);
			hash = strlen(joined) == 64 && !strchr(joined, ' ');
			more = xasprintf("%s%s %s %.*s", text, i ? ";" : "",
					 c->set[i].label, hash ? 12 : 200,
					 *joined ? joined : "not stored");
			free(joined);
			free(text);
			text = more;
		}
		report_names_add(&c->doubts, text);
	}
	free(text);
}

static void free_values(struct report_names *value, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		report_names_free(&value[i]);
}

static void doubt_facts(struct compare *c)
{
	struct report_names value[COMPARE_SETS];
	size_t i, set;

	for (i = 0; i < REPORT_FACTS; i++) {
		if (i == FACT_JOB)
			continue;
		for (set = 0; set < c->sets; set++)
			value[set] = c->set[set].report.facts.value[i];
		add_doubt(c, report_fact_names[i], value);
	}
}

/* The first combo of @set that is like the row. */
static const struct report_kernel *kernel_of(const struct compare *c,
					     const struct compare_row *row,
					     size_t set)
{
	const struct report *report = &c->set[set].report;
	const struct report_kernel *like = row->like->kernel;
	size_t i;

	for (i = 0; i < report->kernels; i++) {
		if (!strcmp(report->kernel[i]->variant, like->variant) &&
		    !strcmp(report->kernel[i]->kconfig, like->kconfig))
			return report->kernel[i];
	}
	return NULL;
}

/* The same name, but is it the same patch, and what else it is made of? */
static void doubt_hash(struct compare *c, const struct compare_row *row,
		       size_t hash)
{
	struct report_names value[COMPARE_SETS] = { { NULL } };
	const struct report_kernel *kernel;
	size_t set;
	char *what;

	for (set = 0; set < c->sets; set++) {
		kernel = kernel_of(c, row, set);
		if (kernel && kernel->hash[hash])
			report_names_add(&value[set], kernel->hash[hash]);
	}
	what = xasprintf("%s of %s/%s", report_hash_names[hash],
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
		for (hash = 0; hash < REPORT_HASHES && compare_first(c, i);
		     hash++)
			doubt_hash(c, &c->row[i], hash);
	}
}

static void doubt_words(struct compare *c, const char *what,
			char *const *(*words)(const struct compare_row *row))
{
	struct report_names value[COMPARE_SETS] = { { NULL } };
	size_t i, set;

	for (i = 0; i < c->rows; i++) {
		for (set = 0; set < c->sets; set++)
			report_names_add(&value[set], words(&c->row[i])[set]);
	}
	add_doubt(c, what, value);
	free_values(value, c->sets);
}

static char *const *methods(const struct compare_row *row)
{
	return row->method;
}

/* Keys that do not make another cell: how long it ran, for instance. */
static void doubt_key(struct compare *c, const struct cell_key *key)
{
	struct report_names value[COMPARE_SETS] = { { NULL } };
	char text[CELL_VALUE_LEN], *what;
	const struct report *report;
	size_t i, set;

	for (set = 0; set < c->sets; set++) {
		report = &c->set[set].report;
		for (i = 0; i < report->combos; i++) {
			if (!report->combo[i]->measured)
				continue;
			cell_get(&report->combo[i]->key, key, text);
			report_names_add(&value[set], text);
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
	doubt_words(c, "how hangs and gaps are known", methods);
	for (key = cell_keys; key->name; key++) {
		if (compare_is_side_key(key->name) && strcmp(key->name,
							     "seed"))
			doubt_key(c, key);
	}
}
