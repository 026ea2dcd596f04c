// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest/driver-cells.h"

#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

static void add_hardware(struct driver_cells *seen, const json_t *h)
{
	seen->written += json_count(h, "written");
	seen->published += json_count(h, "published");
	seen->unpublished += json_count(h, "unpublished");
	seen->overrun += json_count(h, "overrun");
	seen->lost_marks += json_count(h, "lost_marks");
	CHECK_EQ(seen->t, json_count(h, "faults"), 0);
	CHECK_EQ(seen->t, json_count(h, "unwritten"), 0);
}

static int look(void *ctx, const struct store_entry *e)
{
	struct driver_cells *seen = ctx;
	const char *outcome;
	int class;

	if (strcmp(e->section, seen->section) ||
	    strcmp(e->variant, seen->variant))
		return 0;
	printf("%s %s %s: %s %s\n", e->variant, e->section, e->cell, e->status,
	       e->why ? e->why : "");
	seen->skipped += !strcmp(e->status, "skipped");
	if (!e->measured)
		return 0;
	seen->measured++;
	seen->fulls += e->record.fulls;
	for (class = 0; class < HANG_CLASSES; class++)
		seen->hangs += e->record.hangs[class];
	seen->lost += e->record.hangs[HANG_LOST_WAKEUP];
	seen->disagree += e->record.disagree;
	add_hardware(seen, json_object_get(e->record.detail, "hardware"));
	outcome = json_text(e->record.detail, "outcome");
	seen->clean += !strcmp(outcome, "clean");
	seen->other += *outcome && strcmp(outcome, "clean");
	seen->wrong += !strcmp(outcome, "wrong");
	return 0;
}

struct driver_cells driver_cells_sum(struct check *t, const char *dir,
				     const char *section, const char *variant)
{
	struct driver_cells seen = {
		.t = t, .section = section, .variant = variant,
	};
	char *store = xasprintf("%s/run/store.jsonl", dir);
	struct err err = { "" };
	bool torn;

	CHECK_EQ(t, store_each(store, &torn, look, &seen, &err), 0);
	printf("%s %s: %llu fulls, %llu hangs, %lld of %lld bytes published\n",
	       section, variant, (unsigned long long)seen.fulls,
	       (unsigned long long)seen.hangs, (long long)seen.published,
	       (long long)seen.written);
	free(store);
	return seen;
}
