/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_VARIANT_H
#define AUX_LIB_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The shipped variants in their order: kconfigs/variants/ORDER, compiled in.
 * The first is baseline.
 */
struct variant {
	const char *name;
	const char *what;	/* it does */
};
extern const struct variant shipped_variants[];	/* ends with a NULL name */

/* Place among them; of any other their number. */
size_t variant_rank(const char *name);
bool variant_shipped(const char *name);
/* As strcmp(): shipped ones in their order, then others by name. */
int variant_cmp(const char *a, const char *b);

#endif
