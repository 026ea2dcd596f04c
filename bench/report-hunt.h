/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_REPORT_HUNT_H
#define AUX_BENCH_REPORT_HUNT_H

#include "bench/report-kinds.h"

/* The section of the hunts: summary, hunts.txt with all timelines. */
extern const struct report_kind report_hunt;

/* report-finds.c: writes @dir/hunts.txt from @sum's finds. */
int report_finds(const json_t *sum, const char *dir, int stop_fd,
		 struct err *err);

/* Members of a row or a find; NULL, 0 when there is none. */
static inline const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static inline json_int_t number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

#endif
