// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/compare.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/contrast-table.h"
#include "bench/views/numbers.h"
#include "lib/file.h"

#define NAME_WIDTH 14
#define VALUE_WIDTH 12

/* "50/100", and a mark where its interval lies clear of the first set's. */
static void set_hangs(struct text_table *t, size_t line, size_t col,
		      const struct compare *c, size_t row, size_t set)
{
	struct compare_hangs first = compare_hangs(c, row, false, 0);
	struct compare_hangs h = compare_hangs(c, row, false, set);

	text_table_set(t, line, col, "%" PRIu64 "/%" PRIu64 "%s", h.hangs,
		       h.fulls, h.lo > first.hi || h.hi < first.lo ? "*" : "");
}

static void set_metric(struct text_table *t, size_t line, size_t col,
		       const struct compare *c, size_t row, size_t set,
		       enum metric_id metric)
{
	char text[NUMBER_TEXT];
	struct contrast contrast;

	compare_contrast(c, row, false, set, metric, &contrast);
	text_table_set(t, line, col, "%s", number_side(text, &contrast, 0));
}

static void put_heads(const struct compare *c, struct text_table *t,
		      size_t col)
{
	size_t set;

	for (set = 0; set < c->sets; set++)
		text_table_set(t, 0, col + set, "%s", c->set[set].label);
}

static bool several_kconfigs(const struct compare *c)
{
	size_t i;

	for (i = 1; i < c->rows; i++) {
		if (strcmp(c->row[i].like->kernel->kconfig,
			   c->row[0].like->kernel->kconfig))
			return true;
	}
	return false;
}

/* Variant and, where there are several, kconfig; the next column. */
static size_t put_kernel(const struct compare *c, struct text_table *t,
			 size_t line, const struct results_kernel *kernel)
{
	char name[TEXT_NAME];

	text_table_set(t, line, 0, "%s", line ? text_shorten(name,
		       kernel->variant, NAME_WIDTH) : "variant");
	if (!several_kconfigs(c))
		return 1;
	text_table_set(t, line, 1, "%s", line ? text_shorten(name,
		       kernel->kconfig, VALUE_WIDTH) : "kconfig");
	return 2;
}

/* One set against the first, kernel by kernel. */
static void put_kernels(const struct compare *c, size_t set, FILE *f)
{
	const struct results_kernel *kernel;
	struct contrast_table t;
	struct contrast contrast;
	size_t i;
	char *name;
	int metric;

	text_line(f, "%s", "");
	text_line(f, "%s against %s, over the cells that all have",
		  c->set[set].label, c->set[0].label);
	contrast_table_init(&t, c->rows, false, c->set[set].label,
			    c->set[0].label);
	for (i = 0; i < c->rows; i++) {
		if (!compare_first(c, i))
			continue;
		kernel = c->row[i].like->kernel;
		name = xasprintf("%s%s%s", kernel->variant,
				 several_kconfigs(c) ? "/" : "",
				 several_kconfigs(c) ? kernel->kconfig : "");
		contrast_table_name(&t, name);
		free(name);
		for (metric = 0; metric < METRICS; metric++) {
			if (metrics[metric].detail)
				continue;
			compare_contrast(c, i, true, set, metric, &contrast);
			if (contrast.pairs)
				contrast_table_put(&t, &contrast);
		}
	}
	contrast_table_end(&t, f);
}

/* A table of all cells: hangs for -1, else a metric. */
static void put_rows(const struct compare *c, int metric, FILE *f)
{
	size_t labels = (several_kconfigs(c) ? 2 : 1) + c->keys;
	char value[CELL_VALUE_LEN], name[TEXT_NAME], title[NUMBER_TEXT];
	size_t i, k, set, col;
	struct text_table t;

	text_table_init(&t, c->rows + 1, labels + c->sets, labels);
	col = put_kernel(c, &t, 0, NULL);
	for (k = 0; k < c->keys; k++)
		text_table_set(&t, 0, col + k, "%s", c->key[k]->name);
	put_heads(c, &t, labels);
	for (i = 0; i < c->rows; i++) {
		put_kernel(c, &t, i + 1, c->row[i].like->kernel);
		for (k = 0; k < c->keys; k++) {
			cell_get(&c->row[i].like->key, c->key[k], value);
			text_table_set(&t, i + 1, col + k, "%s",
				       text_shorten(name, value, VALUE_WIDTH));
		}
		for (set = 0; set < c->sets; set++) {
			if (metric < 0)
				set_hangs(&t, i + 1, labels + set, c, i, set);
			else
				set_metric(&t, i + 1, labels + set, c, i, set,
					   metric);
		}
	}
	text_line(f, "%s", "");
	text_line(f, "%s by cell", metric < 0 ? "hangs/fulls" :
		  number_title(title, &metrics[metric]));
	text_table_end(&t, f);
}

static void put_sets(const struct compare *c, FILE *f)
{
	char *releases, *accels;
	size_t i, k, boots;

	for (i = 0; i < c->sets; i++) {
		const struct results *results = &c->set[i].results;

		boots = 0;
		for (k = 0; k < results->kernels; k++)
			boots += results->kernel[k]->boots;
		releases = results_names_join(&results->releases);
		accels = results_names_join(&results->accels);
		text_wrap(f, 3, "%s  %s: Linux %s, %s, %zu boot%s, %.10s",
			  c->set[i].label, c->set[i].dir,
			  *releases ? releases : "?",
			  *accels ? accels : "?", boots,
			  boots == 1 ? "" : "s",
			  results->began ? results->began : "no date");
		if (c->set[i].left_out)
			text_wrap(f, 3, "   %" PRIu64 " of its cells are not in all sets and are left out",
				  c->set[i].left_out);
		free(releases);
		free(accels);
	}
}

static void put_refusals(const struct compare *c, FILE *f)
{
	size_t i, times = 0, gaps = 0;

	for (i = 0; i < c->rows; i++) {
		times += !c->row[i].times;
		gaps += !c->row[i].gaps;
	}
	if (times || gaps)
		text_line(f, "%s", "");
	if (times)
		text_wrap(f, 2, "Of %zu of %zu cells latencies cannot be compared: some are emulated (tcg), some are not. Hangs and coverage can.",
			  times, c->rows);
	if (gaps)
		text_wrap(f, 2, "Of %zu of %zu cells gaps and coverage cannot be compared: some are from the driver's stamps, some from perf's flags.",
			  gaps, c->rows);
}

/* Whether it can be compared anywhere; hangs have a table of their own. */
static bool is_shown(const struct compare *c, enum metric_id metric)
{
	struct contrast contrast;
	size_t i;

	if (metrics[metric].detail || metric == METRIC_HANGS)
		return false;
	for (i = 0; i < c->rows; i++) {
		compare_contrast(c, i, false, 1, metric, &contrast);
		if (contrast.state == CONTRAST_KNOWN)
			return true;
	}
	return false;
}

void compare_text(const struct compare *c, FILE *f)
{
	size_t i, set;
	int metric;

	text_line(f, "perf AUX: results side by side");
	text_line(f, "%s", "");
	put_sets(c, f);
	text_line(f, "%s", "");
	text_line(f, "they differ in more than the variant: %s",
		  c->doubts.n ? "" : "no, as far as is stored");
	for (i = 0; i < c->doubts.n; i++)
		text_wrap(f, 4, "  %s", c->doubts.name[i]);
	put_refusals(c, f);
	for (set = 1; set < c->sets; set++)
		put_kernels(c, set, f);
	put_rows(c, -1, f);
	for (metric = 0; c->keys && metric < METRICS; metric++) {
		if (is_shown(c, metric))
			put_rows(c, metric, f);
	}
	text_line(f, "%s", "");
	text_wrap(f, 2, "*: the exact 95 %% interval lies clear of that of A. -: not measured, or not to be compared. Values but hangs are means over the cells that all have, each of the same weight; the boot is the unit of the intervals. Sets of different days or machines are not randomised against each other: a difference may be that of the day.");
}

static void put_field(FILE *f, const char *text)
{
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' ? ' ' : *text, f);
}

/* All keys that identify the cell, so that lines of any file can be joined. */
static void put_cell(FILE *f, const struct cell *cell)
{
	char value[CELL_VALUE_LEN];
	const struct cell_key *key;
	const char *blank = "";

	for (key = cell_keys; key->name; key++) {
		if (compare_is_side_key(key->name))
			continue;
		cell_get(cell, key, value);
		fprintf(f, "%s%s=", blank, key->name);
		put_field(f, value);
		blank = " ";
	}
}

/* The value of one cell; what a word stands for is no number. */
static void put_metric(const struct compare *c, size_t row, size_t set,
		       enum metric_id metric, FILE *f)
{
	struct contrast contrast;
	bool known;

	compare_contrast(c, row, false, set, metric, &contrast);
	known = contrast.state == CONTRAST_KNOWN;
	if (known)
		fprintf(f, "\t%.9g", metric_shown(contrast.metric,
						  contrast.value[0]));
	else
		fprintf(f, "\t%s", contrast.state == CONTRAST_OFTEN ?
			"hangs_often" : contrast.state == CONTRAST_CUT_OFF ?
			"cut_off" : "-");
}

static void put_line(const struct compare *c, size_t row, size_t set, FILE *f)
{
	const struct results_combo *combo = c->row[row].combo[set];
	const struct results_combo *like = c->row[row].like;
	struct compare_hangs h = compare_hangs(c, row, false, set);
	int i;

	fprintf(f, "%s\t", c->set[set].label);
	put_field(f, c->set[set].dir);
	fputc('\t', f);
	put_field(f, like->kernel->variant);
	fputc('\t', f);
	put_field(f, like->kernel->kconfig);
	fputc('\t', f);
	put_cell(f, &like->key);
	fprintf(f, "\t%" PRIu64 "\t%" PRIu64, combo->measured,
		combo->sum.fulls);
	for (i = 0; i < HANG_CLASSES; i++)
		fprintf(f, "\t%" PRIu64, combo->sum.hangs[i]);
	if (h.fulls)
		fprintf(f, "\t%.9g\t%.9g", 100 * h.lo, 100 * h.hi);
	else
		fputs("\t-\t-", f);
	for (i = 0; i < METRICS; i++)
		put_metric(c, row, set, i, f);
	fprintf(f, "\t%s\t%s\n", *combo->accel ? combo->accel : "-",
		*combo->method ? combo->method : "-");
}

void compare_tsv(const struct compare *c, FILE *f)
{
	size_t i, set;

	fputs("set\tdir\tvariant\tkconfig\tcell\trecords\tfulls", f);
	for (i = 0; i < HANG_CLASSES; i++)
		fprintf(f, "\t%s", hang_class_names[i]);
	fputs("\thang_lo_pct\thang_hi_pct", f);
	for (i = 0; i < METRICS; i++)
		fprintf(f, "\t%s_%s", metrics[i].name,
			strcmp(metrics[i].unit, "%") ? metrics[i].unit : "pct");
	fputs("\taccel\tmethod\n", f);
	for (i = 0; i < c->rows; i++) {
		for (set = 0; set < c->sets; set++)
			put_line(c, i, set, f);
	}
}
