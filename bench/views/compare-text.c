// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/compare.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/text.h"
#include "lib/file.h"

#define NAME_WIDTH 14
#define VALUE_WIDTH 12

/* The tables, in the order of enum. */
static const struct {
	const char *of_row, *of_kernel;
} titles[COMPARE_METRICS] = {
	{ "hangs/fulls", "hangs/fulls" },
	{ "wakeup p50, us", "wakeup p50, us (geometric mean)" },
	{ "wakeup p99, us", "wakeup p99, us (geometric mean)" },
	{ "trace gap p50, ms", "trace gap p50, ms (geometric mean)" },
	{ "coverage, %", "coverage, % (mean)" },
};

/* Whether the interval of @v lies clear of that of the first set. */
static bool apart(const struct compare_value *v,
		  const struct compare_value *first)
{
	return v->known && first->known &&
		(v->lo > first->hi || v->hi < first->lo);
}

static void set_value(struct text_table *t, size_t row, size_t col,
		      int metric, const struct compare_value *v,
		      const struct compare_value *first)
{
	char number[TEXT_NUMBER];

	if (!v->known)
		text_table_set(t, row, col, "-");
	else if (metric == COMPARE_HANG)
		text_table_set(t, row, col, "%" PRIu64 "/%" PRIu64 "%s",
			       v->hangs, v->fulls, apart(v, first) ? "*" : "");
	else
		text_table_set(t, row, col, "%s",
			       text_number(number, v->value));
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
			 size_t line, const struct report_kernel *kernel)
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

static void put_kernels(const struct compare *c, int metric, FILE *f)
{
	struct compare_value v, first;
	struct text_table t;
	size_t i, set, col, line = 1;

	text_table_init(&t, c->rows + 1, 2 + c->sets,
			several_kconfigs(c) ? 2 : 1);
	col = put_kernel(c, &t, 0, NULL);
	put_heads(c, &t, col);
	for (i = 0; i < c->rows; i++) {
		if (!compare_first(c, i))
			continue;
		put_kernel(c, &t, line, c->row[i].like->kernel);
		first = compare_of_kernel(c, &c->row[i], 0, metric);
		for (set = 0; set < c->sets; set++) {
			v = compare_of_kernel(c, &c->row[i], set, metric);
			set_value(&t, line, col + set, metric, &v, &first);
		}
		line++;
	}
	t.rows = line;
	text_table_trim(&t, col + c->sets);
	text_line(f, "%s", "");
	text_line(f, "%s", titles[metric].of_kernel);
	text_table_end(&t, f);
}

static void put_rows(const struct compare *c, int metric, FILE *f)
{
	size_t labels = (several_kconfigs(c) ? 2 : 1) + c->keys;
	char value[CELL_VALUE_LEN], name[TEXT_NAME];
	struct compare_value v, first;
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
		first = compare_of_row(&c->row[i], 0, metric);
		for (set = 0; set < c->sets; set++) {
			v = compare_of_row(&c->row[i], set, metric);
			set_value(&t, i + 1, labels + set, metric, &v, &first);
		}
	}
	text_line(f, "%s", "");
	text_line(f, "%s by cell", titles[metric].of_row);
	text_table_end(&t, f);
}

static void put_sets(const struct compare *c, FILE *f)
{
	char *releases, *accels;
	size_t i, k, boots;

	for (i = 0; i < c->sets; i++) {
		const struct report *report = &c->set[i].report;

		boots = 0;
		for (k = 0; k < report->kernels; k++)
			boots += report->kernel[k]->boots;
		releases = report_names_join(&report->releases);
		accels = report_names_join(&report->accels);
		text_wrap(f, 3, "%s  %s: Linux %s, %s, %zu boot%s, %.10s",
			  c->set[i].label, c->set[i].dir,
			  *releases ? releases : "?",
			  *accels ? accels : "?", boots,
			  boots == 1 ? "" : "s",
			  report->began ? report->began : "no date");
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

/* Whether any set has it anywhere. */
static bool any_known(const struct compare *c, int metric)
{
	size_t i, set;

	for (i = 0; i < c->rows; i++) {
		for (set = 0; set < c->sets; set++) {
			if (compare_of_row(&c->row[i], set, metric).known)
				return true;
		}
	}
	return false;
}

void compare_text(const struct compare *c, FILE *f)
{
	size_t i;
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
	for (metric = 0; metric < COMPARE_METRICS; metric++) {
		if (!any_known(c, metric))
			continue;
		put_kernels(c, metric, f);
		if (c->keys)
			put_rows(c, metric, f);
	}
	text_line(f, "%s", "");
	text_wrap(f, 2, "*: the exact 95 %% interval lies clear of that of A. -: not measured, or not to be compared. Means: over the cells that all have, each of the same weight. Sets of different days or machines are not randomised against each other: a difference may be that of the day.");
}

static void put_field(FILE *f, const char *text)
{
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' ? ' ' : *text, f);
}

static void put_number(FILE *f, bool known, double value)
{
	if (known)
		fprintf(f, "\t%.9g", value);
	else
		fputs("\t-", f);
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

static void put_line(const struct compare *c, const struct compare_row *row,
		     size_t set, FILE *f)
{
	const struct record *sum = row->sum[set];
	struct compare_value v;
	int metric;

	fprintf(f, "%s\t", c->set[set].label);
	put_field(f, c->set[set].dir);
	fputc('\t', f);
	put_field(f, row->like->kernel->variant);
	fputc('\t', f);
	put_field(f, row->like->kernel->kconfig);
	fputc('\t', f);
	put_cell(f, &row->like->key);
	fprintf(f, "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64,
		row->records[set], sum->fulls, sum->hangs[HANG_LOST_WAKEUP],
		sum->hangs[HANG_SILENT_STOP]);
	v = compare_of_row(row, set, COMPARE_HANG);
	put_number(f, v.known, v.lo);
	put_number(f, v.known, v.hi);
	for (metric = 0; metric < COMPARE_METRICS; metric++) {
		v = compare_of_row(row, set, metric);
		put_number(f, v.known, v.value);
	}
	fprintf(f, "\t%s\t%s\n", *row->accel[set] ? row->accel[set] : "-",
		*row->method[set] ? row->method[set] : "-");
}

void compare_tsv(const struct compare *c, FILE *f)
{
	size_t i, set;

	fputs("set\tdir\tvariant\tkconfig\tcell\trecords\tfulls\tlost_wakeup\tsilent_stop\t"
	      "hang_lo_pct\thang_hi_pct\thang_pct\twakeup_p50_us\twakeup_p99_us\t"
	      "gap_p50_ms\tcoverage_pct\taccel\tmethod\n", f);
	for (i = 0; i < c->rows; i++) {
		for (set = 0; set < c->sets; set++)
			put_line(c, &c->row[i], set, f);
	}
}
