// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parts whose Intel PT is modelled, from the first generation on: the
 * real driver sees what the part has, traces with it, and perf script finds
 * nothing wrong in any trace that it allows.
 *
 * By chance it fails once in a million runs: pt-decode tries each of 38 ways
 * five times, and at a load of 5 a CPU a try saw no branches once in 30.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/arch.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/package.h"
#include "lib/store.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/guest/guest.h"

struct part {
	const char *option;
	const char *multiple, *mtc, *filters;	/* caps, in hexadecimal */
	size_t ways;		/* of recording that it has */
};

struct seen {
	struct check *t;
	const struct part *part;
	int streams, decodes;
};

static void stream(struct seen *seen, const struct store_entry *e)
{
	const json_t *h = json_object_get(e->record.detail, "hardware");
	json_int_t margin = json_count(h, "unwritten");

	seen->streams++;
	CHECK(seen->t, e->record.fulls > 0);
	CHECK_EQ(seen->t, json_count(h, "faults"), 0);
	CHECK_EQ(seen->t, json_count(h, "unpublished"), 0);
	CHECK_EQ(seen->t, json_count(h, "overrun"), 0);
	/* The driver fills up a first-generation region from its margin on. */
	CHECK_EQ(seen->t, margin > 0, *seen->part->multiple == '0');
	CHECK(seen->t, margin <= 512 * json_count(h, "pmis"));
}

static void decode(struct seen *seen, const struct store_entry *e)
{
	const json_t *evidence = json_object_get(e->record.detail, "evidence");
	const json_t *caps = json_object_get(evidence, "caps");
	char *text = json_dumps(evidence, JSON_COMPACT);

	seen->decodes++;
	CHECK(seen->t, !strcmp(json_text(e->record.detail, "outcome"),
			       "clean"));
	CHECK(seen->t, !strcmp(json_text(caps, "topa_multiple_entries"),
			       seen->part->multiple));
	CHECK(seen->t, !strcmp(json_text(caps, "mtc"), seen->part->mtc));
	CHECK(seen->t, !strcmp(json_text(caps, "num_address_ranges"),
			       seen->part->filters));
	CHECK_EQ(seen->t, json_array_size(json_object_get(evidence, "ways")),
		 seen->part->ways);
	printf("%s: %s\n", seen->part->option, text);
	free(text);
}

static int look(void *ctx, const struct store_entry *e)
{
	struct seen *seen = ctx;

	if (!e->measured)
		return 0;
	if (!strcmp(e->section, "stream"))
		stream(seen, e);
	else
		decode(seen, e);
	return 0;
}

static void run(struct check *t, const struct part *part)
{
	const char *const options[] = { "--seed=1", part->option, NULL };
	struct seen seen = { .t = t, .part = part };
	char *dir = fixture_dir(), *store;
	struct err err = { "" };
	bool torn;

	guests_run_matrix(t, dir, SRCDIR "/tests/guest/pt-parts.job", options);
	store = xasprintf("%s/run/store.jsonl", dir);
	CHECK_EQ(t, store_each(store, &torn, look, &seen, &err), 0);
	CHECK_EQ(t, seen.streams, 1);
	CHECK_EQ(t, seen.decodes, 1);
	free(store);
	dir_remove(dir, &err);
	free(dir);
}

int main(void)
{
	static const struct part parts[] = {
		{ "guest_pt=broadwell", "0", "0", "0", 5 },
		{ "guest_pt=skylake", "1", "1", "2", 10 },
		{ "guest_pt=goldmont-plus", "1", "1", "2", 12 },
		{ "guest_pt=alderlake", "1", "1", "2", 11 },
	};
	struct check t = { 0 };
	char *perf;
	size_t i;

	if (!guests_possible())
		return CHECK_SKIP;
	perf = program_find("perf");
	if (!perf || !arch_driver(arch_here, "intel_pt")) {
		printf("SKIP: the guests here have no intel_pt, or there is no perf\n");
		free(perf);
		return CHECK_SKIP;
	}
	free(perf);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		run(&t, &parts[i]);
	return check_end(&t);
}
