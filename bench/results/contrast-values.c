// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/contrast-values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/numbers.h"

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (!p)
		abort();
	return p;
}

static uint64_t number_of(const struct results_repeat *r)
{
	return (uint64_t)r->repeat << 32 | r->host;
}

/* Most often a cell has all repeats, and the @k-th is in that place. */
static size_t repeat_place(const struct contrast_values *v, int side,
			   uint64_t number, size_t k)
{
	if (k < v->repeats[side] && v->number[side][k] == number)
		return k;
	return (uint64_t *)bsearch(&number, v->number[side], v->repeats[side],
				   sizeof(number), numbers_cmp) -
		v->number[side];
}

/* Sorts them and leaves each once; how many these are. */
static size_t make_unique(uint64_t *number, size_t n)
{
	size_t i, unique = 0;

	qsort(number, n, sizeof(*number), numbers_cmp);
	for (i = 0; i < n; i++) {
		if (!unique || number[unique - 1] != number[i])
			number[unique++] = number[i];
	}
	return unique;
}

/* On the scale of the comparison; INFINITY when it was cut off. */
static double value_of(const struct contrast *c,
		       const struct results_combo *combo,
		       const struct results_repeat *r, double pad_ns)
{
	double all = r->traced_ns + r->gap_ns, x = NAN;

	switch (c->metric - metrics) {
	case METRIC_HANGS:
		return NAN;	/* pooled instead */
	case METRIC_COVERAGE:
		return all > 0 ? r->traced_ns / all : NAN;
	case METRIC_LOST:
		if (combo->end_step < METRIC_STEPS)
			x = r->values.lost_ns[combo->end_step];
		break;
	default:
		x = r->values.value[c->metric - metrics];
	}
	if (c->metric->padded)
		x += pad_ns;
	return c->metric->scale == SCALE_RATIO ? x > 0 ? log(x) : NAN : x;
}

static bool has_all(const struct contrast_values *v, size_t side,
		    const struct results_combo *combo)
{
	size_t k;

	if (combo->repeats != v->repeats[side])
		return false;
	for (k = 0; k < combo->repeats; k++) {
		if (v->number[side][k] != number_of(&combo->repeat[k]))
			return false;
	}
	return true;
}

/* Those of a cell, too; @number has room for them. */
static void add_repeats(struct contrast_values *v, size_t side,
			const struct results_combo *combo)
{
	size_t n = v->repeats[side], k;

	if (has_all(v, side, combo))
		return;
	for (k = 0; k < combo->repeats; k++)
		v->number[side][n + k] = number_of(&combo->repeat[k]);
	/* A cell's own are in order already. */
	v->repeats[side] = n ? make_unique(v->number[side], n + k) : k;
}

/* Room for every repeat that has any of the cells. */
static void values_alloc(struct contrast_values *v, const struct contrast_pair *pairs)
{
	size_t side, cell, k, most;

	for (side = 0; side < 2; side++) {
		for (cell = 0, most = 0; cell < v->cells; cell++)
			most += pairs[cell].combo[side]->repeats;
		v->number[side] = xcalloc(most, sizeof(uint64_t));
		for (cell = 0; cell < v->cells; cell++)
			add_repeats(v, side, pairs[cell].combo[side]);
		for (k = 0; k < v->repeats[side]; k++) {
			if (contrast_host(v, side, k) >= v->hosts)
				v->hosts = contrast_host(v, side, k) + 1;
		}
		most = v->repeats[side] * v->cells;
		v->x[side] = xcalloc(most, sizeof(double));
		for (k = 0; k < most; k++)
			v->x[side][k] = NAN;
	}
}

static void note_end(struct contrast *c, const struct results_combo *combo)
{
	double end = metric_step_ns(combo->end_step);

	if (combo->end_step >= METRIC_STEPS)
		return;
	c->end_most = fmax(c->end_most, end);
	c->end_least = c->end_least ? fmin(c->end_least, end) : end;
}

void contrast_values_init(struct contrast_values *v, struct contrast *c,
			  const struct contrast_pair *pairs, double pad_ns)
{
	size_t i, k, cell, side;

	memset(v, 0, sizeof(*v));
	v->cells = c->cells;
	values_alloc(v, pairs);
	for (cell = 0; cell < c->cells; cell++) {
		if (c->metric == &metrics[METRIC_LOST])
			note_end(c, pairs[cell].combo[0]);
		for (side = 0; side < 2; side++) {
			const struct results_combo *combo =
				pairs[cell].combo[side];

			for (k = 0; k < combo->repeats; k++) {
				i = repeat_place(v, side,
						 number_of(&combo->repeat[k]),
						 k);
				contrast_row(v, side, cell)[i] =
					value_of(c, combo, &combo->repeat[k],
						 pad_ns);
			}
		}
	}
}

void contrast_values_free(struct contrast_values *v)
{
	size_t side;

	for (side = 0; side < 2; side++) {
		free(v->number[side]);
		free(v->x[side]);
	}
}
