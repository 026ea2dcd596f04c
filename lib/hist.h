/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_HIST_H
#define AUX_LIB_HIST_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A log-linear histogram of nanoseconds: HIST_SUB buckets for every power of
 * two, so that a bucket is at most 1/128 (0.8 %) of its value wide; below
 * HIST_SUB ns the buckets are 1 ns wide.  What lies at or above HIST_LIMIT
 * (73 minutes) is counted as overflow.  n, min, max and sum are exact and
 * include the overflow.  The size is fixed: adding neither allocates nor
 * depends on how much was added before.
 */
#define HIST_SUB_BITS 7
#define HIST_SUB (1u << HIST_SUB_BITS)
#define HIST_MAX_BITS 42
#define HIST_LIMIT (1ull << HIST_MAX_BITS)
/* Read from JSON: so that the sum of many histograms' is still a number. */
#define HIST_SAMPLES_MAX (1ll << 48)
#define HIST_BUCKETS ((HIST_MAX_BITS - HIST_SUB_BITS + 1) * HIST_SUB)
#define HIST_WORDS (HIST_BUCKETS / 64)

struct hist {
	uint64_t n;
	uint64_t min;		/* UINT64_MAX while empty */
	uint64_t max;
	uint64_t sum;
	uint64_t overflow;
	uint64_t used[HIST_WORDS];	/* a bit for each bucket with a count */
	uint64_t bucket[HIST_BUCKETS];
};

void hist_init(struct hist *h);
/* The same for one that was in use: touches only what was. */
void hist_clear(struct hist *h);
/* The first bucket from @i on that has a count; HIST_BUCKETS: none. */
unsigned int hist_next(const struct hist *h, unsigned int i);
void hist_add(struct hist *h, uint64_t ns);
void hist_merge(struct hist *into, const struct hist *from);

/* The half-open range [low, high) of values that bucket @i counts. */
uint64_t hist_bucket_low(unsigned int i);
uint64_t hist_bucket_high(unsigned int i);

/*
 * The smallest value v such that at least q * n samples are <= v: the upper
 * end of the bucket it falls in, never beyond the exact max.  0 when empty.
 */
uint64_t hist_quantile(const struct hist *h, double q);

/*
 * JSON: {"n","min","max","sum","overflow","buckets":[[index,count],...]},
 * only the buckets that are not empty.  hist_to_json() returns a new
 * reference, or NULL without memory; hist_from_json() returns 0 or -EINVAL
 * when it is not such an object or its counts do not add up.
 */
json_t *hist_to_json(const struct hist *h);
int hist_from_json(struct hist *h, const json_t *json);
/*
 * The same from the text of it, into one that is empty; see lib/scan.h.  False
 * leaves it for hist_clear().
 */
bool hist_scan(struct hist *h, const char **p);

#endif
