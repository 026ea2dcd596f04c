// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/reference.h"
#include "lib/units.h"

#define NAME_WIDTH 10

static void set_us(struct text_table *t, size_t row, size_t col, bool known,
		   uint64_t ns)
{
	char number[TEXT_NUMBER];

	text_table_set(t, row, col, "%s", known ?
		       text_number(number, (double)ns / NSEC_PER_USEC) : "-");
}

static void put_row(struct text_table *t, size_t row,
		    const struct results_kernel *kernel)
{
	const struct results_reference *ref = kernel->reference;
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

bool report_reference_table(const struct results *results, const char *kconfig,
			    struct text_table *table)
{
	static const char *const heads[2][10] = {
		{ "", "", "cyclic", "us", "us", "us", "wakeup", "us", "us",
		  "us" },
		{ "variant", "cells", "n", "p50", "p99", "max", "n", "p50",
		  "p99", "max" },
	};
	size_t i, col, row = 2;

	for (i = 0; i < results->kernels; i++)
		row += !strcmp(results->kernel[i]->kconfig, kconfig) &&
		       results->kernel[i]->reference;
	if (row == 2)
		return false;
	text_table_init(table, row, 10, 1);
	for (row = 0; row < 2; row++) {
		for (col = 0; col < 10; col++)
			text_table_set(table, row, col, "%s",
				       heads[row][col]);
	}
	for (i = 0; i < results->kernels; i++) {
		if (!strcmp(results->kernel[i]->kconfig, kconfig) &&
		    results->kernel[i]->reference)
			put_row(table, row++, results->kernel[i]);
	}
	return true;
}
