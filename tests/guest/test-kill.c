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

#define KILLS 6			/* AUX_TESTS_KILLS: so many */
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

/* prlimit's option for the run, or NULL. */
static pid_t start(const char *out, bool resume, const char *limit,
		   unsigned int seed)
{
	char *where = xasprintf("--%s=%s", resume ? "resume" : "output", out);
	char *with = xasprintf("--seed=%u", seed);
	const char *argv[8];
	struct proc proc = { .argv = argv, .in = -1, .out = -1, .errout = 2 };
	struct err err;
	int n = 0;
	pid_t pid;

	if (limit) {
		argv[n++] = "prlimit";
		argv[n++] = limit;
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

/* With too little it fails, and says so; with enough it goes on. */
static void one_limit(struct check *t, const char *dir, const char *limit,
		      unsigned int seed, const struct seen *want)
{
	char *out = xasprintf("%s/out%s", dir, limit ? limit : "-disk");
	char *store = xasprintf("%s/store.jsonl", out);
	int status = end_of(start(out, false, limit, seed));
	struct seen seen = { .blamed = 0 };
	int i;

	printf("%s: exit status %d\n", limit ? limit : "small disk",
	       WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	CHECK(t, WIFEXITED(status) && WEXITSTATUS(status) <= 1);
	if (file_exists(store))
		read_store(t, out, &seen);
	CHECK_EQ(t, seen.blamed, 0);
	for (i = 0; i < 64; i++)
		free(seen.cell[i]);
	if (limit) {
		go_on(t, out, seed);
		compare(t, out, want);
	}
	free(store);
	free(out);
}

static void small_disks(struct check *t, const char *dir, unsigned int seed,
			const struct seen *want)
{
	static const char *const sizes[] = { "size=16k", "size=64k", "size=256k" };
	char *disk = xasprintf("%s/disk", dir);
	struct err err;
	size_t i;

	dir_make(disk, &err);
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		if (mount("tmpfs", disk, "tmpfs", 0, sizes[i])) {
			printf("SKIP: small disks: %s\n", strerror(errno));
			break;
		}
		printf("%s: ", sizes[i]);
		one_limit(t, disk, NULL, seed, want);
		umount2(disk, MNT_DETACH);
	}
	free(disk);
}

int main(void)
{
	static const char *const limits[] = {
		"--fsize=4096", "--fsize=65536", "--fsize=1000000",
		"--fsize=4000000", "--as=50000000", "--as=200000000",
		"--as=1000000000",
	};
	const char *text = getenv("AUX_TESTS_KILLS");
	const char *given = getenv("AUX_TESTS_SEED");
	int kills = text ? atoi(text) : KILLS, i;
	unsigned int seed = given ? (unsigned int)atoi(given) :
			    (unsigned int)(now_ns() / 1000);
	uint64_t rng = seed;
	struct check t = { 0 };
	struct seen want;
	char *dir, *out;

	if (!guests_possible())
		return CHECK_SKIP;
	printf("seed %u, %d kills (AUX_TESTS_SEED, AUX_TESTS_KILLS)\n", seed,
	       kills);
	dir = fixture_dir();
	out = xasprintf("%s/reference", dir);
	CHECK_EQ(&t, end_of(start(out, false, NULL, seed)), 0);
	read_store(&t, out, &want);
	CHECK_EQ(&t, want.measured, 8);
	for (i = 0; i < kills && !t.failed; i++)
		one_kill(&t, dir, i, &rng, seed, &want);
	for (i = 0; i < (int)(sizeof(limits) / sizeof(*limits)); i++)
		one_limit(&t, dir, limits[i], seed, &want);
	small_disks(&t, dir, seed, &want);
	for (i = 0; i < 64; i++)
		free(want.cell[i]);
	free(out);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
