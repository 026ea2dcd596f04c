// SPDX-License-Identifier: GPL-2.0-only
#include "lib/status.h"

#include <errno.h>
#include <string.h>

const char *const status_names[STATUSES] = {
	[STATUS_OK] = "ok",
	[STATUS_ERROR] = "error",
	[STATUS_SKIPPED] = "skipped",
	[STATUS_BUILD_FAILED] = "build-failed",
	[STATUS_BOOT_FAILED] = "boot-failed",
	[STATUS_PANIC] = "panic",
	[STATUS_LOCKUP] = "lockup",
	[STATUS_TIMEOUT] = "timeout",
	[STATUS_DIED] = "died",
	[STATUS_HOST_FAILED] = "host-failed",
	[STATUS_STOPPED] = "stopped",
};

int status_find(const char *name)
{
	int i;

	for (i = 0; i < STATUS_STOPPED; i++) {
		if (!strcmp(name, status_names[i]))
			return i;
	}
	return -EINVAL;
}

bool status_lives(enum status status)
{
	return status <= STATUS_SKIPPED;
}
