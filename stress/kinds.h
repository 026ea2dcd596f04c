/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_KINDS_H
#define AUX_STRESS_KINDS_H

#include "stress/stream/measure.h"

/*
 * Runs one cell by the runner of its kind; as measure(), which is the runner
 * of a steady stream.  What a kind finds beyond the counters of a record is
 * in record->detail.
 */
int kinds_run(const struct cell *cell, const struct measure_options *options,
	      struct record *record, struct err *err);

#endif
