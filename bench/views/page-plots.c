// SPDX-License-Identifier: GPL-2.0-only
/* The plots of report.html, each with its data and files to keep. */
#include <stdlib.h>
#include <string.h>

#include "bench/views/page.h"
#include "bench/views/svg.h"
#include "lib/file.h"

static void put_data(const struct page *p, const char *name, const char *svg,
		     size_t len)
{
	char *file = xasprintf("plots/%s.data", name), *text;
	char *image = xasprintf("%s.svg", name);

	fputs("<p class=\"get\">", p->f);
	html_download(p->f, image, "image/svg+xml", svg, len);
	fputs("</p>\n", p->f);
	text = page_read(p, file, NULL);
	if (text)
		html_details(p->f, "its data", text);
	free(text);
	free(image);
	free(file);
}

/* @name without its end; a heat map's places are only seen when asked for. */
static void put_svg(const struct page *p, const char *name, const char *title)
{
	char *file = xasprintf("plots/%s.svg", name), *svg;
	size_t len;

	svg = page_read(p, file, &len);
	if (svg) {
		html_element(p->f, "h3", title);
		fprintf(p->f, "<figure%s>", !strcmp(name, "hang-heatmap") ?
			" class=\"map\"" : "");
		svg_inline(p->f, svg, name, title);
		fputs("</figure>\n", p->f);
		put_data(p, name, svg, len);
	}
	free(svg);
	free(file);
}

static bool is_ours(const struct page *p, const char *file)
{
	size_t i, len;

	for (i = 0; i < REPORT_PICTURES && p->pictures[i].name; i++) {
		len = strlen(p->pictures[i].name);
		if (!strncmp(file, p->pictures[i].name, len) &&
		    !strcmp(file + len, ".svg"))
			return true;
	}
	return false;
}

/* Its name becomes part of ids: ours are of letters and dashes. */
static void put_other(const struct page *p, const char *file, const char *end)
{
	char *name = xasprintf("%.*s", (int)(end - file), file);

	if (!name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		put_svg(p, name, name);
	free(name);
}

/* What the kinds of cells have drawn themselves. */
static void put_other_plots(const struct page *p)
{
	char *dir = xasprintf("%s/plots", p->dir);
	struct dirent **list = NULL;
	int i, n = page_scan(dir, &list);

	for (i = 0; i < n; i++) {
		const char *end = strrchr(list[i]->d_name, '.');

		if (end && !strcmp(end, ".svg") &&
		    !is_ours(p, list[i]->d_name))
			put_other(p, list[i]->d_name, end);
		free(list[i]);
	}
	free(list);
	free(dir);
}

void page_plots(const struct page *p)
{
	const struct report_picture *picture;
	char *name;
	size_t i;

	page_section(p, "plots", "Plots");
	for (i = 0; i < REPORT_PICTURES; i++) {
		picture = &p->pictures[i];
		if (!picture->name || picture->missing)
			continue;
		put_svg(p, picture->name, picture->title);
	}
	put_other_plots(p);
	for (i = 0; i < REPORT_PICTURES; i++) {
		picture = &p->pictures[i];
		if (!picture->name || !picture->missing || !picture->expected)
			continue;
		name = xasprintf("Not drawn: %s (%s)", picture->name,
				 picture->missing);
		fputs("<p class=\"dim\">", p->f);
		html_text(p->f, name);
		fputs("</p>\n", p->f);
		free(name);
	}
}

