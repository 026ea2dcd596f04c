// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/contrast.h"
#include "bench/views/parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/stats.h"
#include "bench/views/kinds.h"
#include "bench/views/numbers.h"
#include "bench/views/setting.h"
#include "bench/views/text.h"
#include "lib/file.h"
#include "lib/complaint.h"

/* summary.txt: what a reader of a mail wants to know, most important first. */

/* Longest variant name in a table: room for all the columns beside it. */
#define NAME_WIDTH 10

/* Cells that gave no record and were not skipped. */
static uint64_t failures(const struct results *results)
{
	return results_troubles(results, TROUBLE_BUILD) +
		results_troubles(results, TROUBLE_OURS) +
		results_troubles(results, TROUBLE_CRASH) +
		results_troubles(results, TROUBLE_LOST);
}

/* In guests there is no trace hardware but what we model. */
static void put_hardware(const struct results *results, FILE *f)
{
	char *parts = results_names_join(&results->parts);
	struct results_names pmus = { 0 };
	const struct results_combo *c;
	char *names;
	size_t i;

	for (i = 0; i < results->combos; i++) {
		c = results->combo[i];
		if (c->measured && c->accel &&
		    (!strcmp(c->accel, "tcg") || !strcmp(c->accel, "kvm")) &&
		    strcmp(c->key.pmu, "aux_synth"))
			results_names_add(&pmus, c->key.pmu);
	}
	names = results_names_join(&pmus);
	if (*names)
		text_wrap(f, 13, "hardware     %s: each kernel's own driver over hardware modelled in software%s%s",
			  names, *parts ? ", Intel PT of " : "", parts);
	free(names);
	results_names_free(&pmus);
	free(parts);
}

static void put_head(const struct results *results, FILE *f)
{
	char *releases = results_names_join(&results->releases);
	char *accels = results_names_join(&results->accels);
	char *imported = results_names_join(&results->imported);
	char *load = results_load_text(&results->load);
	char *hosts = number_hosts(results);
	uint64_t fulls = results->other_fulls, failed = failures(results);
	uint64_t skipped = results_troubles(results, TROUBLE_SKIPPED);
	size_t i, boots = 0;

	for (i = 0; i < results->kernels; i++) {
		fulls += results->kernel[i]->sum.fulls;
		boots += results->kernel[i]->boots;
	}
	text_line(f, "perf AUX: hangs and wakeup latency by kernel variant");
	text_line(f, "%s", "");
	if (results->partial)
		text_wrap(f, 13, "partial      %s", results->partial);
	text_wrap(f, 13, "kernel       Linux %s", *releases ? releases : "?");
	if (*imported)
		text_wrap(f, 13, "imported     kernels were built elsewhere, by %s",
			  imported);
	if (results->measured)
		text_wrap(f, 13, "accelerator  %s%s", *accels ? accels : "none",
			  results_emulated(results) ?
			  ": times are emulated, compare them with each other only" :
			  "");
	put_hardware(results, f);
	text_wrap(f, 13, "ran          %zu boot%s, %" PRIu64 " cell%s, %"
		  PRIu64 " fulls", boots, boots == 1 ? "" : "s",
		  results->measured, results->measured == 1 ? "" : "s", fulls);
	if (failed)
		text_wrap(f, 13, "failed       %" PRIu64 " cell%s, see below",
			  failed, failed == 1 ? "" : "s");
	if (skipped)
		text_wrap(f, 13, "skipped      %" PRIu64 " cell%s, see below",
			  skipped, skipped == 1 ? "" : "s");
	if (results->load.cells)
		text_wrap(f, 13, "host         %s", load);
	if (hosts)
		text_wrap(f, 13, "hosts        %s", hosts);
	if (results->seed)
		text_wrap(f, 13, "seed         %s", results->seed);
	if (results->shards)
		text_wrap(f, 13, "merged       %s", results->shards);
	free(hosts);
	free(releases);
	free(accels);
	free(imported);
	free(load);
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

/* Fulls, each class of hangs, and the share of all of them. */
#define KERNEL_COLUMNS (2 + HANG_CLASSES + 2)

static void kernel_row(struct text_table *t, size_t row,
		       const struct results_kernel *kernel)
{
	const struct record *sum = &kernel->sum;
	char name[TEXT_NAME], rate[TEXT_NUMBER], interval[TEXT_NAME];
	size_t col, class;

	text_table_set(t, row, 0, "%s",
		       text_shorten(name, kernel->variant, NAME_WIDTH));
	if (!kernel->measured) {
		for (col = 1; col < t->cols; col++)
			text_table_set(t, row, col, "-");
		return;
	}
	text_table_set(t, row, 1, "%" PRIu64, sum->fulls);
	for (class = 0; class < HANG_CLASSES; class++)
		text_table_set(t, row, 2 + class, "%" PRIu64,
			       sum->hangs[class]);
	format_hangs(rate, interval, sum);
	text_table_set(t, row, 2 + HANG_CLASSES, "%s", rate);
	text_table_set(t, row, 3 + HANG_CLASSES, "%s", interval);
}

/* "lost_wakeup" in two lines. */
static void class_head(struct text_table *t, size_t col, const char *name)
{
	size_t first = strcspn(name, "_");

	text_table_set(t, 0, col, "%.*s", (int)first, name);
	text_table_set(t, 1, col, "%s", name + first + !!name[first]);
}

void report_kernel_table(const struct results *results, const char *kconfig,
			 struct text_table *table)
{
	size_t i, row = 2;

	for (i = 0; i < results->kernels; i++)
		row += !strcmp(results->kernel[i]->kconfig, kconfig);
	text_table_init(table, row, KERNEL_COLUMNS, 1);
	text_table_set(table, 1, 0, "variant");
	text_table_set(table, 1, 1, "fulls");
	for (i = 0; i < HANG_CLASSES; i++)
		class_head(table, 2 + i, hang_class_names[i]);
	text_table_set(table, 0, 2 + HANG_CLASSES, "hang");
	text_table_set(table, 1, 2 + HANG_CLASSES, "%%");
	text_table_set(table, 0, 3 + HANG_CLASSES, "95 %%");
	text_table_set(table, 1, 3 + HANG_CLASSES, "interval");
	for (i = 0, row = 2; i < results->kernels; i++) {
		if (!strcmp(results->kernel[i]->kconfig, kconfig))
			kernel_row(table, row++, results->kernel[i]);
	}
}

/* Hangs and fulls of @kernel in all cells that are like @like. */
static void matrix_entry(const struct results *results,
			 const struct results_kernel *kernel,
			 const struct cell *like, char buf[TEXT_NAME])
{
	const struct results_combo *combo;
	uint64_t hangs = 0, fulls = 0;
	bool measured = false;
	size_t i;

	for (i = 0; i < results->combos; i++) {
		combo = results->combo[i];
		if (combo->kernel != kernel || !combo->measured ||
		    results_loop_setting_cmp(&combo->key, like))
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

/* The columns in front: those that all have, and what there are several of. */
struct matrix_keys {
	const char *name[4];
	size_t n;
};

static struct matrix_keys matrix_keys(const struct results *results)
{
	struct matrix_keys keys = { { "loop" }, 1 };

	if (setting_varies(results, results_pmu_cmp))
		keys.name[keys.n++] = "pmu";
	keys.name[keys.n++] = "window";
	if (setting_varies(results, results_skid_cmp))
		keys.name[keys.n++] = "skid";
	return keys;
}

static void matrix_label(struct text_table *t, size_t row,
			 const struct matrix_keys *keys,
			 const struct cell *cell)
{
	char value[CELL_VALUE_LEN];
	size_t i;

	for (i = 0; i < keys->n; i++) {
		cell_get(cell, cell_key_find(keys->name[i]), value);
		text_table_set(t, row, i, "%s", value);
	}
}

static void matrix_column(const struct results *results,
			  const struct results_kernel *kernel,
			  const struct cell *like, size_t rows,
			  struct text_table *table, size_t col)
{
	char text[TEXT_NAME];
	size_t row;

	text_table_set(table, 0, col, "%s",
		       text_shorten(text, kernel->variant, NAME_WIDTH));
	for (row = 0; row < rows; row++) {
		matrix_entry(results, kernel, &like[row], text);
		text_table_set(table, row + 1, col, "%s", text);
	}
}

/* Where loop or window vary: sums over all cells would hide what they do. */
bool report_matrix_table(const struct results *results, const char *kconfig,
			 struct text_table *table)
{
	struct matrix_keys keys = matrix_keys(results);
	size_t i, row, rows, col = keys.n;
	struct cell *like;

	rows = results_distinct(results, kconfig, results_loop_setting_cmp,
				&like);
	if (rows > 1) {
		text_table_init(table, rows + 1, col + results->kernels, col);
		for (i = 0; i < keys.n; i++)
			text_table_set(table, 0, i, "%s", keys.name[i]);
		for (row = 0; row < rows; row++)
			matrix_label(table, row + 1, &keys, &like[row]);
		for (i = 0; i < results->kernels; i++) {
			if (strcmp(results->kernel[i]->kconfig, kconfig) ||
			    !results->kernel[i]->measured)
				continue;
			matrix_column(results, results->kernel[i], like, rows,
				      table, col++);
		}
		text_table_trim(table, col);
	}
	free(like);
	return rows > 1;
}

static void put_kconfig(const struct results *results, const char *kconfig,
			FILE *f)
{
	const char *model = results_preempt(results, kconfig);
	struct text_table table;

	text_line(f, "%s", "");
	text_line(f, "kconfig %s%s%s", kconfig,
		  *model ? ", preemption model " : "", model);
	report_kernel_table(results, kconfig, &table);
	text_table_end(&table, f);
	if (report_matrix_table(results, kconfig, &table)) {
		text_line(f, "%s", "");
		text_line(f, "hangs/fulls by loop and window");
		text_table_end(&table, f);
	}
	report_contrasts(results, kconfig, f);
	if (report_reference_table(results, kconfig, &table)) {
		text_line(f, "%s", "");
		text_line(f, REPORT_REFERENCE);
		text_table_end(&table, f);
	}
}

/* The troubles of the kinds @first to @last of all kernels. */
void report_troubles(const struct results *results, enum trouble_kind first,
		     enum trouble_kind last, FILE *f)
{
	uint64_t all = 0, shown = 0;
	size_t i, k;

	for (k = first; k <= last; k++)
		all += results_troubles(results, k);
	for (i = 0; i < results->kernels; i++) {
		const struct results_kernel *kernel = results->kernel[i];

		for (k = 0; k < kernel->troubles; k++) {
			const struct results_trouble *t = &kernel->trouble[k];

			if (t->kind < first || t->kind > last)
				continue;
			shown += t->count;
			text_wrap(f, 6, "%3" PRIu64 " x %s%s%s/%s: %s%s%s",
				  t->count, first == TROUBLE_BUILD ?
				  t->status : "", first == TROUBLE_BUILD ?
				  ", " : "", kernel->variant, kernel->kconfig,
				  complaint_text(t->text),
				  *t->cell ? "; first in " : "", t->cell);
		}
	}
	if (shown < all)
		text_wrap(f, 6, "%3" PRIu64 " x others: see store.jsonl",
			  all - shown);
}

static void put_troubles(const struct results *results, const char *title,
			 enum trouble_kind first, enum trouble_kind last,
			 FILE *f)
{
	uint64_t n = 0;
	int kind;

	for (kind = first; kind <= (int)last; kind++)
		n += results_troubles(results, kind);
	if (!n)
		return;
	text_line(f, "%s", "");
	text_line(f, "%s: %" PRIu64, title, n);
	report_troubles(results, first, last, f);
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

static void put_methods(const struct results *results, FILE *f)
{
	size_t i, k;

	for (k = 0; k < sizeof(methods) / sizeof(methods[0]); k++) {
		for (i = 0; i < results->combos; i++) {
			if (results->combo[i]->method &&
			    !strcmp(results->combo[i]->method,
				    methods[k].method))
				break;
		}
		if (i < results->combos)
			text_wrap(f, 2, "%s", methods[k].text);
	}
}

/* Its head may be what a driver has miscounted: whose kernels, too. */
static void put_laps(const struct results *results, FILE *f)
{
	char *text = NULL, *more;
	uint64_t laps = 0, n;
	size_t i;

	for (i = 0; i < results->kernels; i++) {
		n = results->kernel[i]->sum.laps;
		if (!n)
			continue;
		laps += n;
		more = xasprintf("%s%s%s %" PRIu64, text ? text : "",
				 text ? ", " : "", results->kernel[i]->variant,
				 n);
		free(text);
		text = more;
	}
	if (laps)
		text_wrap(f, 2, "%" PRIu64 " lap%s of a ring buffer (%s): the kernel's head was more than the buffer ahead of the tail, or behind it.  Nothing of that was read.",
			  laps, laps == 1 ? "" : "s", text);
	free(text);
}

/* What a table cannot say, and should make a reader wary. */
static void put_doubts(const struct results *results, FILE *f)
{
	uint64_t disagree = 0, bad = 0, laps = 0;
	bool flags = false;
	size_t i;

	for (i = 0; i < results->combos; i++) {
		disagree += results->combo[i]->sum.disagree;
		bad += results->combo[i]->sum.bad_records;
		laps += results->combo[i]->sum.laps;
		if (results->combo[i]->method &&
		    strcmp(results->combo[i]->method, "driver"))
			flags = true;
	}
	if (disagree || bad || laps || flags || results->torn ||
	    results->again)
		text_line(f, "%s", "");
	if (disagree)
		text_wrap(f, 2, "%" PRIu64 " hang%s: user space sees another class than the driver's state says (counted by the latter).",
			  disagree, disagree == 1 ? "" : "s");
	if (bad)
		text_wrap(f, 2, "%" PRIu64 " trace record%s torn or out of sequence.",
			  bad, bad == 1 ? "" : "s");
	put_laps(results, f);
	put_methods(results, f);
	if (results->again)
		text_wrap(f, 2, "%" PRIu64 " cell%s in the store twice, by number and seed: the first counts.",
			  results->again, results->again == 1 ? " is" : "s are");
	if (results->torn)
		text_wrap(f, 2, "The last line of the store was cut off and is left out.");
}

static void put_short_names(const struct results *results, FILE *f)
{
	char name[TEXT_NAME];
	bool first = true;
	size_t i;

	for (i = 0; i < results->variants.n; i++) {
		if (strlen(results->variants.name[i]) <= NAME_WIDTH)
			continue;
		if (first)
			text_line(f, "%s", "");
		first = false;
		text_wrap(f, NAME_WIDTH + 3, "%-*s = %s", NAME_WIDTH,
			  text_shorten(name, results->variants.name[i],
				       NAME_WIDTH), results->variants.name[i]);
	}
}

void report_summary(const struct report *report, FILE *f)
{
	const struct results *results = &report->results;
	bool streams = results_streams(results);
	size_t i;

	put_head(results, f);
	for (i = 0; streams && i < results->kconfigs.n; i++)
		put_kconfig(results, results->kconfigs.name[i], f);
	for (i = 0; i < CELL_KINDS; i++) {
		if (report->kind_sum[i])
			report_kinds[i]->summary(report->kind_sum[i], f);
	}
	put_short_names(results, f);
	put_troubles(results, "failures", TROUBLE_BUILD, TROUBLE_LOST, f);
	put_troubles(results, "skipped", TROUBLE_SKIPPED, TROUBLE_SKIPPED, f);
	put_troubles(results, "bad console lines", TROUBLE_LINE,
		     TROUBLE_CLOCK, f);
	put_doubts(results, f);
	if (!streams)
		return;
	text_line(f, "%s", "");
	text_wrap(f, 2, "hang %%: hangs per full over all cells, with the exact 95 %% interval (Clopper-Pearson); a kernel that hangs sees fewer fulls where it does. Other values are means over the cells, each of the same weight; the boot is the unit of the intervals. summary.tsv has each cell.");
}
