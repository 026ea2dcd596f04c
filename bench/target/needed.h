/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_NEEDED_H
#define AUX_BENCH_TARGET_NEEDED_H

#include <stddef.h>

#include "lib/err.h"

/* What a 64-bit ELF program or library needs, whichever machine it is for. */
struct needed {
	char *loader;		/* path; NULL: it is static, or a library */
	char **libraries;	/* names, NULL-ended */
	size_t n;
};

/* -ENOEXEC: not such a file, or not a sound one. */
int needed_read(struct needed *needed, const char *path, struct err *err);
void needed_free(struct needed *needed);

#endif
