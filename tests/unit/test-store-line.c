// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line of a store as our own scanner reads it, and as jansson does (which a
 * blank before it makes read it): the same of thousands that were mutated.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/random.h"
#include "lib/store-line.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/unit/made-shards.h"

#define MUTANTS 6000

struct both {
	struct check *t;
	struct line_reader *reader;
	struct store_entry *scanned, *parsed;
	int good;		/* that both take */
};

static bool same_text(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static bool same_tree(const json_t *a, const json_t *b)
{
	return a == b || json_equal(a, b);
}

static bool same_record(const struct record *a, const struct record *b)
{
	json_t *x = record_to_json(a), *y = record_to_json(b);
	bool same = json_equal(x, y) && a->absent == b->absent;

	json_decref(x);
	json_decref(y);
	return same;
}

static bool same(const struct store_entry *a, const struct store_entry *b)
{
	return same_text(a->status, b->status) && same_text(a->why, b->why) &&
		same_text(a->job, b->job) && same_text(a->time, b->time) &&
		same_text(a->variant, b->variant) &&
		same_text(a->kconfig, b->kconfig) &&
		same_text(a->section, b->section) &&
		same_text(a->cell, b->cell) && same_text(a->accel, b->accel) &&
		same_text(a->release, b->release) && a->ended == b->ended &&
		a->repeat == b->repeat && a->boot == b->boot &&
		a->id == b->id && a->seed == b->seed &&
		a->seeded == b->seeded && same_tree(a->kernel, b->kernel) &&
		same_tree(a->target, b->target) &&
		same_tree(a->host, b->host) &&
		same_tree(a->versions, b->versions) &&
		same_tree(a->console, b->console) &&
		same_tree(a->warnings, b->warnings) &&
		same_tree(a->keys, b->keys) && a->measured == b->measured &&
		(!a->measured || same_record(&a->record, &b->record));
}

/* Whether both take it, and for the same. */
static bool agree(struct both *both, const char *line)
{
	char *in_place = xasprintf("%s", line), *text = xasprintf(" %s", line);
	struct err err[2] = { { "" }, { "" } };
	int ret[2];
	bool yes;

	ret[0] = line_read(both->reader, both->scanned, in_place,
			   strlen(in_place), &err[0]);
	ret[1] = line_read(both->reader, both->parsed, text, strlen(text),
			   &err[1]);
	yes = !ret[0] == !ret[1] &&
		(ret[0] || same(both->scanned, both->parsed));
	both->good += !ret[0] && !ret[1];
	if (!yes)
		printf("scanned %d %s, parsed %d %s: %s", ret[0], err[0].text,
		       ret[1], err[1].text, line);
	entry_release(both->scanned);
	entry_release(both->parsed);
	free(in_place);
	free(text);
	return yes;
}

/* A byte changed, taken away or put in: most often one of JSON's own. */
static char *mutate(const char *line, uint64_t *state)
{
	static const char bytes[] = "0123456789{}[]\",:.-+eE \\ntfu\x80";
	size_t len = strlen(line) - 1, at = random_next(state) % len;
	char byte = bytes[random_next(state) % (sizeof(bytes) - 1)];
	int how = random_next(state) % 3;

	return xasprintf("%.*s%.*s%s", (int)at, line, how != 1, &byte,
			 line + at + (how != 2));
}

static char *first_line(void)
{
	static char *const variants[] = { "baseline", NULL };
	static const struct made_shards want = {
		.job = "[global]\nseed = 5\nvariants = baseline\n[main]\ndrain = 1ms\n",
		.fulls = 40, .hosts = 1,
	};
	char *dir = fixture_dir(), *path, *text;
	struct err err;

	made_shards(dir, &want, variants);
	path = xasprintf("%s/whole/store.jsonl", dir);
	if (file_read(path, &text, NULL, &err))
		exit(1);
	free(path);
	dir_remove(dir, &err);
	free(dir);
	return text;
}

/* Such that the scanner, not jansson, has read it: it takes what is in brackets. */
static void test_scans(struct both *both, const char *line)
{
	char *text = xasprintf("%s", line);
	struct err err;

	CHECK_EQ(both->t, line_read(both->reader, both->scanned, text,
				    strlen(text), &err), 0);
	CHECK(both->t, !both->scanned->json && both->scanned->measured);
	entry_release(both->scanned);
	free(text);
}

int main(void)
{
	struct check t = { 0 };
	struct both both = {
		.t = &t, .reader = line_reader_new(),
		.scanned = calloc(1, sizeof(struct store_entry)),
		.parsed = calloc(1, sizeof(struct store_entry)),
	};
	char *line = first_line(), *mutant;
	uint64_t state = 4711;
	int i;

	test_scans(&both, line);
	CHECK(&t, agree(&both, line));
	for (i = 0; i < MUTANTS && !t.failed; i++) {
		mutant = mutate(line, &state);
		CHECK(&t, agree(&both, mutant));
		free(mutant);
	}
	/* Of both sorts there were many: the seed is fixed. */
	printf("%d of %d mutants were taken\n", both.good, MUTANTS);
	CHECK(&t, both.good > MUTANTS / 20 && both.good < MUTANTS);
	free(line);
	line_reader_free(both.reader);
	free(both.scanned);
	free(both.parsed);
	return check_end(&t);
}
