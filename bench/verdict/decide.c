// SPDX-License-Identifier: GPL-2.0-only
/* From the tests to the word, and the line that says why. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/strata.h"
#include "bench/verdict/decide.h"
#include "bench/views/numbers.h"
#include "lib/complaint.h"
#include "lib/file.h"

/* Cells that a loaded host may cost a kernel. */
#define LOST_SHARE 0.05

void reasons_open(struct reasons *r)
{
	memset(r, 0, sizeof(*r));
	r->f = open_memstream(&r->text, &r->size);
	if (!r->f)
		abort();
}

FILE *reason(struct reasons *r)
{
	if (r->n++)
		fputs("; ", r->f);
	return r->f;
}

void decide_need(struct decision *d, size_t boots)
{
	if (boots > d->v->needed)
		d->v->needed = boots;
}

void decide_need_hunts(struct decision *d, size_t boots)
{
	if (boots > d->v->needed_hunts)
		d->v->needed_hunts = boots;
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
	d->v->fact = true;
}

/* A kernel that never came up is the patch's; one boot that failed may be us. */
static bool never_measured(const struct decision *d, int side)
{
	const struct results_kernel *kernel = side ? d->v->base : d->v->cand;

	return !kernel || (!kernel->repeats && !d->v->hunt.n[side]);
}

/*
 * A guest whose host has no time for it says this of itself, whatever its
 * patch: seen of a kernel with nothing but a comment in it.
 */
static bool may_be_host(const struct decision *d, const char *text)
{
	static const char *const words[] = {
		"soft lockup", "stall", "starved", "timer wakeup didn't happen",
		"IO-APIC + timer doesn't work", "hrtimer: interrupt took",
	};
	size_t i;

	if (!d->judge->emulated || !results_noisy(&d->judge->results->load))
		return false;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(text, words[i]))
			return true;
	}
	return false;
}

static void judge_trouble(struct decision *d, const struct results_trouble *t)
{
	bool other = judge_in_baseline(d->v, t) || never_measured(d, BASELINE);

	if (t->kind != TROUBLE_BUILD && t->kind != TROUBLE_OURS &&
	    !other && may_be_host(d, t->text)) {
		fprintf(reason(&d->open),
			"%llu x '%.*s', which a host as loaded as this one does to any kernel",
			(unsigned long long)t->count,
			(int)first_words(complaint_text(t->text)),
			complaint_text(t->text));
		return;
	}
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
		if (!other && never_measured(d, CANDIDATE) && t->count > 1)
			trouble_bad(d, t);
		break;
	case TROUBLE_OURS:
		fprintf(reason(&d->open), "it could not be measured (%.*s)",
			(int)first_words(t->text), t->text);
		d->v->fact |= never_measured(d, CANDIDATE);
		break;
	default:
		break;
	}
}

/* Of @n cells in all, @k: as boots, for those of one boot are lost together. */
static uint64_t as_boots(uint64_t k, uint64_t n, uint64_t boots)
{
	return n > boots ? (k * boots + n / 2) / n : k;
}

/* Cells that gave no record, by host; @boots: counted as boots. */
static struct strata lost_strata(const struct decision *d, bool boots)
{
	const struct results_kernel *const side[] = { d->v->cand, d->v->base };
	const struct results_share *share;
	struct strata strata = { 0 };
	struct stratum *s;
	uint64_t n;
	size_t i;
	int m;

	for (m = 0; m < 2; m++) {
		for (i = 0; i < side[m]->shares; i++) {
			share = &side[m]->share[i];
			n = share->measured + share->unmeasured;
			s = strata_at(&strata, i);
			s->k[m] = boots ? as_boots(share->unmeasured, n,
						   share->boots) :
				share->unmeasured;
			s->n[m] = boots ? as_boots(n, n, share->boots) : n;
		}
	}
	return strata;
}

/*
 * Guests that did not boot, answer or live: on a loaded host that happens to
 * any kernel now and then.
 */
static void judge_lost(struct decision *d)
{
	const struct results_kernel *cand = d->v->cand, *base = d->v->base;
	uint64_t k = cand->unmeasured, n = k + cand->measured, kb, nb;
	struct strata boots, lost;
	bool more;
	FILE *f;

	if (!k || !cand->measured || !base)
		return;
	kb = base->unmeasured;
	nb = kb + base->measured;
	boots = lost_strata(d, true);
	lost = lost_strata(d, false);
	more = strata_ratio(&lost) > 1 &&
		strata_test(&boots) < judge_alpha(&d->judge->options);
	strata_free(&boots);
	strata_free(&lost);
	if (more)
		f = reason(&d->bad);
	else if (k > LOST_SHARE * n)
		f = reason(&d->open);
	else
		return;
	fprintf(f, "%llu of %llu cells without a record, baseline %llu of %llu",
		(unsigned long long)k, (unsigned long long)n,
		(unsigned long long)kb, (unsigned long long)nb);
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
	struct reasons *open = t->indicative ? &d->unsure :
		d->judge->emulated ? &d->unshown : &d->open;
	size_t cell = worst_cell(d, metric);
	char words[JUDGE_WORDS];

	if (t->outcome == OUTCOME_WORSE) {
		say_test(reason(bad), t, "");
	} else if (cell < d->v->cells) {
		say_test(reason(bad), &d->v->cell[cell].test[metric],
			 judge_cell_words(words, d->v, cell, WORDS_BOTH));
	} else if (t->outcome == OUTCOME_OPEN && t->indicative) {
		/* The table has the figures. */
		fputs(metrics[metric].title, reason(open));
	} else if (t->outcome == OUTCOME_OPEN) {
		say_test(reason(open), t, "");
		if (!d->judge->emulated)
			decide_need(d, t->needed);
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

	if (never_measured(d, BASELINE)) {
		fprintf(reason(&d->open), "baseline was not measured%s%s",
			v->base && v->base->troubles ? ": " : "",
			v->base && v->base->troubles ?
			v->base->trouble[0].text : "");
		return;
	}
	if (v->cand->repeats < o->boots || base < o->boots) {
		fprintf(reason(&d->open), "%zu and %zu boots, a claim wants %zu of each",
			v->cand->repeats, base, o->boots);
		decide_need(d, o->boots);
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
	reasons_open(&d.unshown);
	reasons_open(&d.worse);
	reasons_open(&d.unsure);
	for (i = 0; i < v->cand->troubles; i++)
		judge_trouble(&d, &v->cand->trouble[i]);
	judge_lost(&d);
	judge_boots(&d);
	if (!never_measured(&d, CANDIDATE))
		decide_hangs(&d);
	if (v->base && v->base->repeats && v->cand->repeats) {
		for (m = 0; m < METRICS; m++)
			judge_metric(&d, m);
	}
	latency_line(&d);
	bad = reasons_take(&d.bad);
	open = reasons_take(&d.open);
	good = reasons_take(&d.good);
	v->unshown = reasons_take(&d.unshown);
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
