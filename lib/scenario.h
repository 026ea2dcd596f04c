/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_SCENARIO_H
#define AUX_LIB_SCENARIO_H

#include <stdbool.h>

/*
 * The known bugs and odd corners of the AUX path, each under a name (the
 * cell's key "scenario").  This table is behind the key, the help, the
 * dispatch (stress/scenario/scenario.c) and the verdicts of the report.
 */
enum scenario_id {
	SCENARIO_NONE,
	SCENARIO_SILENT_OFF,
	SCENARIO_WAKEUP_STORM,
	SCENARIO_GROUP_THROTTLE,
	SCENARIO_HISI_SILENT,
	SCENARIO_SET_OUTPUT,
	SCENARIO_MUNMAP,
	SCENARIO_AUX_PAUSE,
	SCENARIO_WATERMARK_DEFAULT,
	SCENARIO_WATERMARK_PAGE,
	SCENARIO_WATERMARK_HUGE,
	SCENARIO_SIGIO,
	SCENARIO_EPOLL,
	SCENARIO_EPOLL_ADD,
	SCENARIO_SELFTEST_MMAP,
	SCENARIO_PT_WHOLE_BUFFER,
	SCENARIO_PT_OVERRUN,
	SCENARIO_PT_SNAPSHOT,
	SCENARIO_PT_SAMPLE,
	SCENARIO_PT_DECODE,
	SCENARIO_PERF_TESTS,
	SCENARIO_SPE_FAULT,
	SCENARIO_SPE_LOSS,
	SCENARIO_SPE_SNAPSHOT,
	SCENARIO_BTS_PADDING,
	SCENARIO_BTS_THROTTLE,
	SCENARIO_BTS_SNAPSHOT,
	SCENARIO_BTS_DECODE,
	SCENARIO_PTT_END,
	SCENARIO_PTT_BEYOND,
	SCENARIO_TRBE_SNAPSHOT,
	SCENARIO_TRBE_FAULT,
	SCENARIOS
};

/* Where Debian's linux-perf has its tests that are scripts. */
#define PERF_SHELL_TESTS "/usr/lib/perf-core/tests/shell"

/* What a scenario can come to; each has some of these. */
#define OUTCOME_CLEAN "clean"		/* as it should be */
#define OUTCOME_SILENT_OFF "silent-off"	/* switched off, nobody woken */
#define OUTCOME_STORM "storm"		/* woken again and again for nothing */
#define OUTCOME_WARN "warn"		/* the kernel complained */
#define OUTCOME_STOPPED "stays-stopped"	/* enabled, but not traced */
#define OUTCOME_LOST "lost-wakeup"	/* classes of hangs, as elsewhere */
#define OUTCOME_SILENT_STOP "silent-stop"
#define OUTCOME_STUCK "stuck"		/* a system call does not return */
#define OUTCOME_WRONG "wrong"		/* a result that is not allowed */
#define OUTCOME_MISCOUNTED "miscounted"	/* written, but never published */
#define OUTCOME_OVERRUN "overrun"	/* what was not yet read is lost */
#define OUTCOME_PANIC "panic"		/* the kernel died of it: the host says so */
#define OUTCOME_STALE "stale"		/* of an earlier lap, published again */
#define OUTCOME_NOT_ALLOWED "not-allowed"	/* what a register is given */
/* What was to be provoked did not come up: says nothing. */
#define OUTCOME_INCONCLUSIVE "inconclusive"

struct scenario_except {
	const char *variant;	/* of the kernel; NULL ends the list */
	const char *outcome;
};

struct scenario {
	const char *name;
	const char *summary;
	/* Outcome on any kernel; alternatives are separated by '|'. */
	const char *expect;
	struct scenario_except except[5];
	/* Of this real driver alone; NULL: of the PMU that the cell names. */
	const char *pmu;
	/* Kernels before this release (major * 1000 + minor) are clean. */
	int since;
	/* What is in the lines of the console then; NULL: nothing. */
	const char *console;
};

/* By enum scenario_id. */
extern const struct scenario scenarios[SCENARIOS];

/* enum scenario_id, or -EINVAL. */
int scenario_find(const char *name);

/*
 * What is expected of a kernel by its variant and release ("7.3.4-sync").  A
 * variant that is not ours is expected to be as baseline.
 */
const char *scenario_expect(const struct scenario *scenario,
			    const char *variant, const char *release);

/* Is @outcome one of @expect's alternatives? */
bool scenario_matches(const char *expect, const char *outcome);

#endif
