/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_SIGN_OFF_POINTS_H
#define AUX_BENCH_SIGN_OFF_POINTS_H

#include <jansson.h>
#include <stdio.h>

/*
 * [{"name": candidate, "result", "why", "points": [{"name", "result",
 * "why"}]}], from verdict.json and the store beside it: a candidate's word,
 * what it is made of, and each scenario that ran.  A new reference.
 */
json_t *sign_off_points(const json_t *verdict, const char *dir);

/* What cannot be said is skipped, with the reason. */
#define POINT_OK "ok"
#define POINT_NOT_OK "not ok"
#define POINT_SKIP "skip"

/* As tools/testing/kunit/kunit.py parse reads it. */
void sign_off_ktap(FILE *f, const json_t *points);
/* As CI servers read it. */
void sign_off_junit(FILE *f, const json_t *points);

#endif
