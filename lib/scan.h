/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_SCAN_H
#define AUX_LIB_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * JSON as jansson prints it without blanks, read in place: a store of a million
 * lines is nearly all numbers, and a tree of each costs ten times as much.
 * What is not so is no error here but false: then jansson reads the line,
 * and says what is wrong with it.  The text ends in a NUL.
 *
 * All move *p past what they have read when they return true.
 */
struct slice {
	const char *text;
	size_t len;
};

static inline bool scan_char(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* Exactly @literal. */
bool scan_literal(const char **p, const char *literal);
/* A whole number from 0 to 10^18 - 1. */
bool scan_count(const char **p, uint64_t *count);
/* A string of ASCII without escapes; @text is what is in the quotes. */
bool scan_text(const char **p, struct slice *text);
/* Any value, whole; whether what is in it is JSON is not looked at. */
bool scan_value(const char **p, struct slice *value);

bool slice_is(const struct slice *slice, const char *text);

#endif
