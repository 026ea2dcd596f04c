// SPDX-License-Identifier: GPL-2.0-only
#include "lib/hist.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "lib/scan.h"

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

unsigned int hist_next(const struct hist *h, unsigned int i)
{
	unsigned int word = i / 64;
	uint64_t bits;

	if (i >= HIST_BUCKETS)
		return HIST_BUCKETS;
	bits = h->used[word] >> i % 64 << i % 64;
	while (!bits) {
		if (++word == HIST_WORDS)
			return HIST_BUCKETS;
		bits = h->used[word];
	}
	return word * 64 + __builtin_ctzll(bits);
}

static void add_count(struct hist *h, unsigned int i, uint64_t count)
{
	h->bucket[i] += count;
	h->used[i / 64] |= 1ull << i % 64;
}

void hist_clear(struct hist *h)
{
	unsigned int word;
	uint64_t bits;

	for (word = 0; word < HIST_WORDS; word++) {
		for (bits = h->used[word]; bits; bits &= bits - 1)
			h->bucket[64 * word + __builtin_ctzll(bits)] = 0;
		h->used[word] = 0;
	}
	h->n = h->max = h->sum = h->overflow = 0;
	h->min = UINT64_MAX;
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
		add_count(h, hist_index(ns), 1);
}

void hist_merge(struct hist *into, const struct hist *from)
{
	unsigned int word, i;
	uint64_t bits;

	into->n += from->n;
	into->sum += from->sum;
	into->overflow += from->overflow;
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	/* Pages of @into that are not needed stay untouched. */
	for (word = 0; word < HIST_WORDS; word++) {
		for (bits = from->used[word]; bits; bits &= bits - 1) {
			i = 64 * word + __builtin_ctzll(bits);
			into->bucket[i] += from->bucket[i];
		}
		if (from->used[word])
			into->used[word] |= from->used[word];
	}
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
	for (i = hist_next(h, 0); i < HIST_BUCKETS; i = hist_next(h, i + 1)) {
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

	for (i = hist_next(h, 0); i < HIST_BUCKETS; i = hist_next(h, i + 1))
		json_array_append_new(buckets,
			json_pack("[I, I]", (json_int_t)i,
				  (json_int_t)h->bucket[i]));
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o}",
			 "n", (json_int_t)h->n,
			 "min", (json_int_t)(h->n ? h->min : 0),
			 "max", (json_int_t)h->max,
			 "sum", (json_int_t)h->sum,
			 "overflow", (json_int_t)h->overflow,
			 "buckets", buckets);
}

/* One [index, count]; json_unpack() would take half of a report's time. */
static int bucket_from_json(struct hist *h, const json_t *pair)
{
	const json_t *index = json_array_get(pair, 0);
	const json_t *count = json_array_get(pair, 1);
	json_int_t i;

	if (json_array_size(pair) != 2 || !json_is_integer(index) ||
	    !json_is_integer(count))
		return -EINVAL;
	i = json_integer_value(index);
	if (i < 0 || i >= HIST_BUCKETS || json_integer_value(count) <= 0)
		return -EINVAL;
	add_count(h, i, json_integer_value(count));
	return 0;
}

/* The samples are where min, max and sum say that they are. */
static bool adds_up(const struct hist *h)
{
	unsigned __int128 least = (unsigned __int128)h->n * h->min;
	unsigned __int128 most = (unsigned __int128)h->n * h->max;

	if (!h->n)
		return !h->sum && !h->max;
	return h->min <= h->max && h->sum >= least && h->sum <= most &&
	       !h->overflow == (h->max < HIST_LIMIT) &&
	       (h->min >= HIST_LIMIT || h->bucket[hist_index(h->min)]) &&
	       (h->overflow || h->bucket[hist_index(h->max)]);
}

int hist_from_json(struct hist *h, const json_t *json)
{
	json_int_t n, min, max, sum, overflow;
	const json_t *buckets, *pair;
	uint64_t seen;
	size_t k;

	hist_init(h);
	if (json_unpack((json_t *)json, "{s:I, s:I, s:I, s:I, s:I, s:o}",
			"n", &n, "min", &min, "max", &max, "sum", &sum,
			"overflow", &overflow, "buckets", &buckets) ||
	    n < 0 || n > HIST_SAMPLES_MAX || min < 0 || max < 0 || sum < 0 ||
	    overflow < 0 || overflow > n)
		return -EINVAL;
	h->n = n;
	h->min = n ? (uint64_t)min : UINT64_MAX;
	h->max = max;
	h->sum = sum;
	h->overflow = overflow;
	seen = overflow;
	json_array_foreach(buckets, k, pair) {
		if (bucket_from_json(h, pair))
			return -EINVAL;
		seen += json_integer_value(json_array_get(pair, 1));
		if (seen > h->n)
			return -EINVAL;
	}
	return seen == h->n && adds_up(h) ? 0 : -EINVAL;
}

static bool scan_field(const char **p, const char *name, uint64_t *value)
{
	return scan_literal(p, name) && scan_count(p, value);
}

/* All but the buckets. */
static bool scan_head(struct hist *h, const char **p)
{
	uint64_t n, min, max, sum, overflow;

	if (!scan_field(p, "{\"n\":", &n) ||
	    !scan_field(p, ",\"min\":", &min) ||
	    !scan_field(p, ",\"max\":", &max) ||
	    !scan_field(p, ",\"sum\":", &sum) ||
	    !scan_field(p, ",\"overflow\":", &overflow) ||
	    n > HIST_SAMPLES_MAX || overflow > n)
		return false;
	h->n = n;
	h->min = n ? min : UINT64_MAX;
	h->max = max;
	h->sum = sum;
	h->overflow = overflow;
	return true;
}

/* Up to nine digits: most of a store is these. */
static inline bool scan_small(const char **p, uint64_t *count)
{
	const char *q = *p;
	uint64_t n = 0;

	while (*q >= '0' && *q <= '9' && q - *p < 9)
		n = n * 10 + (*q++ - '0');
	if (q == *p || (**p == '0' && q - *p > 1))
		return false;
	*count = n;
	*p = q;
	return true;
}

bool hist_scan(struct hist *h, const char **p)
{
	uint64_t seen, i, count;
	bool first = true;
	const char *q;

	if (!scan_head(h, p) || !scan_literal(p, ",\"buckets\":["))
		return false;
	q = *p;
	for (seen = h->overflow; *q != ']'; seen += count, first = false) {
		if ((!first && !scan_char(&q, ',')) || !scan_char(&q, '[') ||
		    !scan_small(&q, &i) || !scan_char(&q, ',') ||
		    !scan_small(&q, &count) || !scan_char(&q, ']') ||
		    i >= HIST_BUCKETS || !count || seen + count > h->n)
			return false;
		add_count(h, i, count);
	}
	*p = q;
	return scan_literal(p, "]}") && seen == h->n && adds_up(h);
}
