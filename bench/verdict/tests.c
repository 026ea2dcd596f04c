// SPDX-License-Identifier: GPL-2.0-only
/*
 * A candidate and baseline, within hosts: hangs by Fisher, all else by the one
 * contrast.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/stats.h"
#include "bench/results/strata.h"
#include "bench/verdict/judge.h"

/* All cells. */
#define ALL SIZE_MAX

static void count_hangs(const struct judge_verdict *v, int side, int class,
			size_t cell, uint64_t *k, uint64_t *n)
{
	size_t i;

	*k = *n = 0;
	for (i = 0; i < v->cells; i++) {
		const struct record *sum = &v->pair[i].combo[side]->sum;

		if (cell != ALL && i != cell)
			continue;
		*n += sum->fulls;
		*k += class < 0 ? record_hangs(sum) : sum->hangs[class];
	}
	/* A hang without its full cannot be, but a store can be anything. */
	if (*k > *n)
		*n = *k;
}

static uint64_t repeat_hangs(const struct results_repeat *r, int class)
{
	uint64_t hangs = 0;
	int i;

	for (i = 0; i < HANG_CLASSES; i++)
		hangs += class < 0 || i == class ? r->hangs[i] : 0;
	return hangs;
}

/* The same counts, by host. */
static struct strata hang_strata(const struct judge_verdict *v, int class,
				 size_t cell)
{
	const struct results_combo *combo;
	struct strata strata = { 0 };
	struct stratum *s;
	size_t i, k;
	int side;

	for (i = 0; i < 2 * v->cells; i++) {
		if (cell != ALL && i / 2 != cell)
			continue;
		side = i % 2;
		combo = v->pair[i / 2].combo[side];
		for (k = 0; k < combo->repeats; k++) {
			s = strata_at(&strata, combo->repeat[k].host);
			s->n[side] += combo->repeat[k].fulls;
			s->k[side] += repeat_hangs(&combo->repeat[k], class);
		}
	}
	for (i = 0; i < 2 * strata.n; i++) {
		s = &strata.host[i / 2];
		if (s->k[i % 2] > s->n[i % 2])
			s->n[i % 2] = s->k[i % 2];
	}
	return strata;
}

static void compare_hangs(const struct judge_verdict *v, int class,
			  size_t cell, struct judge_hangs *h)
{
	struct strata strata = hang_strata(v, class, cell);
	int i;

	for (i = 0; i < 2; i++) {
		count_hangs(v, i, class, cell, &h->k[i], &h->n[i]);
		if (stats_clopper_pearson(h->k[i], h->n[i], 0.95, &h->lo[i],
					  &h->hi[i])) {
			h->lo[i] = 0;
			h->hi[i] = 1;
		}
	}
	h->hosts = strata_hosts(&strata);
	h->ratio = strata_ratio(&strata);
	h->p = strata_test(&strata);
	h->p_holm = h->p;
	strata_free(&strata);
}

void judge_hang_tests(struct judge *judge, struct judge_verdict *v)
{
	double *p = calloc((v->cells + 1) * HANG_CLASSES, sizeof(*p));
	struct strata strata;
	size_t n = 0, i;
	int class;

	if (!p)
		abort();
	for (class = 0; class < HANG_CLASSES; class++) {
		compare_hangs(v, class, ALL, &v->hangs[class]);
		p[n++] = v->hangs[class].p;
		for (i = 0; i < v->cells; i++) {
			compare_hangs(v, class, i, &v->cell[i].hangs[class]);
			p[n++] = v->cell[i].hangs[class].p;
		}
	}
	stats_holm(p, n, p);
	for (class = 0, n = 0; class < HANG_CLASSES; class++) {
		v->hangs[class].p_holm = p[n++];
		for (i = 0; i < v->cells; i++)
			v->cell[i].hangs[class].p_holm = p[n++];
	}
	free(p);
	compare_hangs(v, -1, ALL, &v->all);
	strata = hang_strata(v, -1, ALL);
	if (strata_interval(&strata, 1 - judge_alpha(&judge->options),
			    &v->ratio_lo, &v->ratio_hi))
		v->ratio_lo = v->ratio_hi = NAN;
	strata_free(&strata);
}

/* Hangs have tests of their own, and the mean gap says more than its median. */
static bool is_judged(int metric)
{
	return metric != METRIC_HANGS && metric != METRIC_GAP_P50;
}

/* The margin on the scale of the comparison, above 0. */
static double margin_of(const struct judge_options *o,
			const struct metric *metric)
{
	return metric->scale == SCALE_RATIO ? log1p(o->ratio) : o->coverage;
}

static double unscaled(const struct metric *metric, double x)
{
	return metric->scale == SCALE_RATIO ? exp(x) : x;
}

double judge_margin_shown(const struct judge_test *t)
{
	const struct metric *metric = t->contrast.metric;

	if (metric->scale == SCALE_RATIO)
		return exp(t->margin);
	return metric_shown(metric, metric->more_is_better ? -t->margin :
			    t->margin);
}

static void judge_test(const struct judge_options *o, struct judge_test *t)
{
	const struct metric *metric = t->contrast.metric;
	struct stats_sample a = t->contrast.boots[0], b = t->contrast.boots[1];
	struct stats_welch w, beyond;
	double shift;

	t->margin = margin_of(o, metric);
	t->level = 1 - judge_alpha(o);
	t->p = t->p_worse = t->p_holm = 1;
	t->lo = t->hi = NAN;
	t->outcome = OUTCOME_NO_DATA;
	if (t->contrast.state != CONTRAST_KNOWN ||
	    contrast_test(&t->contrast, 0, t->level, &w))
		return;
	t->lo = unscaled(metric, w.lo);
	t->hi = unscaled(metric, w.hi);
	t->p = w.p;
	t->sd = sqrt((a.var + b.var) / 2);
	t->outcome = OUTCOME_OPEN;
	/* Moved by the margin: is it beyond? */
	shift = metric->more_is_better ? -t->margin : t->margin;
	contrast_test(&t->contrast, shift, t->level, &beyond);
	t->p_worse = (beyond.t > 0) != metric->more_is_better && beyond.t ?
		beyond.p / 2 : 1 - beyond.p / 2;
	if (metric->more_is_better ? w.lo >= -t->margin : w.hi <= t->margin)
		t->outcome = OUTCOME_NOT_WORSE;
	else
		t->needed = stats_boots_needed(t->sd, t->margin,
					       judge_alpha(o), 0.9);
}

static void make_test(const struct judge *judge, int metric,
		      const struct contrast_pair *pairs, size_t n,
		      struct judge_test *t)
{
	*t = (struct judge_test) { .outcome = OUTCOME_NOT_JUDGED };
	contrast_make(&t->contrast, metric, pairs, n,
		      judge->options.reenable_ns);
	if (is_judged(metric))
		judge_test(&judge->options, t);
	t->indicative = judge->emulated && !metrics[metric].emulated;
}

/* What is judged and what is indicative are families of their own. */
static void adjust(struct judge *judge, struct judge_verdict *v,
		   bool indicative)
{
	struct judge_test **test = calloc((v->cells + 1) * METRICS,
					  sizeof(*test));
	double *p = calloc((v->cells + 1) * METRICS, sizeof(*p));
	size_t n = 0, c;
	int m;

	if (!test || !p)
		abort();
	for (m = 0; m < METRICS; m++) {
		if (!is_judged(m) || v->test[m].indicative != indicative)
			continue;
		test[n++] = &v->test[m];
		for (c = 0; c < v->cells; c++)
			test[n++] = &v->cell[c].test[m];
	}
	for (c = 0; c < n; c++)
		p[c] = test[c]->p_worse;
	stats_holm(p, n, p);
	for (c = 0; c < n; c++) {
		test[c]->p_holm = p[c];
		if (p[c] < judge_alpha(&judge->options) / 2 &&
		    test[c]->contrast.boots[0].n >= judge->options.boots &&
		    test[c]->contrast.boots[1].n >= judge->options.boots)
			test[c]->outcome = OUTCOME_WORSE;
	}
	free(p);
	free(test);
}

void judge_metric_tests(struct judge *judge, struct judge_verdict *v)
{
	size_t c;
	int m;

	for (m = 0; m < METRICS; m++) {
		make_test(judge, m, v->pair, v->cells, &v->test[m]);
		for (c = 0; c < v->cells; c++)
			make_test(judge, m, &v->pair[c], 1,
				  &v->cell[c].test[m]);
	}
	adjust(judge, v, false);
	adjust(judge, v, true);
}
