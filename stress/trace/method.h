/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_TRACE_METHOD_H
#define AUX_STRESS_TRACE_METHOD_H

#include "stress/trace/gaps.h"
#include "stress/event/pmu-kinds.h"

/*
 * How the gaps of a PMU that is not auxsynth can be found: by its trace's own
 * times, if there are any and we can read them; then @gaps is made for it, to
 * be freed.  Else GAPS_FLAGS, with the reason in @why where better might have
 * been expected ("" where not).  @attr: of the event, @page: its first page.
 */
enum gap_method method_choose(const struct pmu *pmu,
			      const union pmu_attr *attr,
			      const struct perf_event_mmap_page *page,
			      struct gaps *gaps, gap_fn fn, void *ctx,
			      struct err *why);

#endif
