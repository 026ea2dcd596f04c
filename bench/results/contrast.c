// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/contrast-values.h"
#include "bench/results/stats.h"

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

/* The means of one cell's repeats on each host; NAN: none has a value. */
static void cell_means(const struct contrast_values *v, size_t side, size_t cell,
		       double *mean)
{
	size_t *n = xcalloc(v->hosts, sizeof(*n)), i, host;
	const double *row = contrast_row(v, side, cell);

	for (host = 0; host < v->hosts; host++)
		mean[host] = 0;
	for (i = 0; i < v->repeats[side]; i++) {
		if (isnan(row[i]))
			continue;
		mean[contrast_host(v, side, i)] += row[i];
		n[contrast_host(v, side, i)]++;
	}
	for (host = 0; host < v->hosts; host++)
		mean[host] = n[host] ? mean[host] / n[host] : NAN;
	free(n);
}

/* What a cell is on a host: the middle of both kernels, NAN unless both are. */
struct places {
	double *middle;		/* [cell * hosts + host] */
	double *sum[2];		/* over the cells, for each host */
	size_t *have;		/* such cells, for each host */
};

/* Adds a cell; true when any host has both kernels there. */
static bool add_cell(struct contrast *c, const struct contrast_values *v, size_t cell,
		     struct places *p)
{
	double *mean[2] = { xcalloc(v->hosts, sizeof(double)),
			    xcalloc(v->hosts, sizeof(double)) };
	bool cut_off = false, any = false;
	double *middle = p->middle + cell * v->hosts;
	size_t host, side;

	for (side = 0; side < 2; side++)
		cell_means(v, side, cell, mean[side]);
	for (host = 0; host < v->hosts; host++) {
		middle[host] = (mean[0][host] + mean[1][host]) / 2;
		cut_off |= isinf(mean[0][host]) || isinf(mean[1][host]);
		if (isnan(middle[host]))
			continue;
		p->sum[0][host] += mean[0][host];
		p->sum[1][host] += mean[1][host];
		p->have[host]++;
		any = true;
	}
	c->cut_off += cut_off;
	free(mean[0]);
	free(mean[1]);
	return any;
}

/* Boots of one side, a value and a host each; @x is sorted by host here. */
struct boots {
	double *x;
	size_t *host, n;
};

static void boots_init(struct boots *b, size_t most)
{
	b->x = xcalloc(most, sizeof(*b->x));
	b->host = xcalloc(most, sizeof(*b->host));
	b->n = 0;
}

static void boots_add(struct boots *b, double x, size_t host)
{
	b->x[b->n] = x;
	b->host[b->n++] = host;
}

/* Into a sample for each host; frees them. */
static void boots_end(struct boots *b, size_t side, struct block *block,
		      size_t hosts)
{
	double *x = xcalloc(b->n, sizeof(*x));
	size_t *end = xcalloc(hosts + 1, sizeof(*end)), i, host;

	for (i = 0; i < b->n; i++)
		end[b->host[i] + 1]++;
	for (host = 0; host < hosts; host++)
		end[host + 1] += end[host];
	/* From here on end[] is where the next one of a host goes. */
	for (i = 0; i < b->n; i++)
		x[end[b->host[i]]++] = b->x[i];
	for (host = 0; host < hosts; host++) {
		i = host ? end[host - 1] : 0;
		block[host].boots[side] = stats_sample(x + i, end[host] - i);
	}
	free(x);
	free(end);
	free(b->x);
	free(b->host);
}

/* Adds a cell's values, relative to their middle on each host, to the repeats. */
static void add_to_repeats(const struct contrast_values *v, size_t side,
			   size_t cell, const struct places *p, double *sum,
			   size_t *have)
{
	const double *row = contrast_row(v, side, cell);
	const double *middle = p->middle + cell * v->hosts;
	double value;
	size_t i;

	for (i = 0; i < v->repeats[side]; i++) {
		value = row[i] - middle[contrast_host(v, side, i)];
		if (isnan(value))
			continue;
		sum[i] += value;
		have[i]++;
	}
}

/*
 * Each repeat as the mean of its cells, relative to their middles on its host:
 * how boots vary.  What they vary about is the mean of the cells' means, lest a
 * cell that a boot lacks weigh less than the others.
 */
static void boot_samples(const struct contrast_values *v, size_t side,
			 const struct places *p, struct block *block)
{
	double *sum = xcalloc(v->repeats[side], sizeof(*sum));
	size_t *have = xcalloc(v->repeats[side], sizeof(*have));
	size_t i, cell, host;
	struct boots boots;

	for (cell = 0; cell < v->cells; cell++)
		add_to_repeats(v, side, cell, p, sum, have);
	boots_init(&boots, v->repeats[side]);
	for (i = 0; i < v->repeats[side]; i++) {
		if (have[i])
			boots_add(&boots, sum[i] / have[i],
				  contrast_host(v, side, i));
	}
	free(sum);
	free(have);
	boots_end(&boots, side, block, v->hosts);
	for (host = 0; host < v->hosts; host++) {
		if (p->have[host])
			block[host].boots[side].mean =
				p->sum[side][host] / p->have[host];
	}
}

/* Sets @c's boots, what became of the cells, and which host is odd. */
static void take_blocks(struct contrast *c, const struct block *block,
			size_t hosts)
{
	struct blocks_fit others;
	size_t odd, i;
	int side;

	if (!blocks_fit(&c->fit, block, hosts)) {
		c->state = CONTRAST_NONE;
		return;
	}
	for (side = 0; side < 2; side++)
		c->boots[side] = c->fit.boots[side];
	/* One host: nothing is pooled, each kernel varies as it does. */
	for (i = 0; c->fit.hosts == 1 && i < hosts; i++) {
		if (!block[i].boots[0].n || !block[i].boots[1].n)
			continue;
		c->boots[0] = block[i].boots[0];
		c->boots[1] = block[i].boots[1];
	}
	odd = blocks_odd(block, hosts, &others);
	if (c->fit.hosts < 2 || odd == hosts)
		return;
	c->odd = true;
	c->odd_host = odd;
	c->odd_difference = block[odd].boots[0].mean -
		block[odd].boots[1].mean;
	c->odd_others = others.diff;
}

static void by_cell(struct contrast *c, const struct contrast_pair *pairs,
		    double pad_ns)
{
	size_t cell, side, have = 0, taken = c->cells;
	struct places p;
	struct block *block;
	struct contrast_values v;

	contrast_values_init(&v, c, pairs, pad_ns);
	p.middle = xcalloc(taken * v.hosts, sizeof(*p.middle));
	p.sum[0] = xcalloc(v.hosts, sizeof(double));
	p.sum[1] = xcalloc(v.hosts, sizeof(double));
	p.have = xcalloc(v.hosts, sizeof(*p.have));
	block = xcalloc(v.hosts, sizeof(*block));
	for (cell = 0; cell < taken; cell++)
		have += add_cell(c, &v, cell, &p);
	c->state = c->cut_off ? CONTRAST_CUT_OFF : have ? CONTRAST_KNOWN :
		c->often && !taken ? CONTRAST_OFTEN : CONTRAST_NONE;
	for (side = 0; c->state == CONTRAST_KNOWN && side < 2; side++)
		boot_samples(&v, side, &p, block);
	if (c->state == CONTRAST_KNOWN)
		take_blocks(c, block, v.hosts);
	c->cells = have;
	free(p.middle);
	free(p.sum[0]);
	free(p.sum[1]);
	free(p.have);
	free(block);
	contrast_values_free(&v);
}

/* All cells of each repeat together. */
static void pool_repeats(const struct contrast_pair *pairs, size_t n,
			 size_t side, struct results_combo *all)
{
	const struct results_repeat *from;
	struct results_repeat *r;
	size_t i, k;
	int class;

	for (i = 0; i < n; i++) {
		for (k = 0; k < pairs[i].combo[side]->repeats; k++) {
			from = &pairs[i].combo[side]->repeat[k];
			r = results_repeat(all, from->repeat, from->host);
			r->fulls += from->fulls;
			for (class = 0; class < HANG_CLASSES; class++)
				r->hangs[0] += from->hangs[class];
		}
	}
}

/*
 * Hangs per full of all on a host: a ratio of two sums over boots, whose variance
 * is that of what each boot adds to it (W. G. Cochran, Sampling Techniques, 3rd
 * ed. (1977), section 6.4).
 */
static void pooled_samples(const struct results_combo *all, size_t side,
			   struct block *block, size_t hosts)
{
	struct { double hangs, fulls; size_t n; } *sum, *s;
	const struct results_repeat *r;
	struct boots boots;
	size_t i;

	sum = xcalloc(hosts, sizeof(*sum));
	boots_init(&boots, all->repeats);
	for (i = 0; i < all->repeats; i++) {
		s = &sum[all->repeat[i].host];
		s->hangs += all->repeat[i].hangs[0];
		s->fulls += all->repeat[i].fulls;
		s->n++;
	}
	for (i = 0; i < all->repeats; i++) {
		r = &all->repeat[i];
		s = &sum[r->host];
		if (s->fulls > 0)
			boots_add(&boots, s->hangs / s->fulls +
				  (r->hangs[0] - s->hangs / s->fulls *
				   r->fulls) / (s->fulls / s->n), r->host);
	}
	boots_end(&boots, side, block, hosts);
	free(sum);
}

static void pooled(struct contrast *c, const struct contrast_pair *pairs)
{
	struct results_combo *all = xcalloc(2, sizeof(*all));
	size_t side, i, hosts = 0;
	struct block *block;

	for (side = 0; side < 2; side++) {
		pool_repeats(pairs, c->cells, side, &all[side]);
		for (i = 0; i < all[side].repeats; i++) {
			if (all[side].repeat[i].host >= hosts)
				hosts = all[side].repeat[i].host + 1;
		}
	}
	block = xcalloc(hosts, sizeof(*block));
	for (side = 0; side < 2; side++) {
		pooled_samples(&all[side], side, block, hosts);
		free(all[side].repeat);
	}
	c->state = CONTRAST_KNOWN;
	take_blocks(c, block, hosts);
	free(block);
	free(all);
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

int contrast_test(const struct contrast *c, double shift, double level,
		  struct stats_welch *w)
{
	struct stats_sample moved = c->boots[1];

	if (c->fit.hosts > 1)
		return blocks_test(&c->fit, shift, level, w);
	moved.mean += shift;
	return stats_welch(&c->boots[0], &moved, level, w);
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
	for (side = 0; side < 2; side++) {
		c->value[side] = unscaled(c, c->boots[side].mean);
		/* A pad taken off again may leave less than nothing. */
		if (c->metric->padded)
			c->value[side] = fmax(c->value[side] - pad_ns, 0);
	}
	c->difference = unscaled(c, c->boots[0].mean - c->boots[1].mean);
	c->interval = !contrast_test(c, 0, CONTRAST_LEVEL, &w);
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
