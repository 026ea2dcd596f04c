/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RUN_RUNDIR_H
#define AUX_BENCH_RUN_RUNDIR_H

#include "bench/job/plan.h"
#include "lib/err.h"

/*
 * The directory of a run:
 *
 *  job.ini         the job as run, with overrides and seed
 *  command         how it was started, and how to do it again
 *  patches/        of the variants that are not baseline
 *  store.jsonl     lib/store.h
 *  first/          a first look, of a store of its own
 *  console/        one file a boot: NNN-variant-kconfig.log
 *  summary.tsv, summary.txt, plots/, report.html   bench/views/report.h
 */

/*
 * The file that JOB on the command line means: a file, or the name of a
 * shipped job; NULL means the default.  Caller frees *path.
 */
int rundir_find_job(const char *name, char **path, struct err *err);

/* The names of the shipped jobs; caller frees. */
char *rundir_shipped_jobs(const char *separator);

/*
 * Makes the directory: @output, or a dated one under results/.  It must not
 * exist yet.  Caller frees *dir.
 */
int rundir_make(const char *output, const char *job_name, char **dir,
		struct err *err);

/* Writes job.ini, command and patches/ ; @argv is the command line. */
int rundir_fill(const char *dir, struct job *job, char **argv,
		struct err *err);

/* shard.json (lib/shards.h), when the job is to be run in shards. */
int rundir_write_shard(const char *dir, const struct job *job,
		       const struct plan *plan, struct err *err);

/* job.ini again, when the job has changed. */
int rundir_write_job(const char *dir, const struct job *job, struct err *err);

/* So that a shell reads back the same word. */
void rundir_print_quoted(FILE *f, const char *word);

/* The console file of a boot; caller frees. */
char *rundir_console(const char *dir, int boot,
		     const struct job_kernel *kernel);

#endif
