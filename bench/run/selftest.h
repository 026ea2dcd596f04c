/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RUN_SELFTEST_H
#define AUX_BENCH_RUN_SELFTEST_H

#include "kconfigs/build/kernel.h"
#include "lib/err.h"

/* Its name in the guest's PATH. */
#define SELFTEST_MMAP "selftest-mmap"

/*
 * The kernel's own tools/testing/selftests/perf_events/mmap.c out of the
 * store's source, compiled with this machine's gcc and kept in the cache.
 * *path: the program, caller frees.  -ENOENT when the source has none (it came
 * with Linux 6.17).
 */
int selftest_get(const struct kernel_store *store, char **path,
		 struct err *err);

#endif
