// SPDX-License-Identifier: GPL-2.0-only
#include "stress/event/event.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lib/units.h"
#include "stress/auxsynth/auxsynth.h"
#include "stress/place/placement.h"
#include "stress/event/pmu-kinds.h"
#include "stress/event/preflight.h"

/* A cell's numbers go to the driver as they are. */
#define SAME_MODE(id, word) \
	_Static_assert((int)MODE_##id == (int)AUXSYNTH_##id, word);
PERSONALITY_LIST(SAME_MODE)
_Static_assert((int)FAIL_NULL == (int)AUXSYNTH_FAIL_NULL &&
	       (int)FAIL_SHORT == (int)AUXSYNTH_FAIL_SHORT &&
	       (int)FAIL_BOTH == (int)AUXSYNTH_FAIL_BOTH, "fail");

/*
 * auxsynth's knobs.  A driver over modelled hardware has those that its
 * hardware has, a real PMU none.
 */
static int set_knobs(const struct cell *cell, const struct pmu *pmu,
		     unsigned int slot, struct perf_event_attr *attr,
		     struct err *err)
{
	const struct {
		const char *key, *field;
		uint64_t value, otherwise;
	} fields[] = {
		{ "mode", "mode", cell->mode, MODE_PT },
		{ "fail", "fail", cell->fail, FAIL_NULL },
		{ "region", "region_kb", cell->region >> 10, 4 },
		{ "rate", "rate", cell->rate, AUXSYNTH_DEFAULT_RATE },
		{ "tick", "tick_us", cell->tick / NSEC_PER_USEC,
		  AUXSYNTH_DEFAULT_TICK_US },
		{ "window", "window_us", cell->window / NSEC_PER_USEC, 0 },
		{ "skid", "skid_us", cell->skid / NSEC_PER_USEC, 0 },
		{ "overflow", "overflow_ms", cell->overflow / NSEC_PER_MSEC,
		  0 },
		/* A PMU that has no such choice has the one or the other. */
		{ NULL, "nmi", cell->context == CONTEXT_NMI, 0 },
		{ NULL, "slot", slot, 0 },
	};
	unsigned int i;
	int ret;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!pmu_has(pmu, fields[i].field)) {
			if (!fields[i].key ||
			    fields[i].value == fields[i].otherwise)
				continue;
			return err_set(err, -PLACEMENT_SKIP,
				       "%s: PMU %s has no such knob",
				       fields[i].key, pmu->name);
		}
		ret = pmu_set(pmu, attr, fields[i].field, fields[i].value,
			      err);
		if (ret)
			return ret;
	}
	return 0;
}

int event_attr(const struct cell *cell, const struct pmu *pmu,
	       unsigned int slot, union pmu_attr *attr, struct err *err)
{
	int ret;

	memset(attr, 0, sizeof(*attr));
	attr->attr = (struct perf_event_attr) {
		.disabled = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME,
		.sample_id_all = 1,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
		.aux_watermark = cell->watermark,
		/* Only the AUX area wakes the tracer. */
		.watermark = 1,
		.wakeup_watermark = UINT32_MAX,
	};
	ret = pmu_attr_make(pmu, attr, cell->pmu_terms, err);
	if (!ret)
		ret = set_knobs(cell, pmu, slot, &attr->attr, err);
	return ret;
}

static int explain_open(struct err *err, int code, const struct cell *cell,
			const struct pmu *pmu)
{
	struct preflight here;
	char release[65];

	if (code == EOPNOTSUPP && cell->context == CONTEXT_NMI &&
	    pmu_has(pmu, "nmi"))
		return cell->mode == MODE_SPE ?
			err_set(err, -code,
				"context=nmi: mode=spe has its interrupt from elsewhere") :
			err_set(err, -PLACEMENT_SKIP,
				"context=nmi: auxsynth has NMIs on x86 only");
	preflight_init(&here, false, release);
	return preflight_explain_open(&here, pmu, code, err);
}

int event_open(const struct cell *cell, const struct pmu *pmu,
	       const struct event_where *where, bool slots,
	       unsigned int *slot, struct err *err)
{
	/* A PMU that traces no task is opened on a CPU of its own choice. */
	int cpu = pmu_event_cpu(pmu), fd, ret;
	union pmu_attr attr;

	/* Another process may hold a slot: take the next that is free. */
	for (;;) {
		ret = event_attr(cell, pmu, *slot, &attr, err);
		if (ret)
			return ret;
		attr.attr.inherit = where->inherit;
		fd = syscall(SYS_perf_event_open, &attr,
			     cpu < 0 ? where->tid : -1,
			     cpu < 0 ? where->cpu : cpu, -1,
			     PERF_FLAG_FD_CLOEXEC);
		if (fd >= 0)
			return fd;
		if (errno != EBUSY || !slots || ++*slot >= AUXSYNTH_SLOTS)
			return explain_open(err, errno, cell, pmu);
	}
}
