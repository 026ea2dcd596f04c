/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_TIMELINE_H
#define AUX_LIB_TIMELINE_H

#include <stdio.h>

#include "lib/record.h"

/*
 * Prints the cycle that hung as the table the bug was reported with: what the
 * tracee's CPU did on the left, the tracer on the right, microseconds since
 * the buffer was full.  At most 72 columns wide.
 */
void timeline_print(FILE *out, const struct hang *hang);

#endif
