/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_CLIENT_DISGUISE_H
#define AUX_STRESS_CLIENT_DISGUISE_H

#include "lib/err.h"

/*
 * perf record takes a PMU for trace hardware by its name.  Makes in @dir what
 * /sys looks like, all of it links to the real one, but for a PMU more: @pmu
 * under the name @name, instead of the one that may have it.  perf looks there
 * when SYSFS_PATH names @dir.
 */
int disguise_make(const char *dir, const char *pmu, const char *name,
		  struct err *err);

#endif
