// SPDX-License-Identifier: GPL-2.0-only
/* Cells in JSON: what is read is written the same. */
#include "lib/cell.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, 0, NULL);
	json_t *first, *second;
	struct cell cell, again;
	struct err err;

	if (!cell_from_json(&cell, json, &err)) {
		first = cell_to_json(&cell);
		if (!cell_check(&cell, &err)) {
			if (cell_from_json(&again, first, &err))
				abort();
			second = cell_to_json(&again);
			if (!json_equal(first, second))
				abort();
			json_decref(second);
		}
		json_decref(first);
	}
	json_decref(json);
	return 0;
}
