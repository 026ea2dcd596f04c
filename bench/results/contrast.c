// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/random.h"

const struct boot_metric boot_metrics[BOOT_METRICS] = {
	[BOOT_HANGS] = { "hangs per full, difference (%)", false },
	[BOOT_COVERAGE] = { "coverage, difference (%)", false },
	[BOOT_P50] = { "wakeup p50, ratio", true },
	[BOOT_P99] = { "wakeup p99, ratio", true },
};

/* A cell that both kernels have. */
struct pair {
	const struct report_combo *combo[2];
};

/* How often each of a kernel's blocks was drawn. */
struct draw {
	size_t blocks;
	unsigned int times[REPORT_BLOCKS];
};

static size_t blocks_of(const struct report_kernel *kernel)
{
	return kernel->boots < REPORT_BLOCKS ? kernel->boots : REPORT_BLOCKS;
}

static void draw_all(struct draw *draw, const struct report_kernel *kernel)
{
	size_t i;

	draw->blocks = blocks_of(kernel);
	for (i = 0; i < draw->blocks; i++)
		draw->times[i] = 1;
}

static void draw_some(struct draw *draw, uint64_t *state)
{
	size_t i;

	memset(draw->times, 0, sizeof(draw->times));
	for (i = 0; i + 1 < draw->blocks; i++)
		draw->times[random_next(state) % draw->blocks]++;
}

/* a / b summed over the blocks drawn; false when there is nothing. */
static bool share(const struct report_combo *combo, const struct draw *draw,
		  int metric, double *value)
{
	double a = 0, b = 0;
	size_t i;

	for (i = 0; i < combo->blocks; i++) {
		const struct report_block *k = &combo->block[i];
		unsigned int times = draw->times[i];

		switch (metric) {
		case BOOT_HANGS:
			a += times * 100.0 * k->hangs;
			b += times * (double)k->fulls;
			break;
		case BOOT_COVERAGE:
			a += times * 100.0 * k->traced_ns;
			b += times * ((double)k->traced_ns + k->gap_ns);
			break;
		case BOOT_P50:
			a += times * k->log_p50;
			b += times * (double)k->n_p50;
			break;
		case BOOT_P99:
			a += times * k->log_p99;
			b += times * (double)k->n_p99;
			break;
		}
	}
	*value = b > 0 ? a / b : 0;
	return b > 0;
}

/* Mean over the cells; how many of them there were. */
static size_t difference(const struct pair *pairs, size_t n,
			 const struct draw draw[2], int metric, double *mean)
{
	double base, value, sum = 0;
	size_t i, cells = 0;

	for (i = 0; i < n; i++) {
		if (!share(pairs[i].combo[0], &draw[0], metric, &base) ||
		    !share(pairs[i].combo[1], &draw[1], metric, &value))
			continue;
		sum += value - base;
		cells++;
	}
	*mean = cells ? sum / cells : 0;
	return cells;
}

static size_t find_pairs(const struct report *report,
			 const struct report_kernel *base,
			 const struct report_kernel *kernel,
			 struct pair **pairs)
{
	const struct report_combo *combo, *other;
	size_t i, n = 0;

	*pairs = NULL;
	for (i = 0; i < report->combos; i++) {
		combo = report->combo[i];
		if (combo->kernel != kernel || !combo->measured)
			continue;
		other = report_same_cell(report, base, combo);
		if (!other || !other->measured)
			continue;
		*pairs = report_grow(*pairs, n, sizeof(**pairs));
		(*pairs)[n++] = (struct pair) { { other, combo } };
	}
	return n;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void bootstrap(const struct pair *pairs, size_t n,
		      struct draw draw[2], int metric, uint64_t seed,
		      struct boot_diff *diff)
{
	double *mean = calloc(BOOT_REPLICATES, sizeof(*mean));
	size_t i, good = 0;

	if (!mean)
		abort();
	for (i = 0; i < BOOT_REPLICATES; i++) {
		draw_some(&draw[0], &seed);
		draw_some(&draw[1], &seed);
		good += !!difference(pairs, n, draw, metric, &mean[good]);
	}
	/* Where most draws have nothing in them no interval means much. */
	diff->interval = good > BOOT_REPLICATES / 2;
	if (diff->interval) {
		qsort(mean, good, sizeof(*mean), by_value);
		diff->lo = mean[(size_t)(0.025 * (good - 1))];
		diff->hi = mean[(size_t)ceil(0.975 * (good - 1))];
	}
	free(mean);
}

void boot_difference(const struct report *report,
		     const struct report_kernel *base,
		     const struct report_kernel *kernel, int metric,
		     struct boot_diff *diff)
{
	struct draw draw[2];
	struct pair *pairs;
	size_t n = find_pairs(report, base, kernel, &pairs);

	*diff = (struct boot_diff) { 0 };
	draw_all(&draw[0], base);
	draw_all(&draw[1], kernel);
	diff->cells = difference(pairs, n, draw, metric, &diff->value);
	if (diff->cells && draw[0].blocks >= BOOT_LEAST &&
	    draw[1].blocks >= BOOT_LEAST)
		bootstrap(pairs, n, draw, metric, report->seed ?
			  strtoull(report->seed, NULL, 10) : 0, diff);
	if (boot_metrics[metric].ratio) {
		diff->value = exp(diff->value);
		diff->lo = exp(diff->lo);
		diff->hi = exp(diff->hi);
	}
	free(pairs);
}
