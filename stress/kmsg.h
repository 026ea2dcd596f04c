/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_KMSG_H
#define AUX_STRESS_KMSG_H

#include <stddef.h>

/* What the kernel logs while we measure, from /dev/kmsg. */

/* From now on; -1 when it may not be read (kernel.dmesg_restrict). */
int kmsg_open(void);

/*
 * The next line as on a console, "<4>[   12.345678] text", or 0 when there is
 * none yet.
 */
int kmsg_next(int fd, char *line, size_t size);

/* "6,1234,5678901,-;text\n DEVICE=...": that line; -EINVAL if it is none. */
int kmsg_parse(const char *record, char *line, size_t size);

#endif
