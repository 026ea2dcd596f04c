/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RUN_RUN_H
#define AUX_BENCH_RUN_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"

/* A run of the matrix, from the job to the store. */
struct run_options {
	const char *job;	/* file or name; NULL: the default */
	char **overrides;	/* "key=value", NULL-ended; may be NULL */
	const char *output;	/* NULL: a dated directory */
	const char *resume;	/* directory of a run to go on with */
	bool list;
	bool quiet;
	char **argv;
	int stop_fd;		/* see lib/proc.h */
	/*
	 * Shows the store in @dir while kernels are still to be built; NULL:
	 * nobody wants to see that.
	 */
	void (*first)(const struct run_options *options, const char *dir);
};

/* What a run came to. */
struct run_done {
	char *dir;		/* of the results, caller frees; NULL: listed */
	size_t cells;
	size_t unmeasured;	/* of these: without a record */
	bool shard;		/* only a part: no report of it alone */
	/* Of a run over several hosts: what each has measured, to be merged. */
	char **lanes;		/* folders, NULL-ended, the caller's; or NULL */
	char *lost;		/* which hosts were, and why; NULL: none */
};

/* 0 when every cell was tried; else -errno with what stopped it. */
int run_matrix(const struct run_options *options, struct run_done *done,
	       struct err *err);

#endif
