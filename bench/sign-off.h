/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_SIGN_OFF_H
#define AUX_BENCH_SIGN_OFF_H

#include "bench/verdict/judge.h"
#include "bench/run/parts.h"
#include "bench/sign-off-input.h"

/* What is on stdout. */
enum sign_off_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_KTAP };

/* What the parts of sign-off share. */
struct sign_off {
	struct run_options run;
	struct inputs inputs;
	struct judge_options judge;
	char **overrides;	/* "key=value", NULL-ended */
	size_t count;
	size_t defaults;	/* of these, the first: from the user's file */
	const char *job;	/* NULL: the shipped one */
	const char *dir;	/* of --judge: measure nothing */
	char **shards;		/* of --judge: all that were given */
	size_t nshards;
	uint64_t budget;	/* ns of measuring */
	uint64_t boots;		/* of each kernel; 0: until decided */
	bool no_model;
	bool bisect;		/* exit as git bisect run wants it */
	char *step;		/* its folder in --output's */
	enum sign_off_format format;
	const char *junit;	/* file, NULL: none */
	char *fetched;		/* private folder of what b4 fetched */
	char **kept;		/* patches as the results have them */
	json_t *origin;		/* sign-off.json; NULL: an old one's */
	bool measured;		/* each candidate has booted */
	bool same;		/* as baseline: there is nothing to measure */
};

/* --margin KEY=X,...; and those that are not the usual ones, as options. */
int sign_off_set_margin(struct judge_options *o, const char *arg,
			struct err *err);
void sign_off_print_margins(FILE *f, const struct judge_options *o);

void sign_off_override(struct sign_off *s, const char *key,
		       const char *value);

/* A DIR of --judge; several become one in --output, which is s->dir then. */
int sign_off_add_shard(struct sign_off *s, const char *dir, struct err *err);
int sign_off_merge(struct sign_off *s, struct err *err);

/* Candidates that are message-ids become files. */
int sign_off_fetch(struct sign_off *s, struct err *err);

/* --bisect: a folder for each commit; the exit status that git understands. */
int sign_off_bisect_output(struct sign_off *s, struct err *err);
/* What is looked for is plain: fewer boots, wider margins. */
void sign_off_bisect_margins(struct judge_options *o);
int sign_off_bisect_status(const struct sign_off *s, int ret, int word);

/* DIR/sign-off.json; reading it, -EINVAL when DIR is no sign-off's. */
int sign_off_origin_write(const struct sign_off *s, const struct run *run,
			  struct err *err);
int sign_off_origin_read(struct sign_off *s, const char *dir,
			 struct err *err);

/* Measures until decided; *dir is the results' (caller frees). */
int sign_off_measure(struct sign_off *s, char **dir, struct err *err);

/* The boots, until all are decided, or as many as were asked for. */
int sign_off_adapt(struct sign_off *s, struct run *run, struct err *err);
int sign_off_fixed(struct sign_off *s, struct run *run, struct err *err);

/* Judges DIR, writes all files of the verdict; *word is the worst. */
int sign_off_judge(struct sign_off *s, const char *dir, int *word,
		   struct err *err);

/*
 * What the model says of the candidates that it has; a new reference, as in
 * struct judge_context.
 */
json_t *sign_off_model(const struct judge *judge, const char *dir,
		       struct progress *progress, int stop_fd);

/* What is said of it with --no-model. */
json_t *sign_off_no_model(const struct judge *judge);

/* A job in DIR for each candidate that has a find. */
int sign_off_again(const struct judge *judge, const char *dir,
		   struct err *err);

/* DIR/mail.txt, from the verdict, the summary and the small plots. */
int sign_off_mail(const struct judge *judge, const char *dir,
		  struct err *err);

#endif
