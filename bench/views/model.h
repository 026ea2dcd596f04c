/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_MODEL_H
#define AUX_BENCH_VIEWS_MODEL_H

#include <jansson.h>
#include <stdbool.h>

/*
 * The model is asked here, and nowhere else: its table (stress/explore --tsv)
 * for @variants, an object whose keys are their names, is read from
 * @dir/model.tsv, or made and left there when one of them is missing.  A new object "variant loop
 * personality order" -> verdict; a variant without a model, or whose patch in
 * @dir/patches is not the shipped one of that name, has no entry.  NULL: there
 * is no table, and why_not says why (caller frees).
 */
json_t *model_table(const char *dir, const json_t *variants, int stop_fd,
		    char **why_not);

/*
 * The model's word for a driver by a hunt's ("pt/nmi", "intel_pt",
 * "arm_spe_0"); the caller frees.  What order interrupts come in is no part of
 * it.
 */
char *model_driver(const char *driver);

/* Whether the model speaks of this variant of @dir. */
bool model_speaks_of(const char *dir, const char *variant);

/*
 * {"says": "can hang in 4 of 16 settings, first ...", "settings": {"perf pt
 * lifo": "lost-wakeup", ...}}; or it says "clean in all 16 settings" or "not
 * modelled".  A new reference.
 */
json_t *model_summary(const json_t *table, const char *variant);

#endif
