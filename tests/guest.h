/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_GUEST_H
#define AUX_TESTS_GUEST_H

#include <stdbool.h>

/*
 * What the tests that boot a kernel have in common.
 */

/* False, with the reason on stdout, when guests cannot be run here. */
bool guests_possible(void);

#endif
