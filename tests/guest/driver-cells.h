/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_GUEST_DRIVER_CELLS_H
#define AUX_TESTS_GUEST_DRIVER_CELLS_H

#include "lib/json.h"
#include "lib/store.h"
#include "tests/check.h"

/* What the cells of a section on a variant's kernel measured, a real driver's. */
struct driver_cells {
	struct check *t;
	const char *section, *variant;
	uint64_t measured, skipped, fulls, hangs, lost, disagree;
	/* Of the hardware, which the driver must neither pass by nor upset. */
	json_int_t written, published, unpublished, overrun, lost_marks;
	uint64_t clean, other, wrong;	/* scenarios: outcomes */
};

/*
 * Reads DIR/run's store, says each cell, and checks that none of them has a fault
 * of a register or a byte published that was not written.
 */
struct driver_cells driver_cells_sum(struct check *t, const char *dir,
				     const char *section, const char *variant);

#endif
