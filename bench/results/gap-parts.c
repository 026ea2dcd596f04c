// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/gap-parts.h"

#include <stdlib.h>

static bool is_known(const struct gap_sums *s)
{
	bool parts = s->wake.n && s->drain.n && s->enable.n;

	return s->gaps ? parts : s->cut.n > 0;
}

bool gap_parts_known(const struct results_combo *combo)
{
	struct gap_sums all = results_gaps_of(&combo->sum.h);

	return combo->measured && is_known(&all);
}

/* A cell's, by host: one more than the last that it has. */
static struct gap_sums *by_host(const struct results_combo *combo, size_t *n)
{
	struct gap_sums *sums;
	size_t i;

	for (i = 0, *n = 0; i < combo->repeats; i++) {
		if (combo->repeat[i].host >= *n)
			*n = combo->repeat[i].host + 1;
	}
	sums = calloc(*n + 1, sizeof(*sums));
	if (!sums)
		abort();
	for (i = 0; i < combo->repeats; i++)
		results_gaps_add(&sums[combo->repeat[i].host],
				 &combo->repeat[i].gaps);
	return sums;
}

/* Of those that are a @share of all. */
static double mean(uint64_t n, uint64_t sum, double share)
{
	return n ? share * sum / n : 0;
}

static void add_host(double part[PARTS], const struct gap_sums *s)
{
	double ended = (double)s->gaps / (s->gaps + s->cut.n);

	part[PART_WAKE] += mean(s->wake.n, s->wake.sum, ended);
	part[PART_DRAIN] += mean(s->drain.n, s->drain.sum, ended);
	part[PART_ENABLE] += mean(s->enable.n, s->enable.sum, ended);
	part[PART_CUT] += mean(s->cut.n, s->cut.sum, 1 - ended);
}

void gap_parts_add(struct gap_parts *parts, const struct results_combo *combo,
		   const struct results_combo *beside)
{
	size_t n, m = 0, i, hosts = 0;
	struct gap_sums *own = by_host(combo, &n);
	struct gap_sums *others = beside ? by_host(beside, &m) : NULL;
	double part[PARTS] = { 0 };

	for (i = 0; i < n; i++) {
		if (!is_known(&own[i]) ||
		    (beside && (i >= m || !is_known(&others[i]))))
			continue;
		add_host(part, &own[i]);
		parts->n += own[i].gaps + own[i].cut.n;
		parts->cut += own[i].cut.n;
		hosts++;
	}
	for (i = 0; hosts && i < PARTS; i++)
		parts->part[i] += part[i] / hosts;
	parts->cells += hosts > 0;
	free(own);
	free(others);
}

void gap_parts_end(struct gap_parts *parts)
{
	int i;

	for (i = 0; parts->cells && i < PARTS; i++)
		parts->part[i] /= parts->cells;
}
