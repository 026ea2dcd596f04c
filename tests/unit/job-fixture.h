/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_UNIT_JOB_FIXTURE_H
#define AUX_TESTS_UNIT_JOB_FIXTURE_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/job/job.h"
#include "lib/file.h"
#include "tests/check.h"

/* Job files that are written and read. */

static char *const job_variants[] = { "baseline", "peterz", "sync", NULL };
static char *const job_kconfigs[] = { "guest", "rt", NULL };

struct fixture {
	struct check *t;
	char dir[32];
	char *path;		/* of the job file in @dir */
};

static inline int read_text(struct fixture *f, struct job *job, const char *text,
		     const char *const *overrides, struct err *err)
{
	int ret = file_write(f->path, text, strlen(text), err);

	CHECK_EQ(f->t, ret, 0);
	return job_read(job, f->path, (char **)overrides, (char **)job_variants,
			(char **)job_kconfigs, err);
}

/* Both the text and the place must be there. */
static inline void expect_error(struct fixture *f, const char *text,
			 const char *override, const char *where,
			 const char *what)
{
	const char *const overrides[] = { override, NULL };
	struct err err = { "" };
	struct job job;
	int ret = read_text(f, &job, text, overrides, &err);

	CHECK(f->t, ret < 0);
	if (!ret)
		job_free(&job);
	if (!strstr(err.text, where) || !strstr(err.text, what))
		printf("said: %s\nexpected: %s ... %s\n", err.text, where,
		       what);
	CHECK(f->t, strstr(err.text, where));
	CHECK(f->t, strstr(err.text, what));
}

/* In a folder of its own, which becomes the current one. */
static inline void fixture_begin(struct fixture *f, struct check *t)
{
	*f = (struct fixture) { .t = t, .dir = "/tmp/test-job-XXXXXX" };
	if (!mkdtemp(f->dir) || chdir(f->dir))
		exit(1);
	f->path = xasprintf("%s/x.job", f->dir);
}

static inline int fixture_done(struct fixture *f)
{
	struct err err;

	dir_remove(f->dir, &err);
	free(f->path);
	return check_end(f->t);
}

#endif
