/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_KINDS_HUNT_H
#define AUX_BENCH_VIEWS_KINDS_HUNT_H

#include "bench/views/kinds.h"
#include "bench/views/text.h"
#include "lib/json.h"

/* The section of the hunts: summary, hunts.txt with all timelines. */
extern const struct report_kind report_hunt;

/* hunt-model.c: asks the model (a report_kind's prepare), prints its word. */
int hunt_ask_model(json_t *sum, const char *dir, int stop_fd);
void hunt_put_model(const json_t *sum, const json_t *rows, FILE *f);

/* Finds of all classes among the counts of a row's "cold" or "warm". */
json_int_t hunt_finds(const json_t *counts);
/* The driver of a row, short enough for a table. */
const char *hunt_driver(const json_t *row);
void hunt_heads(struct text_table *t, const char *const *heads, size_t n);

/* finds.c: writes @dir/hunts.txt from @sum's finds. */
int report_finds(const json_t *sum, const char *dir, int stop_fd,
		 struct err *err);

#endif
