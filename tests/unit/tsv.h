/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_UNIT_TSV_H
#define AUX_TESTS_UNIT_TSV_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

/* Tables with tabs and a line of names. */

/* Field @name of line @row (1: the first after the header); caller frees. */
static inline char *tsv_field(const char *tsv, int row, const char *name)
{
	size_t len = strlen(name), col = 0;
	const char *p = tsv;

	while (strncmp(p, name, len) || (p[len] != '\t' && p[len] != '\n')) {
		p += strcspn(p, "\t\n");
		if (*p != '\t')
			return xasprintf("no column %s", name);
		p++;
		col++;
	}
	for (p = tsv; row; row--) {
		p = strchr(p, '\n');
		if (!p)
			return xasprintf("%s", "no line");
		p++;
	}
	for (; col; col--) {
		p += strcspn(p, "\t\n");
		if (*p != '\t')
			return xasprintf("%s", "no field");
		p++;
	}
	return xasprintf("%.*s", (int)strcspn(p, "\t\n"), p);
}

static inline bool tsv_is(const char *tsv, int row, const char *name,
			  const char *want)
{
	char *got = tsv_field(tsv, row, name);
	bool same = !strcmp(got, want);

	if (!same)
		printf("line %d, %s: '%s', expected '%s'\n", row, name, got,
		       want);
	free(got);
	return same;
}

static inline bool tsv_near(const char *tsv, int row, const char *name,
			    double want, double tolerance)
{
	char *got = tsv_field(tsv, row, name), *end;
	double value = strtod(got, &end);
	bool same = !*end && end != got && fabs(value - want) <= tolerance;

	if (!same)
		printf("line %d, %s: '%s', expected %g\n", row, name, got,
		       want);
	free(got);
	return same;
}

#endif
