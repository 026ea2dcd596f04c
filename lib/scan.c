// SPDX-License-Identifier: GPL-2.0-only
#include "lib/scan.h"

#include <string.h>

#define DIGITS_MAX 18

bool slice_is(const struct slice *slice, const char *text)
{
	return !strncmp(slice->text, text, slice->len) && !text[slice->len];
}

bool scan_literal(const char **p, const char *literal)
{
	const char *q = *p;

	for (; *literal; literal++, q++) {
		if (*q != *literal)
			return false;
	}
	*p = q;
	return true;
}

bool scan_count(const char **p, uint64_t *count)
{
	const char *q = *p;
	uint64_t n = 0;

	while (*q >= '0' && *q <= '9')
		n = n * 10 + (*q++ - '0');
	if (q == *p || q - *p > DIGITS_MAX || (**p == '0' && q - *p > 1))
		return false;
	/* No fraction, no exponent. */
	if (*q != ',' && *q != ']' && *q != '}')
		return false;
	*count = n;
	*p = q;
	return true;
}

bool scan_text(const char **p, struct slice *text)
{
	const char *q = *p;

	if (*q++ != '"')
		return false;
	text->text = q;
	while (*q != '"') {
		if (*q < ' ' || *q > '~' || *q == '\\')
			return false;
		q++;
	}
	text->len = q - text->text;
	*p = q + 1;
	return true;
}

/* Past a string; escapes are left to whoever reads it. */
static const char *skip_string(const char *q)
{
	for (q++; *q != '"'; q++) {
		if (*q == '\\')
			q++;
		if (!*q)
			return NULL;
	}
	return q + 1;
}

bool scan_value(const char **p, struct slice *value)
{
	const char *q = *p;
	int depth = 0;

	do {
		if (*q == '"') {
			q = skip_string(q);
			if (!q)
				return false;
			continue;
		}
		if (*q == '{' || *q == '[')
			depth++;
		else if (*q == '}' || *q == ']')
			depth--;
		else if (!*q || (!depth && *q == ','))
			break;
		q++;
	} while (depth > 0 || (*q && *q != ',' && *q != '}' && *q != ']'));
	if (depth || q == *p)
		return false;
	value->text = *p;
	value->len = q - *p;
	*p = q;
	return true;
}
