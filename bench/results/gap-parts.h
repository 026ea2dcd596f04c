/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_GAP_PARTS_H
#define AUX_BENCH_RESULTS_GAP_PARTS_H

#include "bench/results/results.h"

/*
 * What a gap is made of.  Means, since these add up, over all gaps that began:
 * what a hang cut off is a part of its own, for as long as it was seen.  Cells
 * weigh the same, and so do the hosts of a cell.
 */
enum { PART_WAKE, PART_DRAIN, PART_ENABLE, PART_CUT, PARTS };

struct gap_parts {
	double part[PARTS];	/* ns; sums over the cells until the end */
	uint64_t n, cut;	/* gaps, and how many were cut off */
	size_t cells;
};

/* Gaps whose parts are known, if any ended. */
bool gap_parts_known(const struct results_combo *combo);
/* @beside: only hosts that have that cell of another kernel's, too; or NULL. */
void gap_parts_add(struct gap_parts *parts, const struct results_combo *combo,
		   const struct results_combo *beside);
/* Means from here on. */
void gap_parts_end(struct gap_parts *parts);

#endif
