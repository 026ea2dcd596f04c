/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_HTML_H
#define AUX_BENCH_VIEWS_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/views/text.h"

/*
 * Pieces of a page.  Every text is hostile: names of variants, patches and
 * what a console said go out escaped, and what is not UTF-8 as '?'.
 */

/* <!DOCTYPE> to the opened <main>, and what closes it again. */
void html_begin(FILE *f, const char *title);
void html_end(FILE *f);

/* Right in XML, too. */
void html_text(FILE *f, const char *text);
/* <name>text</name>; @name is ours. */
void html_element(FILE *f, const char *name, const char *text);
void html_pre(FILE *f, const char *text);
/* <details> with a <pre> in it; closed until the reader opens it. */
void html_details(FILE *f, const char *title, const char *text);

#define HTML_ID 32

/* How a table begins, and where its numbers lead. */
struct html_table_head {
	size_t rows;		/* of <th> */
	/*
	 * Writes the id that @text in @row and @col leads to into @id; false:
	 * none.  May be NULL.
	 */
	bool (*link)(const void *ctx, size_t row, size_t col,
		     const char *text, char id[HTML_ID]);
	const void *ctx;
};

/* Prints @table and frees it; it can be sorted where there is a script. */
void html_table(FILE *f, struct text_table *table,
		const struct html_table_head *head);

/*
 * Lines with tabs between the fields, the first of them the heads: those of
 * @columns (NULL-ended).
 */
void html_tsv(FILE *f, const char *tsv, const char *const *columns);

/* A link that keeps @data as file @name. */
void html_download(FILE *f, const char *name, const char *type,
		   const char *data, size_t len);

extern const char html_style[], html_script[];

#endif
