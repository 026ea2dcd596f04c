// SPDX-License-Identifier: GPL-2.0-only
/* Where a job is to run, when that is no guest. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/job/job.h"
#include "lib/file.h"

static bool is_there(char *const *names, const char *name)
{
	for (; *names; names++) {
		if (!strcmp(*names, name))
			return true;
	}
	return false;
}

/* "none" alone: there are none. */
static int read_hosts(struct job *job, struct err *err)
{
	const struct setting *setting =
		jobfile_find(&job->file, &job->file.sections[0], "hosts");
	const char *host;
	size_t n = 0;

	while (setting && setting->values[n])
		n++;
	if (!n || (n == 1 && !strcmp(setting->values[0], "none")))
		return 0;
	job->hosts = calloc(n + 1, sizeof(*job->hosts));
	for (; job->nhosts < n; job->nhosts++) {
		host = setting->values[job->nhosts];
		/* It becomes a word of a command. */
		if (*host == '-' || is_there(job->hosts, host))
			return jobfile_at(&job->file, setting->line, err,
				err_set(err, -EINVAL,
					"hosts: '%s' %s", host, *host == '-' ?
					"is no name" : "is there twice"));
		job->hosts[job->nhosts] = xasprintf("%s", host);
	}
	return !job->target && !job->shard.count ? 0 :
		jobfile_at(&job->file, setting->line, err,
			   err_set(err, -EINVAL, "hosts: %s", job->target ?
				   "takes the place of target" :
				   "each has its part already, without shard"));
}

/* What a kernel that runs already cannot be given any more. */
static int check_target(const struct job *job, struct err *err)
{
	const struct setting *patch =
		jobfile_find(&job->file, &job->file.sections[0], "patch");
	bool runs = job->target || job->hosts;

	if (!runs && job->label)
		return err_set(err, -EINVAL,
			       "%s: label: the name of a running kernel, expected with target = local or ssh:HOST, or with hosts",
			       job->file.path);
	if (!runs || !patch)
		return 0;
	return jobfile_at(&job->file, patch->line, err,
			  err_set(err, -EINVAL,
				  "patch: no kernel is built with %s = %s",
				  job->target ? "target" : "hosts",
				  job->target ? job->target : job->hosts[0]));
}

int job_read_target(struct job *job, struct err *err)
{
	int ret = read_hosts(job, err);

	return ret ? ret : check_target(job, err);
}
