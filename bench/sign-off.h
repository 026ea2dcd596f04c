/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_SIGN_OFF_H
#define AUX_BENCH_SIGN_OFF_H

#include "bench/verdict/judge.h"
#include "bench/run/progress.h"
#include "bench/run/run.h"
#include "bench/sign-off-input.h"

/* What the parts of sign-off share. */
struct sign_off {
	struct run_options run;
	struct inputs inputs;
	struct judge_options judge;
	char **overrides;	/* "key=value", NULL-ended */
	size_t count;
	const char *job;	/* NULL: the shipped one */
	const char *dir;	/* of --judge: measure nothing */
	uint64_t budget;	/* ns of measuring */
	uint64_t boots;		/* of each kernel; 0: until decided */
	bool no_model;
};

void sign_off_override(struct sign_off *s, const char *key,
		       const char *value);

/* Measures until decided; *dir is the results' (caller frees). */
int sign_off_measure(struct sign_off *s, char **dir, struct err *err);

/* Judges DIR, writes all files of the verdict; *word is the worst. */
int sign_off_judge(struct sign_off *s, const char *dir, int *word,
		   struct err *err);

/*
 * What the model says of the candidates that it has, {"peterz": "silent-stop
 * in 6 of 12 ..."}; a new reference.
 */
json_t *sign_off_model(const struct judge *judge, const char *dir,
		       struct progress *progress, int stop_fd);

/* DIR/mail.txt, from the verdict, the summary and the small plots. */
int sign_off_mail(const struct judge *judge, const char *dir,
		  struct err *err);

#endif
