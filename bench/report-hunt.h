/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_REPORT_HUNT_H
#define AUX_BENCH_REPORT_HUNT_H

#include "bench/report-kinds.h"

/* The section of the hunts: summary, hunts.txt with all timelines. */
extern const struct report_kind report_hunt;

#endif
