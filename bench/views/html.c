// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/html.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
":root{color-scheme:light dark;--fg:#1b1b1b;--bg:#fff;--dim:#5b5b5b;"
"--line:#d5d5d5;--soft:#f4f4f4}\n"
"@media(prefers-color-scheme:dark){:root{--fg:#e4e4e4;--bg:#161618;"
"--dim:#a2a2a2;--line:#3c3c40;--soft:#222226}}\n"
"body{margin:0;background:var(--bg);color:var(--fg);"
"font:16px/1.5 system-ui,sans-serif}\n"
"main{max-width:60rem;margin:0 auto;padding:1rem}\n"
"h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0 1rem}\n"
"h2{font-size:1.25rem;margin:2.2rem 0 .6rem;padding-top:.6rem;"
"border-top:1px solid var(--line)}\n"
"h3{font-size:1rem;margin:1.4rem 0 .4rem}\n"
"p{margin:.5rem 0}\n"
".dim{color:var(--dim)}\n"
"pre{background:var(--soft);border:1px solid var(--line);"
"border-radius:4px;padding:.7rem;overflow-x:auto;"
"font:13px/1.4 ui-monospace,monospace}\n"
"pre.wrap{white-space:pre-wrap;overflow-wrap:anywhere}\n"
".wide{overflow-x:auto;margin:.5rem 0}\n"
"table{border-collapse:collapse;font-size:14px;"
"font-variant-numeric:tabular-nums}\n"
"th,td{padding:.2rem .6rem;text-align:right;white-space:nowrap;"
"border-bottom:1px solid var(--line)}\n"
"th{color:var(--dim);font-weight:600}\n"
".left{text-align:left}\n"
".facts td{white-space:normal;overflow-wrap:anywhere;text-align:left}\n"
".facts th{text-align:left;vertical-align:top}\n"
"img{display:block;box-sizing:border-box;width:100%;min-width:40rem;height:auto;background:#fff;"
"border:1px solid var(--line);border-radius:4px}\n"
"figure{margin:1rem 0;overflow-x:auto}\n"
"nav a{margin-right:.8rem;white-space:nowrap}\n"
"a{color:inherit}\n"
"summary{cursor:pointer;margin:.6rem 0}\n";

void html_begin(FILE *f, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	      /* Should anything get past the escapes, it still can do nothing. */
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n",
	      f);
	html_element(f, "title", title);
	fprintf(f, "<style>\n%s</style>\n</head>\n<body>\n<main>\n", style);
	html_element(f, "h1", title);
}

void html_end(FILE *f)
{
	fputs("</main>\n</body>\n</html>\n", f);
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
	/* Overlong forms, surrogates, what lies beyond Unicode. */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
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

void html_table(FILE *f, struct text_table *table, size_t heads)
{
	const char *text;
	size_t row, col;

	fputs("<div class=\"wide\"><table>\n", f);
	for (row = 0; row < table->rows; row++) {
		fputs("<tr>", f);
		for (col = 0; col < table->cols; col++) {
			text = table->cell[row * table->stride + col];
			put_field(f, row < heads, col < table->labels, text,
				  strlen(text));
		}
		fputs("</tr>\n", f);
	}
	fputs("</table></div>\n", f);
	free(table->cell);
	table->cell = NULL;
}

void html_tsv(FILE *f, const char *tsv)
{
	bool head = true;
	size_t len, col;

	fputs("<div class=\"wide\"><table>\n", f);
	while (*tsv) {
		fputs("<tr>", f);
		for (col = 0; ; col++) {
			len = strcspn(tsv, "\t\n");
			put_field(f, head, col < 3, tsv, len);
			tsv += len;
			if (*tsv != '\t')
				break;
			tsv++;
		}
		tsv += *tsv == '\n';
		fputs("</tr>\n", f);
		head = false;
	}
	fputs("</table></div>\n", f);
}

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

/* Not the <svg> itself: ids in several of them would meet in one page. */
void html_svg(FILE *f, const char *title, const char *svg, size_t len)
{
	fputs("<figure><img alt=\"", f);
	html_text(f, title);
	fputs("\" src=\"data:image/svg+xml;base64,", f);
	put_base64(f, (const unsigned char *)svg, len);
	fputs("\"></figure>\n", f);
}
