// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/reference.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/text.h"
#include "lib/json.h"
#include "lib/units.h"

#define NAME_WIDTH 10

/* More than any cyclictest counts in a cell: a store is not to be trusted. */
#define COUNT_MAX 100000000

/*
 * A thread of cyclictest's JSON: "histogram" has counts by whole microseconds,
 * up to the limit that it was started with; what is beyond is at most "max".
 */
static void add_thread(struct report_reference *ref, json_t *thread)
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

void report_reference_add(struct report_reference **reference,
			  const struct record *record)
{
	json_t *threads = json_object_get(record->reference, "thread");
	struct report_reference *ref = *reference;
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

static void set_us(struct text_table *t, size_t row, size_t col, bool known,
		   uint64_t ns)
{
	char number[TEXT_NUMBER];

	text_table_set(t, row, col, "%s", known ?
		       text_number(number, (double)ns / NSEC_PER_USEC) : "-");
}

static void put_row(struct text_table *t, size_t row,
		    const struct report_kernel *kernel)
{
	const struct report_reference *ref = kernel->reference;
	const struct hist *h[2] = { &ref->clock, &ref->wakeup };
	uint64_t max[2] = { ref->max, ref->wakeup.max };
	char name[TEXT_NAME];
	size_t i, col = 2;

	text_table_set(t, row, 0, "%s",
		       text_shorten(name, kernel->variant, NAME_WIDTH));
	text_table_set(t, row, 1, "%" PRIu64, ref->cells);
	for (i = 0; i < 2; i++) {
		text_table_set(t, row, col++, "%" PRIu64, h[i]->n);
		set_us(t, row, col++, h[i]->n, hist_quantile(h[i], 0.5));
		set_us(t, row, col++, h[i]->n, hist_quantile(h[i], 0.99));
		set_us(t, row, col++, max[i] > 0, max[i]);
	}
}

void report_reference_table(const struct report *report, const char *kconfig,
			    FILE *f)
{
	static const char *const heads[2][10] = {
		{ "", "", "cyclic", "us", "us", "us", "wakeup", "us", "us",
		  "us" },
		{ "variant", "cells", "n", "p50", "p99", "max", "n", "p50",
		  "p99", "max" },
	};
	struct text_table t;
	size_t i, col, row = 2;

	for (i = 0; i < report->kernels; i++)
		row += !strcmp(report->kernel[i]->kconfig, kconfig) &&
		       report->kernel[i]->reference;
	if (row == 2)
		return;
	text_line(f, "%s", "");
	text_line(f, "what the scheduler alone costs (cyclictest), and our wakeup beside it");
	text_table_init(&t, row, 10, 1);
	for (row = 0; row < 2; row++) {
		for (col = 0; col < 10; col++)
			text_table_set(&t, row, col, "%s", heads[row][col]);
	}
	for (i = 0; i < report->kernels; i++) {
		if (!strcmp(report->kernel[i]->kconfig, kconfig) &&
		    report->kernel[i]->reference)
			put_row(&t, row++, report->kernel[i]);
	}
	text_table_end(&t, f);
}
