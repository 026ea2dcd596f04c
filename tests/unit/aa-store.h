/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_UNIT_AA_STORE_H
#define AUX_TESTS_UNIT_AA_STORE_H

#include <gsl/gsl_rng.h>

#define AA_RUNS 200

/*
 * Splits the baseline of the store in @dir into halves AA_RUNS times, and counts
 * the alarms: 1 when they are more than one in 20.
 */
int aa_of_store(const char *dir, gsl_rng *rng);

#endif
