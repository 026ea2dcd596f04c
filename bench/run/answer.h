/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RUN_ANSWER_H
#define AUX_BENCH_RUN_ANSWER_H

#include <jansson.h>
#include <stdint.h>

#include "lib/cell.h"
#include "lib/err.h"

/*
 * The record in a target's @answer, a new reference, if it can be read back as
 * one, is of the cell that was @asked for and could be measured in the @took ns
 * that we have waited.  NULL with the reason: nobody must believe it.
 */
json_t *answer_record(const json_t *answer, const struct cell *asked,
		      uint64_t took, struct err *err);

/*
 * A scenario may be one of which the kernel is expected to die, so that nobody
 * is left to answer: the record of one that did with @why, a new reference.
 * NULL where it is not expected of this kernel.
 */
json_t *answer_of_dead(const struct cell *asked, const char *variant,
		       const char *release, const char *why);

#endif
