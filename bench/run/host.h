/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RUN_HOST_H
#define AUX_BENCH_RUN_HOST_H

#include <jansson.h>

#include "lib/arch.h"

/*
 * { cpu cpus load1 ticks steal mhz kernel machine }: load1 and mhz are as of
 * now, ticks and steal (of all CPUs) since the host booted; a new reference.
 */
json_t *host_describe(void);

/*
 * Versions of what takes part in a run, by package where the distribution
 * can tell; @arch: of the guests, NULL: there are none.  A new reference.
 */
json_t *host_versions(const struct arch *arch, int stop_fd);

#endif
