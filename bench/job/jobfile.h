/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_JOB_JOBFILE_H
#define AUX_BENCH_JOB_JOBFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/err.h"

/*
 * The text of a job file: sections of "key = list of values".  What the keys
 * mean is bench/job/job.h's business; here is only who says what, and where.
 */

/* "key = value, value" */
struct setting {
	char *key;
	char **values;		/* NULL-ended */
	int line;		/* 0: from the command line */
};

struct section {
	char *name;
	int line;		/* of its header, 0: there is none */
	struct setting *settings;
	size_t count;
};

struct jobfile {
	char *path;
	/* The first is [global], be it in the file or not. */
	struct section *sections;
	size_t count;
};

/*
 * Called for each setting of the file and of the command line: checks it,
 * may replace the values by their usual spelling.  -errno with @err set when
 * it is wrong; the place is put before the text by the caller.
 */
typedef int (*setting_check)(void *ctx, struct setting *setting,
			     const char *section, struct err *err);

enum value_split {
	SPLIT_BOTH,		/* at commas and at white space */
	SPLIT_COMMAS,
	SPLIT_BLANKS,
};

/* NULL-ended. */
char **values_split(const char *text, enum value_split how);
void values_free(char **values);

/* 0, or -errno with file and line in the text. */
int jobfile_read(struct jobfile *file, const char *path, setting_check check,
		 void *ctx, struct err *err);
void jobfile_free(struct jobfile *file);

/* What the command line says holds in every section. */
int jobfile_override(struct jobfile *file, const char *key, const char *value,
		     setting_check check, void *ctx, struct err *err);
/*
 * "key=value" as typed; with "key?=value" it only holds where the file says
 * nothing of the key, in any section, and nor did a call before.
 */
int jobfile_override_arg(struct jobfile *file, const char *arg,
			 setting_check check, void *ctx, struct err *err);

/* Whether any section says something of it. */
bool jobfile_has(const struct jobfile *file, const char *key);

/* The section's own setting, or [global]'s, or NULL. */
const struct setting *jobfile_find(const struct jobfile *file,
				   const struct section *section,
				   const char *key);

/* Puts the place of a setting (file and line, or command line) in front. */
int jobfile_at(const struct jobfile *file, int line, struct err *err,
	       int code);

/* Writes it out so that jobfile_read() reads the same. */
void jobfile_print(const struct jobfile *file, FILE *out);

#endif
