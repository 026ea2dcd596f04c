/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_PMU_H
#define AUX_STRESS_PMU_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"

/* A PMU as sysfs describes it. */
struct pmu {
	char name[48];
	char dir[256];		/* its directory in sysfs */
	uint32_t type;
};

#define PMU_SYSFS "/sys/bus/event_source/devices"

/* @root: PMU_SYSFS, or a recorded tree.  -ENOENT says what is there. */
int pmu_find(struct pmu *pmu, const char *root, const char *name,
	     struct err *err);

/* True when format/@field exists. */
bool pmu_has(const struct pmu *pmu, const char *field);

/*
 * Puts @value into the bits that format/@field names ("config1:0-39", also
 * several ranges).  -ENOENT: no such field; -ERANGE: it does not fit.
 */
int pmu_set(const struct pmu *pmu, struct perf_event_attr *attr,
	    const char *field, uint64_t value, struct err *err);

#endif
