// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hist.h"
#include "tests/check.h"

/* Every bucket follows the one before, and none is wider than 1 %. */
static void buckets(struct check *t)
{
	uint64_t low, high;
	unsigned int i;

	CHECK_EQ(t, hist_bucket_low(0), 0);
	for (i = 0; i < HIST_BUCKETS; i++) {
		low = hist_bucket_low(i);
		high = hist_bucket_high(i);
		if (high <= low || (high - low > 1 && (high - low) * 100 > low))
			break;
		if (i + 1 < HIST_BUCKETS && hist_bucket_low(i + 1) != high)
			break;
	}
	CHECK_EQ(t, i, HIST_BUCKETS);
	CHECK(t, hist_bucket_high(HIST_BUCKETS - 1) == HIST_LIMIT);
}

static void counting(struct check *t, struct hist *h)
{
	static const uint64_t values[] = {
		0, 1, 127, 128, 129, 255, 256, 1000, 999999, HIST_LIMIT - 1,
	};
	unsigned int i, k;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		hist_init(h);
		hist_add(h, values[i]);
		for (k = 0; k < HIST_BUCKETS && !h->bucket[k]; k++)
			;
		CHECK(t, k < HIST_BUCKETS &&
		      hist_bucket_low(k) <= values[i] &&
		      values[i] < hist_bucket_high(k));
		CHECK(t, h->min == values[i] && h->max == values[i]);
	}
	hist_init(h);
	hist_add(h, HIST_LIMIT);
	hist_add(h, 5);
	CHECK_EQ(t, h->overflow, 1);
	CHECK_EQ(t, h->n, 2);
	CHECK(t, h->max == HIST_LIMIT && h->min == 5);
}

static void quantiles(struct check *t, struct hist *h)
{
	uint64_t v;
	int i;

	hist_init(h);
	CHECK_EQ(t, hist_quantile(h, 0.5), 0);
	for (i = 1; i <= 100000; i++)
		hist_add(h, i);
	v = hist_quantile(h, 0.5);
	CHECK(t, v >= 50000 && v <= 50500);
	v = hist_quantile(h, 0.99);
	CHECK(t, v >= 99000 && v <= 99990);
	CHECK_EQ(t, hist_quantile(h, 0), 1);
	CHECK_EQ(t, hist_quantile(h, 1), 100000);
}

static void json(struct check *t, struct hist *h, struct hist *back)
{
	json_t *j, *list;
	int i;

	hist_init(h);
	srand(1);
	for (i = 0; i < 1000; i++)
		hist_add(h, rand());
	hist_add(h, HIST_LIMIT + 7);
	j = hist_to_json(h);
	CHECK(t, !hist_from_json(back, j));
	CHECK(t, !memcmp(h, back, sizeof(*h)));

	/* A count that does not add up is a damaged store. */
	json_object_set_new(j, "n", json_integer(5));
	CHECK_EQ(t, hist_from_json(back, j), -EINVAL);
	list = json_object_get(j, "buckets");
	json_array_append_new(list, json_pack("[i, i]", -1, 1));
	CHECK_EQ(t, hist_from_json(back, j), -EINVAL);
	json_decref(j);
	CHECK_EQ(t, hist_from_json(back, NULL), -EINVAL);

	hist_init(h);
	j = hist_to_json(h);
	CHECK(t, !hist_from_json(back, j) && !memcmp(h, back, sizeof(*h)));
	json_decref(j);
}

static void merging(struct check *t, struct hist *a, struct hist *b)
{
	hist_init(a);
	hist_init(b);
	hist_merge(a, b);
	CHECK(t, a->n == 0 && a->min == UINT64_MAX);
	hist_add(a, 10);
	hist_add(b, 3);
	hist_add(b, HIST_LIMIT * 2);
	hist_merge(a, b);
	CHECK(t, a->n == 3 && a->min == 3 && a->max == HIST_LIMIT * 2 &&
	      a->overflow == 1 && a->sum == 13 + HIST_LIMIT * 2);
}

int main(void)
{
	struct hist *a = malloc(sizeof(*a)), *b = malloc(sizeof(*b));
	struct check t = { 0 };

	buckets(&t);
	counting(&t, a);
	quantiles(&t, a);
	json(&t, a, b);
	merging(&t, a, b);
	free(a);
	free(b);
	return check_end(&t);
}
