/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VIEWS_SVG_H
#define AUX_BENCH_VIEWS_SVG_H

#include <stdio.h>

/*
 * Puts a picture of gnuplot's into a page.  Only shapes and text get through:
 * no script, style, link, image or foreign element, whatever is in the file;
 * ids get @prefix, so that several pictures can be on one page.
 *
 * gnuplot's hypertext "LINK|WORDS" becomes a place that has a tooltip, can be
 * reached by the keyboard and, with a LINK, leads to that id of the page.
 */
void svg_inline(FILE *f, const char *svg, const char *prefix,
		const char *title);

#endif
