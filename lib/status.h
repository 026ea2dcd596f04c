/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_STATUS_H
#define AUX_LIB_STATUS_H

#include <stdbool.h>

/* How a kernel, a boot or a cell ended; the store's "status". */
enum status {
	STATUS_OK,
	STATUS_ERROR,		/* the agent said so; the target lives */
	STATUS_SKIPPED,		/* lacks what the cell asks for; it lives */
	STATUS_BUILD_FAILED,	/* the patch does not apply or compile */
	STATUS_BOOT_FAILED,	/* no hello in time, or it died before */
	STATUS_PANIC,
	STATUS_LOCKUP,		/* soft/hard lockup or RCU stall, then no end */
	STATUS_TIMEOUT,		/* silent past the deadline */
	STATUS_DIED,		/* it ended by itself, without a panic */
	/*
	 * This side failed: no room on the disk, a killed compiler or QEMU, a
	 * guest that was paused.
	 * It says nothing of the kernel, and a resumed run tries again.
	 */
	STATUS_HOST_FAILED,
	STATUS_STOPPED,		/* the user pressed ^C; never in a store */
	STATUSES
};

extern const char *const status_names[STATUSES];

/* enum status, or -EINVAL. */
int status_find(const char *name);

/* The target can run another cell after one that ended so. */
bool status_lives(enum status status);

#endif
