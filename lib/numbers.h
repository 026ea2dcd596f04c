/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_NUMBERS_H
#define AUX_LIB_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A set of pairs of numbers: which measurements, boots and repeats have been
 * seen, of millions.  All zero is an empty one.
 */
struct numbers {
	struct number_pair { uint64_t a, b; } *slot;
	bool *taken;
	size_t n, room;		/* room is a power of two, or 0 */
};

/* True when it was not in it. */
bool numbers_add(struct numbers *set, uint64_t a, uint64_t b);
bool numbers_has(const struct numbers *set, uint64_t a, uint64_t b);
void numbers_free(struct numbers *set);

/* The order of uint64_t, for qsort(). */
int numbers_cmp(const void *a, const void *b);

#endif
