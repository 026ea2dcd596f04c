// SPDX-License-Identifier: GPL-2.0-only
#include "lib/workload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/units.h"

static const char *const names[] = {
	[WORKLOAD_STEADY] = "steady", [WORKLOAD_BURST] = "burst",
	[WORKLOAD_DUTY] = "duty", [WORKLOAD_RAMP] = "ramp",
	[WORKLOAD_HOT] = "hot", [WORKLOAD_BRANCHY] = "branchy",
};

#define NAMES ((int)(sizeof(names) / sizeof(names[0])))

/* A node's number is one of few; more is a slip of the pen. */
#define NODE_MAX 1023

/* "ON/OFF", neither of them 0: that would be steady, or nothing. */
static int parse_on_off(struct workload *w, const char *text)
{
	const char *slash = strchr(text, '/');
	char on[UNITS_LEN];

	if (!slash || (size_t)(slash - text) >= sizeof(on))
		return -EINVAL;
	memcpy(on, text, slash - text);
	on[slash - text] = '\0';
	if (units_parse_time(on, &w->on) ||
	    units_parse_time(slash + 1, &w->off) || !w->on || !w->off)
		return -EINVAL;
	return 0;
}

static int parse_argument(struct workload *w, const char *text)
{
	switch (w->kind) {
	case WORKLOAD_BURST:
	case WORKLOAD_DUTY:
		return text ? parse_on_off(w, text) : -EINVAL;
	case WORKLOAD_RAMP:
		return !text || units_parse_time(text, &w->on) || !w->on ?
			-EINVAL : 0;
	case WORKLOAD_HOT:
		return text && (units_parse_uint(text, &w->node) ||
				w->node > NODE_MAX) ? -EINVAL : 0;
	case WORKLOAD_BRANCHY:
		return text && (units_parse_rate(text, &w->rate) || !w->rate) ?
			-EINVAL : 0;
	default:
		return text ? -EINVAL : 0;
	}
}

int workload_parse(struct workload *workload, const char *text)
{
	size_t len = strcspn(text, ":");
	struct workload w = { 0 };

	for (w.kind = 0; w.kind < NAMES; w.kind++) {
		if (strlen(names[w.kind]) == len &&
		    !strncmp(names[w.kind], text, len))
			break;
	}
	if (w.kind == NAMES ||
	    parse_argument(&w, text[len] ? text + len + 1 : NULL))
		return -EINVAL;
	*workload = w;
	return 0;
}

void workload_format(const struct workload *w, char *buf, size_t size)
{
	const char *name = names[w->kind];
	char a[UNITS_LEN], b[UNITS_LEN];

	units_format_time(a, w->on);
	units_format_time(b, w->off);
	switch (w->kind) {
	case WORKLOAD_BURST:
	case WORKLOAD_DUTY:
		snprintf(buf, size, "%s:%s/%s", name, a, b);
		break;
	case WORKLOAD_RAMP:
		snprintf(buf, size, "%s:%s", name, a);
		break;
	case WORKLOAD_HOT:
		snprintf(buf, size, "%s:%llu", name,
			 (unsigned long long)w->node);
		break;
	case WORKLOAD_BRANCHY:
		units_format_rate(a, w->rate);
		snprintf(buf, size, w->rate ? "%s:%s" : "%s", name, a);
		break;
	default:
		snprintf(buf, size, "%s", name);
	}
}
