// SPDX-License-Identifier: GPL-2.0-only
#include "bench/verdict/hunt.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/inference.h"
#include "bench/results/stats.h"
#include "bench/results/strata.h"

/* Finds of a kernel below which they say nothing of how boots scatter. */
#define SCATTER_FINDS 5

/* Pearson's chi-squared over boots, and its degrees of freedom. */
struct scatter {
	double chi2;
	size_t df;
};

static void scatter_add(struct scatter *s, const struct hunts_row *row,
			int class)
{
	double p, expect;
	size_t i;

	if (!row || row->boots < 2 || row->finds[class] < SCATTER_FINDS)
		return;
	p = (double)row->finds[class] / row->fulls;
	if (p >= 1)
		return;
	for (i = 0; i < row->boots; i++) {
		expect = p * row->boot[i].fulls;
		if (expect > 0)
			s->chi2 += pow(row->boot[i].finds[class] - expect, 2) /
				(expect * (1 - p));
	}
	s->df += row->boots - 1;
}

static double scatter_of(const struct scatter *s)
{
	return s->df && s->chi2 > s->df ? s->chi2 / s->df : 1;
}

static int by_driver(const void *a, const void *b)
{
	const struct hunts_key *x = &((const struct judge_hunt_row *)a)->key;
	const struct hunts_key *y = &((const struct judge_hunt_row *)b)->key;
	int diff = strcmp(x->driver, y->driver);

	return diff ? diff : strcmp(x->loop, y->loop);
}

/* Rows of both, each once. */
static void list_rows(struct judge_hunt *h,
		      const struct hunts_kernel *const kernel[2])
{
	const struct hunts_row *row;
	size_t i, k, m;

	h->row = calloc((kernel[0] ? kernel[0]->rows : 0) +
			(kernel[1] ? kernel[1]->rows : 0) + 1,
			sizeof(*h->row));
	if (!h->row)
		abort();
	for (k = 0; k < 2; k++) {
		for (i = 0; kernel[k] && i < kernel[k]->rows; i++) {
			row = &kernel[k]->row[i];
			for (m = 0; m < h->rows; m++) {
				if (!strcmp(h->row[m].key.driver,
					    row->key.driver) &&
				    !strcmp(h->row[m].key.loop, row->key.loop))
					break;
			}
			if (m == h->rows)
				h->row[h->rows++].key = row->key;
			if (row->boots > h->boots[k])
				h->boots[k] = row->boots;
		}
	}
	qsort(h->row, h->rows, sizeof(*h->row), by_driver);
}

static double bound(uint64_t k, uint64_t n)
{
	double lo, hi;

	/* Its upper end is one-sided at 95 %. */
	if (!n || stats_clopper_pearson(k, n, 2 * JUDGE_BOUND_LEVEL - 1, &lo,
					&hi))
		return 1;
	return hi;
}

static void count_row(struct judge_hunt *h, struct judge_hunt_row *r,
		      const struct hunts_row *const row[2],
		      struct scatter *all)
{
	struct scatter own = { 0 };
	int k, class;

	for (k = 0; k < 2; k++) {
		if (!row[k])
			continue;
		r->n[k] = row[k]->fulls;
		r->all[k] = hunts_all_finds(row[k]);
		h->n[k] += r->n[k];
		h->all[k] += r->all[k];
		if (r->key.real) {
			h->real_all[k] += r->all[k];
			h->real_n[k] += r->n[k];
		}
		for (class = 0; class < HANG_CLASSES; class++) {
			r->k[k][class] = row[k]->finds[class];
			scatter_add(&own, row[k], class);
		}
	}
	r->bound = bound(r->all[0], r->n[0]);
	r->scatter = scatter_of(&own);
	r->df = own.df;
	all->chi2 += own.chi2;
	all->df += own.df;
	if (!row[0])
		return;
	h->replays += row[0]->replays;
	h->again += row[0]->again;
	h->unresolved += row[0]->unresolved;
}

/* Finds and fulls on a host: candidate, baseline. */
struct counts {
	double k[2], n[2];
};

/* Hosts of the rows. */
static size_t count_hosts(const struct judge_hunt *h)
{
	size_t hosts = 0, i, k, m;

	for (i = 0; i < 2 * h->rows; i++) {
		const struct hunts_row *row = h->row[i / 2].from[i % 2];

		for (k = 0; row && k < row->boots; k++) {
			m = row->boot[k].host + 1;
			hosts = m > hosts ? m : hosts;
		}
	}
	return hosts;
}

/* A row's, each worth 1 / its scatter; @class: -1 is all of them. */
static struct counts *row_counts(const struct judge_hunt_row *r, int class,
				 size_t hosts)
{
	struct counts *counts = calloc(hosts + 1, sizeof(*counts)), *c;
	const struct hunts_boot *boot;
	size_t i, m;
	int k;

	if (!counts)
		abort();
	for (m = 0; m < 2; m++) {
		for (i = 0; r->from[m] && i < r->from[m]->boots; i++) {
			boot = &r->from[m]->boot[i];
			c = &counts[boot->host];
			c->n[m] += boot->fulls;
			for (k = 0; k < HANG_CLASSES; k++)
				c->k[m] += class < 0 || k == class ?
					boot->finds[k] : 0;
		}
	}
	for (i = 0; i < 2 * hosts; i++) {
		counts[i / 2].k[i % 2] /= r->scatter;
		counts[i / 2].n[i % 2] /= r->scatter;
	}
	return counts;
}

static struct strata strata_of(const struct counts *counts, size_t hosts)
{
	struct strata strata = { 0 };
	struct stratum *s;
	size_t i, m;

	for (i = 0; i < hosts; i++) {
		s = strata_at(&strata, i);
		for (m = 0; m < 2; m++) {
			s->k[m] = llround(counts[i].k[m]);
			s->n[m] = llround(counts[i].n[m]);
		}
	}
	return strata;
}

/*
 * The exact test of counts that are worth 1 / scatter of themselves.  How they
 * scatter is known from a few boots only, so its p is that of Student's t with
 * as many degrees of freedom, not the normal one's.  It is over the boots of all
 * hosts: one has few, and hosts that differ make it more, never less.
 */
static double test(struct judge_hunt_row *r, int class, size_t hosts)
{
	struct counts *counts = row_counts(r, class, hosts);
	struct strata strata = strata_of(counts, hosts);
	double p = strata_test(&strata);

	r->ratio[class] = strata_ratio(&strata);
	strata_free(&strata);
	free(counts);
	if (!r->df)
		return 1;
	if (p >= 1)
		return p;
	/* Beyond what a normal deviate can say. */
	return 2 * gsl_cdf_tdist_Q(gsl_cdf_ugaussian_Qinv(fmax(p, 1e-300) / 2),
				   r->df);
}

static void test_rows(struct judge_hunt *h, const struct scatter *all,
		      size_t hosts)
{
	double *p = calloc(h->rows * HANG_CLASSES + 1, sizeof(*p));
	struct judge_hunt_row *r;
	int class;
	size_t i;

	if (!p)
		abort();
	for (i = 0; i < h->rows; i++) {
		r = &h->row[i];
		if (r->scatter <= scatter_of(all)) {
			r->scatter = scatter_of(all);
			r->df = all->df;
		}
		for (class = 0; class < HANG_CLASSES; class++)
			p[i * HANG_CLASSES + class] = test(r, class, hosts);
	}
	stats_holm(p, h->rows * HANG_CLASSES, p);
	for (i = 0; i < h->rows; i++)
		memcpy(h->row[i].p_holm, p + i * HANG_CLASSES,
		       sizeof(h->row[i].p_holm));
	free(p);
}

/* Adds a row on those hosts that have it of both, lest the mix of rows differ. */
static void add_counts(struct counts *all, const struct counts *row,
		       size_t hosts)
{
	size_t i, m;

	for (i = 0; i < hosts; i++) {
		for (m = 0; m < 2 && row[i].n[0] > 0 && row[i].n[1] > 0; m++) {
			all[i].k[m] += row[i].k[m];
			all[i].n[m] += row[i].n[m];
		}
	}
}

/* All rows together: each counts by its own scatter. */
static void test_all(struct judge_hunt *h, double alpha, size_t hosts)
{
	struct counts *all = calloc(hosts + 1, sizeof(*all)), *row;
	struct strata strata;
	size_t i;

	if (!all)
		abort();
	for (i = 0; i < h->rows; i++) {
		row = row_counts(&h->row[i], -1, hosts);
		add_counts(all, row, hosts);
		free(row);
	}
	strata = strata_of(all, hosts);
	h->hosts = strata_hosts(&strata);
	h->p = strata_test(&strata);
	h->ratio = strata_ratio(&strata);
	if (strata_interval(&strata, 1 - alpha, &h->ratio_lo, &h->ratio_hi))
		h->ratio_lo = h->ratio_hi = NAN;
	strata_free(&strata);
	free(all);
}

void judge_hunt_make(struct judge_hunt *h, const struct hunts_kernel *cand,
		     const struct hunts_kernel *base, double alpha)
{
	const struct hunts_kernel *const kernel[2] = { cand, base };
	struct scatter all = { 0 };
	size_t i, hosts;

	memset(h, 0, sizeof(*h));
	list_rows(h, kernel);
	for (i = 0; i < h->rows; i++) {
		const struct hunts_row *const row[2] = {
			hunts_row(cand, &h->row[i].key),
			hunts_row(base, &h->row[i].key),
		};

		memcpy(h->row[i].from, row, sizeof(row));
		count_row(h, &h->row[i], row, &all);
	}
	hosts = count_hosts(h);
	test_rows(h, &all, hosts);
	test_all(h, alpha, hosts);
	h->bound = bound(h->all[0], h->n[0]);
	h->find = hunts_best_find(cand);
}

void judge_hunt_free(struct judge_hunt *h)
{
	free(h->row);
	memset(h, 0, sizeof(*h));
}

bool judge_hunt_reproduced(const struct judge_hunt *h)
{
	return h->all[0] > 1 || h->again;
}

bool judge_hunt_more(const struct judge_hunt_row *row, int class)
{
	return row->p_holm[class] < JUDGE_HUNT_ALPHA && row->ratio[class] > 1;
}
