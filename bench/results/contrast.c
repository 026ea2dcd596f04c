// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/stats.h"

static void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (!p)
		abort();
	return p;
}

bool contrast_hangs_often(const struct results_combo *combo)
{
	return record_hangs(&combo->sum) > METRIC_OFTEN * combo->sum.fulls;
}

size_t contrast_pairs(const struct results *results,
		      const struct results_kernel *kernel,
		      const struct results_kernel *reference,
		      struct contrast_pair **pairs)
{
	const struct results_combo *combo, *other;
	size_t i, n = 0;

	*pairs = xcalloc(results->combos, sizeof(**pairs));
	for (i = 0; reference && i < results->combos; i++) {
		combo = results->combo[i];
		if (combo->kernel != kernel || !combo->measured)
			continue;
		other = results_same_cell(results, reference, combo);
		if (other && other->measured)
			(*pairs)[n++] = (struct contrast_pair) {
				{ combo, other }
			};
	}
	return n;
}

/* The repeats of both sides, and a value of each in each cell. */
struct values {
	size_t cells, repeats[2];
	int *number[2];		/* of each repeat, in their order */
	double *x[2];		/* [repeat * cells + cell], NAN: none */
};

static int number_cmp(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

static size_t repeat_place(const struct values *v, int side, int number)
{
	return (int *)bsearch(&number, v->number[side], v->repeats[side],
			      sizeof(number), number_cmp) - v->number[side];
}

/* Sorts them and leaves each once; how many these are. */
static size_t make_unique(int *number, size_t n)
{
	size_t i, unique = 0;

	/* A cell's own are in order already. */
	for (i = 1; i < n && number[i - 1] < number[i]; i++)
		;
	if (i >= n)
		return n;
	qsort(number, n, sizeof(*number), number_cmp);
	for (i = 0; i < n; i++) {
		if (!unique || number[unique - 1] != number[i])
			number[unique++] = number[i];
	}
	return unique;
}

/* Cells that take part, in the place of all that were given. */
static void take_cells(struct contrast *c, const struct contrast_pair *pairs,
		       size_t n, struct contrast_pair *taken)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (c->metric->survivors &&
		    (contrast_hangs_often(pairs[i].combo[0]) ||
		     contrast_hangs_often(pairs[i].combo[1])))
			c->often++;
		else
			taken[c->cells++] = pairs[i];
	}
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

/* Room for every repeat that has any of the cells. */
static void values_alloc(struct values *v, const struct contrast_pair *pairs)
{
	const struct results_combo *combo;
	size_t side, cell, k, most;

	for (side = 0; side < 2; side++) {
		for (cell = 0, most = 0; cell < v->cells; cell++)
			most += pairs[cell].combo[side]->repeats;
		v->number[side] = xcalloc(most, sizeof(int));
		for (cell = 0, most = 0; cell < v->cells; cell++) {
			combo = pairs[cell].combo[side];
			for (k = 0; k < combo->repeats; k++)
				v->number[side][most++] =
					combo->repeat[k].repeat;
		}
		v->repeats[side] = make_unique(v->number[side], most);
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

static void values_init(struct values *v, struct contrast *c,
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
						 combo->repeat[k].repeat);
				v->x[side][i * v->cells + cell] =
					value_of(c, combo, &combo->repeat[k],
						 pad_ns);
			}
		}
	}
}

static void values_free(struct values *v)
{
	size_t side;

	for (side = 0; side < 2; side++) {
		free(v->number[side]);
		free(v->x[side]);
	}
}

/* The mean of one cell's repeats; NAN: none has a value. */
static double cell_mean(const struct values *v, size_t side, size_t cell)
{
	double sum = 0, x;
	size_t i, n = 0;

	for (i = 0; i < v->repeats[side]; i++) {
		x = v->x[side][i * v->cells + cell];
		if (isnan(x))
			continue;
		sum += x;
		n++;
	}
	return n ? sum / n : NAN;
}

/*
 * Each repeat as the mean of its cells, relative to their middles: how boots
 * vary.  What they vary about is the mean of the cells' means, lest a cell that
 * a boot lacks weigh less than the others.
 */
static struct stats_sample boot_sample(const struct values *v, size_t side,
				       const double *middle, double mean)
{
	double *x = xcalloc(v->repeats[side], sizeof(*x)), value, sum;
	struct stats_sample sample;
	size_t n = 0, i, cell, have;

	for (i = 0; i < v->repeats[side]; i++) {
		sum = 0;
		have = 0;
		for (cell = 0; cell < v->cells; cell++) {
			value = v->x[side][i * v->cells + cell];
			if (isnan(value) || isnan(middle[cell]))
				continue;
			sum += value - middle[cell];
			have++;
		}
		if (have)
			x[n++] = sum / have;
	}
	sample = stats_sample(x, n);
	sample.mean = mean;
	free(x);
	return sample;
}

/* Sets c->boots and what became of the cells. */
static void by_cell(struct contrast *c, const struct contrast_pair *pairs,
		    double pad_ns)
{
	double *middle = xcalloc(c->cells, sizeof(*middle)), mean[2], sum[2];
	size_t cell, side, have = 0, taken = c->cells;
	struct values v;

	sum[0] = sum[1] = 0;
	values_init(&v, c, pairs, pad_ns);
	for (cell = 0; cell < taken; cell++) {
		mean[0] = cell_mean(&v, 0, cell);
		mean[1] = cell_mean(&v, 1, cell);
		middle[cell] = (mean[0] + mean[1]) / 2;
		c->cut_off += isinf(mean[0]) || isinf(mean[1]);
		if (isnan(middle[cell]))
			continue;
		sum[0] += mean[0];
		sum[1] += mean[1];
		have++;
	}
	c->state = c->cut_off ? CONTRAST_CUT_OFF : have ? CONTRAST_KNOWN :
		c->often && !taken ? CONTRAST_OFTEN : CONTRAST_NONE;
	for (side = 0; c->state == CONTRAST_KNOWN && side < 2; side++)
		c->boots[side] = boot_sample(&v, side, middle,
					     sum[side] / have);
	c->cells = have;
	values_free(&v);
	free(middle);
}

/*
 * Hangs per full of all: a ratio of two sums over boots, whose variance is
 * that of what each boot adds to it (W. G. Cochran, Sampling Techniques, 3rd
 * ed. (1977), section 6.4).
 */
static struct stats_sample pooled_sample(const struct contrast_pair *pairs,
					 size_t n, size_t side)
{
	struct results_repeat *r;
	struct stats_sample sample = { 0 };
	struct results_combo all = { .repeats = 0 };
	double hangs = 0, fulls = 0, *x;
	size_t i, k;
	int class;

	for (i = 0; i < n; i++) {
		for (k = 0; k < pairs[i].combo[side]->repeats; k++) {
			const struct results_repeat *from =
				&pairs[i].combo[side]->repeat[k];

			r = results_repeat(&all, from->repeat);
			r->fulls += from->fulls;
			for (class = 0; class < HANG_CLASSES; class++)
				r->hangs[0] += from->hangs[class];
		}
	}
	x = xcalloc(all.repeats, sizeof(*x));
	for (i = 0; i < all.repeats; i++) {
		hangs += all.repeat[i].hangs[0];
		fulls += all.repeat[i].fulls;
	}
	for (i = 0; fulls > 0 && i < all.repeats; i++)
		x[i] = hangs / fulls + (all.repeat[i].hangs[0] - hangs / fulls *
			all.repeat[i].fulls) / (fulls / all.repeats);
	if (fulls > 0)
		sample = stats_sample(x, all.repeats);
	free(x);
	free(all.repeat);
	return sample;
}

static void pooled(struct contrast *c, const struct contrast_pair *pairs)
{
	size_t side;

	for (side = 0; side < 2; side++)
		c->boots[side] = pooled_sample(pairs, c->cells, side);
	c->state = c->boots[0].n && c->boots[1].n ? CONTRAST_KNOWN :
		CONTRAST_NONE;
}

/* Logs become what they were made of. */
static double unscaled(const struct contrast *c, double x)
{
	return c->metric->scale == SCALE_RATIO ? exp(x) : x;
}

bool interval_open(const struct metric *metric, double lo, double hi)
{
	if (metric->scale == SCALE_RATIO)
		return lo < 1 / OPEN_RATIO || hi > OPEN_RATIO;
	return lo < -1 || hi > 1;
}

void contrast_make(struct contrast *c, enum metric_id metric,
		   const struct contrast_pair *pairs, size_t n, double pad_ns)
{
	struct contrast_pair *taken = xcalloc(n, sizeof(*taken));
	struct stats_welch w;
	size_t side;

	*c = (struct contrast) {
		.metric = &metrics[metric], .difference = NAN, .lo = NAN,
		.hi = NAN, .value = { NAN, NAN }, .pairs = n,
	};
	take_cells(c, pairs, n, taken);
	if (c->metric->scale == SCALE_POOLED)
		pooled(c, taken);
	else
		by_cell(c, taken, pad_ns);
	free(taken);
	if (c->state != CONTRAST_KNOWN)
		return;
	for (side = 0; side < 2; side++)
		c->value[side] = unscaled(c, c->boots[side].mean) -
			(c->metric->padded ? pad_ns : 0);
	c->difference = unscaled(c, c->boots[0].mean - c->boots[1].mean);
	c->interval = !stats_welch(&c->boots[0], &c->boots[1], CONTRAST_LEVEL,
				   &w);
	if (c->interval) {
		c->lo = unscaled(c, w.lo);
		c->hi = unscaled(c, w.hi);
		c->open = interval_open(c->metric, c->lo, c->hi);
	}
}

void contrast_kernels(struct contrast *c, enum metric_id metric,
		      const struct results *results,
		      const struct results_kernel *kernel,
		      const struct results_kernel *reference)
{
	struct contrast_pair *pairs;
	size_t n = contrast_pairs(results, kernel, reference, &pairs);

	contrast_make(c, metric, pairs, n, CONTRAST_PAD_NS);
	free(pairs);
}

void contrast_cell(struct contrast *c, enum metric_id metric,
		   const struct results_combo *combo)
{
	const struct contrast_pair pair = { { combo, combo } };

	contrast_make(c, metric, &pair, 1, CONTRAST_PAD_NS);
}

bool contrast_shared(const struct results *results, enum metric_id metric,
		     const struct results_combo *combo)
{
	const struct results_combo *other;
	const struct results_kernel *kernel;
	struct contrast c;
	size_t i;

	for (i = 0; i < results->kernels; i++) {
		kernel = results->kernel[i];
		if (!kernel->measured ||
		    strcmp(kernel->kconfig, combo->kernel->kconfig))
			continue;
		other = results_same_cell(results, kernel, combo);
		if (!other || !other->measured)
			return false;
		contrast_cell(&c, metric, other);
		if (c.state != CONTRAST_KNOWN)
			return false;
	}
	return true;
}
