// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/svg.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/html.h"

#define DEPTH 64
#define NAME 24

/* What is open: the name that closes it, or "" for what was left out. */
struct copy {
	FILE *f;
	const char *prefix, *title;
	char open[DEPTH][NAME];
	int depth;
	int dropped;		/* how many of them, and all in them, are out */
	char *value;		/* of the attribute that was taken last */
};

static bool in_list(const char *const *list, const char *name)
{
	for (; *list; list++) {
		if (!strcmp(*list, name))
			return true;
	}
	return false;
}

static bool is_shape(const char *name)
{
	static const char *const names[] = {
		"svg", "g", "path", "rect", "circle", "ellipse", "line",
		"polyline", "polygon", "use", "text", "tspan", "defs",
		"clipPath", "linearGradient", "radialGradient", "stop",
		"pattern", NULL
	};

	return in_list(names, name);
}

static bool is_harmless(const char *name)
{
	static const char *const names[] = {
		"viewBox", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width",
		"height", "cx", "cy", "r", "rx", "ry", "d", "points",
		"transform", "fill", "fill-opacity", "fill-rule", "stroke",
		"stroke-width", "stroke-linecap", "stroke-linejoin",
		"stroke-dasharray", "stroke-opacity", "opacity", "color",
		"font-family", "font-size", "font-weight", "font-style",
		"text-anchor", "offset", "stop-color", "stop-opacity",
		"clip-path", "patternUnits", "gradientUnits", "clipPathUnits",
		"xml:space", NULL
	};

	return in_list(names, name);
}

/* Values are as the file escapes them; what could end one is left out. */
static void put_value(FILE *f, const char *value)
{
	for (; *value; value++) {
		if (*value == '<')
			fputs("&lt;", f);
		else if (*value == '"')
			fputs("&quot;", f);
		else if ((unsigned char)*value >= ' ' || *value == '\n')
			fputc(*value, f);
	}
}

static void put_attribute(struct copy *c, const char *name)
{
	const char *value = c->value;

	if (!strcmp(name, "id")) {
		fprintf(c->f, " id=\"%s-", c->prefix);
	} else if (!strcmp(name, "xlink:href") || !strcmp(name, "href")) {
		if (*value++ != '#')
			return;
		fprintf(c->f, " href=\"#%s-", c->prefix);
	} else if (is_harmless(name) && !strncmp(value, "url(#", 5)) {
		fprintf(c->f, " %s=\"url(#%s-", name, c->prefix);
		value += 5;
	} else if (is_harmless(name) && !strstr(value, "url(")) {
		fprintf(c->f, " %s=\"", name);
	} else {
		return;
	}
	put_value(c->f, value);
	fputc('"', c->f);
}

/* name="value" at @p: what is behind it, or NULL at the tag's end. */
static const char *take_attribute(struct copy *c, const char *p,
				  char name[NAME])
{
	static const char blanks[] = " \t\r\n";
	size_t len;
	char quote;

	p += strspn(p, blanks);
	len = strcspn(p, "= \t\r\n/>");
	snprintf(name, NAME, "%.*s", len < NAME ? (int)len : NAME - 1, p);
	p += len + strspn(p + len, blanks);
	if (!len || *p != '=')
		return NULL;
	p++;
	p += strspn(p, blanks);
	quote = *p++;
	if (quote != '"' && quote != '\'')
		return NULL;
	for (len = 0; p[len] && p[len] != quote; len++)
		;
	if (!p[len])
		return NULL;
	free(c->value);
	c->value = strndup(p, len);
	if (!c->value)
		abort();
	return p + len + 1;
}

/* "gnuplot_svg.showHypertext(evt,'LINK|WORDS')": opens <a> or <g>. */
static const char *put_place(struct copy *c)
{
	char *text = strstr(c->value, "(evt,'"), *bar, *end;
	bool link;

	if (!text)
		return NULL;
	text += 6;
	end = strrchr(text, '\'');
	if (end)
		*end = '\0';
	bar = strchr(text, '|');
	if (!bar)
		return NULL;
	*bar = '\0';
	link = *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
				     "0123456789-")];
	if (link)
		fprintf(c->f, "<a class=\"pt\" href=\"#%s\">", text);
	else
		fputs("<g class=\"pt\" tabindex=\"0\" role=\"img\">", c->f);
	fputs("<title>", c->f);
	put_value(c->f, bar + 1);
	fputs("</title>", c->f);
	return link ? "a" : "g";
}

static void put_root(struct copy *c)
{
	fputs(" role=\"group\" aria-label=\"", c->f);
	html_text(c->f, c->title);
	fputc('"', c->f);
}

static void push(struct copy *c, const char *name)
{
	snprintf(c->open[c->depth++], NAME, "%s", name);
	c->dropped += !*name;
}

/* An opening tag whose name ends at @p; returns what is behind the tag. */
static const char *open_tag(struct copy *c, const char *name, const char *p)
{
	bool out = c->dropped || !is_shape(name), empty;
	const char *next, *place = NULL, *rest = p;
	char attribute[NAME];

	/* Hypertext makes another element of it. */
	while (!out && (next = take_attribute(c, rest, attribute))) {
		if (!strcmp(attribute, "onmousemove") && !place)
			place = put_place(c);
		rest = next;
	}
	if (!out && !place) {
		fprintf(c->f, "<%s", name);
		if (!strcmp(name, "svg"))
			put_root(c);
	}
	while ((next = take_attribute(c, p, attribute))) {
		if (!out && !place)
			put_attribute(c, attribute);
		p = next;
	}
	p += strcspn(p, ">");
	empty = p[-1] == '/';
	if (!out && !place)
		fputs(empty ? "/>" : ">", c->f);
	if (empty && place)
		fprintf(c->f, "</%s>", place);
	if (!empty && c->depth < DEPTH)
		push(c, out ? "" : place ? place : name);
	return *p ? p + 1 : p;
}

static const char *close_tag(struct copy *c, const char *p)
{
	const char *name;

	if (c->depth) {
		name = c->open[--c->depth];
		c->dropped -= !*name;
		if (*name)
			fprintf(c->f, "</%s>", name);
	}
	p += strcspn(p, ">");
	return *p ? p + 1 : p;
}

static const char *take_tag(struct copy *c, const char *p)
{
	char name[NAME];
	size_t len;

	if (p[1] == '/')
		return close_tag(c, p);
	if (p[1] == '?' || p[1] == '!') {
		p += strcspn(p, ">");
		return *p ? p + 1 : p;
	}
	len = strcspn(p + 1, " \t\r\n/>");
	snprintf(name, NAME, "%.*s", len < NAME ? (int)len : NAME - 1, p + 1);
	return open_tag(c, name, p + 1 + len);
}

void svg_inline(FILE *f, const char *svg, const char *prefix,
		const char *title)
{
	struct copy c = { .f = f, .prefix = prefix, .title = title };
	const char *text;

	while (*svg) {
		if (*svg == '<') {
			svg = take_tag(&c, svg);
			continue;
		}
		text = svg;
		svg += strcspn(svg, "<");
		if (!c.dropped && c.depth)
			fwrite(text, 1, svg - text, f);
	}
	while (c.depth) {
		if (*c.open[--c.depth])
			fprintf(f, "</%s>", c.open[c.depth]);
	}
	fputc('\n', f);
	free(c.value);
}
