/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_UNIT_MADE_STORE_H
#define AUX_TESTS_UNIT_MADE_STORE_H

#include <stdint.h>

#include "lib/record.h"

/* Stores that are made up, for tests of what reads them. */

/* A line; what is NULL or 0 has a default. */
struct made_line {
	const char *variant, *kconfig, *accel, *method, *release, *patch;
	const char *host, *console;
	const char *status, *why;	/* else it was measured */
	const char *pmu;
	uint64_t fulls, lost, silent;
	uint64_t window, rate, duration;
	uint64_t wakeup;		/* ns, of every one */
	int boot;
};

/*
 * A directory with a store of @n lines and what else a run leaves; the caller
 * drops it.  Ends the program when it cannot be made.
 */
char *made_store(const struct made_line *lines, int n);
void made_drop(char *dir);

/* Lets @change alter each line of the store in @dir. */
void made_change(const char *dir, void (*change)(json_t *line));

/* The file as text, "" when it is not there; caller frees. */
char *made_read(const char *dir, const char *name);

/* At most 72 columns of ASCII, no trailing blanks; the reason when not. */
const char *made_no_mail(const char *text);

#endif
