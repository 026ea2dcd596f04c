/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_SIGN_OFF_INPUT_H
#define AUX_BENCH_SIGN_OFF_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arch.h"
#include "lib/err.h"

/*
 * The candidates as the user has them, made into what a job understands:
 * patch files, named after their variants, and one source.
 */

enum input_kind { INPUT_PATCH, INPUT_RANGE };

struct input {
	enum input_kind kind;
	char *arg;		/* PATH[,PATH]... or BASE..TIP */
	char *name;		/* NULL: from the argument */
};

struct inputs {
	struct input *input;
	size_t n;
	char *linux_path;	/* of --linux; NULL: none */
	const struct arch *arch;	/* of the guests; NULL: the host's */
	/* From inputs_stage(): */
	char *dir;		/* private, with NAME.patch */
	char *source;		/* for the job, NULL: the installed one */
	char *baseline;		/* in words */
	char *notes;		/* for the user, NULL: none */
	char **variants;	/* "baseline" and shipped ones, NULL-ended */
	char **patches;		/* files in @dir, NULL-ended */
};

void inputs_add(struct inputs *inputs, enum input_kind kind, const char *arg);
/* One more file of the series that was given last. */
int inputs_add_file(struct inputs *inputs, const char *path, struct err *err);
/* Names the one that was given last. */
int inputs_name(struct inputs *inputs, const char *name, struct err *err);

/*
 * 0, or -errno: a file that is not there, a range that git does not know ...;
 * -ENODATA: what is given changes nothing that a guest's kernel is made of.
 * Says with @progress what takes long.
 */
int inputs_stage(struct inputs *inputs, int stop_fd,
		 void (*progress)(void *ctx, const char *what), void *ctx,
		 struct err *err);
void inputs_free(struct inputs *inputs);

#endif
