/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included by a driver's hook, which has HOOK_OPS: its operations, NULL while
 * there is no model.  The driver's calls into perf core are perf core's, with
 * the model's ears (hook-perf.h) around them.
 */
#ifndef AUX_HARDWARE_HOOK_PERF_DRIVER_H
#define AUX_HARDWARE_HOOK_PERF_DRIVER_H

static inline void *hook_begin(struct perf_output_handle *handle,
			       struct perf_event *event)
{
	void *buf;

	if (HOOK_OPS)
		HOOK_OPS->perf->begin(handle);
	buf = perf_aux_output_begin(handle, event);
	if (HOOK_OPS)
		HOOK_OPS->perf->begun(handle, event, buf);
	return buf;
}

static inline int hook_skip(struct perf_output_handle *handle,
			    unsigned long size)
{
	int ret = perf_aux_output_skip(handle, size);

	if (!ret && HOOK_OPS)
		HOOK_OPS->perf->skipped(handle, size);
	return ret;
}

static inline void hook_end(struct perf_output_handle *handle,
			    unsigned long size)
{
	struct perf_event *event = handle->event;

	if (HOOK_OPS)
		HOOK_OPS->perf->end(handle, size);
	perf_aux_output_end(handle, size);
	if (HOOK_OPS)
		HOOK_OPS->perf->ended(event);
}

static inline int hook_register(struct pmu *pmu, const char *name, int type)
{
	if (HOOK_OPS)
		HOOK_OPS->pmu(pmu);
	return perf_pmu_register(pmu, name, type);
}

/* What the driver sees from here on. */
#define perf_aux_output_begin hook_begin
#define perf_aux_output_skip hook_skip
#define perf_aux_output_end hook_end
#define perf_pmu_register hook_register

#endif
