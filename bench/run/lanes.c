// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run over several hosts.  Each gets a lane: run-matrix once more, with that
 * host as its target and a part of the plan that has all cells, so that hosts
 * are shards of one run.  A lane that ends before its time goes on where it was,
 * some times; then its host is lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/run/parts.h"
#include "bench/run/rundir.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/shards.h"

#define TRIES 3
#define PAUSE_MS 5000
/* To store what it has, after SIGTERM. */
#define STOP_NS (20 * NSEC_PER_SEC)

struct lane {
	struct run *run;
	pthread_mutex_t *say;	/* one at a time */
	const char *host;
	size_t index;		/* from 1 */
	char *dir, *log;
	pthread_t thread;
	int ret;
	struct err err;
};

static bool has_store(const struct lane *lane)
{
	char *path = xasprintf("%s/store.jsonl", lane->dir);
	bool has = file_exists(path);

	free(path);
	return has;
}

/* A folder's name from a host's: "root@box", "[::1]:22". */
static char *name_of(const char *host)
{
	char *name = xasprintf("%s", host), *p;

	for (p = name; *p; p++) {
		if (*p == '/' || (*p == '.' && p == name))
			*p = '_';
	}
	return name;
}

/* The last line of its log says why it ended; caller frees. */
static char *last_line(const char *path)
{
	char *text, *line, *last = NULL, *save, *copy;
	struct err err;

	if (file_read(path, &text, NULL, &err))
		return xasprintf("%s", err.text);
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		last = line;
	copy = xasprintf("%s", last ? last : "it said nothing");
	free(text);
	return copy;
}

static void say(struct lane *lane, const char *what, const char *more)
{
	pthread_mutex_lock(lane->say);
	progress_say(&lane->run->progress, "%s: %s%s", lane->host, what, more);
	pthread_mutex_unlock(lane->say);
}

/* In its words: TERM, so that it stores what it has; KILL if it does not end. */
static int end_lane(pid_t pid, int *status)
{
	kill(pid, SIGTERM);
	if (proc_wait(pid, -1, now_ns() + STOP_NS, status))
		proc_kill(pid);
	return -EINTR;
}

/* Once more from where it is: 0, -EINTR, or -ECHILD with why in lane->err. */
static int try_lane(struct lane *lane)
{
	const struct job *job = &lane->run->job;
	char *words[] = {
		xasprintf("%s/job.ini", lane->run->dir),
		xasprintf("--output=%s", lane->dir),
		xasprintf("target=ssh:%s", lane->host),
		xasprintf("shard=%zu/%zu", lane->index, job->nhosts),
		xasprintf("repeats=%llu", (unsigned long long)
			  job->repeats * job->nhosts),
		xasprintf("--resume=%s", lane->dir),
	};
	const char *const fresh[] = {
		"/proc/self/exe", "--quiet", words[0], words[1], words[2],
		words[3], words[4], "hosts=none", NULL
	};
	const char *const again[] = {
		"/proc/self/exe", "--quiet", words[5], NULL
	};
	struct proc proc = {
		.argv = has_store(lane) ? again : fresh, .in = -1, .out = -1,
		.errout = open(lane->log, O_WRONLY | O_CREAT | O_APPEND |
			       O_CLOEXEC, 0666),
	};
	int status = 0, ret = 0;
	size_t i;
	pid_t pid = proc_start(&proc, &lane->err);
	char *why;

	if (pid < 0)
		ret = pid;
	else if (proc_wait(pid, lane->run->options->stop_fd, 0, &status))
		ret = end_lane(pid, &status);
	if (!ret && status) {
		why = last_line(lane->log);
		ret = err_set(&lane->err, -ECHILD, "%s", why);
		free(why);
	}
	if (proc.errout >= 0)
		close(proc.errout);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		free(words[i]);
	return ret;
}

/* True when the run was stopped meanwhile. */
static bool pause_lane(const struct lane *lane)
{
	struct pollfd stop = {
		.fd = lane->run->options->stop_fd, .events = POLLIN,
	};

	return poll(&stop, 1, PAUSE_MS) > 0;
}

static void *work(void *arg)
{
	struct lane *lane = arg;
	struct err ignored;
	int tries;

	for (tries = 1; ; tries++) {
		lane->ret = try_lane(lane);
		if (lane->ret != -ECHILD || tries == TRIES)
			break;
		say(lane, "tried again: ", lane->err.text);
		if (pause_lane(lane)) {
			lane->ret = -EINTR;
			break;
		}
		/* What did not get as far as a store is nothing to go on with. */
		if (!has_store(lane) && file_exists(lane->dir))
			dir_remove(lane->dir, &ignored);
	}
	if (!lane->ret)
		say(lane, "done", "");
	else if (lane->ret != -EINTR)
		say(lane, "LOST: ", lane->err.text);
	return NULL;
}

/* The folder, with the job for all of them in it. */
static int make_folder(struct run *run, struct err *err)
{
	const struct run_options *options = run->options;
	char *hosts;
	int ret;

	if (options->resume) {
		run->dir = xasprintf("%s", options->resume);
		return 0;
	}
	ret = rundir_make(options->output, run->job.name, &run->dir, err);
	if (!ret)
		ret = rundir_fill(run->dir, &run->job, options->argv, err);
	if (ret)
		return ret;
	hosts = xasprintf("%s/" SHARDS_HOSTS, run->dir);
	ret = dir_make(hosts, err);
	free(hosts);
	return ret;
}

static void run_all(struct lane *lane, size_t n)
{
	size_t i, started;

	for (started = 0; started < n; started++) {
		if (pthread_create(&lane[started].thread, NULL, work,
				   &lane[started]))
			break;
	}
	for (i = 0; i < started; i++)
		pthread_join(lane[i].thread, NULL);
	for (; i < n; i++)
		lane[i].ret = err_set(&lane[i].err, -EAGAIN, "no thread");
}

/* What each has left, and who was lost. */
static int take_lanes(struct run *run, struct lane *lane,
		      struct run_done *done, struct err *err)
{
	size_t n = run->job.nhosts, i, have = 0;
	char *lost;
	int ret = 0;

	done->dir = xasprintf("%s", run->dir);
	done->lanes = calloc(n + 1, sizeof(*done->lanes));
	for (i = 0; i < n; i++) {
		if (lane[i].ret == -EINTR)
			ret = err_set(err, -EINTR,
				      "interrupted (go on with --resume=%s)",
				      run->dir);
		if (has_store(&lane[i]))
			done->lanes[have++] = xasprintf("%s", lane[i].dir);
		if (!lane[i].ret)
			continue;
		lost = done->lost;
		done->lost = xasprintf("%s%s%s: %s", lost ? lost : "",
				       lost ? "; " : "", lane[i].host,
				       lane[i].err.text);
		free(lost);
	}
	if (!ret && !have)
		ret = err_set(err, -EIO, "all hosts are lost: %s", done->lost);
	return ret;
}

int run_lanes(struct run *run, struct run_done *done, struct err *err)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	size_t n = run->job.nhosts, i;
	struct lane *lane = calloc(n, sizeof(*lane));
	int ret = make_folder(run, err);
	char *name;

	for (i = 0; !ret && i < n; i++) {
		name = name_of(run->job.hosts[i]);
		lane[i] = (struct lane) {
			.run = run, .say = &lock, .host = run->job.hosts[i],
			.index = i + 1,
			.dir = xasprintf("%s/" SHARDS_HOSTS "/%s", run->dir,
					 name),
			.log = xasprintf("%s/" SHARDS_HOSTS "/%s.log",
					 run->dir, name),
		};
		free(name);
	}
	if (!ret) {
		run_all(lane, n);
		ret = take_lanes(run, lane, done, err);
	}
	for (i = 0; i < n; i++) {
		free(lane[i].dir);
		free(lane[i].log);
	}
	free(lane);
	return ret;
}
