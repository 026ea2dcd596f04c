// SPDX-License-Identifier: GPL-2.0-only
/* What the model says of candidates that are shipped variants. */
#include <stdlib.h>

#include "bench/sign-off.h"
#include "bench/views/model.h"
#include "lib/file.h"

static json_t *no_word(const char *why)
{
	char *says = xasprintf("SKIP: the model did not run (%.200s)", why);
	json_t *json = json_pack("{s:s}", "says", says);

	free(says);
	return json;
}

json_t *sign_off_no_model(const struct judge *judge)
{
	json_t *model = json_object();
	size_t i;

	for (i = 0; i < judge->n; i++)
		json_object_set_new(model, judge->verdict[i].cand->variant,
				    json_pack("{s:s}", "says", "not asked"));
	return model;
}

json_t *sign_off_model(const struct judge *judge, const char *dir,
		       struct progress *progress, int stop_fd)
{
	json_t *model = json_object(), *variants = json_object(), *table = NULL;
	const char *variant;
	char *why = NULL;
	json_t *value;
	size_t i;

	for (i = 0; i < judge->n; i++) {
		variant = judge->verdict[i].cand->variant;
		if (model_speaks_of(dir, variant))
			json_object_set_new(variants, variant, json_true());
	}
	if (json_object_size(variants)) {
		progress_live(progress, "the model");
		table = model_table(dir, variants, stop_fd, &why);
		progress_clear(progress);
	}
	json_object_foreach(variants, variant, value)
		json_object_set_new(model, variant, table ?
				    model_summary(table, variant) :
				    no_word(why));
	json_decref(table);
	json_decref(variants);
	free(why);
	return model;
}
