// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run in many shards: put together and reported it says to the byte what the
 * same cells say in one store, and its memory is some hundred bytes a cell.
 * MANY="SHARDS REPEATS" for another size: "1000 9260" is a million cells, 6 GB.
 */
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/results/merge.h"
#include "bench/views/report.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/unit/made-shards.h"

#define CELLS (6 * 18)		/* of a repeat */

struct many {
	struct check *t;
	char *dir;		/* all of it is below */
	int shards, repeats, hosts;
};

static void put(struct many *m, int shards)
{
	static char *const variants[] = {
		"baseline", "peterz", "rewake", "sync", "restart", "recheck",
		NULL
	};
	struct made_shards want = { .shards = shards, .fulls = 58,
				   .hosts = m->hosts };
	char *job = xasprintf("[global]\nrepeats = %d\nseed = 5\n"
		"variants = baseline, peterz, rewake, sync, restart, recheck\n"
		"loop = eager, perf\n[main]\nwindow = 0, 3ms, 30ms\n"
		"drain = 0, 1ms, 3ms\n", m->repeats);

	want.job = job;
	made_shards(m->dir, &want, variants);
	free(job);
}

/* Says what it cost; its most memory in KiB. */
static long in_child(struct many *m, const char *what,
		     int (*fn)(struct many *m, struct err *err))
{
	struct timespec from, to;
	struct rusage usage;
	struct err err;
	int status;
	pid_t pid;

	fflush(stdout);
	clock_gettime(CLOCK_MONOTONIC, &from);
	pid = fork();
	if (!pid) {
		status = fn(m, &err);
		if (status)
			printf("%s\n", err.text);
		fflush(stdout);
		_exit(!!status);
	}
	wait4(pid, &status, 0, &usage);
	clock_gettime(CLOCK_MONOTONIC, &to);
	CHECK_EQ(m->t, status, 0);
	printf("%s: %.1f s, CPU %.1f + %.1f s, %ld MiB\n", what,
	       to.tv_sec - from.tv_sec + (to.tv_nsec - from.tv_nsec) / 1e9,
	       usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6,
	       usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6,
	       usage.ru_maxrss / 1024);
	return usage.ru_maxrss;
}

static int put_shards(struct many *m, struct err *err)
{
	(void)err;
	put(m, m->shards);
	return 0;
}

static int put_whole(struct many *m, struct err *err)
{
	(void)err;
	put(m, 0);
	return 0;
}

static int merge(struct many *m, struct err *err)
{
	char **dirs = calloc(m->shards, sizeof(*dirs)), *out;
	int i, ret;

	for (i = 0; i < m->shards; i++)
		dirs[i] = made_shard(m->dir, m->shards - i);
	out = xasprintf("%s/merged", m->dir);
	ret = merge_shards(out, dirs, m->shards, err);
	for (i = 0; i < m->shards; i++)
		free(dirs[i]);
	free(dirs);
	free(out);
	return ret;
}

/* Without gnuplot, whose memory and time are not ours. */
static int report(struct many *m, const char *name, struct err *err)
{
	char *dir = xasprintf("%s/%s", m->dir, name);
	int ret;

	if (!getenv("MANY_PLOTS"))
		setenv("PATH", m->dir, 1);
	ret = report_make(dir, true, -1, err);
	free(dir);
	return ret;
}

static int report_merged(struct many *m, struct err *err)
{
	return report(m, "merged", err);
}

static int report_whole(struct many *m, struct err *err)
{
	return report(m, "whole", err);
}

/* The lines of a summary, but that on shards. */
static char *read_summary(const struct many *m, const char *name,
			  const char *file)
{
	char *path = xasprintf("%s/%s/%s", m->dir, name, file), *text, *line;
	struct err err;

	if (file_read(path, &text, NULL, &err))
		text = xasprintf("%s", "");
	line = strstr(text, "\nmerged ");
	if (line)
		memmove(line, strchr(line + 1, '\n'),
			strlen(strchr(line + 1, '\n')) + 1);
	free(path);
	return text;
}

static void same(struct many *m, const char *file)
{
	char *a = read_summary(m, "merged", file);
	char *b = read_summary(m, "whole", file);

	CHECK(m->t, *a && !strcmp(a, b));
	free(a);
	free(b);
}

/* On three hosts: they are blocks, and the summary says so. */
static void test_hosts(struct many *m)
{
	char *text;

	m->hosts = 3;
	in_child(m, "made on three hosts", put_shards);
	in_child(m, "merged", merge);
	in_child(m, "reported", report_merged);
	text = read_summary(m, "merged", "summary.txt");
	CHECK(m->t, strstr(text,
		"hosts        3: kernels are compared on each, and the"));
	CHECK(m->t, strstr(text, "\nsync\n"));
	free(text);
}

int main(void)
{
	const char *size = getenv("MANY"), *kept = getenv("MANY_DIR");
	struct check t = { 0 };
	struct many m = { .t = &t, .shards = 12, .repeats = 16 };
	long kib;

	if (size)
		sscanf(size, "%d %d", &m.shards, &m.repeats);
	m.dir = kept ? xasprintf("%s", kept) : fixture_dir();
	if (!fixture_has(m.dir, "x.job"))
		in_child(&m, "made", put_shards);
	printf("%d shards, %d cells\n", m.shards, m.repeats * CELLS);
	in_child(&m, "merged", merge);
	kib = in_child(&m, "reported", report_merged);
#ifndef __SANITIZE_ADDRESS__	/* which keeps what was freed */
	CHECK(&t, kib < 256 * 1024 + m.repeats * CELLS);
#endif
	if (!size) {
		in_child(&m, "made in one", put_whole);
		in_child(&m, "reported in one", report_whole);
		same(&m, "summary.tsv");
		same(&m, "summary.txt");
		test_hosts(&m);
	}
	if (!kept)
		fixture_end(m.dir, t.failed);
	else
		free(m.dir);
	return check_end(&t);
}
