// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs that are killed at any moment, or that lack disk or memory, and then
 * resumed: what is in the store is what an undisturbed run has there, each
 * measurement once; nothing of this host's is called the kernel's fault; and
 * nothing is left running or lying about.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/proc.h"
#include "lib/random.h"
#include "lib/store.h"
#include "lib/units.h"
#include "tests/fixture.h"
#include "tests/guest/guest.h"

#define KILLS 6
#define LACKS 10
#define JOB SRCDIR "/tests/guest/kill.job"
#define MATRIX BUILDDIR "/bench/run-matrix"

/* The measurements of a store, in the order of their numbers. */
struct seen {
	char *cell[64];
	unsigned int measured, again, blamed;
};

static int look(void *ctx, const struct store_entry *e)
{
	json_int_t id = e->id;
	struct seen *seen = ctx;

	seen->again += e->again;
	if (e->measured && !e->again && id >= 0 && id < 64) {
		seen->measured++;
		seen->cell[id] = xasprintf("%s %s %s %d %llu", e->variant,
			e->section, e->cell, e->repeat,
			(unsigned long long)e->record.cell.seed);
	} else if (!e->measured && e->ended != STATUS_ERROR &&
		   e->ended != STATUS_HOST_FAILED) {
		printf("  blamed: %s: %s\n", e->status, e->why);
		seen->blamed++;
	}
	return 0;
}

static void read_store(struct check *t, const char *out, struct seen *seen)
{
	char *path = xasprintf("%s/store.jsonl", out);
	struct err err;
	bool torn;

	memset(seen, 0, sizeof(*seen));
	if (store_each(path, &torn, look, seen, &err)) {
		printf("  %s\n", err.text);
		CHECK(t, false);
	}
	free(path);
}

static void compare(struct check *t, const char *out, const struct seen *want)
{
	struct seen seen;
	int i;

	read_store(t, out, &seen);
	CHECK_EQ(t, seen.measured, want->measured);
	CHECK_EQ(t, seen.again, 0);
	CHECK_EQ(t, seen.blamed, 0);
	for (i = 0; i < 64; i++) {
		CHECK(t, !want->cell[i] == !seen.cell[i] &&
		      (!want->cell[i] || !strcmp(want->cell[i],
						 seen.cell[i])));
		free(seen.cell[i]);
	}
}

/* @words: what a shell does before it becomes the run, or NULL. */
static pid_t start(const char *out, bool resume, const char *words,
		   unsigned int seed)
{
	char *where = xasprintf("--%s=%s", resume ? "resume" : "output", out);
	char *with = xasprintf("--seed=%u", seed);
	char *script = xasprintf("%s exec \"$0\" \"$@\"", words ? words : "");
	const char *argv[9];
	struct proc proc = { .argv = argv, .in = -1, .out = -1, .errout = 2 };
	struct err err;
	int n = 0;
	pid_t pid;

	if (words) {
		argv[n++] = "sh";
		argv[n++] = "-c";
		argv[n++] = script;
	}
	argv[n++] = MATRIX;
	argv[n++] = "-q";
	argv[n++] = where;
	if (!resume) {
		argv[n++] = with;
		argv[n++] = JOB;
	}
	argv[n] = NULL;
	pid = proc_start(&proc, &err);
	free(script);
	free(where);
	free(with);
	return pid;
}

static int end_of(pid_t pid)
{
	int status = -1;

	proc_wait(pid, -1, now_ns() + 300 * NSEC_PER_SEC, &status);
	return status;
}

/* Until nothing is missing; before there was a store, from the beginning. */
static void go_on(struct check *t, const char *out, unsigned int seed)
{
	char *store = xasprintf("%s/store.jsonl", out);
	bool resume = file_exists(store);
	struct err err;

	if (!resume)
		dir_remove(out, &err);
	CHECK_EQ(t, end_of(start(out, resume, NULL, seed)), 0);
	free(store);
}

static void one_kill(struct check *t, const char *dir, int n, uint64_t *rng,
		     unsigned int seed, const struct seen *want)
{
	static const int signals[] = { SIGKILL, SIGKILL, SIGTERM, SIGINT };
	char *out = xasprintf("%s/kill-%d", dir, n);
	unsigned int ms = random_unit(rng) * 9000;
	int sig = signals[n % 4], status;
	pid_t pid = start(out, false, NULL, seed);

	usleep(ms * 1000);
	kill(pid, sig);
	status = end_of(pid);
	printf("kill %d: signal %d after %u ms: %s %d\n", n, sig, ms,
	       WIFSIGNALED(status) ? "signal" : "exit status",
	       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	/* It may have been ready before. */
	CHECK(t, WIFSIGNALED(status) ? sig == SIGKILL :
	      !WEXITSTATUS(status) || WEXITSTATUS(status) == 128 + sig);
	go_on(t, out, seed);
	compare(t, out, want);
	free(out);
}

/* What a run may lack: a shell's words before it, a file system for it. */
struct lack {
	const char *name, *words, *size;
};
static const struct lack disks[] = {
	{ "whole disk", "", NULL },
	{ "disk of 16 KB", "", "size=16k" },
	{ "disk of 64 KB", "", "size=64k" },
	{ "disk of 256 KB", "", "size=256k" },
	{ "disk of 1 MB", "", "size=1m" },
	{ "files of 4 KB", "ulimit -f 8;", NULL },
	{ "files of 64 KB", "ulimit -f 128;", NULL },
	{ "files of 1 MB", "ulimit -f 2048;", NULL },
	{ "files of 4 MB", "ulimit -f 8192;", NULL },
};
#define CGROUP "/sys/fs/cgroup/memory/aux-tests-kill"
#define IN_CGROUP(size) "mkdir -p " CGROUP " && echo " size " >" CGROUP \
	"/memory.limit_in_bytes && echo $$ >" CGROUP "/tasks &&"
static const struct lack memories[] = {
	{ "all memory", "", NULL },
	{ "addresses of 50 MB", "ulimit -v 50000;", NULL },
	{ "addresses of 200 MB", "ulimit -v 200000;", NULL },
	{ "addresses of 1 GB", "ulimit -v 1000000;", NULL },
	{ "memory of 4 MB", IN_CGROUP("4M"), NULL },
	{ "memory of 32 MB", IN_CGROUP("32M"), NULL },
	{ "memory of 128 MB", IN_CGROUP("128M"), NULL },
};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))
/* All pairs but the one that lacks nothing. */
#define WAYS (COUNT(disks) * COUNT(memories) - 1)

/* With too little it fails, and says so; or the kernel kills it. */
static void run_small(struct check *t, const char *out, const char *words,
		      unsigned int seed)
{
	char *store = xasprintf("%s/store.jsonl", out);
	int status = end_of(start(out, false, words, seed)), i;
	struct seen seen = { .blamed = 0 };

	if (WIFSIGNALED(status))
		printf("signal %d\n", WTERMSIG(status));
	else
		printf("exit status %d\n", WEXITSTATUS(status));
	CHECK(t, WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL :
	      WEXITSTATUS(status) <= 1);
	if (file_exists(store))
		read_store(t, out, &seen);
	CHECK_EQ(t, seen.blamed, 0);
	for (i = 0; i < 64; i++)
		free(seen.cell[i]);
	free(store);
}

/* ... and with enough it goes on. */
static void one_lack(struct check *t, const char *dir, int n, uint64_t *rng,
		     unsigned int seed, const struct seen *want)
{
	unsigned int draw = 1 + random_next(rng) % WAYS;
	const struct lack *disk = &disks[draw / COUNT(memories)];
	const struct lack *memory = &memories[draw % COUNT(memories)];
	char *place = xasprintf("%s/lack-%d", dir, n);
	char *out = xasprintf("%s/out", place);
	char *words = xasprintf("%s %s", disk->words, memory->words);
	struct err err;

	dir_make(place, &err);
	printf("lack %d: %s, %s: ", n, disk->name, memory->name);
	if (strstr(memory->words, CGROUP) &&
	    access("/sys/fs/cgroup/memory/tasks", W_OK)) {
		printf("SKIP: no memory controller of cgroups v1\n");
	} else if (disk->size && mount("tmpfs", place, "tmpfs", 0, disk->size)) {
		printf("SKIP: mount: %s\n", strerror(errno));
	} else {
		run_small(t, out, words, seed);
		rmdir(CGROUP);
		if (disk->size)
			CHECK_EQ(t, mount(NULL, place, NULL, MS_REMOUNT,
					  "size=64m"), 0);
		go_on(t, out, seed);
		compare(t, out, want);
		if (disk->size)
			umount2(place, MNT_DETACH);
	}
	free(words);
	free(out);
	free(place);
}

static int number(const char *name, int usual)
{
	const char *text = getenv(name);

	return text ? atoi(text) : usual;
}

int main(void)
{
	int kills = number("AUX_TESTS_KILLS", KILLS), i;
	int lacks = number("AUX_TESTS_LACKS", LACKS);
	unsigned int seed = number("AUX_TESTS_SEED", now_ns() / 1000 & 0xffffff);
	uint64_t rng = seed;
	struct check t = { 0 };
	struct seen want;
	char *dir, *out;

	if (!guests_possible())
		return CHECK_SKIP;
	printf("seed %u, %d kills, %d of the %zu ways to lack disk and memory (AUX_TESTS_SEED, _KILLS, _LACKS)\n",
	       seed, kills, lacks, WAYS);
	dir = fixture_dir();
	out = xasprintf("%s/reference", dir);
	CHECK_EQ(&t, end_of(start(out, false, NULL, seed)), 0);
	read_store(&t, out, &want);
	CHECK_EQ(&t, want.measured, 8);
	for (i = 0; i < kills && !t.failed; i++)
		one_kill(&t, dir, i, &rng, seed, &want);
	for (i = 0; i < lacks && !t.failed; i++)
		one_lack(&t, dir, i, &rng, seed, &want);
	for (i = 0; i < 64; i++)
		free(want.cell[i]);
	free(out);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
