// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/kinds.h"
#include "bench/views/reference.h"
#include "bench/views/text.h"
#include "bench/results/stats.h"
#include "lib/units.h"

/* summary.txt: what a reader of a mail wants to know, most important first. */

/* Longest variant name in a table: room for all the columns beside it. */
#define NAME_WIDTH 10

static void put_head(const struct report *report, FILE *f)
{
	char *releases = report_names_join(&report->releases);
	char *accels = report_names_join(&report->accels);
	uint64_t fulls = report->other_fulls;
	size_t i, boots = 0;

	for (i = 0; i < report->kernels; i++) {
		fulls += report->kernel[i]->sum.fulls;
		boots += report->kernel[i]->boots;
	}
	text_line(f, "perf AUX: hangs and wakeup latency by kernel variant");
	text_line(f, "%s", "");
	text_wrap(f, 13, "kernel       Linux %s", *releases ? releases : "?");
	if (report->measured)
		text_wrap(f, 13, "accelerator  %s%s", *accels ? accels : "none",
			  report_emulated(report) ?
			  ": times are emulated, compare them with each other only" :
			  "");
	text_wrap(f, 13, "ran          %zu boot%s, %" PRIu64 " cell%s, %"
		  PRIu64 " fulls", boots, boots == 1 ? "" : "s",
		  report->measured, report->measured == 1 ? "" : "s", fulls);
	if (report->failed)
		text_wrap(f, 13, "failed       %" PRIu64 " cell%s, see below",
			  report->failed, report->failed == 1 ? "" : "s");
	if (report->skips.count)
		text_wrap(f, 13, "skipped      %" PRIu64 " cell%s, see below",
			  report->skips.count,
			  report->skips.count == 1 ? "" : "s");
	if (report->seed)
		text_wrap(f, 13, "seed         %s", report->seed);
	free(releases);
	free(accels);
}

static void format_us(char buf[TEXT_NUMBER], const struct hist *h, double q,
		      uint64_t unit)
{
	if (h->n)
		text_number(buf, (double)hist_quantile(h, q) / unit);
	else
		strcpy(buf, "-");
}

static void format_hangs(char rate[TEXT_NUMBER], char interval[TEXT_NAME],
			 const struct record *sum)
{
	uint64_t hangs = record_hangs(sum);
	char a[TEXT_NUMBER], b[TEXT_NUMBER];
	double lo, hi;

	strcpy(rate, "-");
	strcpy(interval, "-");
	if (stats_clopper_pearson(hangs, sum->fulls, 0.95, &lo, &hi))
		return;
	text_percent(rate, 100.0 * hangs / sum->fulls);
	snprintf(interval, TEXT_NAME, "%s-%s", text_percent(a, lo * 100),
		 text_percent(b, hi * 100));
}

static void kernel_row(struct text_table *t, size_t row,
		       const struct report_kernel *kernel)
{
	const struct record *sum = &kernel->sum;
	char name[TEXT_NAME], rate[TEXT_NUMBER], interval[TEXT_NAME];
	char number[TEXT_NUMBER];
	size_t col;

	text_table_set(t, row, 0, "%s",
		       text_shorten(name, kernel->variant, NAME_WIDTH));
	if (!kernel->measured) {
		for (col = 1; col < t->cols; col++)
			text_table_set(t, row, col, "-");
		return;
	}
	text_table_set(t, row, 1, "%" PRIu64, sum->fulls);
	text_table_set(t, row, 2, "%" PRIu64, sum->hangs[HANG_LOST_WAKEUP]);
	text_table_set(t, row, 3, "%" PRIu64, sum->hangs[HANG_SILENT_STOP]);
	format_hangs(rate, interval, sum);
	text_table_set(t, row, 4, "%s", rate);
	text_table_set(t, row, 5, "%s", interval);
	format_us(number, &sum->h.wakeup, 0.5, NSEC_PER_USEC);
	text_table_set(t, row, 6, "%s", number);
	format_us(number, &sum->h.wakeup, 0.99, NSEC_PER_USEC);
	text_table_set(t, row, 7, "%s", number);
	format_us(number, &sum->h.gap, 0.5, NSEC_PER_MSEC);
	text_table_set(t, row, 8, "%s", number);
	if (sum->traced_ns + sum->gap_ns)
		text_table_set(t, row, 9, "%.1f", 100 * record_coverage(sum));
	else
		text_table_set(t, row, 9, "-");
}

void report_kernel_table(const struct report *report, const char *kconfig,
			 struct text_table *table)
{
	static const char *const heads[2][10] = {
		{ "", "", "lost", "silent", "hang", "95 %", "wake", "us",
		  "gap", "cover" },
		{ "variant", "fulls", "wakeup", "stop", "%", "interval", "p50",
		  "p99", "p50ms", "%" },
	};
	size_t i, col, row = 2;

	for (i = 0; i < report->kernels; i++)
		row += !strcmp(report->kernel[i]->kconfig, kconfig);
	text_table_init(table, row, 10, 1);
	for (row = 0; row < 2; row++) {
		for (col = 0; col < 10; col++)
			text_table_set(table, row, col, "%s", heads[row][col]);
	}
	for (i = 0; i < report->kernels; i++) {
		if (!strcmp(report->kernel[i]->kconfig, kconfig))
			kernel_row(table, row++, report->kernel[i]);
	}
}

/* Hangs and fulls of @kernel in all cells that are like @like. */
static void matrix_entry(const struct report *report,
			 const struct report_kernel *kernel,
			 const struct cell *like, char buf[TEXT_NAME])
{
	const struct report_combo *combo;
	uint64_t hangs = 0, fulls = 0;
	bool measured = false;
	size_t i;

	for (i = 0; i < report->combos; i++) {
		combo = report->combo[i];
		if (combo->kernel != kernel || !combo->measured ||
		    report_loop_window_cmp(&combo->key, like))
			continue;
		hangs += record_hangs(&combo->sum);
		fulls += combo->sum.fulls;
		measured = true;
	}
	if (measured)
		snprintf(buf, TEXT_NAME, "%" PRIu64 "/%" PRIu64, hangs, fulls);
	else
		strcpy(buf, "-");
}

static void matrix_label(struct text_table *t, size_t row,
			 const struct cell *cell)
{
	char value[CELL_VALUE_LEN];

	cell_get(cell, cell_key_find("loop"), value);
	text_table_set(t, row, 0, "%s", value);
	cell_get(cell, cell_key_find("window"), value);
	text_table_set(t, row, 1, "%s", value);
}

static void matrix_column(const struct report *report,
			  const struct report_kernel *kernel,
			  const struct cell *like, size_t rows,
			  struct text_table *table, size_t col)
{
	char text[TEXT_NAME];
	size_t row;

	text_table_set(table, 0, col, "%s",
		       text_shorten(text, kernel->variant, NAME_WIDTH));
	for (row = 0; row < rows; row++) {
		matrix_entry(report, kernel, &like[row], text);
		text_table_set(table, row + 1, col, "%s", text);
	}
}

/* Where loop or window vary: sums over all cells would hide what they do. */
bool report_matrix_table(const struct report *report, const char *kconfig,
			 struct text_table *table)
{
	size_t i, row, rows, col = 2;
	struct cell *like;

	rows = report_distinct(report, kconfig, report_loop_window_cmp, &like);
	if (rows > 1) {
		text_table_init(table, rows + 1, 2 + report->kernels, 2);
		text_table_set(table, 0, 0, "loop");
		text_table_set(table, 0, 1, "window");
		for (row = 0; row < rows; row++)
			matrix_label(table, row + 1, &like[row]);
		for (i = 0; i < report->kernels; i++) {
			if (strcmp(report->kernel[i]->kconfig, kconfig) ||
			    !report->kernel[i]->measured)
				continue;
			matrix_column(report, report->kernel[i], like, rows,
				      table, col++);
		}
		text_table_trim(table, col);
	}
	free(like);
	return rows > 1;
}

static void put_kconfig(const struct report *report, const char *kconfig,
			FILE *f)
{
	const char *model = report_preempt(report, kconfig);
	struct text_table table;

	text_line(f, "%s", "");
	text_line(f, "kconfig %s%s%s", kconfig,
		  *model ? ", preemption model " : "", model);
	report_kernel_table(report, kconfig, &table);
	text_table_end(&table, f);
	if (report_matrix_table(report, kconfig, &table)) {
		text_line(f, "%s", "");
		text_line(f, "hangs/fulls by loop and window");
		text_table_end(&table, f);
	}
	report_reference_table(report, kconfig, f);
}

static void put_notes(const struct report_notes *notes, const char *title,
		      FILE *f)
{
	const struct report_note *note;
	uint64_t shown = 0;
	size_t i;

	if (!notes->count)
		return;
	text_line(f, "%s", "");
	text_line(f, "%s: %" PRIu64, title, notes->count);
	for (i = 0; i < notes->n; i++) {
		note = &notes->note[i];
		shown += note->count;
		text_wrap(f, 6, "%3" PRIu64 " x %s%s%s%s%s%s%s", note->count,
			  note->what, *note->what ? ", " : "", note->where,
			  *note->text ? ": " : "", note->text,
			  *note->cell ? "; first in " : "", note->cell);
	}
	if (shown < notes->count)
		text_wrap(f, 6, "%3" PRIu64 " x others: see store.jsonl",
			  notes->count - shown);
}

/* Where gaps come from, when that is not auxsynth's own stamps. */
static const struct {
	const char *method, *text;
} methods[] = {
	{ "flags",
	  "Gaps by flags: from perf's record of a full to the ENABLE after which data came again." },
	{ "pt",
	  "Gaps by pt: from the times in Intel PT's packets, stop to start." },
	{ "spe",
	  "Gaps by spe: from the last sample before a full to the first one after it." },
	{ "mixed",
	  "Gaps by several methods in one cell: see \"method\" in store.jsonl." },
};

static void put_methods(const struct report *report, FILE *f)
{
	size_t i, k;

	for (k = 0; k < sizeof(methods) / sizeof(methods[0]); k++) {
		for (i = 0; i < report->combos; i++) {
			if (report->combo[i]->method &&
			    !strcmp(report->combo[i]->method,
				    methods[k].method))
				break;
		}
		if (i < report->combos)
			text_wrap(f, 2, "%s", methods[k].text);
	}
}

/* What a table cannot say, and should make a reader wary. */
static void put_doubts(const struct report *report, FILE *f)
{
	uint64_t disagree = 0, bad = 0, laps = 0;
	bool flags = false;
	size_t i;

	for (i = 0; i < report->combos; i++) {
		disagree += report->combo[i]->sum.disagree;
		bad += report->combo[i]->sum.bad_records;
		laps += report->combo[i]->sum.laps;
		if (report->combo[i]->method &&
		    strcmp(report->combo[i]->method, "driver"))
			flags = true;
	}
	if (disagree || bad || laps || flags || report->torn)
		text_line(f, "%s", "");
	if (disagree)
		text_wrap(f, 2, "%" PRIu64 " hang%s: user space sees another class than the driver's state says (counted by the latter).",
			  disagree, disagree == 1 ? "" : "s");
	if (bad)
		text_wrap(f, 2, "%" PRIu64 " trace record%s torn or out of sequence.",
			  bad, bad == 1 ? "" : "s");
	if (laps)
		text_wrap(f, 2, "%" PRIu64 " lap%s of a ring buffer: the kernel's head was more than the buffer ahead of the tail, or behind it.  Nothing of that was read.",
			  laps, laps == 1 ? "" : "s");
	put_methods(report, f);
	if (report->torn)
		text_wrap(f, 2, "The last line of the store was cut off and is left out.");
}

static void put_short_names(const struct report *report, FILE *f)
{
	char name[TEXT_NAME];
	bool first = true;
	size_t i;

	for (i = 0; i < report->variants.n; i++) {
		if (strlen(report->variants.name[i]) <= NAME_WIDTH)
			continue;
		if (first)
			text_line(f, "%s", "");
		first = false;
		text_wrap(f, NAME_WIDTH + 3, "%-*s = %s", NAME_WIDTH,
			  text_shorten(name, report->variants.name[i],
				       NAME_WIDTH), report->variants.name[i]);
	}
}

void report_summary(const struct report *report, FILE *f)
{
	size_t i;

	put_head(report, f);
	for (i = 0; report->combos && report->measured &&
	     i < report->kconfigs.n; i++)
		put_kconfig(report, report->kconfigs.name[i], f);
	for (i = 0; i < CELL_KINDS; i++) {
		if (report->kind_sum[i])
			report_kinds[i]->summary(report->kind_sum[i], f);
	}
	put_short_names(report, f);
	put_notes(&report->failures, "failures", f);
	put_notes(&report->skips, "skipped", f);
	put_notes(&report->console, "bad console lines", f);
	put_doubts(report, f);
	if (!report->combos || !report->measured)
		return;
	text_line(f, "%s", "");
	text_wrap(f, 2, "hang %%: hangs per full with the exact 95 %% interval (Clopper-Pearson). Cells are pooled here, and a kernel that hangs adds fewer fulls and times; summary.tsv has each cell.");
}
