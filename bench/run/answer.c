// SPDX-License-Identifier: GPL-2.0-only
#include "bench/run/answer.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/record.h"
#include "lib/scenario.h"

json_t *answer_record(const json_t *answer, const struct cell *asked,
		      uint64_t took, struct err *err)
{
	json_t *json = json_object_get(answer, "record");
	struct record *record;
	int ret;

	record = calloc(1, sizeof(*record));	/* too large for the stack */
	if (!record) {
		err_set(err, -ENOMEM, "no memory for a record");
		return NULL;
	}
	ret = record_from_json(record, json, err);
	if (!ret)
		ret = record_check(record, json, asked, took, err);
	if (ret)
		err_prefix(err, ret, "the agent's record");
	record_free(record);
	free(record);
	return ret ? NULL : json_incref(json);
}

json_t *answer_of_dead(const struct cell *asked, const char *variant,
		       const char *release, const char *why)
{
	const struct scenario *s = &scenarios[asked->scenario];
	struct record *record;
	json_t *json;

	if (!scenario_matches(scenario_expect(s, variant, release),
			      OUTCOME_PANIC))
		return NULL;
	record = malloc(sizeof(*record));	/* too large for the stack */
	if (!record)
		return NULL;
	record_init(record, asked);
	record->pairs = 1;
	record->detail = json_pack("{s:s, s:s, s:{s:s}, s:[s]}",
				   "scenario", s->name,
				   "outcome", OUTCOME_PANIC,
				   "evidence", "panic", why, "splats", why);
	json = record_to_json(record);
	record_free(record);
	free(record);
	return json;
}
