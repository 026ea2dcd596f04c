/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_SUGGEST_H
#define AUX_LIB_SUGGEST_H

#include <stddef.h>

/* "Did you mean ...?": what was typed, and the nearest name so far. */
struct suggest {
	const char *word;
	const char *best;	/* NULL: none is near */
	size_t distance;
};

void suggest_init(struct suggest *suggest, const char *word);
/* One name that would have been right; kept by reference when it is near. */
void suggest_offer(struct suggest *suggest, const char *name);

/*
 * "; did you mean NAME?" with @before ("--") in front of the name, or "" when
 * none is near.
 */
#define SUGGEST_LEN 80
char *suggest_text(const struct suggest *suggest, const char *before,
		   char buf[SUGGEST_LEN]);

#endif
