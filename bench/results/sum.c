// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

/* The histograms that a report shows. */
static const size_t shown_hists[] = {
	offsetof(struct record, h.wakeup), offsetof(struct record, h.gap),
	offsetof(struct record, h.censored), offsetof(struct record, h.enable),
};

#define SHOWN_HISTS (sizeof(shown_hists) / sizeof(shown_hists[0]))

/* Those of which it needs the mean. */
static const size_t mean_hists[] = {
	offsetof(struct record, h.gap_wake),
	offsetof(struct record, h.gap_drain),
	offsetof(struct record, h.gap_enable),
};

#define MEAN_HISTS (sizeof(mean_hists) / sizeof(mean_hists[0]))

static struct hist *hist_at(struct record *r, size_t offset)
{
	return (struct hist *)((char *)r + offset);
}

static const struct hist *hist_in(const struct record *r, size_t offset)
{
	return (const struct hist *)((const char *)r + offset);
}

/* What is not shown stays untouched and costs nothing. */
void results_sum_init(struct record *sum)
{
	size_t i;

	for (i = 0; i < SHOWN_HISTS; i++)
		hist_at(sum, shown_hists[i])->min = UINT64_MAX;
}

static void add_hists(struct record *sum, const struct record *r)
{
	const struct hist *from;
	size_t i;

	for (i = 0; i < SHOWN_HISTS; i++) {
		from = hist_in(r, shown_hists[i]);
		if (from->n)
			hist_merge(hist_at(sum, shown_hists[i]), from);
	}
	for (i = 0; i < MEAN_HISTS; i++) {
		from = hist_in(r, mean_hists[i]);
		hist_at(sum, mean_hists[i])->n += from->n;
		hist_at(sum, mean_hists[i])->sum += from->sum;
	}
}

void results_sum_add(struct record *sum, const struct record *r)
{
	size_t i;

	sum->fulls += r->fulls;
	for (i = 0; i < HANG_CLASSES; i++)
		sum->hangs[i] += r->hangs[i];
	sum->open += r->open;
	sum->disagree += r->disagree;
	sum->bytes += r->bytes;
	sum->bad_records += r->bad_records;
	sum->laps += r->laps;
	sum->traced_ns += r->traced_ns;
	sum->gap_ns += r->gap_ns;
	sum->absent |= r->absent;
	add_hists(sum, r);
}

static int repeat_cmp(const struct results_repeat *r, int repeat,
		      unsigned int host)
{
	if (r->repeat != repeat)
		return r->repeat < repeat ? -1 : 1;
	return r->host < host ? -1 : r->host > host;
}

/* Where it is, or would be. */
static size_t find_repeat(const struct results_combo *combo, int repeat,
			  unsigned int host)
{
	size_t first = 0, end = combo->repeats, at;

	/* Most often it is the last one, or comes after it. */
	if (end && repeat_cmp(&combo->repeat[end - 1], repeat, host) < 0)
		return end;
	while (first < end) {
		at = first + (end - first) / 2;
		if (repeat_cmp(&combo->repeat[at], repeat, host) < 0)
			first = at + 1;
		else
			end = at;
	}
	return first;
}

struct results_repeat *results_repeat(struct results_combo *combo, int repeat,
				      unsigned int host)
{
	size_t i = find_repeat(combo, repeat, host);
	struct results_repeat *r;

	if (i < combo->repeats &&
	    !repeat_cmp(&combo->repeat[i], repeat, host))
		return &combo->repeat[i];
	combo->repeat = results_grow(combo->repeat, combo->repeats,
				     sizeof(*combo->repeat));
	r = &combo->repeat[i];
	memmove(r + 1, r, (combo->repeats++ - i) * sizeof(*r));
	memset(r, 0, sizeof(*r));
	r->repeat = repeat;
	r->host = host;
	return r;
}

struct gap_sums results_gaps_of(const struct record_hists *h)
{
	return (struct gap_sums) {
		.gaps = h->gap.n,
		.wake = { h->gap_wake.n, h->gap_wake.sum },
		.drain = { h->gap_drain.n, h->gap_drain.sum },
		.enable = { h->gap_enable.n, h->gap_enable.sum },
		.cut = { h->censored.n, h->censored.sum },
	};
}

void results_gaps_add(struct gap_sums *sums, const struct gap_sums *more)
{
	sums->gaps += more->gaps;
	sums->wake.n += more->wake.n;
	sums->wake.sum += more->wake.sum;
	sums->drain.n += more->drain.n;
	sums->drain.sum += more->drain.sum;
	sums->enable.n += more->enable.n;
	sums->enable.sum += more->enable.sum;
	sums->cut.n += more->cut.n;
	sums->cut.sum += more->cut.sum;
}

static void repeat_add(struct results_combo *combo,
		       const struct results_repeat *from)
{
	struct results_repeat *r = results_repeat(combo, from->repeat,
						  from->host);
	int class;

	r->fulls += from->fulls;
	for (class = 0; class < HANG_CLASSES; class++)
		r->hangs[class] += from->hangs[class];
	r->traced_ns += from->traced_ns;
	r->gap_ns += from->gap_ns;
	results_gaps_add(&r->gaps, &from->gaps);
	if (r->records)
		metric_values_mix(&r->values, &from->values, r->records);
	else
		r->values = from->values;
	r->records += from->records;
}

void results_combo_add(struct results_combo *combo, int repeat,
		       unsigned int host, const struct record *record,
		       const struct metric_values *values)
{
	struct results_repeat r = {
		.repeat = repeat, .host = host, .records = 1, .fulls = record->fulls,
		.traced_ns = record->traced_ns, .gap_ns = record->gap_ns,
		.gaps = results_gaps_of(&record->h),
	};

	results_sum_add(&combo->sum, record);
	combo->measured++;
	memcpy(r.hangs, record->hangs, sizeof(r.hangs));
	r.values = *values;
	repeat_add(combo, &r);
}

void results_combo_merge(struct results_combo *into,
			 const struct results_combo *from)
{
	size_t i;

	results_sum_add(&into->sum, &from->sum);
	into->measured += from->measured;
	results_set_or_mix(&into->accel, from->accel);
	results_set_or_mix(&into->method, from->method);
	for (i = 0; i < from->repeats; i++)
		repeat_add(into, &from->repeat[i]);
}

/* Of the gaps that ended: the restricted mean goes up to there. */
#define END_QUANTILE 0.99

/*
 * Near the longest of the gaps that ended, but where one hangs no later than
 * hangs are noticed: nothing is known of what would have been after that.
 */
void results_set_end(struct results_combo *const *combo, size_t n)
{
	struct hist *all = malloc(sizeof(*all));
	double end = INFINITY;
	uint64_t hangs = 0;
	size_t i;

	if (!all)
		abort();
	hist_init(all);
	for (i = 0; i < n; i++) {
		hist_merge(all, &combo[i]->sum.h.gap);
		hangs += record_hangs(&combo[i]->sum);
	}
	if (all->n)
		end = hist_quantile(all, END_QUANTILE);
	if (hangs)
		end = fmin(end, combo[0]->key.hang_timeout);
	for (i = 0; i < n; i++)
		combo[i]->end_step = isinf(end) ? METRIC_STEPS :
			metric_step(end);
	free(all);
}

/* For how long nothing was traced, as far as was seen. */
static uint64_t lost_ns(const struct hang *hang)
{
	uint64_t from = hang->stop ? hang->stop : hang->drained;

	return hang->detected > from ? hang->detected - from : 0;
}

/* perf record as the tracer has no stamps, half of its cycles is not there. */
static bool has_tracer(const struct hang *hang)
{
	return hang->poll_in || hang->poll_out || hang->poll_again;
}

bool results_worse(const struct hang *a, const struct hang *b)
{
	if (has_tracer(a) != has_tracer(b))
		return has_tracer(a);
	return lost_ns(a) > lost_ns(b);
}

static void keep(struct results_hang worst[RESULTS_WORST], const char *cell,
		 int boot, const struct hang *hang)
{
	size_t i;

	for (i = 0; i < RESULTS_WORST; i++) {
		if (!worst[i].cell ||
		    results_worse(hang, &worst[i].hang))
			break;
	}
	if (i == RESULTS_WORST)
		return;
	free(worst[RESULTS_WORST - 1].cell);
	memmove(&worst[i + 1], &worst[i],
		(RESULTS_WORST - 1 - i) * sizeof(*worst));
	worst[i] = (struct results_hang) {
		.hang = *hang, .cell = xasprintf("%s", cell), .boot = boot,
	};
}

void results_keep_worst(struct results_kernel *kernel, const char *cell,
			int boot, const struct record *r)
{
	uint64_t i;

	for (i = 0; i < r->hangs_kept; i++)
		keep(kernel->worst[r->hang[i].class], cell, boot, &r->hang[i]);
}
