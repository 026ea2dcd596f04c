// SPDX-License-Identifier: GPL-2.0-only
/* A candidate and baseline: hangs, times, quantiles. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "bench/results/stats.h"

/* Any cell. */
#define ALL SIZE_MAX

static void count_hangs(const struct judge_kernel *kernel, int class,
			size_t cell, uint64_t *k, uint64_t *n)
{
	size_t i;
	int c;

	*k = *n = 0;
	for (i = 0; kernel && i < kernel->boots; i++) {
		if (cell != ALL && kernel->boot[i].cell != cell)
			continue;
		*n += kernel->boot[i].fulls;
		for (c = 0; c < HANG_CLASSES; c++) {
			if (class < 0 || c == class)
				*k += kernel->boot[i].hangs[c];
		}
	}
	/* A hang without its full cannot be, but a store can be anything. */
	if (*k > *n)
		*n = *k;
}

static void compare_hangs(const struct judge_verdict *v, int class,
			  size_t cell, struct judge_hangs *h)
{
	int i;

	count_hangs(v->cand, class, cell, &h->k[0], &h->n[0]);
	count_hangs(v->base, class, cell, &h->k[1], &h->n[1]);
	for (i = 0; i < 2; i++) {
		if (stats_clopper_pearson(h->k[i], h->n[i], 0.95, &h->lo[i],
					  &h->hi[i])) {
			h->lo[i] = 0;
			h->hi[i] = 1;
		}
	}
	h->p = stats_fisher(h->k[0], h->n[0], h->k[1], h->n[1]);
	h->p_holm = h->p;
}

void judge_hang_tests(struct judge *judge, struct judge_verdict *v)
{
	size_t cells = judge->data->cells, n = 0, i;
	double *p = calloc((cells + 1) * HANG_CLASSES, sizeof(*p));
	int class;

	if (!p)
		abort();
	for (class = 0; class < HANG_CLASSES; class++) {
		compare_hangs(v, class, ALL, &v->hangs[class]);
		p[n++] = v->hangs[class].p;
		for (i = 0; i < cells; i++) {
			compare_hangs(v, class, i, &v->cell[i].hangs[class]);
			p[n++] = v->cell[i].hangs[class].p;
		}
	}
	stats_holm(p, n, p);
	for (class = 0, n = 0; class < HANG_CLASSES; class++) {
		v->hangs[class].p_holm = p[n++];
		for (i = 0; i < cells; i++)
			v->cell[i].hangs[class].p_holm = p[n++];
	}
	free(p);
	compare_hangs(v, -1, ALL, &v->all);
	if (stats_rate_ratio(v->all.k[0], v->all.n[0], v->all.k[1],
			     v->all.n[1], 1 - judge_alpha(&judge->options),
			     &v->ratio_lo, &v->ratio_hi))
		v->ratio_lo = v->ratio_hi = NAN;
}

/* Times of one cell in all boots of both, for the end of its mean. */
static double gap_tau(const struct judge_verdict *v, size_t cell)
{
	const struct judge_kernel *kernel[2] = { v->cand, v->base };
	struct stats_times all = { 0 };
	size_t i, k;
	double tau;

	for (k = 0; k < 2; k++) {
		for (i = 0; kernel[k] && i < kernel[k]->boots; i++) {
			if (kernel[k]->boot[i].cell == cell)
				stats_times_merge(&all,
						  &kernel[k]->boot[i].gap);
		}
	}
	/* Of those that ended. */
	for (i = 0; i < all.n; i++)
		all.count[i].censored = 0;
	all.censored = 0;
	tau = stats_times_quantile(&all, 0.99);
	stats_times_free(&all);
	return tau;
}

static double positive_log(double x)
{
	return x > 0 && isfinite(x) ? log(x) : NAN;
}

/*
 * A gap that a hang cut off has no parts, and its tracer was not woken: where
 * a kernel hangs often, what is left are its lucky cycles, and no measure of
 * another one's.
 */
static bool hangs_often(const struct judge_verdict *v, size_t cell)
{
	const struct judge_kernel *kernel[2] = { v->cand, v->base };
	uint64_t k, n;
	size_t i;

	for (i = 0; i < 2; i++) {
		count_hangs(kernel[i], -1, cell, &k, &n);
		if (k > JUDGE_OFTEN * n)
			return true;
	}
	return false;
}

static bool needs_survivors(int metric)
{
	return metric != METRIC_LOST && metric != METRIC_COVERAGE &&
		metric != METRIC_ENABLE;
}

/* Of each cell, in the eyes of a pair of kernels. */
struct judge_limits {
	double *tau;		/* see gap_tau() */
	bool *often;		/* one of them hangs often there */
	double reenable_ns;	/* of judge_options */
};

/* NAN when this boot and cell have nothing to say. */
static double metric_value(const struct judge_boot *boot, int metric,
			   const struct judge_limits *limits)
{
	double all = boot->traced_ns + boot->gap_ns;
	double tau = limits->tau[boot->cell];

	switch (metric) {
	case METRIC_WAKEUP_P50:
		return positive_log(stats_times_quantile(&boot->wakeup, 0.5));
	case METRIC_WAKEUP_P99:
		return positive_log(stats_times_quantile(&boot->wakeup, 0.99));
	case METRIC_REENABLE_P50:
		return positive_log(stats_times_quantile(&boot->reenable,
							 0.5));
	case METRIC_REENABLE_P99:
		return positive_log(stats_times_quantile(&boot->reenable,
							 0.99));
	case METRIC_ENABLE:
		return positive_log(stats_times_quantile(&boot->running, 0.5));
	case METRIC_REENABLE:
		/* Next to nothing must not count as twice nothing. */
		return positive_log(stats_times_quantile(&boot->reenable,
				    0.5) + limits->reenable_ns);
	case METRIC_LOST:
		return isfinite(tau) ? positive_log(stats_times_mean(
			&boot->gap, tau)) : NAN;
	case METRIC_COVERAGE:
		return all > 0 ? boot->traced_ns / all : NAN;
	}
	return NAN;
}

/* One metric of a pair of kernels: a value for each repeat and cell. */
struct values {
	size_t cells, repeats[2];
	double *x[2];		/* [repeat * cells + cell], NAN: none */
};

static size_t repeats_of(const struct judge_kernel *kernel)
{
	size_t n = 0, i;

	for (i = 0; kernel && i < kernel->boots; i++) {
		if (kernel->boot[i].repeat >= 0 &&
		    (size_t)kernel->boot[i].repeat >= n)
			n = kernel->boot[i].repeat + 1;
	}
	return n;
}

static void values_init(struct values *values, const struct judge_verdict *v,
			size_t cells, int metric,
			const struct judge_limits *limits)
{
	const struct judge_kernel *kernel[2] = { v->cand, v->base };
	const struct judge_boot *boot;
	size_t k, i;

	values->cells = cells;
	for (k = 0; k < 2; k++) {
		values->repeats[k] = repeats_of(kernel[k]);
		values->x[k] = malloc((values->repeats[k] * cells + 1) *
				      sizeof(double));
		if (!values->x[k])
			abort();
		for (i = 0; i < values->repeats[k] * cells; i++)
			values->x[k][i] = NAN;
		for (i = 0; kernel[k] && i < kernel[k]->boots; i++) {
			boot = &kernel[k]->boot[i];
			if (boot->repeat < 0 ||
			    (limits->often[boot->cell] &&
			     needs_survivors(metric)))
				continue;
			values->x[k][boot->repeat * cells + boot->cell] =
				metric_value(boot, metric, limits);
		}
	}
}

static void values_free(struct values *values)
{
	free(values->x[0]);
	free(values->x[1]);
}

/* The values of one cell, of those boots that have one. */
static struct stats_sample cell_sample(const struct values *values, int k,
				       size_t cell)
{
	double *x = malloc((values->repeats[k] + 1) * sizeof(*x)), value;
	struct stats_sample sample;
	size_t n = 0, i;

	if (!x)
		abort();
	for (i = 0; i < values->repeats[k]; i++) {
		value = values->x[k][i * values->cells + cell];
		if (!isnan(value))
			x[n++] = value;
	}
	sample = stats_sample(x, n);
	free(x);
	return sample;
}

/*
 * Cells differ by far more than kernels do, and a boot may lack one: each
 * value is taken relative to its cell's middle, then a boot is the mean of its
 * cells.  The mean of the middles is added again, for something to print.
 */
static struct stats_sample boot_sample(const struct values *values, int k,
				       const double *middle, double centre)
{
	double *x = malloc((values->repeats[k] + 1) * sizeof(*x)), value, sum;
	struct stats_sample sample;
	size_t n = 0, i, c, have;

	if (!x)
		abort();
	for (i = 0; i < values->repeats[k]; i++) {
		sum = 0;
		have = 0;
		for (c = 0; c < values->cells; c++) {
			value = values->x[k][i * values->cells + c];
			if (isnan(value) || isnan(middle[c]))
				continue;
			sum += value - middle[c];
			have++;
		}
		if (have)
			x[n++] = centre + sum / have;
	}
	sample = stats_sample(x, n);
	free(x);
	return sample;
}

/* The margin on the scale of the comparison, above 0. */
static double margin_of(const struct judge_options *o, int metric)
{
	return judge_metrics[metric].log ? log1p(o->ratio) : o->coverage;
}

/* Logs become what they were made of. */
static double shown(const struct judge_options *o, int metric, double x)
{
	if (metric == METRIC_REENABLE)
		return fmax(0, exp(x) - o->reenable_ns);	/* never "-0" */
	return judge_metrics[metric].log ? exp(x) : x;
}

static double shown_diff(int metric, double x)
{
	return judge_metrics[metric].log ? exp(x) : x;
}

static void compare(const struct judge_options *o, int metric,
		    struct stats_sample a, struct stats_sample b,
		    struct judge_test *t)
{
	const struct judge_metric_def *def = &judge_metrics[metric];
	double margin = margin_of(o, metric);
	struct stats_welch w, beyond;

	*t = (struct judge_test) {
		.outcome = OUTCOME_NO_DATA, .na = a.n, .nb = b.n, .p = 1,
		.p_worse = 1, .p_holm = 1, .margin = margin,
		.level = 1 - judge_alpha(o),
		.a = a.n ? shown(o, metric, a.mean) : NAN,
		.b = b.n ? shown(o, metric, b.mean) : NAN,
		.diff = NAN, .lo = NAN, .hi = NAN,
	};
	if (stats_welch(&a, &b, t->level, &w))
		return;
	t->outcome = OUTCOME_OPEN;
	t->diff = shown_diff(metric, w.diff);
	t->lo = shown_diff(metric, w.lo);
	t->hi = shown_diff(metric, w.hi);
	t->p = w.p;
	t->sd = sqrt((a.var + b.var) / 2);
	/* Moved by the margin: is it beyond? */
	b.mean += def->more_is_better ? -margin : margin;
	stats_welch(&a, &b, t->level, &beyond);
	t->p_worse = (beyond.t > 0) != def->more_is_better && beyond.t ?
		beyond.p / 2 : 1 - beyond.p / 2;
	if (def->more_is_better ? w.lo >= -margin : w.hi <= margin)
		t->outcome = OUTCOME_NOT_WORSE;
	else
		t->needed = stats_boots_needed(t->sd, margin, judge_alpha(o),
					       0.9);
}

static void metric_tests(struct judge *judge, struct judge_verdict *v,
			 int metric, const struct judge_limits *limits)
{
	const struct judge_options *o = &judge->options;
	size_t cells = judge->data->cells, c, have = 0;
	double *middle = calloc(cells + 1, sizeof(*middle)), centre = 0;
	struct stats_sample a, b;
	struct values values;

	if (!middle)
		abort();
	values_init(&values, v, cells, metric, limits);
	for (c = 0; c < cells; c++) {
		a = cell_sample(&values, 0, c);
		b = cell_sample(&values, 1, c);
		compare(o, metric, a, b, &v->cell[c].test[metric]);
		/* A cell that only one of them has compares nothing. */
		middle[c] = a.n && b.n ? (a.mean + b.mean) / 2 : NAN;
		if (a.n && b.n) {
			centre += middle[c];
			have++;
		}
	}
	centre = have ? centre / have : 0;
	a = boot_sample(&values, 0, middle, centre);
	b = boot_sample(&values, 1, middle, centre);
	compare(o, metric, a, b, &v->test[metric]);
	v->test[metric].indicative = judge->data->emulated &&
		judge_metrics[metric].latency;
	values_free(&values);
	free(middle);
}

/* What is judged and what is indicative are families of their own. */
static void adjust(struct judge *judge, struct judge_verdict *v,
		   bool indicative)
{
	size_t cells = judge->data->cells, n = 0, c;
	struct judge_test **test = calloc((cells + 1) * METRICS,
					  sizeof(*test));
	double *p = calloc((cells + 1) * METRICS, sizeof(*p));
	int m;

	if (!test || !p)
		abort();
	for (m = 0; m < METRICS; m++) {
		if (v->test[m].indicative != indicative)
			continue;
		test[n++] = &v->test[m];
		for (c = 0; c < cells; c++) {
			v->cell[c].test[m].indicative = indicative;
			test[n++] = &v->cell[c].test[m];
		}
	}
	for (c = 0; c < n; c++)
		p[c] = test[c]->p_worse;
	stats_holm(p, n, p);
	for (c = 0; c < n; c++) {
		test[c]->p_holm = p[c];
		if (p[c] < judge_alpha(&judge->options) / 2 &&
		    test[c]->na >= judge->options.boots &&
		    test[c]->nb >= judge->options.boots)
			test[c]->outcome = OUTCOME_WORSE;
	}
	free(p);
	free(test);
}

void judge_time_tests(struct judge *judge, struct judge_verdict *v)
{
	size_t cells = judge->data->cells, c;
	struct judge_limits limits = {
		.tau = calloc(cells + 1, sizeof(*limits.tau)),
		.often = calloc(cells + 1, sizeof(*limits.often)),
		.reenable_ns = judge->options.reenable_ns,
	};
	int m;

	if (!limits.tau || !limits.often)
		abort();
	for (c = 0; c < cells; c++) {
		limits.tau[c] = gap_tau(v, c);
		limits.often[c] = hangs_often(v, c);
	}
	for (m = 0; m < METRICS; m++)
		metric_tests(judge, v, m, &limits);
	adjust(judge, v, false);
	adjust(judge, v, true);
	free(limits.tau);
	free(limits.often);
}

static const struct stats_times *times_of(const struct judge_boot *boot,
					  int which)
{
	switch (which) {
	case TIMES_WAKEUP:
		return &boot->wakeup;
	case TIMES_GAP:
		return &boot->gap;
	case TIMES_REENABLE:
		return &boot->reenable;
	default:
		return &boot->running;
	}
}

/* All cells of each boot together; caller frees each and all. */
static struct stats_times *boots_of(const struct judge_kernel *kernel,
				    int which, size_t *n)
{
	struct stats_times *boots;
	size_t i;

	*n = repeats_of(kernel);
	boots = calloc(*n + 1, sizeof(*boots));
	if (!boots)
		abort();
	for (i = 0; kernel && i < kernel->boots; i++) {
		if (kernel->boot[i].repeat >= 0)
			stats_times_merge(&boots[kernel->boot[i].repeat],
					  times_of(&kernel->boot[i], which));
	}
	return boots;
}

static void table_of(struct judge *judge, struct judge_verdict *v, int which)
{
	static const double q[JUDGE_QUANTILES] = { 0.5, 0.9, 0.99, 0.999, 1 };
	const struct judge_kernel *kernel[2] = { v->cand, v->base };
	struct stats_times *boots[2];
	size_t n[2], i, k;

	for (k = 0; k < 2; k++) {
		boots[k] = boots_of(kernel[k], which, &n[k]);
		for (i = 0; i < n[k]; i++)
			v->times_n[which][k] += boots[k][i].events +
						boots[k][i].censored;
	}
	for (i = 0; i < JUDGE_QUANTILES; i++)
		v->times[which][i].q = q[i];
	stats_bootstrap(boots[0], n[0], boots[1], n[1], 0.95,
			judge->options.draws, judge->options.seed + which,
			v->times[which], JUDGE_QUANTILES);
	for (k = 0; k < 2; k++) {
		for (i = 0; i < n[k]; i++)
			stats_times_free(&boots[k][i]);
		free(boots[k]);
	}
}

void judge_tables(struct judge *judge, struct judge_verdict *v)
{
	const struct judge_kernel *kernel[2] = { v->cand, v->base };
	uint64_t gaps;
	size_t k, i;
	int part;

	for (i = 0; i < JUDGE_TIMES; i++)
		table_of(judge, v, i);
	for (k = 0; k < 2; k++) {
		gaps = 0;
		for (i = 0; kernel[k] && i < kernel[k]->boots; i++) {
			gaps += kernel[k]->boot[i].gap.events;
			for (part = 0; part < 3; part++)
				v->lost_part[k][part] +=
					kernel[k]->boot[i].part_ns[part] / 1e6;
		}
		v->lost_n[k] = gaps;
		for (part = 0; part < 3; part++)
			v->lost_part[k][part] = gaps ?
				v->lost_part[k][part] / gaps : NAN;
	}
}
