// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/patch-forms.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/random.h"
#include "tests/fixture.h"

unsigned int pick(uint64_t *random, unsigned int n)
{
	return random_next(random) % n;
}

void toy_add(struct toy *toy, char *path, char *text)
{
	toy->file[toy->n++] = (struct toy_file) {
		.path = path, .text = text,
	};
}

void toy_remove(struct toy *toy, int i)
{
	free(toy->file[i].path);
	free(toy->file[i].text);
	toy->file[i] = toy->file[--toy->n];
}

char *toy_name(struct toy *toy, const char *what)
{
	toy->serial++;
	return xasprintf("%s/%s%d.c", toy->serial % 3 ? "kernel/events" :
			 "mm", what, toy->serial);
}

void toy_write(const struct toy *toy, const char *dir)
{
	char *path;
	int i;

	for (i = 0; i < toy->n; i++) {
		fixture_put(dir, toy->file[i].path, toy->file[i].text);
		path = xasprintf("%s/%s", dir, toy->file[i].path);
		chmod(path, toy->file[i].program ? 0755 : 0644);
		free(path);
	}
}

static int count_files(const char *dir)
{
	char *const roots[] = { (char *)dir, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *e;
	int n = 0;

	while (fts && (e = fts_read(fts)))
		n += e->fts_info != FTS_D && e->fts_info != FTS_DP;
	if (fts)
		fts_close(fts);
	return n;
}

bool toy_is(const struct toy *toy, const char *dir)
{
	struct stat st;
	char *path;
	bool same = count_files(dir) == toy->n;
	int i;

	for (i = 0; i < toy->n && same; i++) {
		path = xasprintf("%s/%s", dir, toy->file[i].path);
		same = fixture_is(dir, toy->file[i].path,
				  toy->file[i].text) && !stat(path, &st) &&
			!!(st.st_mode & 0100) == toy->file[i].program;
		if (!same)
			printf("%s differs\n", path);
		free(path);
	}
	return same;
}

void toy_free(struct toy *toy)
{
	while (toy->n)
		toy_remove(toy, toy->n - 1);
}

static void write_quoted(FILE *out, const char *text)
{
	int column = 0;

	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '\n') {
			fputc(c, out);
			column = 0;
			continue;
		}
		if (column > 70) {
			fputs("=\n", out);
			column = 0;
		}
		if (c == '=' || c < ' ' || c > '~' ||
		    (c == ' ' && text[1] == '\n')) {
			fprintf(out, "=%02X", c);
			column += 3;
		} else {
			fputc(c, out);
			column++;
		}
	}
}

static void write_base64(FILE *out, const char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)text;
	size_t left = strlen(text);
	int column = 0;

	while (left) {
		size_t n = left < 3 ? left : 3;
		unsigned int bits = p[0] << 16 | (n > 1 ? p[1] << 8 : 0) |
			(n > 2 ? p[2] : 0);

		fputc(digits[bits >> 18], out);
		fputc(digits[bits >> 12 & 63], out);
		fputc(n > 1 ? digits[bits >> 6 & 63] : '=', out);
		fputc(n > 2 ? digits[bits & 63] : '=', out);
		column += 4;
		if (column >= 76) {
			fputc('\n', out);
			column = 0;
		}
		p += n;
		left -= n;
	}
	fputc('\n', out);
}

/* Stuffed, and long lines broken after a blank. */
static void write_flowed(FILE *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		const char *blank = memchr(text + 1, ' ',
					   len > 1 ? len - 1 : 0);

		if (*text == ' ' || *text == '>' ||
		    !strncmp(text, "From ", 5))
			fputc(' ', out);
		if (blank && len > 30 && blank < text + len - 1 &&
		    blank[1] != ' ' && blank[1] != '>' && *text != '@' &&
		    *text != 'd') {
			fprintf(out, "%.*s\n", (int)(blank + 1 - text), text);
			fprintf(out, "%.*s\n",
				(int)(text + len - blank - 1), blank + 1);
		} else {
			fprintf(out, "%.*s\n", (int)len, text);
		}
		text += len + (text[len] == '\n');
	}
}

static void write_crlf(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputc('\r', out);
		fputc(*text, out);
	}
}

/* What people write before and after the "---". */
static char *body(uint64_t *random, const char *diff)
{
	static const char *const words[] = {
		"The event is told of it.\n",
		"It does what the text says to\nrename from one name to another.\n",
		"Fixes: 0123456789ab (\"perf: start\")\nLink: https://example.org/\n",
		"> diff --git a/x b/x\n> --- a/x\n> +++ b/x\n> @@ -1 +1 @@\n> -x\n\nSo it is.\n",
		"    --- a/kernel/x.c\n    +++ b/kernel/x.c\n    @@ -1 +1 @@\n",
		"Subject: no header\nX-Y: neither\n",
	};
	static const char *const notes[] = {
		"", "v2: \303\266 is an umlaut\n",
		"Interdiff against v1:\n  diff --git a/x b/x\n  --- a/x\n  +++ b/x\n  @@ -1 +1 @@\n  -x\n  +y\n",
		"Range-diff against v1:\n1:  1234567 ! 1:  89abcde perf: a\n    @@ kernel/x.c\n     - x\n     + y\n",
		" kernel/events/x.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n rename kernel/{a => b}.c (80%)\n create mode 100644 kernel/c.c\n",
	};

	return xasprintf("%s\nSigned-off-by: A <a@example.org>\n---\n%s\n%s-- \n2.47.0\n",
			 words[pick(random, 6)], notes[pick(random, 5)], diff);
}

static void write_head(FILE *out, uint64_t *random, int i, int n)
{
	static const char *const subjects[] = {
		"perf: short", "perf: one that is\n folded once\n\tand again",
		"=?utf-8?q?perf=3A_=C3=A9?=", "perf: diff --git a/x b/x",
	};

	fprintf(out, "From 0123 Mon Sep 17 00:00:00 2001\n"
		"Message-ID: <%d@example.org>\n", i);
	if (pick(random, 2))
		fprintf(out, "Received: from a.example.org\n\tby b.example.org;\n Mon, 1 Jun 2026 10:00:00 +0000\n");
	fprintf(out, "From: A Tester <a@example.org>\nSubject: [PATCH%s %d/%d] %s\n",
		pick(random, 2) ? " v2" : "", i, n, subjects[pick(random, 4)]);
	fprintf(out, "Date: Mon, 1 Jun 2026 10:00:00 +0000\nMIME-Version: 1.0\n");
}

void form_mail(FILE *out, uint64_t *random, int i, int n, const char *diff)
{
	/* What is not encoded loses the CR at a line's end on the way. */
	bool safe = !strchr(diff, '\r');
	char *text = body(random, diff);
	int how = pick(random, safe ? 5 : 2);

	write_head(out, random, i, n);
	fprintf(out, "Content-Type: text/plain; charset=\"utf-8\"%s\nContent-Transfer-Encoding: %s\n\n",
		how == 2 ? "; format=flowed" : "",
		how == 0 ? "base64" : how == 1 ? "quoted-printable" : "8bit");
	if (how == 0)
		write_base64(out, text);
	else if (how == 1)
		write_quoted(out, text);
	else if (how == 2)
		write_flowed(out, text);
	else if (how == 3)
		write_crlf(out, text);
	else
		fputs(text, out);
	fputc('\n', out);
	free(text);
}

void form_cover(FILE *out, int n, const char *diff)
{
	fprintf(out, "From 0123 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\n"
		"Subject: [PATCH v2 0/%d] perf: all of it\n\nWords.\n\nA (%d):\n  perf: x\n\n"
		" kernel/x.c | 2 +-\n\nInterdiff against v1:\n%s\n-- \n2.47.0\n\n",
		n, n, diff);
}

void form_reply(FILE *out, const char *diff)
{
	const char *p = diff;

	fprintf(out, "From 0123 Mon Sep 17 00:00:00 2001\nFrom: B <b@example.org>\n"
		"Subject: Re: [PATCH v2 1/2] perf: x\n\nOn Monday, A wrote:\n");
	while (*p) {
		size_t len = strcspn(p, "\n");

		fprintf(out, "> %.*s\n", (int)len, p);
		p += len + (p[len] == '\n');
	}
	fprintf(out, "Looks good.\n\n");
}

void form_plain(FILE *out, uint64_t *random, const char *diff)
{
	static const char *const before[] = {
		"", "Here it is:\n\n", "commit 0123456789abcdef\nAuthor: A <a@example.org>\n\n    perf: x\n\n    rename from x\n\n",
		"--- not a diff\n\n", "rename from one name to another\n\n",
	};

	fprintf(out, "%s%s%s", before[pick(random, 5)], diff,
		pick(random, 2) ? "\nGood luck.\n" : "");
}

/* Where line @n of @text starts. */
static size_t line_at(const char *text, unsigned int n)
{
	const char *p = text;

	while (n-- && strchr(p, '\n'))
		p = strchr(p, '\n') + 1;
	return p - text;
}

char *form_broken(uint64_t *random, const char *text)
{
	size_t lines = 1, at, len, size;
	const char *p;
	char *out;
	FILE *f;

	for (p = text; *p; p++)
		lines += *p == '\n';
	at = line_at(text, pick(random, lines));
	len = strcspn(text + at, "\n");
	f = open_memstream(&out, &size);
	fwrite(text, 1, at, f);
	p = text + at;
	switch (pick(random, 9)) {
	case 0:			/* lost */
		p += len + (p[len] == '\n');
		break;
	case 1:			/* twice */
		fprintf(f, "%.*s\n", (int)len, p);
		break;
	case 2:			/* wrapped */
		fprintf(f, "%.*s\n", (int)(len / 2), p);
		p += len / 2;
		break;
	case 3:			/* cut off */
		p = "";
		break;
	case 4:			/* a blank more, or less */
		if (*p == ' ')
			p++;
		else
			fputc(' ', f);
		break;
	case 5:			/* another letter */
		if (len) {
			fprintf(f, "%.*s%c", (int)(len / 2), p,
				"0123+- @/\tx"[pick(random, 11)]);
			p += len / 2 + 1;
		}
		break;
	case 6:
		fputs("a line of words\n", f);
		break;
	case 7:
		fprintf(f, "%.*s\r\n", (int)len, p);
		p += len + (p[len] == '\n');
		break;
	default:
		fputs("@@ -1,2 +1,2 @@\n", f);
	}
	fputs(p, f);
	fclose(f);
	return out;
}
