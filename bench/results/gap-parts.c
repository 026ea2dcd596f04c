// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/gap-parts.h"

bool gap_parts_known(const struct results_combo *combo)
{
	const struct record_hists *h = &combo->sum.h;
	bool known = h->gap_wake.n && h->gap_drain.n && h->gap_enable.n;

	return combo->measured && (h->gap.n ? known : h->censored.n > 0);
}

/* Of those that are a @share of all. */
static double mean(const struct hist *h, double share)
{
	return h->n ? share * h->sum / h->n : 0;
}

void gap_parts_add(struct gap_parts *parts, const struct results_combo *combo)
{
	const struct record_hists *h = &combo->sum.h;
	uint64_t all = h->gap.n + h->censored.n;
	double ended = (double)h->gap.n / all;

	parts->part[PART_WAKE] += mean(&h->gap_wake, ended);
	parts->part[PART_DRAIN] += mean(&h->gap_drain, ended);
	parts->part[PART_ENABLE] += mean(&h->gap_enable, ended);
	parts->part[PART_CUT] += mean(&h->censored, 1 - ended);
	parts->n += all;
	parts->cut += h->censored.n;
	parts->cells++;
}

void gap_parts_end(struct gap_parts *parts)
{
	int i;

	for (i = 0; parts->cells && i < PARTS; i++)
		parts->part[i] /= parts->cells;
}
