// SPDX-License-Identifier: GPL-2.0-only
/* hunts.txt: every find that was kept, and how to try it again. */
#include <stdlib.h>
#include <string.h>

#include "bench/views/kinds/hunt.h"
#include "lib/file.h"
#include "lib/timeline.h"

static void put_command(const json_t *find, FILE *f)
{
	const json_t *keys = json_object_get(find, "keys");
	const char *name;
	json_t *value;

	fprintf(f, "again: auxlat");
	json_object_foreach((json_t *)keys, name, value) {
		if (strcmp(name, "aim") && strcmp(name, "phases") &&
		    strcmp(name, "around"))
			fprintf(f, " %s=%s", name, json_string_value(value));
	}
	fprintf(f, " aim=replay around=%s phases=%s\n",
		json_text(find, "around"), json_text(find, "phases"));
}

static void put_finds(const json_t *sum, FILE *f)
{
	json_t *find;
	struct hang hang;
	struct err ignored;
	size_t i;

	json_array_foreach(json_object_get(sum, "finds"), i, find) {
		fprintf(f, "%s/%s loop=%s driver=%s%s aim=%s, boot %"
			JSON_INTEGER_FORMAT ", cycle %" JSON_INTEGER_FORMAT
			" of its hunt (%s), seed %" JSON_INTEGER_FORMAT "\n",
			json_text(find, "variant"), json_text(find, "kconfig"),
			json_text(find, "loop"), hunt_driver(find),
			json_is_true(json_object_get(find, "nmi")) ?
			" context=nmi" : "", json_text(find, "aim"),
			json_count(find, "boot"), json_count(find, "cycle"),
			json_is_true(json_object_get(find, "cold")) ?
			"cold" : "warm", json_count(find, "seed"));
		fprintf(f, "phases %s around=%s watermark=%"
			JSON_INTEGER_FORMAT "; tried again: %"
			JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT "\n",
			json_text(find, "phases"), json_text(find, "around"),
			json_count(find, "watermark"),
			json_count(find, "again"),
			json_count(find, "replays"));
		if (!hang_from_json(&hang, json_object_get(find, "hang"),
				    &ignored))
			timeline_print(f, &hang);
		put_command(find, f);
		fputc('\n', f);
	}
}

int report_finds(const json_t *sum, const char *dir, int stop_fd,
		 struct err *err)
{
	struct file_new file;
	int ret = file_open_in(&file, dir, "hunts.txt", err);

	if (ret)
		return ret;
	put_finds(sum, file.stream);
	return file_commit(&file, err);
}
