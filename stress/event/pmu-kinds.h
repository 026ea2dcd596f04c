/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_EVENT_PMU_KINDS_H
#define AUX_STRESS_EVENT_PMU_KINDS_H

#include "stress/event/pmu.h"

/* How a PMU's gaps are found; the names are those of a record's "method". */
enum gap_method { GAPS_FLAGS, GAPS_DRIVER, GAPS_PT, GAPS_SPE };
extern const char *const gap_method_names[];

/* What has an AUX area, by its driver's name; sysfs does not say it. */
struct pmu_kind {
	const char *pattern;	/* of fnmatch() */
	const char *what;
	enum gap_method method;
	bool per_cpu;		/* traces no task, only a CPU */
	const char *absent;	/* why there may be none */
	/* What we set where the user does not; may be NULL. */
	int (*defaults)(const struct pmu *pmu, union pmu_attr *attr,
			struct err *err);
	/* Says in @why what is missing for a trace; 0 when nothing is. */
	int (*check)(const struct pmu *pmu, struct err *why);
};

/* NULL: none of those. */
const struct pmu_kind *pmu_kind_find(const char *name);

/*
 * Fills in what depends on the PMU: its kind's defaults, then @terms.  The
 * type and size are set; the rest of @attr is the caller's.
 */
int pmu_attr_make(const struct pmu *pmu, union pmu_attr *attr,
		  const char *terms, struct err *err);

/* -ENODEV with what is missing for a trace by this PMU. */
int pmu_check(const struct pmu *pmu, struct err *err);

/* The CPU a per_cpu PMU is opened on; -1 for the others. */
int pmu_event_cpu(const struct pmu *pmu);

/* A table of what is in @root: name, type, AUX or not, what is missing. */
int pmu_list(const char *root, FILE *out, struct err *err);

#endif
