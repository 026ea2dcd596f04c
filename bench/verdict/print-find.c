// SPDX-License-Identifier: GPL-2.0-only
/* A hang that the hunter found: its timeline, and how to try it again. */
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "bench/views/text.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/timeline.h"

char *judge_again_path(const char *dir, const struct judge_verdict *v)
{
	return xasprintf("%s/again-%s-%s.job", dir, v->cand->variant,
			 v->cand->kconfig);
}

static void put_find(const json_t *find, FILE *f)
{
	json_int_t again = json_count(find, "again");
	json_int_t tries = json_count(find, "replays");
	char *text = tries ? xasprintf("found again in %" JSON_INTEGER_FORMAT
				       " of %" JSON_INTEGER_FORMAT " tries",
				       again, tries) :
		xasprintf("its phases were not tried again");

	text_wrap(f, 2, "a find: %s; %s, %s loop, around %s, phases %s, boot %"
		  JSON_INTEGER_FORMAT ", cycle %" JSON_INTEGER_FORMAT
		  ", seed %" JSON_INTEGER_FORMAT "; %s",
		  json_text(find, "class"), json_text(find, "driver"),
		  json_text(find, "loop"), json_text(find, "around"),
		  json_text(find, "phases"), json_count(find, "boot"),
		  json_count(find, "cycle"), json_count(find, "seed"), text);
	free(text);
}

void judge_print_find(const struct judge_verdict *v, const char *dir, FILE *f)
{
	const json_t *find = v->hunt.find;
	char *path = judge_again_path(dir, v);
	struct hang hang;
	struct err ignored;

	if (find && !hang_from_json(&hang, json_object_get(find, "hang"),
				    &ignored)) {
		put_find(find, f);
		timeline_print(f, &hang);
		/* A path is of no use when it is wrapped. */
		fprintf(f, "tried again by:\n  run-matrix %s\n\n", path);
	}
	free(path);
}
