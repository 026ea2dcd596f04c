// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/data.h"

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
void report_sum_init(struct record *sum)
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

void report_sum_add(struct record *sum, const struct record *r)
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

static void add_log_quantiles(struct report_block *b, const struct hist *h)
{
	if (h->n >= REPORT_P50_WAKEUPS && hist_quantile(h, 0.5)) {
		b->log_p50 += log(hist_quantile(h, 0.5));
		b->n_p50++;
	}
	if (h->n >= REPORT_P99_WAKEUPS && hist_quantile(h, 0.99)) {
		b->log_p99 += log(hist_quantile(h, 0.99));
		b->n_p99++;
	}
}

void report_block_add(struct report_combo *combo, size_t boot,
		      const struct record *r)
{
	size_t place = boot % REPORT_BLOCKS;
	struct report_block *b;

	while (combo->blocks <= place) {
		combo->block = report_grow(combo->block, combo->blocks,
					   sizeof(*combo->block));
		memset(&combo->block[combo->blocks++], 0,
		       sizeof(*combo->block));
	}
	b = &combo->block[place];
	b->fulls += r->fulls;
	b->hangs += record_hangs(r);
	b->traced_ns += r->traced_ns;
	b->gap_ns += r->gap_ns;
	add_log_quantiles(b, &r->h.wakeup);
}

/* For how long nothing was traced, as far as was seen. */
static uint64_t lost_ns(const struct hang *hang)
{
	uint64_t from = hang->stop ? hang->stop : hang->drained;

	return hang->detected > from ? hang->detected - from : 0;
}

static void keep(struct report_hang worst[REPORT_WORST], const char *cell,
		 int boot, const struct hang *hang)
{
	size_t i;

	for (i = 0; i < REPORT_WORST; i++) {
		if (!worst[i].cell ||
		    lost_ns(hang) > lost_ns(&worst[i].hang))
			break;
	}
	if (i == REPORT_WORST)
		return;
	free(worst[REPORT_WORST - 1].cell);
	memmove(&worst[i + 1], &worst[i],
		(REPORT_WORST - 1 - i) * sizeof(*worst));
	worst[i] = (struct report_hang) {
		.hang = *hang, .cell = xasprintf("%s", cell), .boot = boot,
	};
}

void report_keep_worst(struct report_kernel *kernel, const char *cell,
		       int boot, const struct record *r)
{
	uint64_t i;

	for (i = 0; i < r->hangs_kept; i++)
		keep(kernel->worst[r->hang[i].class], cell, boot, &r->hang[i]);
}
