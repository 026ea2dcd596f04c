// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/reference.h"

#include <stdlib.h>

#include "lib/json.h"
#include "lib/units.h"

/* More than any cyclictest counts in a cell: a store is not to be trusted. */
#define COUNT_MAX 100000000

/*
 * A thread of cyclictest's JSON: "histogram" has counts by whole microseconds,
 * up to the limit that it was started with; what is beyond is at most "max".
 */
static void add_thread(struct results_reference *ref, json_t *thread)
{
	json_int_t max = json_count(thread, "max");
	json_int_t cycles =
		json_count(thread, "cycles");
	json_t *histogram = json_object_get(thread, "histogram"), *value;
	json_int_t i, n, seen = 0;
	const char *us;

	if (max > 0 && max * NSEC_PER_USEC > ref->max)
		ref->max = max * NSEC_PER_USEC;
	json_object_foreach(histogram, us, value) {
		n = json_integer_value(value);
		for (i = 0; i < n && seen < COUNT_MAX; i++, seen++)
			hist_add(&ref->clock, strtoull(us, NULL, 10) *
				 NSEC_PER_USEC);
	}
	for (i = seen; histogram && i < cycles && i < COUNT_MAX; i++)
		hist_add(&ref->clock, max * NSEC_PER_USEC);
}

void results_reference_add(struct results_reference **reference,
			  const struct record *record)
{
	json_t *threads = json_object_get(record->reference, "thread");
	struct results_reference *ref = *reference;
	json_t *thread;
	const char *nr;

	if (!json_is_object(threads))
		return;
	if (!ref) {
		ref = calloc(1, sizeof(*ref));
		if (!ref)
			abort();
		hist_init(&ref->clock);
		hist_init(&ref->wakeup);
		*reference = ref;
	}
	json_object_foreach(threads, nr, thread)
		add_thread(ref, thread);
	hist_merge(&ref->wakeup, &record->h.wakeup);
	ref->cells++;
}
