/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_KINDS_HUNT_H
#define AUX_BENCH_VIEWS_KINDS_HUNT_H

#include "bench/views/kinds.h"
#include "lib/json.h"

/* The section of the hunts: summary, hunts.txt with all timelines. */
extern const struct report_kind report_hunt;

/* report-finds.c: writes @dir/hunts.txt from @sum's finds. */
int report_finds(const json_t *sum, const char *dir, int stop_fd,
		 struct err *err);

#endif
