// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/kinds.h"

#include "bench/views/kinds/hunt.h"

const struct report_kind *const report_kinds[CELL_KINDS] = {
	[KIND_HUNT] = &report_hunt,
	[KIND_CLIENT] = &report_client,
	[KIND_SCENARIO] = &report_scenario,
};
