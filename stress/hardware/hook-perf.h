/* SPDX-License-Identifier: GPL-2.0-only */
/* What a model hears of a driver's calls into perf core. */
#ifndef AUX_HARDWARE_HOOK_PERF_H
#define AUX_HARDWARE_HOOK_PERF_H

#include <linux/perf_event.h>

struct hook_perf {
	void (*begin)(struct perf_output_handle *handle);
	void (*begun)(struct perf_output_handle *handle,
		      struct perf_event *event, void *buf);
	void (*skipped)(struct perf_output_handle *handle, unsigned long size);
	void (*end)(struct perf_output_handle *handle, unsigned long size);
	void (*ended)(struct perf_event *event);
};

#endif
