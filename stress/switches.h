/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_SWITCHES_H
#define AUX_STRESS_SWITCHES_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"

/*
 * Perf core learns of context switches from code that the kernel patches into
 * its scheduler when the first event of a task is opened, and takes out a second
 * after the last is gone.  An emulated CPU that translates that code at the same
 * time may go on with the old: then events are never scheduled in, or never
 * out, and nothing says so.
 *
 * Opens an event of the calling thread for as long as it lives, so that the code
 * is patched once, before others run, and looks whether it took; if not, again.
 * -ENOTSUP: never.
 */
int switches_begin(struct err *err);

/*
 * In @wall ns a thread used @cpu of CPU time, and slept in between: has its event,
 * which ran for @ran, been scheduled in and out with it?
 */
bool switches_seen(uint64_t ran, uint64_t cpu, uint64_t wall);

#endif
