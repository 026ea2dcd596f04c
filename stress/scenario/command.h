/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs that scenarios run, and what they say. */
#ifndef AUX_STRESS_SCENARIO_COMMAND_H
#define AUX_STRESS_SCENARIO_COMMAND_H

#include <stdio.h>

#include "stress/scenario/scenario.h"

/*
 * Runs @argv, in @cwd unless that is NULL, for a minute or as long as the cell,
 * and reads what it wrote (stdout and stderr): *said, from its beginning, the
 * caller closes it.  *status as from waitpid(); one that did not end is killed,
 * -1.  0; -EINTR; -PLACEMENT_SKIP: it is not here.
 */
int command_run(struct scenario_ctx *ctx, const char *const *argv,
		const char *cwd, FILE **said, int *status, struct err *err);
/* The same of stdout alone, whose lines nothing else goes in between of. */
int command_read(struct scenario_ctx *ctx, const char *const *argv,
		 FILE **said, int *status, struct err *err);

#endif
