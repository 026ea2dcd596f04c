// SPDX-License-Identifier: GPL-2.0-only
#include "lib/hist.h"

#include <errno.h>
#include <math.h>
#include <string.h>

void hist_init(struct hist *h)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT64_MAX;
}

/*
 * Below HIST_SUB the value is its own index.  Above, the top HIST_SUB_BITS
 * bits after the leading one select the bucket within its power of two.
 */
static unsigned int hist_index(uint64_t ns)
{
	unsigned int msb, shift;

	if (ns < HIST_SUB)
		return ns;
	msb = 63 - __builtin_clzll(ns);
	shift = msb - HIST_SUB_BITS;
	return (shift + 1) * HIST_SUB + ((ns >> shift) & (HIST_SUB - 1));
}

uint64_t hist_bucket_low(unsigned int i)
{
	unsigned int octave = i / HIST_SUB, sub = i % HIST_SUB;

	if (!octave)
		return sub;
	return (uint64_t)(HIST_SUB + sub) << (octave - 1);
}

uint64_t hist_bucket_high(unsigned int i)
{
	return hist_bucket_low(i + 1);
}

void hist_add(struct hist *h, uint64_t ns)
{
	h->n++;
	h->sum += ns;
	if (ns < h->min)
		h->min = ns;
	if (ns > h->max)
		h->max = ns;
	if (ns >= HIST_LIMIT)
		h->overflow++;
	else
		h->bucket[hist_index(ns)]++;
}

void hist_merge(struct hist *into, const struct hist *from)
{
	unsigned int i;

	into->n += from->n;
	into->sum += from->sum;
	into->overflow += from->overflow;
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	for (i = 0; i < HIST_BUCKETS; i++)
		into->bucket[i] += from->bucket[i];
}

uint64_t hist_quantile(const struct hist *h, double q)
{
	uint64_t rank, seen = 0, high;
	unsigned int i;

	if (!h->n)
		return 0;
	rank = ceil(q * h->n);
	if (rank <= 1)
		return h->min;
	if (rank >= h->n)
		return h->max;
	for (i = 0; i < HIST_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= rank) {
			high = hist_bucket_high(i) - 1;
			return high < h->max ? high : h->max;
		}
	}
	return h->max;
}

json_t *hist_to_json(const struct hist *h)
{
	json_t *buckets = json_array();
	unsigned int i;

	for (i = 0; i < HIST_BUCKETS; i++) {
		if (h->bucket[i])
			json_array_append_new(buckets,
				json_pack("[I, I]", (json_int_t)i,
					  (json_int_t)h->bucket[i]));
	}
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o}",
			 "n", (json_int_t)h->n,
			 "min", (json_int_t)(h->n ? h->min : 0),
			 "max", (json_int_t)h->max,
			 "sum", (json_int_t)h->sum,
			 "overflow", (json_int_t)h->overflow,
			 "buckets", buckets);
}

int hist_from_json(struct hist *h, const json_t *json)
{
	json_int_t n, min, max, sum, overflow, i, count;
	const json_t *buckets, *pair;
	uint64_t seen;
	size_t k;

	hist_init(h);
	if (json_unpack((json_t *)json, "{s:I, s:I, s:I, s:I, s:I, s:o}",
			"n", &n, "min", &min, "max", &max, "sum", &sum,
			"overflow", &overflow, "buckets", &buckets))
		return -EINVAL;
	h->n = n;
	h->min = n ? (uint64_t)min : UINT64_MAX;
	h->max = max;
	h->sum = sum;
	h->overflow = overflow;
	seen = overflow;
	json_array_foreach(buckets, k, pair) {
		if (json_unpack((json_t *)pair, "[I, I]", &i, &count) ||
		    i < 0 || i >= HIST_BUCKETS || count <= 0)
			return -EINVAL;
		h->bucket[i] += count;
		seen += count;
	}
	return seen == h->n ? 0 : -EINVAL;
}
