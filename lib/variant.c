// SPDX-License-Identifier: GPL-2.0-only
#include "lib/variant.h"

#include <string.h>

size_t variant_rank(const char *name)
{
	size_t i;

	for (i = 0; shipped_variants[i].name; i++) {
		if (!strcmp(shipped_variants[i].name, name))
			break;
	}
	return i;
}

bool variant_shipped(const char *name)
{
	return shipped_variants[variant_rank(name)].name;
}

int variant_cmp(const char *a, const char *b)
{
	size_t x = variant_rank(a), y = variant_rank(b);

	if (x != y)
		return x < y ? -1 : 1;
	return strcmp(a, b);
}
