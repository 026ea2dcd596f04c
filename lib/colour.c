// SPDX-License-Identifier: GPL-2.0-only
#include "lib/colour.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define BOLD_RED "\033[1;31m"
#define OFF "\033[0m"

bool colour_wanted(FILE *f)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(f)) && !(no && *no) && term && *term &&
		strcmp(term, "dumb");
}

void colour_error(const char *program, const char *text)
{
	bool on = colour_wanted(stderr);

	fprintf(stderr, "%s%s:%s %s\n", on ? BOLD_RED : "", program,
		on ? OFF : "", text);
}

/* "4/137", but not "0/137" or "and/or". */
static bool is_hangs(const char *word, size_t len)
{
	size_t n = strspn(word, "0123456789"), m;

	if (!n || n >= len || word[n] != '/' || strspn(word, "0") == n)
		return false;
	m = strspn(word + n + 1, "0123456789");
	return m && n + 1 + m == len;
}

static const char *word_colour(const char *word, size_t len)
{
	static const struct {
		const char *word, *colour;
	} words[] = {
		{ "GOOD", GREEN }, { "BAD", RED }, { "UNDECIDED", YELLOW },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) == len &&
		    !strncmp(word, words[i].word, len))
			return words[i].colour;
	}
	return is_hangs(word, len) ? RED : NULL;
}

void colour_put_always(FILE *f, const char *text)
{
	const char *colour;
	size_t len;

	while (*text) {
		len = strcspn(text, " \t\n:;,.()");
		colour = word_colour(text, len);
		fprintf(f, "%s%.*s%s", colour ? colour : "", (int)len, text,
			colour ? OFF : "");
		text += len;
		if (*text)
			fputc(*text++, f);
	}
}

void colour_put(FILE *f, const char *text)
{
	if (colour_wanted(f))
		colour_put_always(f, text);
	else
		fputs(text, f);
}
