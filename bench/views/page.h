/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_PAGE_H
#define AUX_BENCH_VIEWS_PAGE_H

/* What the parts of report.html share. */
#include <dirent.h>

#include "bench/views/html.h"
#include "bench/views/parts.h"

struct page {
	const struct report *report;
	const struct results *results;	/* of the report */
	const char *dir;
	const struct report_picture *pictures;
	FILE *f;
};

/* NULL when there is no such file; caller frees. */
char *page_read(const struct page *p, const char *name, size_t *len);
/* What is in a folder, sorted; caller frees. */
int page_scan(const char *dir, struct dirent ***list);
/* A stream into memory. */
FILE *page_memory(char **text, size_t *size);
void page_section(const struct page *p, const char *id, const char *title);
/* What a table's columns mean, closed until it is asked for. */
void page_words(const struct page *p, const char *const (*words)[2]);

void page_verdict(const struct page *p);
void page_plots(const struct page *p);
void page_tables(const struct page *p);
/* Whether there are timelines of hangs of it, under the id "hangs-N". */
bool page_has_timeline(const struct results_kernel *kernel);

#endif
