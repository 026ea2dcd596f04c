/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_INIT_H
#define AUX_STRESS_INIT_H

#include "lib/err.h"

/* What a guest's first process has to do before it can measure. */

/* Mounts /dev, /proc, /sys, /tmp. */
int init_mounts(struct err *err);

/* Loads the module at @path with @params ("name=value"); no error when it is in already. */
int init_module_load(const char *path, const char *params, struct err *err);

/*
 * Refuses a machine whose clocks cannot measure: -ENOTSUP unless
 * CLOCK_MONOTONIC and its timers have 1 ns resolution.
 */
int init_check_clock(struct err *err);

/* Opens the guest's channel (lib/arch.h) for plain bytes: raw, no echo. */
int init_open_channel(struct err *err);

/* Ends the guest; does not return. */
void init_power_off(void);

#endif
