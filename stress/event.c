// SPDX-License-Identifier: GPL-2.0-only
#include "stress/event.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lib/units.h"
#include "stress/auxsynth/auxsynth.h"

static int set_field(struct perf_event_attr *attr, const struct pmu *pmu,
		     const char *field, uint64_t value, struct err *err)
{
	/* Real PMUs have none of these; what matters is their AUX area. */
	return pmu_has(pmu, field) ? pmu_set(pmu, attr, field, value, err) : 0;
}

static int make_attr(const struct cell *cell, const struct pmu *pmu,
		     unsigned int slot, struct perf_event_attr *attr,
		     struct err *err)
{
	const struct {
		const char *field;
		uint64_t value;
	} fields[] = {
		{ "mode", cell->mode }, { "fail", cell->fail },
		{ "region_kb", cell->region >> 10 }, { "rate", cell->rate },
		{ "tick_us", cell->tick / NSEC_PER_USEC },
		{ "window_us", cell->window / NSEC_PER_USEC },
		{ "nmi", cell->context == CONTEXT_NMI }, { "slot", slot },
	};
	unsigned int i;
	int ret;

	*attr = (struct perf_event_attr) {
		.type = pmu->type,
		.size = sizeof(*attr),
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
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		ret = set_field(attr, pmu, fields[i].field, fields[i].value,
				err);
		if (ret)
			return ret;
	}
	return 0;
}

static int explain_open(struct err *err, int code, const struct pmu *pmu)
{
	const char *hint = "";

	if (code == EACCES || code == EPERM)
		hint = " (see kernel.perf_event_paranoid, lockdown)";
	else if (code == EBUSY)
		hint = " (somebody else uses this PMU)";
	else if (code == EOPNOTSUPP)
		hint = " (context=nmi needs x86, and not mode=spe)";
	return err_set(err, -code, "perf_event_open on PMU %s: %s%s",
		       pmu->name, strerror(code), hint);
}

int event_open(const struct cell *cell, const struct pmu *pmu,
	       const struct event_where *where, bool slots,
	       unsigned int *slot, struct err *err)
{
	struct perf_event_attr attr;
	int fd, ret;

	/* Another process may hold a slot: take the next that is free. */
	for (;;) {
		ret = make_attr(cell, pmu, *slot, &attr, err);
		if (ret)
			return ret;
		attr.inherit = where->inherit;
		fd = syscall(SYS_perf_event_open, &attr, where->tid,
			     where->cpu, -1, PERF_FLAG_FD_CLOEXEC);
		if (fd >= 0)
			return fd;
		if (errno != EBUSY || !slots || ++*slot >= AUXSYNTH_SLOTS)
			return explain_open(err, errno, pmu);
	}
}
