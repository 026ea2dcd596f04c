// SPDX-License-Identifier: GPL-2.0-only
#include "lib/numbers.h"

#include <stdlib.h>

#define ROOM_FIRST 64

/* Where it is, or the free slot where it would be; there always is one. */
static size_t find(const struct numbers *set, uint64_t a, uint64_t b)
{
	uint64_t hash = (a + b * 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull;
	size_t i = (hash ^ hash >> 32) & (set->room - 1);

	while (set->taken[i] && (set->slot[i].a != a || set->slot[i].b != b))
		i = (i + 1) & (set->room - 1);
	return i;
}

static void put(struct numbers *set, size_t i, struct number_pair pair)
{
	set->slot[i] = pair;
	set->taken[i] = true;
}

static void grow(struct numbers *set)
{
	struct numbers old = *set;
	size_t i;

	set->room = old.room ? 2 * old.room : ROOM_FIRST;
	set->slot = calloc(set->room, sizeof(*set->slot));
	set->taken = calloc(set->room, sizeof(*set->taken));
	if (!set->slot || !set->taken)
		abort();
	for (i = 0; i < old.room; i++) {
		if (old.taken[i])
			put(set, find(set, old.slot[i].a, old.slot[i].b),
			    old.slot[i]);
	}
	free(old.slot);
	free(old.taken);
}

bool numbers_add(struct numbers *set, uint64_t a, uint64_t b)
{
	size_t i;

	if (4 * set->n >= 3 * set->room)
		grow(set);
	i = find(set, a, b);
	if (set->taken[i])
		return false;
	put(set, i, (struct number_pair) { a, b });
	set->n++;
	return true;
}

bool numbers_has(const struct numbers *set, uint64_t a, uint64_t b)
{
	return set->room && set->taken[find(set, a, b)];
}

void numbers_free(struct numbers *set)
{
	free(set->slot);
	free(set->taken);
	*set = (struct numbers) { 0 };
}

int numbers_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}
