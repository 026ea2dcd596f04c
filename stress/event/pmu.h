/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_EVENT_PMU_H
#define AUX_STRESS_EVENT_PMU_H

#include <linux/perf_event.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/err.h"

struct pmu_kind;

/* A PMU as sysfs describes it. */
struct pmu {
	char name[48];
	char dir[256];		/* its directory in sysfs */
	uint32_t type;
	const struct pmu_kind *kind;	/* NULL: none that we know of */
};

#define PMU_SYSFS "/sys/bus/event_source/devices"

/*
 * perf_event_attr with what later kernels put after it (config3 at byte 128,
 * config4 at 136), whatever the headers that this was built with.
 */
union pmu_attr {
	struct perf_event_attr attr;
	unsigned char bytes[144];
};

/* @root: PMU_SYSFS, or a recorded tree.  -ENOENT says what is there. */
int pmu_find(struct pmu *pmu, const char *root, const char *name,
	     struct err *err);

/* True when format/@field exists. */
bool pmu_has(const struct pmu *pmu, const char *field);

/* auxsynth's own, under whatever name: the trace is of its records. */
bool pmu_is_auxsynth(const struct pmu *pmu);
/* Its driver's view is in /dev/auxsynth: auxsynth, or modelled hardware. */
bool pmu_has_oracle(const struct pmu *pmu);

/*
 * Puts @value into the bits that format/@field names ("config1:0-39", also
 * several ranges).  -ENOENT: no such field; -ERANGE: it does not fit.
 */
int pmu_set(const struct pmu *pmu, struct perf_event_attr *attr,
	    const char *field, uint64_t value, struct err *err);

/* The value that a field of @attr has, the other way round. */
int pmu_get(const struct pmu *pmu, const union pmu_attr *attr,
	    const char *field, uint64_t *value);

/*
 * Sets terms in perf's syntax, "cyc=1,ptw=0": names from format/ and events/,
 * config .. config4, period, @SINK; a name alone is 1.  "none": none.
 */
int pmu_set_terms(const struct pmu *pmu, union pmu_attr *attr,
		  const char *terms, struct err *err);

/* A small file of the PMU's, without the end of its line; or -errno. */
int pmu_read(const struct pmu *pmu, const char *file, char *buf, size_t size);
/* A file that holds a number, decimal or 0x...; @otherwise if it does not. */
uint64_t pmu_number(const struct pmu *pmu, const char *file,
		    uint64_t otherwise);
/* CPUs it works on; -ENOENT when its directory does not say: all. */
int pmu_cpus(const struct pmu *pmu, cpu_set_t *cpus);

#endif
