/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_CONTRAST_VALUES_H
#define AUX_BENCH_RESULTS_CONTRAST_VALUES_H

#include "bench/results/contrast.h"

/* The repeats of both sides, and a value of each in each cell. */
struct contrast_values {
	size_t cells, repeats[2];
	size_t hosts;
	uint64_t *number[2];	/* of each repeat and its host, in order */
	double *x[2];		/* a row of repeats for each cell, NAN: none */
};

/* Zeroed, never NULL, also for none. */
void *xcalloc(size_t n, size_t size);

static inline size_t contrast_host(const struct contrast_values *v, size_t side,
				   size_t i)
{
	return (uint32_t)v->number[side][i];
}

/* One cell's values, of @side's repeats in their order. */
static inline double *contrast_row(const struct contrast_values *v, size_t side,
				   size_t cell)
{
	return v->x[side] + cell * v->repeats[side];
}

/* Of c->cells @pairs; bench/results/contrast.c only. */
void contrast_values_init(struct contrast_values *v, struct contrast *c,
			  const struct contrast_pair *pairs, double pad_ns);
void contrast_values_free(struct contrast_values *v);

#endif
