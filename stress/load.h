/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_LOAD_H
#define AUX_STRESS_LOAD_H

#include <jansson.h>
#include <sys/types.h>

#include "lib/cell.h"
#include "lib/err.h"

/*
 * What runs beside a cell, from rt-tests: hackbench as interference,
 * cyclictest as the reference for what the scheduler alone costs.
 */
struct loads {
	pid_t hackbench, cyclictest;	/* 0: not running */
	char json[64];			/* cyclictest's result */
};

/* -ENOENT with the package's name when a program is not there. */
int load_start(struct loads *load, const struct cell *cell, struct err *err);

/*
 * Ends both.  Returns cyclictest's own JSON (a new reference), or NULL when
 * it did not run or left none.
 */
json_t *load_stop(struct loads *load);

#endif
