// SPDX-License-Identifier: GPL-2.0-only
#include "lib/shards.h"

#include <jansson.h>
#include <stdlib.h>

#include "lib/file.h"
#include "lib/json.h"

char *shards_note(const char *dir)
{
	char *path = xasprintf("%s/" SHARDS_FILE, dir), *note = NULL;
	json_t *json = json_load_file(path, 0, NULL);

	if (json)
		note = xasprintf("%s", json_text(json, "note"));
	json_decref(json);
	free(path);
	return note;
}
