/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_SCENARIO_PERF_TESTS_H
#define AUX_STRESS_SCENARIO_PERF_TESTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "lib/scenario.h"

#define PERF_SCRIPT PERF_SHELL_TESTS "/test_intel_pt.sh"

/* Results in what perf test says, and in what the script says, to @list. */
void perf_tests_line(json_t *list, char *line);
/* @counters: there are hardware counters.  @ended: it came to its end. */
void perf_tests_script(json_t *list, FILE *said, bool counters, bool ended);

#endif
