// SPDX-License-Identifier: GPL-2.0-only
#include "lib/suggest.h"

#include <stdio.h>
#include <string.h>

/* Names are short; what is longer is not looked at. */
#define WORD_MAX 48

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Letters to add, leave out, change, or swap with their neighbour
 * (Damerau's distance, each place changed once).
 */
static size_t distance(const char *a, const char *b)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];
	size_t la = strlen(a), lb = strlen(b), i, k, cost;

	for (i = 0; i <= la; i++)
		d[i][0] = i;
	for (k = 0; k <= lb; k++)
		d[0][k] = k;
	for (i = 1; i <= la; i++) {
		for (k = 1; k <= lb; k++) {
			cost = a[i - 1] != b[k - 1];
			d[i][k] = least(least(d[i - 1][k], d[i][k - 1]) + 1,
					d[i - 1][k - 1] + cost);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1])
				d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1);
		}
	}
	return d[la][lb];
}

void suggest_init(struct suggest *suggest, const char *word)
{
	*suggest = (struct suggest) { .word = word, .distance = WORD_MAX };
}

/* One letter in three may be wrong; the beginning of a name is near, too. */
void suggest_offer(struct suggest *suggest, const char *name)
{
	size_t len = strlen(suggest->word), far;

	if (len < 2 || len > WORD_MAX || strlen(name) > WORD_MAX)
		return;
	if (len >= 3 && !strncmp(suggest->word, name, len))
		far = 1;
	else
		far = distance(suggest->word, name);
	if (far > (len + 2) / 3 || far >= suggest->distance)
		return;
	suggest->best = name;
	suggest->distance = far;
}

char *suggest_text(const struct suggest *suggest, const char *before,
		   char buf[SUGGEST_LEN])
{
	*buf = '\0';
	if (suggest->best)
		snprintf(buf, SUGGEST_LEN, "; did you mean %s%s?",
			 before, suggest->best);
	return buf;
}
