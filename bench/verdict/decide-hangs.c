// SPDX-License-Identifier: GPL-2.0-only
/* Hangs: in steady streams, in hunts, and whether the race is closed. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/decide.h"
#include "bench/views/numbers.h"
#include "lib/file.h"

/* One-sided at 95 %: so many fulls without a find, times the bound. */
#define FULLS_OF_BOUND 3.0

/* A comparison of hangs: of steady streams, or of hunts. */
struct rates {
	const uint64_t *k, *n;	/* candidate, baseline */
	size_t hosts;
	double ratio, p, ratio_hi;
};

/*
 * k of n, candidate and baseline: "3 of 120, baseline 0 of 99"; of several hosts
 * these sums are not what is compared.
 */
static void say_counts(FILE *f, const struct rates *r)
{
	fprintf(f, "%" PRIu64 " of %" PRIu64 ", baseline %" PRIu64 " of %"
		PRIu64, r->k[0], r->n[0], r->k[1], r->n[1]);
	if (r->hosts > 1 && isfinite(r->ratio))
		fprintf(f, "; within %zu hosts %.3g times as often", r->hosts,
			r->ratio);
	else if (r->hosts > 1)
		fprintf(f, "; compared within %zu hosts", r->hosts);
}

static struct rates hang_rates(const struct judge_hangs *h, double ratio_hi)
{
	return (struct rates) {
		.k = h->k, .n = h->n, .hosts = h->hosts, .ratio = h->ratio,
		.p = h->p, .ratio_hi = ratio_hi,
	};
}

static struct rates hunt_rates(const struct judge_hunt *h)
{
	return (struct rates) {
		.k = h->all, .n = h->n, .hosts = h->hosts, .ratio = h->ratio,
		.p = h->p, .ratio_hi = h->ratio_hi,
	};
}

static void bad_class(struct decision *d, const struct judge_hangs *h,
		      int class, const char *where)
{
	const struct rates rates = hang_rates(h, NAN);
	FILE *f = reason(&d->bad);
	char p[JUDGE_P];

	fprintf(f, "more %s hangs than baseline%s%s: ",
		hang_class_names[class], *where ? " in " : "", where);
	say_counts(f, &rates);
	fprintf(f, ", p %s", judge_p(p, h->p_holm));
}

/* True when the candidate hangs significantly more often. */
static bool more_often(const struct decision *d, const struct judge_hangs *h)
{
	return h->p_holm < judge_alpha(&d->judge->options) && h->ratio > 1;
}

static void stream_class(struct decision *d, int class)
{
	const struct judge_hangs *h = &d->v->hangs[class];
	char words[JUDGE_WORDS];
	size_t i;

	if (more_often(d, h)) {
		bad_class(d, h, class, "");
		return;
	}
	for (i = 0; i < d->v->cells; i++) {
		if (!more_often(d, &d->v->cell[i].hangs[class]))
			continue;
		bad_class(d, &d->v->cell[i].hangs[class], class,
			  judge_cell_words(words, d->v, i, WORDS_BOTH));
		return;
	}
	if (h->k[0] && !h->k[1] && !d->judge->options.fix) {
		fprintf(reason(&d->open), "%" PRIu64 " %s hang%s in %" PRIu64
			" fulls, of which baseline showed none in %" PRIu64,
			h->k[0], hang_class_names[class],
			h->k[0] == 1 ? "" : "s", h->n[0], h->n[1]);
		decide_need(d, 2 * d->v->cand->repeats);
	}
}

/* What a candidate hangs must be as often as baseline's, or less. */
static bool not_more(const struct decision *d, const struct rates *r,
		     bool *fewer)
{
	const struct judge_options *o = &d->judge->options;

	*fewer = r->p < judge_alpha(o) && r->ratio < 1;
	return *fewer || r->ratio_hi <= o->hang_ratio;
}

static void stream_hangs(struct decision *d)
{
	const struct judge_options *o = &d->judge->options;
	const struct judge_hangs *h = &d->v->all;
	const struct rates rates = hang_rates(h, d->v->ratio_hi);
	bool fewer;
	FILE *f;

	if (o->fix) {
		f = reason(&d->bad);
		fprintf(f, "%" PRIu64 " hangs in %" PRIu64
			" fulls of steady streams, and --fix allows none",
			h->k[0], h->n[0]);
		return;
	}
	if (!not_more(d, &rates, &fewer)) {
		f = reason(&d->open);
		fputs("hangs, ", f);
		say_counts(f, &rates);
		fprintf(f, ": %.2g to %.2g times as often, wanted at most %g",
			d->v->ratio_lo, d->v->ratio_hi, o->hang_ratio);
		decide_need(d, 2 * d->v->cand->repeats);
		return;
	}
	f = reason(&d->good);
	fprintf(f, "hangs %s baseline: ", fewer ? "less than" : "as often as");
	say_counts(f, &rates);
}

static void stream_none(struct decision *d)
{
	const struct judge_options *o = &d->judge->options;
	const struct judge_hangs *h = &d->v->all;
	char bound[TEXT_NUMBER], want[TEXT_NUMBER];

	text_percent(bound, 100 * h->hi[0]);
	if (h->hi[0] >= o->hang_bound) {
		fprintf(reason(&d->open), "0 hangs in %" PRIu64
			" fulls only says below %s %%, wanted %s %%", h->n[0],
			bound, text_percent(want, 100 * o->hang_bound));
		/* The exact bound is -ln(0.025) / n. */
		decide_need(d, h->n[0] ? ceil(3.7 / o->hang_bound / h->n[0] *
					      d->v->cand->repeats) : 0);
		return;
	}
	fprintf(reason(&d->good), "0 hangs in %" PRIu64
		" fulls of steady streams, below %s %%; baseline %" PRIu64
		" in %" PRIu64, h->n[0], bound, h->k[1], h->n[1]);
}

static void decide_streams(struct decision *d)
{
	int class;

	if (!d->v->all.n[0] || !d->v->all.n[1]) {
		fprintf(reason(&d->open), "no buffer ran full (candidate %"
			PRIu64 " fulls, baseline %" PRIu64 ")",
			d->v->all.n[0], d->v->all.n[1]);
		return;
	}
	for (class = 0; class < HANG_CLASSES; class++)
		stream_class(d, class);
	if (d->v->all.k[0])
		stream_hangs(d);
	else
		stream_none(d);
}

/* The driver and loop with most finds. */
static const struct judge_hunt_row *worst_row(const struct judge_hunt *h)
{
	const struct judge_hunt_row *worst = &h->row[0];
	size_t i;

	for (i = 1; i < h->rows; i++) {
		if (h->row[i].all[0] > worst->all[0])
			worst = &h->row[i];
	}
	return worst;
}

/* With --fix one is enough, once it is known that it is there. */
static void hunt_breaks(struct decision *d)
{
	const struct judge_hunt *h = &d->v->hunt;
	const struct judge_hunt_row *row = worst_row(h);
	FILE *f = reason(&d->bad);

	fprintf(f, "%" PRIu64 " hang%s in %" PRIu64
		" aimed fulls (most in %s, %s loop)", h->all[0],
		h->all[0] == 1 ? "" : "s", h->n[0], row->key.driver,
		row->key.loop);
	if (h->again)
		fprintf(f, ", found again in %" PRIu64 " of %" PRIu64
			" tries at the same phases", h->again, h->replays);
	else if (!judge_hunt_reproduced(h))
		fprintf(f, ", NOT found again in %" PRIu64
			" tries at the same phases", h->replays);
	else if (h->replays)
		fprintf(f, ", found anew, but not in %" PRIu64
			" tries at the same phases", h->replays);
	fputs("; --fix allows none", f);
	d->v->fact = judge_hunt_reproduced(h);
}

static void hunt_compares(struct decision *d)
{
	const struct judge_options *o = &d->judge->options;
	const struct judge_hunt *h = &d->v->hunt;
	const struct rates rates = hunt_rates(h);
	bool fewer;
	FILE *f;

	if (!not_more(d, &rates, &fewer)) {
		f = reason(&d->open);
		fputs("aimed hunts, ", f);
		say_counts(f, &rates);
		if (!isnan(h->ratio_hi))
			fprintf(f, ": %.2g to %.2g times as often, wanted at most %g",
				h->ratio_lo, h->ratio_hi, o->hang_ratio);
		decide_need_hunts(d, 2 * h->boots[0]);
		return;
	}
	f = reason(&d->good);
	fprintf(f, "aimed hunts hang %s: ", fewer ? "less than baseline" :
		"as often as baseline");
	say_counts(f, &rates);
}

static void hunt_none(struct decision *d)
{
	const struct judge_options *o = &d->judge->options;
	const struct judge_hunt *h = &d->v->hunt;

	if (o->fix && h->bound >= o->hunt_bound) {
		fprintf(reason(&d->open), "0 hangs in %" PRIu64
			" aimed fulls only says below %.2g, wanted %.2g",
			h->n[0], h->bound, o->hunt_bound);
		decide_need_hunts(d, ceil(FULLS_OF_BOUND / o->hunt_bound /
					  h->n[0] * h->boots[0]));
		return;
	}
	fprintf(reason(&d->good), "0 hangs in %" PRIu64
		" aimed fulls, below %.2g; baseline %" PRIu64 " in %" PRIu64,
		h->n[0], h->bound, h->all[1], h->n[1]);
}

/* Hunts that stand beside baseline's, row by row. */
static void hunt_rows(struct decision *d)
{
	const struct judge_hunt *h = &d->v->hunt;
	const struct judge_hunt_row *row;
	char p[JUDGE_P];
	uint64_t k[2];
	int class;
	size_t i;
	FILE *f;

	if (h->boots[0] < JUDGE_HUNT_BOOTS || h->boots[1] < JUDGE_HUNT_BOOTS)
		return;
	for (i = 0; i < h->rows; i++) {
		row = &h->row[i];
		for (class = 0; class < HANG_CLASSES; class++) {
			if (!judge_hunt_more(row, class))
				continue;
			k[0] = row->k[0][class];
			k[1] = row->k[1][class];
			f = reason(&d->bad);
			fprintf(f, "more %s hangs than baseline in aimed hunts (%s, %s loop): ",
				hang_class_names[class], row->key.driver,
				row->key.loop);
			say_counts(f, &(struct rates) {
				.k = k, .n = row->n, .hosts = h->hosts,
				.ratio = row->ratio[class],
			});
			fprintf(f, ", p %s", judge_p(p, row->p_holm[class]));
			return;
		}
	}
}

static void decide_hunts(struct decision *d)
{
	const struct judge_hunt *h = &d->v->hunt;

	if (!h->rows)
		return;
	if (!h->n[0]) {
		fprintf(reason(&d->open), "no hunt filled a buffer");
		decide_need_hunts(d, 1);
		return;
	}
	if (d->judge->options.fix) {
		if (h->all[0])
			hunt_breaks(d);
		else
			hunt_none(d);
		return;
	}
	if (h->boots[0] < JUDGE_HUNT_BOOTS || h->boots[1] < JUDGE_HUNT_BOOTS) {
		fprintf(reason(&d->open), "%zu and %zu boots of hunts, a comparison wants %d of each",
			h->boots[0], h->boots[1], JUDGE_HUNT_BOOTS);
		decide_need_hunts(d, JUDGE_HUNT_BOOTS);
		return;
	}
	hunt_rows(d);
	if (h->all[0])
		hunt_compares(d);
	else
		hunt_none(d);
}

/*
 * One hang says that it is open.  That it is closed takes a baseline that
 * surely hangs where the candidate does not, and bounds that mean something.
 */
static void decide_race(struct decision *d)
{
	const struct judge_options *o = &d->judge->options;
	const struct judge_hunt *h = &d->v->hunt;
	const struct judge_hangs *all = &d->v->all;
	double alpha = judge_alpha(o);
	bool there = (all->k[1] && all->p < alpha) ||
		(h->all[1] && h->p < alpha);
	bool bounds = all->n[0] && all->hi[0] < o->hang_bound &&
		(!h->rows || h->bound < o->hunt_bound);

	d->v->race = all->k[0] || h->all[0] ? RACE_OPEN :
		there && bounds ? RACE_CLOSED : RACE_NOT_SHOWN;
	if (o->fix && d->v->race == RACE_NOT_SHOWN && bounds)
		fprintf(reason(&d->open), "baseline hangs too seldom here to show that the race is closed: %" PRIu64
			" in %" PRIu64, all->k[1] + h->all[1],
			all->n[1] + h->n[1]);
}

void decide_hangs(struct decision *d)
{
	bool based = d->v->base && d->v->base->repeats &&
		d->v->cand->repeats;

	if (based)
		decide_streams(d);
	decide_hunts(d);
	decide_race(d);
}
