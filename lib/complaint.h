/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_COMPLAINT_H
#define AUX_LIB_COMPLAINT_H

/* What a kernel says on its console when something is wrong. */

enum complaint {
	COMPLAINT_HARMLESS,
	COMPLAINT_WARNING,	/* WARN, lockdep, KASAN, hung task ... */
	COMPLAINT_LOCKUP,		/* soft or hard lockup, RCU stall */
	COMPLAINT_PANIC,		/* nothing comes after it */
};

/* What a line says, and by what words ("lockdep"); @what may be NULL. */
enum complaint complaint_classify(const char *line, const char **what);

/* A line without the time and the subsystem in front. */
const char *complaint_text(const char *line);

#endif
