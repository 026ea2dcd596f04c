// SPDX-License-Identifier: GPL-2.0-only
/* The tables of report.html; they sort where there is a script. */
#include <stdlib.h>
#include <string.h>

#include "bench/views/page.h"
#include "lib/file.h"

/* The kernels of a kconfig, as the tables have them. */
struct kernels {
	const struct results *results;
	const char *kconfig;
};

/* The id of the timelines of the @n-th kernel, of those measured or of all. */
static bool kernel_id(const struct kernels *of, size_t n, bool measured,
		      char id[HTML_ID])
{
	const struct results_kernel *kernel;
	size_t i;

	for (i = 0; i < of->results->kernels; i++) {
		kernel = of->results->kernel[i];
		if (strcmp(kernel->kconfig, of->kconfig) ||
		    (measured && !kernel->measured) || n--)
			continue;
		snprintf(id, HTML_ID, "hangs-%zu", i);
		return page_has_timeline(kernel);
	}
	return false;
}

/* A number of hangs, under "fulls" and the like. */
static bool kernel_link(const void *ctx, size_t row, size_t col,
			const char *text, char id[HTML_ID])
{
	return col >= 2 && col < 2 + HANG_CLASSES && *text > '0' &&
		*text <= '9' && kernel_id(ctx, row - 2, false, id);
}

/* "4/137" */
static bool matrix_link(const void *ctx, size_t row, size_t col,
			const char *text, char id[HTML_ID])
{
	return col >= 2 && *text > '0' && *text <= '9' &&
		kernel_id(ctx, col - 2, true, id);
}

static const char *const kernel_words[][2] = {
	{ "fulls", "how often the driver found no room in the buffer" },
	{ "lost wakeup", "hangs with the event off and the tracer asleep in poll()" },
	{ "silent stop", "hangs with the event on and the hardware stopped" },
	{ "silent off", "hangs with the event off for a disable that was asked for at another time, and nobody woken" },
	{ "hang %", "hangs of any class per full, with the exact 95 % interval; 0 has an upper bound, it is no proof" },
	{ "loop", "the tracer's: eager calls ENABLE after every wakeup, perf only after new data" },
	{ "window", "a delay injected at the full, before interrupts run: 0 is the race as it is" },
	{ "a/b", "hangs/fulls; a number with hangs leads to their timelines" },
	{ NULL, NULL }
};

static const char *const contrast_words[][2] = {
	{ "here, base", "the kernel and the one it is set against, over the cells that both have, each of the same weight" },
	{ "difference", "x: a ratio; points: percentage points" },
	{ "95 % interval", "of the difference; the boot is its unit" },
	{ "cells", "in how many of them both were measured" },
	{ "wakeup", "from the wakeup queued to poll() returned, where the tracer was asleep before" },
	{ "gap", "from the trace's stop to its next start after a full; cut off: a hang hides it" },
	{ "lost per full", "the mean gap up to an end that is told; what a hang cut off counts with that" },
	{ "coverage", "the share of the time that was traced" },
	{ NULL, NULL }
};

/* What was printed for a mail, as a paragraph; closes and frees it. */
static void put_note(const struct page *p, FILE *f, char **text)
{
	fclose(f);
	if (**text) {
		fputs("<p class=\"dim\">", p->f);
		html_text(p->f, *text);
		fputs("</p>\n", p->f);
	}
	free(*text);
}

static void put_contrasts(const struct page *p, const char *kconfig)
{
	const struct html_table_head head = { .rows = 1 };
	char *above = NULL, *below = NULL;
	size_t size[2];
	FILE *f = page_memory(&above, &size[0]);
	FILE *notes = page_memory(&below, &size[1]);
	struct text_table table;
	bool any = report_contrast_rows(p->results, kconfig, &table, f, notes);

	put_note(p, f, &above);
	if (any)
		html_table(p->f, &table, &head);
	put_note(p, notes, &below);
	if (any)
		page_words(p, contrast_words);
}

static void put_kconfig(const struct page *p, const char *kconfig)
{
	const struct kernels of = { p->results, kconfig };
	const struct html_table_head kernels = { 2, kernel_link, &of };
	const struct html_table_head matrix = { 1, matrix_link, &of };
	const struct html_table_head reference = { .rows = 2 };
	struct text_table table;
	char *title = xasprintf("kconfig %s", kconfig);

	html_element(p->f, "h3", title);
	report_kernel_table(p->results, kconfig, &table);
	html_table(p->f, &table, &kernels);
	if (report_matrix_table(p->results, kconfig, &table)) {
		html_element(p->f, "p", "hangs/fulls by loop and window");
		html_table(p->f, &table, &matrix);
	}
	page_words(p, kernel_words);
	put_contrasts(p, kconfig);
	if (report_reference_table(p->results, kconfig, &table)) {
		html_element(p->f, "p", REPORT_REFERENCE);
		html_table(p->f, &table, &reference);
	}
	free(title);
}

/* What a reader looks for; the file that is beside it has all columns. */
static const char *const cell_columns[] = {
	"variant", "kconfig", "cell", "fulls", "lost_wakeup", "silent_stop",
	"silent_off", "hang_pct", "wakeup_p50_us", "wakeup_p99_us",
	"gap_p50_ms", "gap_p99_us", "lost_per_full_ms", "coverage_pct",
	"boots", "failed", NULL
};

static const char *const cell_words[][2] = {
	{ "cell", "the keys that vary in the job; all boots of it together" },
	{ "hang_pct", "hangs of any class per full" },
	{ "wakeup_p50_us, p99", "from the wakeup queued to poll() returned" },
	{ "gap_p50_ms, p99_us", "from the trace's stop to its next start after a full; > where a hang cut it off" },
	{ "lost_per_full_ms", "the mean gap up to an end, with what a hang cut off" },
	{ "coverage_pct", "the share of the time that was traced" },
	{ "boots, failed", "that gave a record of it, and that gave none" },
	{ NULL, NULL }
};

static void put_cells(const struct page *p)
{
	char *text = NULL;
	size_t size;
	FILE *f = page_memory(&text, &size);

	report_tsv(p->results, f);
	fclose(f);
	fputs("<details id=\"cells\">\n", p->f);
	html_element(p->f, "summary", "every cell");
	fputs("<p class=\"get\">with all columns: ", p->f);
	html_download(p->f, "summary.tsv", "text/tab-separated-values", text,
		      size);
	fputs("</p>\n", p->f);
	page_words(p, cell_words);
	html_tsv(p->f, text, cell_columns);
	fputs("</details>\n", p->f);
	free(text);
}

void page_tables(const struct page *p)
{
	const struct results *results = p->results;
	char *text = NULL;
	size_t i, size;
	FILE *f;

	page_section(p, "tables", "Tables");
	for (i = 0; results_streams(results) && i < results->kconfigs.n; i++)
		put_kconfig(p, results->kconfigs.name[i]);
	f = page_memory(&text, &size);
	report_summary(p->report, f);
	fclose(f);
	html_details(p->f, "the same as plain text (summary.txt)", text);
	free(text);
	if (results_streams(results))
		put_cells(p);
}
