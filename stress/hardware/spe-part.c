// SPDX-License-Identifier: GPL-2.0-only
#include "spe-part.h"

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

/* Flags of PMSIDR_EL1. */
enum {
	FILTER_EVENT = 1 << 0, FILTER_TYPE = 1 << 1, FILTER_LATENCY = 1 << 2,
	LOADED_SOURCE = 1 << 4, RANDOM_AT_END = 1 << 5,
	FILTER_NOT_EVENT = 1 << 6, FILTER_SOURCE = 1 << 7,
	PREVIOUS_TARGET = 1 << 24, FILTER_MORE_TYPES = 1 << 26,
};

#define FILTERS (FILTER_EVENT | FILTER_TYPE | FILTER_LATENCY)

/* Retired, refill, TLB walk, mispredicted; and what came later. */
#define EVENTS 0xaaull
#define EVENTS_V1P1 (EVENTS | 0x60800ull)

/* The interval of 1024 that is recommended. */
#define INTERVAL 4ull

/*
 * n1 is a Neoverse N1's.  The others are no part's in particular: a version's
 * features, and records and alignments that the architecture allows, so that
 * the driver pads in other places.
 */
static const struct spe_part parts[] = {
	{
		.name = "n1", .version = 1, .features = FILTERS,
		.counter = 2, .record = 6, .align = 6, .events = EVENTS,
	}, {
		.name = "v1p1", .version = 2, .features = FILTERS |
			LOADED_SOURCE,
		.counter = 2, .record = 7, .align = 0, .events = EVENTS_V1P1,
	}, {
		.name = "v1p2", .version = 3, .features = FILTERS |
			LOADED_SOURCE | FILTER_NOT_EVENT | PREVIOUS_TARGET,
		.counter = 3, .record = 6, .align = 6, .events = EVENTS_V1P1,
	}, {
		.name = "v1p3", .version = 4, .features = FILTERS |
			RANDOM_AT_END | FILTER_NOT_EVENT | PREVIOUS_TARGET,
		.counter = 3, .record = 8, .align = 4, .events = EVENTS_V1P1,
	}, {
		.name = "v1p4", .version = 5, .features = FILTERS |
			RANDOM_AT_END | FILTER_NOT_EVENT | PREVIOUS_TARGET |
			FILTER_SOURCE | FILTER_MORE_TYPES,
		.counter = 3, .record = 11, .align = 11, .events = EVENTS_V1P1,
	},
};

const struct spe_part *spe_part_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!strcmp(parts[i].name, name))
			return &parts[i];
	}
	return NULL;
}

u64 spe_part_pmsidr(const struct spe_part *part)
{
	return part->features | INTERVAL << 8 | (u64)part->record << 12 |
	       (u64)part->counter << 16;
}

u64 spe_part_pmbidr(const struct spe_part *part)
{
	return part->align;
}
