// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static char *xvformat(const char *fmt, va_list ap)
{
	char *s, *p;

	if (vasprintf(&s, fmt, ap) < 0)
		abort();
	for (p = s; *p; p++) {
		if (*p < ' ' || *p > '~')
			*p = *p == '\t' || *p == '\n' ? ' ' : '?';
	}
	return s;
}

static void put_line(FILE *f, const char *line, size_t len)
{
	if (len > TEXT_WIDTH)
		len = TEXT_WIDTH;
	while (len && line[len - 1] == ' ')
		len--;
	fprintf(f, "%.*s\n", (int)len, line);
}

void text_line(FILE *f, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvformat(fmt, ap);
	va_end(ap);
	put_line(f, s, strlen(s));
	free(s);
}

/* How much of @s to put on a line of @room: up to a blank if there is one. */
static size_t break_at(const char *s, size_t room)
{
	size_t len = strlen(s), i;

	if (len <= room)
		return len;
	for (i = room; i > room / 2; i--) {
		if (s[i] == ' ')
			return i;
	}
	return room;
}

void text_wrap(FILE *f, int indent, const char *fmt, ...)
{
	char line[TEXT_WIDTH + 1];
	size_t len, used = 0;
	char *s, *rest;
	va_list ap;

	va_start(ap, fmt);
	s = xvformat(fmt, ap);
	va_end(ap);
	rest = s;
	do {
		memset(line, ' ', sizeof(line));
		len = break_at(rest, TEXT_WIDTH - used);
		memcpy(line + used, rest, len);
		put_line(f, line, used + len);
		rest += len;
		rest += strspn(rest, " ");
		used = indent;
	} while (*rest);
	free(s);
}

char *text_shorten(char buf[TEXT_NAME], const char *name, size_t width)
{
	size_t len = strlen(name), head, i;

	if (width >= TEXT_NAME)
		width = TEXT_NAME - 1;
	if (len <= width) {
		memcpy(buf, name, len + 1);
	} else {
		head = (width - 2 + 1) / 2;
		memcpy(buf, name, head);
		memcpy(buf + head, "..", 2);
		memcpy(buf + head + 2, name + len - (width - 2 - head),
		       width - 2 - head + 1);
	}
	for (i = 0; buf[i]; i++) {
		if (buf[i] < ' ' || buf[i] > '~')
			buf[i] = '?';
	}
	return buf;
}

/* Digits after the point that leave three significant ones. */
static int decimals(double value)
{
	int digits = value > 0 ? 2 - (int)floor(log10(value)) : 0;

	return digits < 0 ? 0 : digits;
}

/* Of a fraction. */
static char *strip_zeros(char *s)
{
	size_t len = strlen(s);

	if (strchr(s, '.') && !strchr(s, 'e')) {
		while (s[len - 1] == '0')
			s[--len] = '\0';
		if (s[len - 1] == '.')
			s[--len] = '\0';
	}
	return s;
}

char *text_number(char buf[TEXT_NUMBER], double value)
{
	if (value >= 1e9 || (value > 0 && value < 1e-6))
		snprintf(buf, TEXT_NUMBER, "%.2e", value);
	else
		snprintf(buf, TEXT_NUMBER, "%.*f", decimals(value), value);
	return buf;
}

/* Near 100 it is the distance to 100 that has the significant digits. */
char *text_percent(char buf[TEXT_NUMBER], double percent)
{
	int digits = decimals(percent), rest = decimals(100 - percent) - 2;

	if (percent > 99 && percent < 100 && rest > digits)
		digits = rest > 8 ? 8 : rest;
	if (percent > 0 && percent < 1e-6)
		snprintf(buf, TEXT_NUMBER, "%.1e", percent);
	else
		snprintf(buf, TEXT_NUMBER, "%.*f", digits, percent);
	return strip_zeros(buf);
}

void text_table_init(struct text_table *table, size_t rows, size_t cols,
		     size_t labels)
{
	*table = (struct text_table) {
		.rows = rows, .cols = cols, .labels = labels, .stride = cols,
		.cell = calloc(rows * cols, TEXT_NAME),
	};
	if (!table->cell)
		abort();
}

void text_table_set(struct text_table *table, size_t row, size_t col,
		    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(table->cell[row * table->stride + col], TEXT_NAME, fmt, ap);
	va_end(ap);
}

void text_table_trim(struct text_table *table, size_t cols)
{
	table->cols = cols;
}

static size_t column_width(const struct text_table *t, size_t col)
{
	size_t width = 0, len, row;

	for (row = 0; row < t->rows; row++) {
		len = strlen(t->cell[row * t->stride + col]);
		if (len > width)
			width = len;
	}
	return width;
}

/* A set of columns that fit on a line: the labels and [first, end). */
struct columns {
	size_t *width;
	size_t first, end;
	int gap;		/* blanks between two */
};

static void print_row(const struct text_table *t, const struct columns *c,
		      size_t row, FILE *f)
{
	char line[TEXT_WIDTH * 2];
	size_t col, used = 0;

	for (col = 0; col < c->end; col++) {
		if (col >= t->labels && col < c->first)
			continue;
		if (used + c->gap + c->width[col] >= sizeof(line))
			break;
		used += snprintf(line + used, sizeof(line) - used,
				 col < t->labels ? "%*s%-*s" : "%*s%*s",
				 used ? c->gap : 0, "", (int)c->width[col],
				 t->cell[row * t->stride + col]);
	}
	put_line(f, line, used);
}

/* The end of the columns that fit on a line with the labels, from @first. */
static size_t columns_end(const struct text_table *t, const struct columns *c)
{
	size_t col, used = 0;

	for (col = 0; col < t->cols; col++) {
		if (col >= t->labels && col < c->first)
			continue;
		used += c->width[col] + (used ? c->gap : 0);
		/* At least one, or there would be no end. */
		if (used > TEXT_WIDTH && col > c->first)
			break;
	}
	return col;
}

void text_table_end(struct text_table *table, FILE *f)
{
	struct columns c = { .first = table->labels, .gap = 2 };
	size_t col, row;

	c.width = calloc(table->cols, sizeof(*c.width));
	if (!c.width)
		abort();
	for (col = 0; col < table->cols; col++)
		c.width[col] = column_width(table, col);
	if (columns_end(table, &c) < table->cols)
		c.gap = 1;
	for (; c.first < table->cols; c.first = c.end) {
		c.end = columns_end(table, &c);
		if (c.first > table->labels)
			fputc('\n', f);
		for (row = 0; row < table->rows; row++)
			print_row(table, &c, row, f);
	}
	free(c.width);
	free(table->cell);
	table->cell = NULL;
}
