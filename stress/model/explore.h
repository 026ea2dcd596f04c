/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_MODEL_EXPLORE_H
#define AUX_STRESS_MODEL_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/err.h"

/*
 * The exhaustive model of the AUX protocol: builds a verifier from Promela
 * with spin and gcc, runs it, reads what it found.
 */

enum model_verdict {
	MODEL_LOST_WAKEUP,	/* these three as numbered in check.pml */
	MODEL_SILENT_STOP,
	MODEL_SILENT_OFF,
	MODEL_CLASSES,
	MODEL_CLEAN = MODEL_CLASSES,
	MODEL_UNKNOWN,		/* not modelled, or not run */
};
extern const char *const model_verdict_names[];

/* Parameters of a run; values as in aux.pml. */
struct model_config {
	int loop, personality, order;
	unsigned int env;
};
extern const char *const model_loops[];		/* NULL-ended */
extern const char *const model_personalities[];
extern const char *const model_orders[];

#define MODEL_ENV_SCHED		1u
#define MODEL_ENV_OTHERS	2u
#define MODEL_ENV_DISABLE	4u
#define MODEL_ENV_ALL		7u
extern const char *const model_envs[];		/* by bit */

#define MODEL_PERSONALITIES	6
#define MODEL_CONFIGS		24		/* loop x personality x order */
void model_config_nth(struct model_config *config, int n, unsigned int env);

struct model_result {
	enum model_verdict verdict;	/* of the shortest counterexample */
	unsigned int found;		/* a bit for each class that exists */
	double states, mib, seconds;
};

/* A verifier in a directory of its own below @dir. */
struct model {
	char *dir;
};

/* What a verifier is made from. */
struct model_source {
	const char *variant;	/* a file, see model_variant_file() */
	const char *defines;	/* lines to put first; may be NULL */
	const char *harness;	/* in place of the one for model_run() */
};

/* 0, or -ENOENT with a text that names the package. */
int model_tools(struct err *err);

/* "NAME" or a path, as a path; the caller frees.  NULL: not modelled. */
char *model_variant_file(const char *variant);

/* The modelled variants, NULL-ended; free with model_variants_free(). */
int model_variants(char ***names, struct err *err);
void model_variants_free(char **names);

/* @name: of the directory below @tmp. */
int model_build(struct model *model, const struct model_source *source,
		const char *tmp, const char *name, int stop_fd,
		struct err *err);
/* @first: stop at the first hang, which is the nearest; no counts then. */
int model_run(const struct model *model, const struct model_config *config,
	      bool first, int stop_fd, struct model_result *result,
	      struct err *err);
void model_free(struct model *model);
/*
 * Runs a program in the model's directory; *output, unless NULL, is what it
 * wrote.  The caller frees that, also after an error.
 */
int model_exec(const struct model *model, const char *const *argv,
	       const char *const *env, const char *log, int stop_fd,
	       char **output, struct err *err);

/*
 * Prints the shortest counterexample, or that there is none; @class
 * MODEL_CLASSES: of whatever class.
 */
int model_trace(FILE *out, const char *variant,
		const struct model_config *config, int class, int stop_fd,
		struct err *err);

/* Runs fn(ctx, 0 .. n - 1) in two threads; the first error ends it. */
int model_parallel(int n, int (*fn)(void *ctx, int i, struct err *err),
		   void *ctx, struct err *err);

struct mutation {
	const char *name;	/* MUT_NAME in the model */
	const char *what;
	int personality;	/* where to look first */
};
extern const struct mutation mutations[];	/* NULL-ended */
#define MUTATION_BASE	"rearm"

/* Prints the table; *missed: how many changed no verdict. */
int mutations_run(FILE *out, int stop_fd, int *missed, struct err *err);

/* The table for some variants. */
struct model_table {
	char **variants;	/* NULL-ended */
	unsigned int env;
	bool tsv;
	int stop_fd;
	int hangs;		/* out: how many rows are not clean */
};
int model_table_run(FILE *out, struct model_table *table, struct err *err);

#endif
