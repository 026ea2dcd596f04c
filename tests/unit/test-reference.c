// SPDX-License-Identifier: GPL-2.0-only
/* cyclictest beside a cell: ended by us, it leaves its numbers all the same. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/package.h"
#include "stress/stream/load.h"
#include "tests/check.h"

static bool possible(void)
{
	char *cyclictest = program_find("cyclictest");
	bool has = cyclictest;

	free(cyclictest);
	if (!has)
		printf("SKIP: no cyclictest (package rt-tests)\n");
	else if (geteuid())
		printf("SKIP: cyclictest wants a real-time priority, and we are not root\n");
	return has && !geteuid();
}

int main(void)
{
	struct check t = { 0 };
	json_t *json, *thread, *what;
	struct places places;
	struct loads load;
	struct cell cell;
	struct err err = { "" };

	if (!possible())
		return CHECK_SKIP;
	CHECK(&t, !placement_choose(&places, PLACE_SAME_CPU, 0, NULL, &err));
	cell_init(&cell);
	cell.reference = REF_CYCLICTEST;
	CHECK_EQ(&t, load_start(&load, &cell, &places, &err), 0);
	if (t.failed) {
		printf("%s\n", err.text);
		return check_end(&t);
	}
	/* Of no cycle at all it would write a mean that is no JSON. */
	usleep(300000);
	json = load_stop(&load, &what);
	CHECK(&t, !what);
	thread = json_object_get(json_object_get(json, "thread"), "0");
	CHECK(&t, json_count(thread, "cycles") > 0);
	json_decref(json);
	placement_free(&places);
	return check_end(&t);
}
