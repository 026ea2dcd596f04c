/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before the first line of
 * drivers/hwtracing/coresight/coresight-etm-perf.c (gcc -include), for this one
 * object: the PMU cs_etm is registered at boot, where there is hardware or not.
 */
#ifndef AUX_HARDWARE_HOOK_ETM_PERF_DRIVER_H
#define AUX_HARDWARE_HOOK_ETM_PERF_DRIVER_H

#include <linux/perf_event.h>

#include "hook-ppi.h"

static inline int hook_register_at_boot(struct pmu *pmu, const char *name,
					int type)
{
	aux_hook_trbe.pmu = pmu;
	return perf_pmu_register(pmu, name, type);
}

#define HOOK_OPS aux_hook_trbe.ops
#include "hook-perf-driver.h"

/* What the driver sees from here on. */
#undef perf_pmu_register
#define perf_pmu_register hook_register_at_boot

#endif
