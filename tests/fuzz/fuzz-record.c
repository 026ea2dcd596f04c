// SPDX-License-Identifier: GPL-2.0-only
/* Records in JSON, as a guest sends them: what is believed can be shown. */
#include "lib/record.h"
#include "tests/fuzz/fuzz.h"

static void show(const struct record *record)
{
	const struct record_hist_name *name;
	const struct hist *h;
	json_t *json = record_to_json(record);

	for (name = record_hist_names; name->name; name++) {
		h = (const struct hist *)((const char *)&record->h +
					  name->offset);
		if (hist_quantile(h, 0.5) > hist_quantile(h, 0.99) ||
		    hist_quantile(h, 0.99) > h->max)
			abort();
	}
	if (record_coverage(record) < 0 || record_rate(record) < 0)
		abort();
	json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, 0, NULL);
	struct record *record = malloc(sizeof(*record));
	struct cell cell;
	struct err err;

	if (record && !record_from_json(record, json, &err)) {
		show(record);
		cell = record->cell;
		record_check(record, json, &cell, 1000000000, &err);
		record_free(record);
	}
	free(record);
	json_decref(json);
	return 0;
}
