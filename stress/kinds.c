// SPDX-License-Identifier: GPL-2.0-only
#include "stress/kinds.h"

#include <errno.h>

#include "stress/client/client.h"
#include "stress/hunt/hunt.h"
#include "stress/scenario/scenario.h"

typedef int runner(const struct cell *cell,
		   const struct measure_options *options,
		   struct record *record, struct err *err);

static runner *const runners[CELL_KINDS] = {
	[KIND_STREAM] = measure,
	[KIND_HUNT] = hunt_run,
	[KIND_CLIENT] = client_run,
	[KIND_SCENARIO] = scenario_run,
};

int kinds_run(const struct cell *cell, const struct measure_options *options,
	      struct record *record, struct err *err)
{
	if (!runners[cell->kind])
		return err_set(err, -ENOSYS, "no runner for this kind of cell");
	return runners[cell->kind](cell, options, record, err);
}
