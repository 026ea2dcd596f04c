// SPDX-License-Identifier: GPL-2.0-only
/* Names of cells, without what all cells of a verdict have alike. */
#include <stdio.h>
#include <string.h>

#include "bench/verdict/judge.h"

/* Whether each cell has this very word in its name. */
static bool all_have(const struct judge_verdict *v, const char *word,
		     size_t len)
{
	const char *at;
	size_t i;

	for (i = 0; i < v->cells; i++) {
		at = v->pair[i].combo[0]->text;
		while (strncmp(at, word, len) || (at[len] && at[len] != ' ')) {
			at = strchr(at, ' ');
			if (!at)
				return false;
			at++;
		}
	}
	return true;
}

char *judge_cell_words(char buf[JUDGE_WORDS], const struct judge_verdict *v,
		       size_t cell, enum judge_cell_style style)
{
	const char *name = v->pair[cell].combo[0]->text, *end, *value;
	size_t len = 0, n;

	*buf = '\0';
	for (; *name && len < JUDGE_WORDS - 1; name = end + strspn(end, " ")) {
		end = name + strcspn(name, " ");
		value = memchr(name, '=', end - name);
		if (v->cells > 1 && all_have(v, name, end - name))
			continue;
		if (style == WORDS_VALUES && value)
			name = value + 1;
		n = style == WORDS_KEYS && value ? value - name : end - name;
		len += snprintf(buf + len, JUDGE_WORDS - len, "%s%.*s",
				len ? " " : "", (int)n, name);
	}
	if (!len)
		strcpy(buf, "(one)");
	return buf;
}

char *judge_p(char buf[JUDGE_P], double p)
{
	if (p < 1e-99)
		snprintf(buf, JUDGE_P, "<1e-99");
	else
		snprintf(buf, JUDGE_P, "%.2g", p);
	return buf;
}
