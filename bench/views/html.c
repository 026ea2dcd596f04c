// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/html.h"

#include <sha2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Of a table of lines; more are not shown. */
#define HTML_COLUMNS 128

static void put_base64(FILE *f, const unsigned char *data, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits;
	size_t i;

	for (i = 0; i < len; i += 3) {
		bits = data[i] << 16;
		if (i + 1 < len)
			bits |= data[i + 1] << 8;
		if (i + 2 < len)
			bits |= data[i + 2];
		fputc(digits[bits >> 18], f);
		fputc(digits[bits >> 12 & 63], f);
		fputc(i + 1 < len ? digits[bits >> 6 & 63] : '=', f);
		fputc(i + 2 < len ? digits[bits & 63] : '=', f);
	}
}

/* Should anything get past the escapes, it still can do nothing. */
static void put_policy(FILE *f)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	SHA2_CTX sha;

	SHA256Init(&sha);
	SHA256Update(&sha, (const uint8_t *)html_script,
		     strlen(html_script));
	SHA256Final(digest, &sha);
	fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-",
	      f);
	put_base64(f, digest, sizeof(digest));
	fputs("'\">\n", f);
}

void html_begin(FILE *f, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n",
	      f);
	put_policy(f);
	html_element(f, "title", title);
	fprintf(f, "<style>\n%s</style>\n</head>\n<body>\n<main>\n",
		html_style);
	html_element(f, "h1", title);
}

void html_end(FILE *f)
{
	fprintf(f, "</main>\n<script>%s</script>\n</body>\n</html>\n",
		html_script);
}

/* Length of the UTF-8 character at @s, 0 if there is none such. */
static size_t utf8_len(const unsigned char *s)
{
	size_t len = *s < 0x80 ? 1 : *s >= 0xc2 && *s < 0xe0 ? 2 :
		*s >= 0xe0 && *s < 0xf0 ? 3 : *s >= 0xf0 && *s < 0xf5 ? 4 : 0;
	size_t i;

	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	/*
	 * Overlong forms, surrogates, U+FFFE and U+FFFF (no characters of
	 * XML), what lies beyond Unicode.
	 */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xef && s[1] == 0xbf && s[2] >= 0xbe) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

static void put_char(FILE *f, const char *s, size_t len)
{
	switch (*s) {
	case '&':
		fputs("&amp;", f);
		break;
	case '<':
		fputs("&lt;", f);
		break;
	case '>':
		fputs("&gt;", f);
		break;
	case '"':
		fputs("&quot;", f);
		break;
	case '\'':
		fputs("&#39;", f);
		break;
	default:
		fwrite(s, 1, len, f);
	}
}

static void put_text(FILE *f, const char *text, size_t n)
{
	const char *end = text + n;
	size_t len;

	while (text < end) {
		len = utf8_len((const unsigned char *)text);
		if (!len || text + len > end || *text == '\177' ||
		    ((unsigned char)*text < ' ' && *text != '\n' &&
		     *text != '\t')) {
			fputc('?', f);
			text++;
			continue;
		}
		put_char(f, text, len);
		text += len;
	}
}

void html_text(FILE *f, const char *text)
{
	put_text(f, text, strlen(text));
}

void html_element(FILE *f, const char *name, const char *text)
{
	fprintf(f, "<%s>", name);
	html_text(f, text);
	fprintf(f, "</%s>\n", name);
}

void html_pre(FILE *f, const char *text)
{
	/* A newline right after the tag is dropped by the parser. */
	fputs("<pre>\n", f);
	html_text(f, text);
	fputs("</pre>\n", f);
}

void html_details(FILE *f, const char *title, const char *text)
{
	fputs("<details>\n", f);
	html_element(f, "summary", title);
	html_pre(f, text);
	fputs("</details>\n", f);
}

static void put_field(FILE *f, bool head, bool left, const char *text,
		      size_t len)
{
	const char *name = head ? "th" : "td";

	fprintf(f, "<%s%s>", name, left ? " class=\"left\"" : "");
	put_text(f, text, len);
	fprintf(f, "</%s>", name);
}

static void put_cell(FILE *f, const struct html_table_head *head, size_t row,
		     size_t col, bool left, const char *text)
{
	char id[HTML_ID];

	if (row < head->rows || !head->link ||
	    !head->link(head->ctx, row, col, text, id)) {
		put_field(f, row < head->rows, left, text, strlen(text));
		return;
	}
	fprintf(f, "<td><a href=\"#%s\">", id);
	html_text(f, text);
	fputs("</a></td>", f);
}

void html_table(FILE *f, struct text_table *table,
		const struct html_table_head *head)
{
	size_t row, col;

	fputs("<div class=\"wide\"><table class=\"sort\">\n<thead>\n", f);
	for (row = 0; row < table->rows; row++) {
		if (row == head->rows)
			fputs("</thead>\n<tbody>\n", f);
		fputs("<tr>", f);
		for (col = 0; col < table->cols; col++)
			put_cell(f, head, row, col, col < table->labels,
				 table->cell[row * table->stride + col]);
		fputs("</tr>\n", f);
	}
	fprintf(f, "</%s>\n</table></div>\n",
		table->rows > head->rows ? "tbody" : "thead");
	free(table->cell);
	table->cell = NULL;
}

/* The fields of a line that are wanted, all when @columns is NULL. */
static const char *put_line(FILE *f, const char *tsv, bool head,
			    const bool *wanted)
{
	size_t len, col;

	fputs("<tr>", f);
	for (col = 0; ; col++) {
		len = strcspn(tsv, "\t\n");
		if (col < HTML_COLUMNS && wanted[col])
			put_field(f, head, col < 3, tsv, len);
		tsv += len;
		if (*tsv != '\t')
			break;
		tsv++;
	}
	fputs("</tr>\n", f);
	return tsv + (*tsv == '\n');
}

static void want(const char *tsv, const char *const *columns, bool *wanted)
{
	size_t len, col, i;

	for (col = 0; col < HTML_COLUMNS && *tsv && *tsv != '\n'; col++) {
		len = strcspn(tsv, "\t\n");
		for (i = 0; columns[i]; i++)
			wanted[col] |= strlen(columns[i]) == len &&
				!strncmp(columns[i], tsv, len);
		tsv += len + (tsv[len] == '\t');
	}
}

void html_tsv(FILE *f, const char *tsv, const char *const *columns)
{
	bool wanted[HTML_COLUMNS] = { false };

	want(tsv, columns, wanted);
	fputs("<div class=\"wide\"><table class=\"sort\">\n<thead>\n", f);
	tsv = put_line(f, tsv, true, wanted);
	fputs("</thead>\n<tbody>\n", f);
	while (*tsv)
		tsv = put_line(f, tsv, false, wanted);
	fputs("</tbody>\n</table></div>\n", f);
}

/* The file itself, to be kept, without any other file. */
void html_download(FILE *f, const char *name, const char *type,
		   const char *data, size_t len)
{
	fputs("<a download=\"", f);
	html_text(f, name);
	fprintf(f, "\" href=\"data:%s;base64,", type);
	put_base64(f, (const unsigned char *)data, len);
	fputs("\">", f);
	html_text(f, name);
	fputs("</a>\n", f);
}
