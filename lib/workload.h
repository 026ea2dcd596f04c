/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_WORKLOAD_H
#define AUX_LIB_WORKLOAD_H

#include <stddef.h>
#include <stdint.h>

/*
 * How the tracee uses its CPU over time, and with that the rate of the trace:
 * a trace unit writes while its thread runs.  Times are ns.
 */
enum workload_kind {
	WORKLOAD_STEADY,	/* runs all the time */
	WORKLOAD_BURST,		/* runs and sleeps for random times (means) */
	WORKLOAD_DUTY,		/* runs and sleeps for fixed times */
	WORKLOAD_RAMP,		/* its share of a CPU grows from 0 to 1 */
	WORKLOAD_HOT,		/* all of one node's CPUs, a tenth elsewhere */
	WORKLOAD_BRANCHY,	/* branches, steered to a rate */
};

struct workload {
	int kind;		/* enum workload_kind */
	uint64_t on, off;	/* burst and duty; ramp: @on is its length */
	uint64_t rate;		/* branchy: bytes/s, 0: the cell's rate */
	uint64_t node;		/* hot: the node, by the kernel's number */
};

#define WORKLOAD_EXPECT \
	"steady, burst:ON/OFF, duty:ON/OFF, ramp:TIME, hot:NODE or branchy:RATE"

/* 0 or -EINVAL.  "hot" alone is hot:0, "branchy" alone takes the cell's rate. */
int workload_parse(struct workload *workload, const char *text);
/* What workload_parse() reads back; @size bytes suffice if 96. */
void workload_format(const struct workload *workload, char *buf, size_t size);

#endif
