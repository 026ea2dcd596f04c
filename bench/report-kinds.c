// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report-kinds.h"

const struct report_kind report_kinds[CELL_KINDS] = {
	[KIND_STREAM] = { 0 },
};
