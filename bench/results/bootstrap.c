// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/bootstrap.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void times_append(struct stats_times *t, const struct stats_count *c)
{
	t->count = reallocarray(t->count, t->n + 1, sizeof(*t->count));
	if (!t->count)
		abort();
	t->count[t->n++] = *c;
}

/* Both are in the order of time, and so is the result. */
static void times_weave(struct stats_times *t, const struct stats_count *more,
			size_t n)
{
	struct stats_times out = *t;
	size_t i = 0, k = 0;

	out.count = NULL;
	out.n = 0;
	while (i < t->n || k < n) {
		struct stats_count c;

		if (k == n || (i < t->n && t->count[i].bucket <
					   more[k].bucket)) {
			c = t->count[i++];
		} else if (i == t->n || more[k].bucket < t->count[i].bucket) {
			c = more[k++];
		} else {
			c = t->count[i++];
			c.events += more[k].events;
			c.censored += more[k++].censored;
		}
		times_append(&out, &c);
	}
	free(t->count);
	*t = out;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void stats_times_add(struct stats_times *t, const struct hist *events,
		     const struct hist *censored)
{
	struct stats_times new = { 0 };
	struct stats_count c;
	unsigned int i;

	for (i = 0; i <= HIST_BUCKETS; i++) {
		bool over = i == HIST_BUCKETS;

		c.bucket = i;
		c.events = over ? events->overflow : events->bucket[i];
		c.censored = !censored ? 0 : over ? censored->overflow :
			censored->bucket[i];
		if (c.events || c.censored)
			times_append(&new, &c);
	}
	new.events = events->n;
	new.max = events->n ? events->max : 0;
	new.sum = events->sum;
	if (censored && censored->n) {
		new.censored = censored->n;
		new.censored_max = censored->max;
	}
	stats_times_merge(t, &new);
	stats_times_free(&new);
}

void stats_times_merge(struct stats_times *t, const struct stats_times *more)
{
	times_weave(t, more->count, more->n);
	t->events += more->events;
	t->censored += more->censored;
	t->max = larger(t->max, more->max);
	t->censored_max = larger(t->censored_max, more->censored_max);
	t->sum += more->sum;
}

void stats_times_free(struct stats_times *t)
{
	free(t->count);
	memset(t, 0, sizeof(*t));
}

/* The upper end of a bucket, never past what was seen. */
static double bucket_time(const struct stats_times *t, unsigned int bucket)
{
	uint64_t most = larger(t->max, t->censored_max), end;

	if (bucket >= HIST_BUCKETS)
		return most;
	end = hist_bucket_high(bucket) - 1;
	return end < most ? end : most;
}

/*
 * Kaplan and Meier, as in stats_survival(): events before what is cut off in
 * the same bucket.
 */
double stats_times_quantile(const struct stats_times *t, double q)
{
	uint64_t at_risk = t->events + t->censored;
	double survival = 1;
	size_t i;

	if (!at_risk)
		return NAN;
	for (i = 0; i < t->n; i++) {
		const struct stats_count *c = &t->count[i];

		if (c->events)
			survival *= 1 - (double)c->events / at_risk;
		/* Products of fractions: 0.5 may come out a bit above. */
		if (c->events && 1 - survival >= q - 1e-12)
			return bucket_time(t, c->bucket);
		at_risk -= c->events + c->censored;
	}
	return INFINITY;
}

/*
 * The restricted mean survival time: J. O. Irwin, J. Hygiene 47 (1949),
 * 188-189; P. Royston, M. K. B. Parmar, BMC Med. Res. Methodol. 13 (2013), 152.
 */
double stats_times_mean(const struct stats_times *t, double tau)
{
	uint64_t at_risk = t->events + t->censored;
	double survival = 1, area = 0, last = 0, at;
	size_t i;

	if (!at_risk)
		return NAN;
	for (i = 0; i < t->n; i++) {
		const struct stats_count *c = &t->count[i];

		at = bucket_time(t, c->bucket);
		if (at > tau)
			break;
		if (c->events) {
			area += survival * (at - last);
			last = at;
			survival *= 1 - (double)c->events / at_risk;
		}
		at_risk -= c->events + c->censored;
	}
	return area + survival * (tau - last);
}

/* Dense, for adding many: what a draw of boots makes. */
struct pool {
	struct stats_times times;
	uint32_t *events, *censored;	/* by bucket */
};

static void pool_init(struct pool *pool)
{
	memset(pool, 0, sizeof(*pool));
	pool->times.count = calloc(HIST_BUCKETS + 1,
				   sizeof(*pool->times.count));
	pool->events = calloc(HIST_BUCKETS + 1, sizeof(*pool->events));
	pool->censored = calloc(HIST_BUCKETS + 1, sizeof(*pool->censored));
	if (!pool->times.count || !pool->events || !pool->censored)
		abort();
}

static void pool_free(struct pool *pool)
{
	free(pool->times.count);
	free(pool->events);
	free(pool->censored);
}

static void pool_add(struct pool *pool, const struct stats_times *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		pool->events[t->count[i].bucket] += t->count[i].events;
		pool->censored[t->count[i].bucket] += t->count[i].censored;
	}
	pool->times.events += t->events;
	pool->times.censored += t->censored;
	pool->times.max = larger(pool->times.max, t->max);
	pool->times.censored_max = larger(pool->times.censored_max,
					  t->censored_max);
}

/* Takes the sums out as a struct stats_times, and empties the pool. */
static const struct stats_times *pool_take(struct pool *pool)
{
	struct stats_times *t = &pool->times;
	unsigned int i;

	t->n = 0;
	for (i = 0; i <= HIST_BUCKETS; i++) {
		if (!pool->events[i] && !pool->censored[i])
			continue;
		t->count[t->n++] = (struct stats_count) {
			.bucket = i, .events = pool->events[i],
			.censored = pool->censored[i],
		};
		pool->events[i] = pool->censored[i] = 0;
	}
	return t;
}

static void pool_reset(struct pool *pool)
{
	pool->times.events = pool->times.censored = 0;
	pool->times.max = pool->times.censored_max = 0;
	pool->times.sum = 0;
}

static void quantiles_of(struct pool *pool, struct stats_quantiles *out,
			 size_t nout, double *value)
{
	const struct stats_times *t = pool_take(pool);
	size_t i;

	for (i = 0; i < nout; i++)
		value[i] = stats_times_quantile(t, out[i].q);
	pool_reset(pool);
}

static void draw_boots(struct pool *pool, const struct stats_times *boots,
		       size_t n, gsl_rng *rng)
{
	size_t i;

	for (i = 0; i < n; i++)
		pool_add(pool, &boots[gsl_rng_uniform_int(rng, n)]);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapter
 * 13: the percentile interval.  Draws whose difference cannot be told (too
 * much cut off, on both sides) leave it open.
 */
static void percentiles(double *diff, unsigned int draws, double level,
			struct stats_quantiles *out)
{
	unsigned int i, low = floor((1 - level) / 2 * (draws - 1));

	out->lo = out->hi = NAN;
	for (i = 0; i < draws; i++) {
		if (isnan(diff[i]))
			return;
	}
	qsort(diff, draws, sizeof(*diff), by_value);
	out->lo = diff[low];
	out->hi = diff[draws - 1 - low];
}

void stats_bootstrap(const struct stats_times *a, size_t na,
		     const struct stats_times *b, size_t nb, double level,
		     unsigned int draws, uint64_t seed,
		     struct stats_quantiles *out, size_t nout)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double *diff = calloc(nout * draws + 2 * nout, sizeof(*diff));
	double *va = diff + nout * draws, *vb = va + nout;
	struct pool pool;
	unsigned int d;
	size_t i;

	if (!rng || !diff)
		abort();
	gsl_rng_set(rng, seed ^ seed >> 32);
	pool_init(&pool);
	for (i = 0; i < na; i++)
		pool_add(&pool, &a[i]);
	quantiles_of(&pool, out, nout, va);
	for (i = 0; i < nb; i++)
		pool_add(&pool, &b[i]);
	quantiles_of(&pool, out, nout, vb);
	for (i = 0; i < nout; i++) {
		out[i].a = va[i];
		out[i].b = vb[i];
		out[i].lo = out[i].hi = NAN;
	}
	for (d = 0; na && nb && d < draws; d++) {
		draw_boots(&pool, a, na, rng);
		quantiles_of(&pool, out, nout, va);
		draw_boots(&pool, b, nb, rng);
		quantiles_of(&pool, out, nout, vb);
		for (i = 0; i < nout; i++)
			diff[i * draws + d] = va[i] - vb[i];
	}
	for (i = 0; na && nb && i < nout; i++)
		percentiles(diff + i * draws, draws, level, &out[i]);
	pool_free(&pool);
	gsl_rng_free(rng);
	free(diff);
}
