/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_JOB_JOB_H
#define AUX_BENCH_JOB_JOB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/job/jobfile.h"
#include "lib/cell.h"
#include "lib/err.h"
#include "lib/shape.h"

/*
 * A job: what is to be measured.  In a file, in fio's manner: [global], and
 * sections which inherit from it; a value may be a list, and the lists of a
 * section make their product.  Keys are those of a cell (lib/cell.h) and
 * those of job_keys.
 */

/* One part of the plan, of so many: bench/job/shard.h. */
struct shard {
	uint64_t index;		/* from 1 */
	uint64_t count;		/* 0: all of it in one */
};

/* A kernel that the job asks for. */
struct job_kernel {
	const char *variant;	/* these belong to the job */
	const char *kconfig;
	const char *patch;	/* file of a variant that is not shipped */
};

/* One element of the product, to be run on each kernel of its section. */
struct job_cell {
	struct cell cell;	/* its seed is the plan's to set */
	const char *section;
	bool *on;		/* for each kernel: run there? */
	char *name;		/* keys that vary: "window=30ms loop=perf" */
};

struct job {
	char *name;
	struct jobfile file;
	bool seeded;
	uint64_t seed;
	char *linux_path;	/* absolute, or NULL */
	uint64_t repeats;	/* boots of each kernel */
	struct shard shard;	/* what of it is run here */
	struct guest_shape guest;
	/* Where it runs; NULL: a guest, or @hosts.  "local", "ssh:HOST" else. */
	char *target;
	char *label;		/* of the kernel that runs there, or NULL */
	char *module;		/* auxsynth.ko for it, or NULL */
	char *ssh;		/* command, or NULL */
	char **hosts;		/* over ssh, each a lane; NULL-ended */
	size_t nhosts;
	char **patches;		/* files, NULL-ended */
	char **patch_names;	/* the variants they make, NULL-ended */
	struct job_kernel *kernels;
	size_t nkernels;
	struct job_cell *cells;
	size_t ncells;
};

/* More than that is a slip of the pen. */
#define JOB_CELLS_MAX 100000

enum job_key_kind {
	JOB_NAMES,		/* a list of names */
	JOB_ONE,		/* one value, in [global] */
	JOB_LIST,		/* a list of files or hosts, in [global] */
	JOB_ALIAS,		/* of a key of the cell */
};

/* The keys that are not of a cell; ends with a NULL name. */
struct job_key {
	const char *name;
	const char *expect;
	const char *help;
	enum job_key_kind kind;
	/* -EINVAL when @value does not fit. */
	int (*set)(struct job *job, const char *value);
};
extern const struct job_key job_keys[];

/* "key=", a line each, those of a cell, too: for completion. */
void job_print_words(FILE *out);
const struct job_key *job_key_find(const char *name);
/* A setting_check; its @ctx is the struct job. */
int job_check_setting(void *ctx, struct setting *setting, const char *section,
		      struct err *err);

/*
 * Reads a job.  @overrides: "key=value" as typed, NULL-ended, or NULL, which
 * replace what the file says in every section.  @variants, @kconfigs: the
 * names that are shipped, NULL-ended.
 */
int job_read(struct job *job, const char *path, char **overrides,
	     char **variants, char **kconfigs, struct err *err);
/* A part of it: in place of "all" and "-NAME" the names that are meant. */
int job_expand_variants(struct job *job, char **known, struct err *err);
/* Another part: where it is to run, and whether all of it can. */
int job_read_target(struct job *job, struct err *err);
void job_free(struct job *job);

/* Gives each cell its name, when all of them are there. */
void job_name_cells(struct job *job);

/*
 * The kernel is the one that runs on the target: all cells on it, and no
 * other.  @name becomes its variant; may be called again with a better one.
 */
void job_running_kernel(struct job *job, const char *name);
/* Of such a kernel. */
#define JOB_RUNNING "running"

/*
 * What a user's file of defaults says of a key, as an override that gives way
 * to the job; NULL when there is no such key.  Caller frees.
 */
char *job_default(const char *key, const char *value);

/* Sets one key of the effective job (the seed that was drawn, ...). */
int job_set(struct job *job, const char *key, const char *value,
	    struct err *err);
/* The effective job as a file: read back, it is the same job. */
void job_print(const struct job *job, FILE *out);

/*
 * About how long a cell takes, in ns: what ends it first, its duration or its
 * number of fulls.
 */
uint64_t job_cell_time(const struct cell *cell);

/*
 * How long a cell may take before its guest is given up: an agent that lives
 * reports each second, so this is for one that reports for ever.
 */
uint64_t job_cell_timeout(const struct cell *cell);

/* The name of the variant that a patch file makes; caller frees. */
char *job_patch_name(const char *path);

#endif
