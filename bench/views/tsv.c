// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/parts.h"

#include <inttypes.h>

#include "bench/views/reference.h"
#include "bench/results/stats.h"
#include "lib/units.h"

/*
 * summary.tsv: one line for each kernel and cell.  What was not measured is
 * "-": a 0 would be read as a result.
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

static void put_variant(FILE *f, const struct report_combo *c)
{
	put_text(f, c->kernel->variant);
}

static void put_kconfig(FILE *f, const struct report_combo *c)
{
	put_text(f, c->kernel->kconfig);
}

static void put_cell(FILE *f, const struct report_combo *c)
{
	put_text(f, c->text);
}

static void put_section(FILE *f, const struct report_combo *c)
{
	put_text(f, c->section);
}

static void put_accel(FILE *f, const struct report_combo *c)
{
	put_text(f, c->accel);
}

static void put_method(FILE *f, const struct report_combo *c)
{
	put_text(f, c->method);
}

#define COUNT(name, value) \
static void put_##name(FILE *f, const struct report_combo *c) \
{ \
	put_count(f, c->measured, c->value); \
}

COUNT(fulls, sum.fulls)
COUNT(lost_wakeup, sum.hangs[HANG_LOST_WAKEUP])
COUNT(silent_stop, sum.hangs[HANG_SILENT_STOP])

/* The same where an older store may not have it. */
#define COUNT_IF(name, value, counter) \
static void put_##name(FILE *f, const struct report_combo *c) \
{ \
	put_count(f, c->measured && record_has(&c->sum, counter), c->value); \
}

COUNT_IF(censored, sum.h.censored.n, "censored")
COUNT_IF(silent_off, sum.hangs[HANG_SILENT_OFF], "silent_off")
COUNT_IF(open, sum.open, "open")
COUNT_IF(disagree, sum.disagree, "disagree")
COUNT_IF(bad_records, sum.bad_records, "bad_records")

static void put_boots(FILE *f, const struct report_combo *c)
{
	put_count(f, true, c->measured);
}

static void put_failed(FILE *f, const struct report_combo *c)
{
	put_count(f, true, c->failed);
}

static void put_console(FILE *f, const struct report_combo *c)
{
	put_count(f, true, c->console);
}

#define QUANTILE(name, hist, q) \
static void put_##name(FILE *f, const struct report_combo *c) \
{ \
	put_us(f, &c->sum.h.hist, q); \
}

QUANTILE(wakeup_p50, wakeup, 0.5)
QUANTILE(wakeup_p99, wakeup, 0.99)
QUANTILE(wakeup_max, wakeup, 1)
QUANTILE(gap_p50, gap, 0.5)
QUANTILE(gap_p99, gap, 0.99)
QUANTILE(enable_p99, enable, 0.99)

static void put_coverage(FILE *f, const struct report_combo *c)
{
	put_number(f, c->sum.traced_ns + c->sum.gap_ns,
		   record_coverage(&c->sum) * 100);
}

static void put_rate_want(FILE *f, const struct report_combo *c)
{
	put_count(f, c->measured, c->key.rate);
}

static void put_rate_got(FILE *f, const struct report_combo *c)
{
	put_number(f, c->sum.traced_ns && record_has(&c->sum, "bytes"),
		   record_rate(&c->sum));
}

static void put_hang(FILE *f, const struct report_combo *c)
{
	put_number(f, c->sum.fulls,
		   100.0 * record_hangs(&c->sum) / c->sum.fulls);
}

static void put_bound(FILE *f, const struct report_combo *c, bool upper)
{
	double lo = 0, hi = 0;
	bool known = !stats_clopper_pearson(record_hangs(&c->sum),
					    c->sum.fulls, 0.95, &lo, &hi);

	put_number(f, known, 100 * (upper ? hi : lo));
}

static void put_hang_lo(FILE *f, const struct report_combo *c)
{
	put_bound(f, c, false);
}

static void put_hang_hi(FILE *f, const struct report_combo *c)
{
	put_bound(f, c, true);
}

static void put_skipped(FILE *f, const struct report_combo *c)
{
	put_count(f, true, c->skipped);
}

COUNT(pairs, pairs)

#define REFERENCE(name, value) \
static void put_##name(FILE *f, const struct report_combo *c) \
{ \
	const struct report_reference *r = c->reference; \
\
	put_number(f, r && r->clock.n, r && r->clock.n ? (value) : 0); \
}

REFERENCE(ref_n, r->clock.n)
REFERENCE(ref_p50, hist_quantile(&r->clock, 0.5) / (double)NSEC_PER_USEC)
REFERENCE(ref_p99, hist_quantile(&r->clock, 0.99) / (double)NSEC_PER_USEC)
REFERENCE(ref_max, r->max / (double)NSEC_PER_USEC)

static void put_look(FILE *f, const struct report_combo *c)
{
	put_number(f, c->costs, c->look_ns / c->costs / NSEC_PER_USEC);
}

static void put_account(FILE *f, const struct report_combo *c)
{
	put_number(f, c->costs, c->account_ns / c->costs / NSEC_PER_USEC);
}

static const struct column {
	const char *name;
	void (*put)(FILE *f, const struct report_combo *c);
} columns[] = {
	{ "variant", put_variant },
	{ "kconfig", put_kconfig },
	{ "cell", put_cell },
	{ "fulls", put_fulls },
	{ "lost_wakeup", put_lost_wakeup },
	{ "silent_stop", put_silent_stop },
	{ "censored", put_censored },
	{ "wakeup_p50_us", put_wakeup_p50 },
	{ "wakeup_p99_us", put_wakeup_p99 },
	{ "wakeup_max_us", put_wakeup_max },
	{ "gap_p50_us", put_gap_p50 },
	{ "gap_p99_us", put_gap_p99 },
	{ "coverage_pct", put_coverage },
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
	{ "hang_pct", put_hang },
	{ "hang_lo_pct", put_hang_lo },
	{ "hang_hi_pct", put_hang_hi },
	{ "silent_off", put_silent_off },
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

void report_tsv(const struct report *report, FILE *f)
{
	size_t i, k;

	for (i = 0; i < COLUMNS; i++)
		fprintf(f, "%s%c", columns[i].name,
			i + 1 < COLUMNS ? '\t' : '\n');
	for (k = 0; k < report->combos; k++) {
		for (i = 0; i < COLUMNS; i++) {
			columns[i].put(f, report->combo[k]);
			fputc(i + 1 < COLUMNS ? '\t' : '\n', f);
		}
	}
}
