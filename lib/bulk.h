/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_BULK_H
#define AUX_LIB_BULK_H

#include <stddef.h>
#include <stdio.h>

/*
 * Large files that are read or written once, from end to end.  Where the kernel
 * can (Linux 6.14), what is not in its page cache does not stay there either:
 * fresh pages for gigabytes cost more than reading them, and would drive out
 * what others have there.
 */

/* For reading, in blocks of a MiB; NULL with errno set. */
FILE *bulk_open(const char *path);

/*
 * Writes to @fd in a thread of its own, while the caller makes more of it;
 * without one, in this.
 */
struct bulk_out;
struct bulk_out *bulk_out_new(int fd);
void bulk_out_put(struct bulk_out *out, const char *text, size_t len);
/* All of it is written, or -errno.  Frees @out. */
int bulk_out_end(struct bulk_out *out);

#endif
