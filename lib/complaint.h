/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_COMPLAINT_H
#define AUX_LIB_COMPLAINT_H

#include <stddef.h>

/* What a kernel says on its console when something is wrong. */

enum complaint {
	COMPLAINT_HARMLESS,
	COMPLAINT_WARNING,	/* WARN, lockdep, KASAN, hung task ... */
	COMPLAINT_LOCKUP,		/* soft or hard lockup, RCU stall */
	COMPLAINT_PANIC,		/* nothing comes after it */
};

/*
 * What a line says, and by what words ("lockdep"); @what may be NULL.  Where
 * several have run into each other, the worst of them counts.
 */
enum complaint complaint_classify(const char *line, const char **what);

/* A line without the level, the time and the subsystem in front. */
const char *complaint_text(const char *line);

/*
 * The kernel's level, 0 (emergency) to 7 (debug), if the line begins with it
 * ("<4>"); -1 when it does not, or when user space has written it.
 */
int complaint_level(const char *line);
#define COMPLAINT_LEVEL_WARNING 4

/* The text with "#" for what differs from boot to boot: numbers, addresses. */
void complaint_shape(const char *line, char *shape, size_t size);

#endif
