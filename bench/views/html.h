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

void html_text(FILE *f, const char *text);
/* <name>text</name>; @name is ours. */
void html_element(FILE *f, const char *name, const char *text);
void html_pre(FILE *f, const char *text);
/* <details> with a <pre> in it; closed until the reader opens it. */
void html_details(FILE *f, const char *title, const char *text);

/* Prints @table with @heads rows of <th>, and frees it. */
void html_table(FILE *f, struct text_table *table, size_t heads);

/* Lines with tabs between the fields, the first of them the heads. */
void html_tsv(FILE *f, const char *tsv);

/* An image that needs no other file. */
void html_svg(FILE *f, const char *title, const char *svg, size_t len);

#endif
