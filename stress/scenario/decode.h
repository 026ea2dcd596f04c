/* SPDX-License-Identifier: GPL-2.0-only */
/* What perf script says of a real driver's trace. */
#ifndef AUX_STRESS_SCENARIO_DECODE_H
#define AUX_STRESS_SCENARIO_DECODE_H

#include "stress/scenario/scenario.h"

/* Runs @argv, calls @take for each line; *status: how it ended. */
int decode_lines(struct scenario_ctx *ctx, const char *const *argv,
		 void (*take)(void *with, char *line), void *with, int *status,
		 struct err *err);

/*
 * A line that says that perf found no sense in it: "errors", the first of them in
 * "first_error"; or that there is less of it, as the driver said: "told_lost".
 */
void decode_count_error(json_t *found, char *line);

/* This program, as the tracee of perf record; caller frees, NULL with @err. */
char *decode_self(struct err *err);

/* Its file's offset of the loop in which it spins; ~0: not found. */
uint64_t decode_loop(void);

/* Of code, from there; less than a page. */
#define DECODE_LOOP_SIZE 256ull

#endif
