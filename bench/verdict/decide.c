// SPDX-License-Identifier: GPL-2.0-only
/* From the tests to the word, and the line that says why. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "bench/views/numbers.h"
#include "lib/complaint.h"
#include "lib/file.h"

/* Cells that a loaded host may cost a kernel. */
#define LOST_SHARE 0.05

/* Reasons, one after the other, with "; " between. */
struct reasons {
	char *text;
	size_t size, n;
	FILE *f;
};

static void reasons_open(struct reasons *r)
{
	memset(r, 0, sizeof(*r));
	r->f = open_memstream(&r->text, &r->size);
	if (!r->f)
		abort();
}

/* Where to write the next one. */
static FILE *reason(struct reasons *r)
{
	if (r->n++)
		fputs("; ", r->f);
	return r->f;
}

/* What the decision is made of, so far. */
struct decision {
	struct judge *judge;
	struct judge_verdict *v;
	struct reasons bad, open, good;
	struct reasons worse, unsure;	/* of what is only indicative */
};

static void need(struct decision *d, size_t boots)
{
	if (boots > d->v->needed)
		d->v->needed = boots;
}

static size_t first_words(const char *text)
{
	return strcspn(text, "\n");
}

static void trouble_bad(struct decision *d, const struct results_trouble *t)
{
	FILE *f = reason(&d->bad);
	const char *text = complaint_text(t->text);

	if (t->kind == TROUBLE_BUILD)
		fprintf(f, "%s", t->text);
	else if (t->kind == TROUBLE_LINE)
		fprintf(f, "%llu x on the console: %s",
			(unsigned long long)t->count, text);
	else
		fprintf(f, "%llu x %s: %.*s", (unsigned long long)t->count,
			t->status, (int)first_words(text), text);
	d->v->crashed = true;
}

/* A kernel that never came up is the patch's; one boot that failed may be us. */
static bool never_measured(const struct results_kernel *kernel)
{
	return !kernel->repeats;
}

static void judge_trouble(struct decision *d, const struct results_trouble *t)
{
	bool other = judge_in_baseline(d->v, t) || !d->v->base ||
		     never_measured(d->v->base);

	switch (t->kind) {
	case TROUBLE_BUILD:
		trouble_bad(d, t);
		break;
	case TROUBLE_CRASH:
	case TROUBLE_LINE:
		if (other)
			fprintf(reason(&d->open),
				"'%s': as seen of baseline, or baseline was not measured",
				complaint_text(t->text));
		else
			trouble_bad(d, t);
		break;
	case TROUBLE_LOST:
		/* The rest of them: judge_lost(). */
		if (!other && never_measured(d->v->cand) && t->count > 1)
			trouble_bad(d, t);
		break;
	case TROUBLE_OURS:
		fprintf(reason(&d->open), "it could not be measured (%.*s)",
			(int)first_words(t->text), t->text);
		d->v->crashed |= never_measured(d->v->cand);
		break;
	default:
		break;
	}
}

/*
 * Guests that did not boot, answer or live: on a loaded host that happens to
 * any kernel now and then.
 */
static void judge_lost(struct decision *d)
{
	const struct results_kernel *cand = d->v->cand, *base = d->v->base;
	uint64_t k = cand->unmeasured, n = k + cand->measured, kb, nb;
	FILE *f;

	if (!k || !cand->measured || !base)
		return;
	kb = base->unmeasured;
	nb = kb + base->measured;
	if (k * nb > kb * n &&
	    stats_fisher(k, n, kb, nb) < judge_alpha(&d->judge->options))
		f = reason(&d->bad);
	else if (k > LOST_SHARE * n)
		f = reason(&d->open);
	else
		return;
	fprintf(f, "%llu of %llu cells without a record, baseline %llu of %llu",
		(unsigned long long)k, (unsigned long long)n,
		(unsigned long long)kb, (unsigned long long)nb);
}

static const char *percent(char buf[32], double x)
{
	snprintf(buf, 32, "%.2g %%", 100 * x);
	return buf;
}

static void bad_hangs(struct decision *d, const struct judge_hangs *h,
		      int class, const char *where)
{
	fprintf(reason(&d->bad), "more %s hangs than baseline%s%s: %llu of %llu, baseline %llu of %llu, p %.2g",
		hang_class_names[class], *where ? " in " : "", where,
		(unsigned long long)h->k[0], (unsigned long long)h->n[0],
		(unsigned long long)h->k[1], (unsigned long long)h->n[1],
		h->p_holm);
}

/* True when the candidate hangs significantly more often. */
static bool more_often(const struct decision *d, const struct judge_hangs *h)
{
	return h->n[0] && h->n[1] &&
		h->p_holm < judge_alpha(&d->judge->options) &&
		(double)h->k[0] / h->n[0] > (double)h->k[1] / h->n[1];
}

static void judge_class(struct decision *d, int class)
{
	const struct judge_hangs *h = &d->v->hangs[class];
	size_t i;

	if (more_often(d, h)) {
		bad_hangs(d, h, class, "");
		return;
	}
	for (i = 0; i < d->v->cells; i++) {
		if (!more_often(d, &d->v->cell[i].hangs[class]))
			continue;
		bad_hangs(d, &d->v->cell[i].hangs[class], class,
			  d->v->pair[i].combo[0]->text);
		return;
	}
	if (h->k[0] && !h->k[1]) {
		fprintf(reason(&d->open), "%llu %s hang%s in %llu fulls, of which baseline showed none in %llu",
			(unsigned long long)h->k[0], hang_class_names[class],
			h->k[0] == 1 ? "" : "s", (unsigned long long)h->n[0],
			(unsigned long long)h->n[1]);
		need(d, 2 * d->v->cand->repeats);
	}
}

static void no_hang_seen(struct decision *d)
{
	const struct judge_options *o = &d->judge->options;
	const struct judge_hangs *h = &d->v->all;
	char bound[32], want[32];
	double fulls;

	percent(bound, h->hi[0]);
	if (h->hi[0] >= o->hang_bound) {
		fprintf(reason(&d->open), "0 hangs in %llu fulls only says below %s, wanted %s",
			(unsigned long long)h->n[0], bound,
			percent(want, o->hang_bound));
		/* The exact bound is -ln(0.025) / n. */
		fulls = 3.7 / o->hang_bound;
		need(d, h->n[0] ? ceil(fulls / h->n[0] * d->v->cand->repeats) :
		     0);
		return;
	}
	d->v->closes = h->k[1] && h->p < judge_alpha(o);
	if (d->v->closes)
		fprintf(reason(&d->good), "closes the race: 0 hangs in %llu fulls, below %s; baseline %llu in %llu",
			(unsigned long long)h->n[0], bound,
			(unsigned long long)h->k[1],
			(unsigned long long)h->n[1]);
	else
		fprintf(reason(&d->good), "0 hangs in %llu fulls, below %s; baseline %llu in %llu, too few to say more",
			(unsigned long long)h->n[0], bound,
			(unsigned long long)h->k[1],
			(unsigned long long)h->n[1]);
}

static void still_hangs(struct decision *d)
{
	const struct judge_options *o = &d->judge->options;
	const struct judge_hangs *h = &d->v->all;
	bool fewer = h->n[1] && h->p < judge_alpha(o) &&
		(double)h->k[0] / h->n[0] < (double)h->k[1] / h->n[1];

	if (o->fix) {
		fprintf(reason(&d->bad), "does not close the race, as --fix wants: %llu hangs in %llu fulls",
			(unsigned long long)h->k[0],
			(unsigned long long)h->n[0]);
		return;
	}
	if (!fewer && !(d->v->ratio_hi <= o->hang_ratio)) {
		fprintf(reason(&d->open), "%llu hangs in %llu fulls, baseline %llu in %llu: %.2g to %.2g times as often, wanted at most %g",
			(unsigned long long)h->k[0],
			(unsigned long long)h->n[0],
			(unsigned long long)h->k[1],
			(unsigned long long)h->n[1], d->v->ratio_lo,
			d->v->ratio_hi, o->hang_ratio);
		need(d, 2 * d->v->cand->repeats);
		return;
	}
	fprintf(reason(&d->good), "DOES NOT CLOSE THE RACE: %llu hangs in %llu fulls, %s baseline's %llu in %llu",
		(unsigned long long)h->k[0], (unsigned long long)h->n[0],
		fewer ? "fewer than" : "as often as",
		(unsigned long long)h->k[1], (unsigned long long)h->n[1]);
}

static void judge_hangs(struct decision *d)
{
	int class;

	if (!d->v->all.n[0] || !d->v->all.n[1]) {
		fprintf(reason(&d->open), "no buffer ran full (candidate %llu fulls, baseline %llu)",
			(unsigned long long)d->v->all.n[0],
			(unsigned long long)d->v->all.n[1]);
		return;
	}
	for (class = 0; class < HANG_CLASSES; class++)
		judge_class(d, class);
	if (d->v->all.k[0])
		still_hangs(d);
	else
		no_hang_seen(d);
}

/*
 * "time lost per full 1.62 times baseline's (97.5 %: 1.55 to 1.70, margin
 * 1.25)": by the interval that decides.
 */
static void say_test(FILE *f, const struct judge_test *t, const char *where)
{
	const struct metric *metric = t->contrast.metric;
	char range[NUMBER_TEXT], difference[NUMBER_TEXT];

	fprintf(f, "%s%s%s ", metric->title, *where ? " in " : "", where);
	number_difference(difference, &t->contrast);
	number_range(range, metric, t->lo, t->hi);
	if (metric->scale == SCALE_RATIO)
		fprintf(f, "%s times baseline's", difference + 2);
	else
		fprintf(f, "%s", difference);
	fprintf(f, " (%.4g %%: %s, margin %.3g)", 100 * t->level, range,
		judge_margin_shown(t));
}

/* The cell with the clearest harm, if there is one. */
static size_t worst_cell(const struct decision *d, int metric)
{
	size_t cells = d->v->cells, worst = cells, i;

	for (i = 0; i < cells; i++) {
		if (d->v->cell[i].test[metric].outcome != OUTCOME_WORSE)
			continue;
		if (worst == cells || d->v->cell[i].test[metric].p_holm <
				      d->v->cell[worst].test[metric].p_holm)
			worst = i;
	}
	return worst;
}

static void judge_metric(struct decision *d, int metric)
{
	const struct judge_test *t = &d->v->test[metric];
	struct reasons *bad = t->indicative ? &d->worse : &d->bad;
	struct reasons *open = t->indicative ? &d->unsure : &d->open;
	size_t cell = worst_cell(d, metric);

	if (t->outcome == OUTCOME_WORSE) {
		say_test(reason(bad), t, "");
	} else if (cell < d->v->cells) {
		say_test(reason(bad), &d->v->cell[cell].test[metric],
			 d->v->pair[cell].combo[0]->text);
	} else if (t->outcome == OUTCOME_OPEN && t->indicative) {
		/* The table has the figures. */
		fputs(metrics[metric].title, reason(open));
	} else if (t->outcome == OUTCOME_OPEN) {
		say_test(reason(open), t, "");
		need(d, t->needed);
	} else if (t->outcome == OUTCOME_NO_DATA) {
		/* Real hardware does not say whether it ran. */
		if (!metrics[metric].detail)
			fprintf(reason(open), "%s: nothing to compare%s",
				metrics[metric].title,
				t->contrast.state == CONTRAST_OFTEN ?
				" where neither hangs often" : "");
	}
}

static void judge_boots(struct decision *d)
{
	const struct judge_options *o = &d->judge->options;
	const struct judge_verdict *v = d->v;
	size_t base = v->base ? v->base->repeats : 0;

	if (!v->base || never_measured(v->base)) {
		fprintf(reason(&d->open), "baseline was not measured%s%s",
			v->base && v->base->troubles ? ": " : "",
			v->base && v->base->troubles ?
			v->base->trouble[0].text : "");
		return;
	}
	if (v->cand->repeats < o->boots || base < o->boots) {
		fprintf(reason(&d->open), "%zu and %zu boots, a claim wants %zu of each",
			v->cand->repeats, base, o->boots);
		need(d, o->boots);
	}
}

static char *reasons_take(struct reasons *r)
{
	fclose(r->f);
	return r->text;
}

static void latency_line(struct decision *d)
{
	bool any = false;
	int m;

	for (m = 0; m < METRICS; m++)
		any |= d->v->test[m].indicative &&
		       d->v->test[m].outcome < OUTCOME_NO_DATA;
	fflush(d->worse.f);
	fflush(d->unsure.f);
	if (d->worse.n)
		d->v->latency = xasprintf("worse: %s", d->worse.text);
	else if (d->unsure.n)
		d->v->latency = xasprintf("cannot be told: %s",
					  d->unsure.text);
	else if (any)
		d->v->latency = xasprintf("no worse than baseline");
}

void judge_decide(struct judge *judge, struct judge_verdict *v)
{
	struct decision d = { .judge = judge, .v = v };
	char *bad, *open, *good;
	size_t i;
	int m;

	reasons_open(&d.bad);
	reasons_open(&d.open);
	reasons_open(&d.good);
	reasons_open(&d.worse);
	reasons_open(&d.unsure);
	for (i = 0; i < v->cand->troubles; i++)
		judge_trouble(&d, &v->cand->trouble[i]);
	judge_lost(&d);
	judge_boots(&d);
	if (v->base && !never_measured(v->base) && !never_measured(v->cand)) {
		judge_hangs(&d);
		for (m = 0; m < METRICS; m++)
			judge_metric(&d, m);
	}
	latency_line(&d);
	bad = reasons_take(&d.bad);
	open = reasons_take(&d.open);
	good = reasons_take(&d.good);
	free(reasons_take(&d.worse));
	free(reasons_take(&d.unsure));
	v->word = d.bad.n ? JUDGE_BAD : d.open.n ? JUDGE_UNDECIDED :
		JUDGE_GOOD;
	v->line = d.bad.n ? xasprintf("%s", bad) :
		d.open.n ? xasprintf("%s", open) :
		xasprintf("no regression; %s", good);
	free(bad);
	free(open);
	free(good);
}
