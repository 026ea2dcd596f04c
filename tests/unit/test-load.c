// SPDX-License-Identifier: GPL-2.0-only
/* What runs beside a cell, here: a stream through memory, and nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "stress/stream/load.h"
#include "tests/check.h"

static struct places here(struct check *t)
{
	struct places places;
	struct err err;

	CHECK(t, !placement_choose(&places, PLACE_SAME_CPU, 0, NULL, &err));
	return places;
}

static void memory(struct check *t)
{
	struct places places = here(t);
	struct loads load;
	struct cell cell;
	struct err err;
	json_t *what;

	cell_init(&cell);
	cell.load = LOAD_MEMBW;
	cell.load_node = NODE_TRACEE;
	CHECK(t, !load_start(&load, &cell, &places, &err));
	usleep(200000);
	CHECK(t, !load_stop(&load, &what));
	CHECK(t, !strcmp(json_string_value(json_object_get(what, "kind")),
			 "membw"));
	CHECK(t, json_count(what, "threads") > 0);
	CHECK(t, json_count(what, "bytes_per_s") > 0);
	json_decref(what);
	cell.load_node = 1000;
	CHECK_EQ(t, load_start(&load, &cell, &places, &err),
		 -PLACEMENT_SKIP);
	CHECK(t, strstr(err.text, "1000"));
	placement_free(&places);
}

/* Not installed: said with the package's name, and no error. */
static void missing(struct check *t)
{
	struct places places = here(t);
	char *path = strdup(getenv("PATH"));
	struct loads load;
	struct cell cell;
	struct err err;

	setenv("PATH", "/nonexistent", 1);
	cell_init(&cell);
	cell.load = LOAD_HACKBENCH;
	CHECK_EQ(t, load_start(&load, &cell, &places, &err), -PLACEMENT_SKIP);
	CHECK(t, strstr(err.text, "hackbench") && strstr(err.text, "rt-tests"));
	/* What had been started by then is ended. */
	cell.load = LOAD_MEMBW;
	cell.reference = REF_CYCLICTEST;
	CHECK_EQ(t, load_start(&load, &cell, &places, &err), -PLACEMENT_SKIP);
	CHECK(t, strstr(err.text, "cyclictest") &&
	      strstr(err.text, "rt-tests"));
	CHECK_EQ(t, load.membw.n, 0);
	setenv("PATH", path, 1);
	free(path);
	placement_free(&places);
}

int main(void)
{
	struct check t = { 0 };

	memory(&t);
	missing(&t);
	return check_end(&t);
}
