// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/parts.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "bench/results/contrast.h"
#include "bench/results/reference.h"
#include "bench/results/stats.h"
#include "lib/units.h"

/*
 * summary.tsv: one line for each kernel and cell.  What was not measured is
 * "-": a 0 would be read as a result.  The metrics' columns follow by
 * themselves, each with its unit.
 */

/* A tab or a newline in a name would shift the columns. */
static void put_text(FILE *f, const char *text)
{
	if (!text || !*text)
		text = "-";
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' ? ' ' : *text, f);
}

static void put_count(FILE *f, bool known, uint64_t count)
{
	if (known)
		fprintf(f, "%" PRIu64, count);
	else
		fputc('-', f);
}

static void put_number(FILE *f, bool known, double value)
{
	if (known)
		fprintf(f, "%.9g", value);
	else
		fputc('-', f);
}

static void put_us(FILE *f, const struct hist *h, double q)
{
	put_number(f, h->n, hist_quantile(h, q) / (double)NSEC_PER_USEC);
}

static void put_variant(FILE *f, const struct results_combo *c)
{
	put_text(f, c->kernel->variant);
}

static void put_kconfig(FILE *f, const struct results_combo *c)
{
	put_text(f, c->kernel->kconfig);
}

static void put_cell(FILE *f, const struct results_combo *c)
{
	put_text(f, c->text);
}

static void put_section(FILE *f, const struct results_combo *c)
{
	put_text(f, c->section);
}

static void put_accel(FILE *f, const struct results_combo *c)
{
	put_text(f, c->accel);
}

static void put_method(FILE *f, const struct results_combo *c)
{
	put_text(f, c->method);
}

#define COUNT(name, value) \
static void put_##name(FILE *f, const struct results_combo *c) \
{ \
	put_count(f, c->measured, c->value); \
}

COUNT(fulls, sum.fulls)
COUNT(lost_wakeup, sum.hangs[HANG_LOST_WAKEUP])
COUNT(silent_stop, sum.hangs[HANG_SILENT_STOP])
COUNT(wakeups, sum.h.wakeup.n)
COUNT(gaps, sum.h.gap.n)

/* The same where an older store may not have it. */
#define COUNT_IF(name, value, counter) \
static void put_##name(FILE *f, const struct results_combo *c) \
{ \
	put_count(f, c->measured && record_has(&c->sum, counter), c->value); \
}

COUNT_IF(censored, sum.h.censored.n, "censored")
COUNT_IF(silent_off, sum.hangs[HANG_SILENT_OFF], "silent_off")
COUNT_IF(open, sum.open, "open")
COUNT_IF(disagree, sum.disagree, "disagree")
COUNT_IF(bad_records, sum.bad_records, "bad_records")

static void put_boots(FILE *f, const struct results_combo *c)
{
	put_count(f, true, c->measured);
}

static void put_failed(FILE *f, const struct results_combo *c)
{
	put_count(f, true, c->failed);
}

static void put_console(FILE *f, const struct results_combo *c)
{
	put_count(f, true, c->console);
}

#define QUANTILE(name, hist, q) \
static void put_##name(FILE *f, const struct results_combo *c) \
{ \
	put_us(f, &c->sum.h.hist, q); \
}

QUANTILE(wakeup_max, wakeup, 1)
QUANTILE(enable_p99, enable, 0.99)

/* Of all that began, cut off or not; "> x" beyond what was seen. */
static void put_gap_p99(FILE *f, const struct results_combo *c)
{
	const struct record_hists *h = &c->sum.h;
	double ns = stats_quantile(&h->gap, &h->censored, 0.99);

	if (isinf(ns))
		fputs("> ", f);
	if (isinf(ns))
		ns = stats_longest(&h->gap, &h->censored);
	put_number(f, !isnan(ns), ns / NSEC_PER_USEC);
}

static void put_rate_want(FILE *f, const struct results_combo *c)
{
	put_count(f, c->measured, c->key.rate);
}

static void put_rate_got(FILE *f, const struct results_combo *c)
{
	put_number(f, c->sum.traced_ns && record_has(&c->sum, "bytes"),
		   record_rate(&c->sum));
}

static void put_bound(FILE *f, const struct results_combo *c, bool upper)
{
	double lo = 0, hi = 0;
	bool known = !stats_clopper_pearson(record_hangs(&c->sum),
					    c->sum.fulls, 0.95, &lo, &hi);

	put_number(f, known, 100 * (upper ? hi : lo));
}

static void put_hang_lo(FILE *f, const struct results_combo *c)
{
	put_bound(f, c, false);
}

static void put_hang_hi(FILE *f, const struct results_combo *c)
{
	put_bound(f, c, true);
}

static void put_skipped(FILE *f, const struct results_combo *c)
{
	put_count(f, true, c->skipped);
}

COUNT(pairs, pairs)

#define REFERENCE(name, value) \
static void put_##name(FILE *f, const struct results_combo *c) \
{ \
	const struct results_reference *r = c->reference; \
\
	put_number(f, r && r->clock.n, r && r->clock.n ? (value) : 0); \
}

REFERENCE(ref_n, r->clock.n)
REFERENCE(ref_p50, hist_quantile(&r->clock, 0.5) / (double)NSEC_PER_USEC)
REFERENCE(ref_p99, hist_quantile(&r->clock, 0.99) / (double)NSEC_PER_USEC)
REFERENCE(ref_max, r->max / (double)NSEC_PER_USEC)

static void put_look(FILE *f, const struct results_combo *c)
{
	put_number(f, c->costs, c->look_ns / c->costs / NSEC_PER_USEC);
}

static void put_account(FILE *f, const struct results_combo *c)
{
	put_number(f, c->costs, c->account_ns / c->costs / NSEC_PER_USEC);
}

static const struct column {
	const char *name;
	void (*put)(FILE *f, const struct results_combo *c);
} columns[] = {
	{ "variant", put_variant },
	{ "kconfig", put_kconfig },
	{ "cell", put_cell },
	{ "fulls", put_fulls },
	{ "lost_wakeup", put_lost_wakeup },
	{ "silent_stop", put_silent_stop },
	{ "silent_off", put_silent_off },
	{ "censored", put_censored },
	{ "wakeups", put_wakeups },
	{ "wakeup_max_us", put_wakeup_max },
	{ "gaps", put_gaps },
	{ "gap_p99_us", put_gap_p99 },
	{ "rate_want", put_rate_want },
	{ "rate_got", put_rate_got },
	{ "enable_p99_us", put_enable_p99 },
	{ "section", put_section },
	{ "boots", put_boots },
	{ "failed", put_failed },
	{ "open", put_open },
	{ "disagree", put_disagree },
	{ "bad_records", put_bad_records },
	{ "bad_console_lines", put_console },
	{ "accel", put_accel },
	{ "method", put_method },
	{ "hang_lo_pct", put_hang_lo },
	{ "hang_hi_pct", put_hang_hi },
	{ "skipped", put_skipped },
	{ "pairs", put_pairs },
	{ "cyclictest_n", put_ref_n },
	{ "cyclictest_p50_us", put_ref_p50 },
	{ "cyclictest_p99_us", put_ref_p99 },
	{ "cyclictest_max_us", put_ref_max },
	{ "tool_look_us", put_look },
	{ "tool_account_us", put_account },
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* "wakeup_p50_us" */
static void put_metric_head(FILE *f, const struct metric *metric)
{
	fprintf(f, "\t%s_%s", metric->name,
		strcmp(metric->unit, "%") ? metric->unit : "pct");
}

/* By the rules of any contrast: what a word stands for is no number. */
static void put_metric(FILE *f, enum metric_id metric,
		       const struct results_combo *combo)
{
	struct contrast c;

	contrast_cell(&c, metric, combo);
	fputc('\t', f);
	if (c.state == CONTRAST_OFTEN)
		fputs("hangs_often", f);
	else if (c.state == CONTRAST_CUT_OFF)
		fputs("cut_off", f);
	else
		put_number(f, c.state == CONTRAST_KNOWN,
			   metric_shown(c.metric, c.value[0]));
}

void report_tsv(const struct results *results, FILE *f)
{
	size_t i, k;
	int metric;

	for (i = 0; i < COLUMNS; i++)
		fprintf(f, "%s%s", i ? "\t" : "", columns[i].name);
	for (metric = 0; metric < METRICS; metric++)
		put_metric_head(f, &metrics[metric]);
	fputc('\n', f);
	for (k = 0; k < results->combos; k++) {
		for (i = 0; i < COLUMNS; i++) {
			if (i)
				fputc('\t', f);
			columns[i].put(f, results->combo[k]);
		}
		for (metric = 0; metric < METRICS; metric++)
			put_metric(f, metric, results->combo[k]);
		fputc('\n', f);
	}
}
