// SPDX-License-Identifier: GPL-2.0-only
/* What only the candidate's console says, at whatever level, is said. */
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "lib/store.h"
#include "tests/check.h"
#include "tests/fixture.h"

static void add_boot(struct store *store, const char *variant, int boot,
		     const char *warning)
{
	static struct record record;
	struct cell cell;
	struct err err;
	json_t *json;

	cell_init(&cell);
	record_init(&record, &cell);
	record.fulls = 100;
	record.traced_ns = record.gap_ns = 1000000;
	json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:[s], s:o}",
			 "schema", STORE_SCHEMA, "status", "ok", "variant",
			 variant, "kconfig", "guest", "section", "main",
			 "cell", "window=0", "repeat", boot, "boot", boot,
			 "seed", 5, "warnings", warning, "record",
			 record_to_json(&record));
	if (store_append(store, json, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	json_decref(json);
}

int main(void)
{
	char *dir = fixture_dir(), *path, *text = NULL;
	struct judge_context context = { .dir = dir };
	struct judge_options options;
	struct results results;
	struct check t = { 0 };
	struct store *store;
	struct judge judge;
	struct err err;
	size_t size;
	FILE *f;

	path = xasprintf("%s/store.jsonl", dir);
	CHECK_EQ(&t, store_open(&store, path, false, &err), 0);
	add_boot(store, "baseline", 1, "<4>[ 1.7] odd: 0x55 of 7");
	add_boot(store, "fix", 2, "<4>[ 1.0] odd: 0x12 of 4");
	add_boot(store, "fix", 3, "<3>[ 1.0] new thing 5");
	add_boot(store, "fix", 4, "<3>[ 1.2] new thing 6");
	/* A dump: seven new lines in all, of which five are shown. */
	add_boot(store, "fix", 5, "<4>[ 1.3] Call Trace:");
	add_boot(store, "fix", 6, "<4>[ 1.3] first");
	add_boot(store, "fix", 7, "<4>[ 1.3] second");
	add_boot(store, "fix", 8, "<4>[ 1.3] third");
	add_boot(store, "fix", 9, "<4>[ 1.3] fourth");
	add_boot(store, "fix", 10, "<4>[ 1.3] fifth");
	store_close(store);
	judge_options_init(&options);
	CHECK_EQ(&t, results_read(&results, dir, NULL, NULL, &err), 0);
	judge_make(&judge, &results, NULL, &options);
	f = open_memstream(&text, &size);
	judge_print(&judge, &context, f);
	fclose(f);
	CHECK(&t, strstr(text, "lines at warning level that baseline never"));
	CHECK(&t, strstr(text, "in 2 of 9 boots (baseline 0 of 1): new thing 5"));
	CHECK(&t, strstr(text, "): third"));
	CHECK(&t, !strstr(text, "): fourth"));
	CHECK(&t, strstr(text, "and 2 more: see verdict.json"));
	CHECK(&t, !strstr(text, "odd"));
	free(text);
	judge_free(&judge);
	results_free(&results);
	free(path);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
