/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_MODEL_H
#define AUX_BENCH_VIEWS_MODEL_H

#include <jansson.h>

/*
 * The model's table (stress/explore --tsv) for @variants, an object whose keys
 * are their names: read from @dir/model.tsv, or made and left there.  A new
 * object "variant loop personality order" -> verdict; a variant without a
 * model has no entry.  NULL: there is no table, and why_not says why (caller
 * frees).
 */
json_t *report_model(const char *dir, const json_t *variants, int stop_fd,
		     char **why_not);

#endif
