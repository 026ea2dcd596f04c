/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_RANDOM_H
#define AUX_LIB_RANDOM_H

#include <stdint.h>

/*
 * splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", 2014): one word of state, any seed, the same everywhere.
 */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* In [0, 1). */
static inline double random_unit(uint64_t *state)
{
	return (random_next(state) >> 11) * 0x1p-53;
}

#endif
