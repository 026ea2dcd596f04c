// SPDX-License-Identifier: GPL-2.0-only
/* Stores, and what the views of the kinds make of their details. */
#include "bench/results/results.h"
#include "bench/views/kinds.h"
#include "lib/store.h"
#include "tests/fuzz/fuzz.h"

struct reading {
	struct results results;
	json_t *sum[CELL_KINDS];
};

static int take(void *ctx, const struct store_entry *entry)
{
	struct reading *r = ctx;
	const struct report_kind *kind;
	int i;

	results_add(&r->results, entry);
	for (i = 0; entry->measured && i < CELL_KINDS; i++) {
		kind = report_kinds[i];
		if (kind && i == entry->record.cell.kind)
			kind->add(r->sum[i], entry);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading *r = calloc(1, sizeof(*r));
	char *text = NULL;
	struct fuzz_file file;
	struct err err;
	size_t len;
	bool torn;
	FILE *f;
	int i;

	fuzz_file(&file, data, size);
	results_begin(&r->results);
	for (i = 0; i < CELL_KINDS; i++)
		r->sum[i] = json_object();
	store_each(file.path, &torn, take, r, &err);
	results_end(&r->results);
	f = open_memstream(&text, &len);
	for (i = 0; i < CELL_KINDS; i++) {
		if (json_object_size(r->sum[i]))
			report_kinds[i]->summary(r->sum[i], f);
		json_decref(r->sum[i]);
	}
	fclose(f);
	free(text);
	results_free(&r->results);
	fuzz_file_end(&file);
	free(r);
	return 0;
}
