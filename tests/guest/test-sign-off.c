// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench/sign-off on real kernels, with candidates of which we know what is to
 * be said: tests/guest/candidates, and one that does not apply.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "bench/verdict/judge.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/guest/guest.h"

/* Standard deviation of the log of a boot's mean. */
#define QUIET_SD 0.2

#define CANDIDATES SRCDIR "/tests/guest/candidates/"

static const char hopeless[] =
"--- a/kernel/events/core.c\n"
"+++ b/kernel/events/core.c\n"
"@@ -1,3 +1,3 @@\n"
" there\n"
"-is no such\n"
"+line\n"
" in it\n";

/* Its exit status; -1: it did not end. */
static int run(const char *const *argv, struct err *err)
{
	struct proc proc = { .argv = argv, .in = -1, .out = 1, .errout = 2 };
	pid_t pid = proc_start(&proc, err);
	int status = 0;

	if (pid < 0)
		return pid;
	if (proc_wait(pid, -1, now_ns() + 40 * 60 * NSEC_PER_SEC, &status)) {
		proc_kill(pid);
		return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int run_sign_off(const char *dir, struct err *err)
{
	char *output = xasprintf("--output=%s/run", dir);
	char *bad = xasprintf("--patch=%s/hopeless.patch", dir);
	const char *const argv[] = {
		BUILDDIR "/bench/sign-off",
		"--patch", CANDIDATES "comment.patch",
		"--patch", "slower=" CANDIDATES "delay.patch",
		"--patch", CANDIDATES "no-disable.patch", "--name", "silent",
		"--patch", CANDIDATES "panic.patch",
		"--patch", CANDIDATES "no-wakeup.patch", bad,
		"--seed=20261124", "--no-model", output,
		"--job=" SRCDIR "/tests/guest/sign-off.job", "--boots=10",
		NULL
	};
	int ret = run(argv, err);

	free(bad);
	free(output);
	return ret;
}

static json_t *find(const json_t *verdict, const char *name)
{
	const json_t *list = json_object_get(verdict, "candidates");
	json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		if (!strcmp(json_string_value(json_object_get(v,
							"candidate")), name))
			return v;
	}
	return NULL;
}

/*
 * Whatever the machine is busy with.  Nothing is left to chance in two of them.
 * Of the others, measured at 2 to 4 to run on each of 2 CPUs:
 *  silent:    lost per full is 5.9 times baseline's; the margin, 1.25, lies 14
 *             standard errors below (10 boots each): not seen by chance in less
 *             than 1e-9 of all runs.
 *  no-wakeup: each full hangs, 6 % of baseline's do: Fisher's p was 3e-16.
 */
static void check_facts(struct check *t, const json_t *verdict)
{
	static const struct {
		const char *name, *says;
	} bad[] = {
		/*
		 * Without a window its stops may end by themselves, at the
		 * next switch.  One boot alone had 9 of 16.
		 */
		{ "silent", "more silent_stop hangs than baseline" },
		{ "panic", "no room for the trace" },
		{ "no-wakeup", "more lost_wakeup hangs than baseline" },
		{ "hopeless", "does not apply" },
	};
	const json_t *v;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		v = find(verdict, bad[i].name);
		CHECK(t, !strcmp(json_text(v, "verdict"), "BAD"));
		CHECK(t, strstr(json_text(v, "because"), bad[i].says));
	}
}

static const json_t *test_of(const json_t *v, const char *test)
{
	return json_object_get(json_object_get(v, "tests"), test);
}

/* One boot is like the next where the guests have the CPUs to themselves. */
static bool quiet(const json_t *v)
{
	const json_t *sd = json_object_get(json_object_get(test_of(v,
				"gap_reenable"), "decision"), "sd_of_a_boot");

	printf("re-enable: a boot's log varies by %.2f\n",
	       json_real_value(sd));
	return json_real_value(sd) > 0 && json_real_value(sd) < QUIET_SD;
}

/* The least p of any test of @json: Holm's, and those of the hunts. */
static double least_p(json_t *json)
{
	json_t *value;
	const char *name;
	double p = 1;
	size_t i;

	json_object_foreach(json, name, value) {
		if (!json_is_number(value))
			p = fmin(p, least_p(value));
		else if (!strcmp(name, "holm_p") || !strcmp(name, "p"))
			p = fmin(p, json_number_value(value));
	}
	json_array_foreach(json, i, value)
		p = fmin(p, least_p(value));
	return p;
}

/*
 * At its level of 5 % a sign-off calls one in twenty BAD that is as baseline
 * is.  A test that does is none: the harm must be of a p below 1e-4, which is
 * how often this fails by chance.
 */
static void check_comment(struct check *t, json_t *v)
{
	double p = least_p(v);

	CHECK(t, v);
	if (strcmp(json_text(v, "verdict"), "BAD"))
		return;
	printf("comment: a false alarm, p %.2g: %s\n", p,
	       json_text(v, "because"));
	CHECK(t, p > 1e-4);
}

/*
 * ENABLE takes 6 us on baseline, or some hundred on a busy host, and 2 ms here:
 * 333 and 346 times, the standard error of the log being 0.06 (10 boots each).
 * On any host that is above 5 times but for less than 1e-9 of all runs.
 *
 * What it does to gaps drowns on a host that gives the guests no time of their
 * own.  On a quiet one re-enabling takes twice as long at least; a boot's log
 * varies by less than QUIET_SD, so 10 against 10 have a standard error of 0.09,
 * and log(2) lies 5 of them above the margin: missed by less than 1e-4.
 */
static void check_slower(struct check *t, const json_t *v, bool is_quiet)
{
	const char *word = json_text(v, "verdict");

	CHECK(t, json_real_value(json_object_get(test_of(v,
			"enable_running_p50"), "difference")) > 5);
	if (!is_quiet) {
		printf("a loaded host: what 2 ms do is not asked\n");
		return;
	}
	CHECK(t, !strcmp(word, "BAD"));
	CHECK(t, strstr(json_text(v, "because"), "re-enable") ||
	      strstr(json_text(v, "because"), "lost per full"));
}

static void check_files(struct check *t, const char *dir)
{
	static const char *const files[] = {
		"verdict.txt", "verdict.json", "mail.txt", "job.ini",
		"command", "store.jsonl", "summary.txt",
		"patches/comment.patch", "patches/slower.patch",
		"patches/silent.patch", "patches/hopeless.patch",
	};
	char *path, *text, *line, *save;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		path = xasprintf("%s/run/%s", dir, files[i]);
		if (!file_exists(path))
			printf("missing: %s\n", path);
		CHECK(t, file_exists(path));
		free(path);
	}
	path = xasprintf("%s/run/mail.txt", dir);
	if (!file_read(path, &text, NULL, &err)) {
		CHECK(t, strstr(text, "Kernel panic - not syncing: no room"));
		CHECK(t, strstr(text, "-- command"));
		for (line = strtok_r(text, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save)) {
			if (strlen(line) > 72)
				printf("too long: %s\n", line);
			CHECK(t, strlen(line) <= 72 || strchr(line, '/'));
		}
		free(text);
	}
	free(path);
}

/*
 * What is as baseline closes no race.  Measured at 7 to run on 2 CPUs: 3 finds
 * in the first 40 s, and it may hunt for 20 minutes, in which 90 are to be
 * expected at that rate, and 9 at a tenth of it: none in 1e-4 of all runs.
 */
static void test_fix(struct check *t, const char *dir)
{
	char *output = xasprintf("--output=%s/fix", dir), *path;
	const char *const argv[] = {
		BUILDDIR "/bench/sign-off", "--fix",
		"--patch", CANDIDATES "comment.patch", "--no-model", output,
		"--job=" SRCDIR "/tests/guest/sign-off.job", NULL
	};
	const json_t *v;
	json_t *verdict;
	struct err err;

	CHECK_EQ(t, run(argv, &err), 2);
	path = xasprintf("%s/fix/verdict.json", dir);
	verdict = json_load_file(path, 0, NULL);
	v = find(verdict, "comment");
	CHECK(t, !strcmp(json_text(v, "verdict"), "BAD"));
	CHECK(t, !strcmp(json_text(v, "race"), "does not close the race"));
	CHECK(t, strstr(json_text(v, "because"), "--fix allows none"));
	json_decref(verdict);
	free(path);
	free(output);
}

/* Where each full hangs, the first after a restart is counted, too. */
static void check_counts(struct check *t, const char *dir)
{
	char *path = xasprintf("%s/run/store.jsonl", dir), *text;
	struct err err;

	CHECK_EQ(t, file_read(path, &text, NULL, &err), 0);
	CHECK(t, !strstr(text, "which is more than fulls"));
	free(text);
	free(path);
}

int main(void)
{
	json_t *comment, *slower;
	struct check t = { 0 };
	json_t *verdict;
	char *dir, *path;
	struct err err;

	if (!guests_possible())
		return CHECK_SKIP;
	dir = fixture_dir();
	fixture_put(dir, "hopeless.patch", hopeless);
	CHECK_EQ(&t, run_sign_off(dir, &err), 2);
	path = xasprintf("%s/run/verdict.json", dir);
	verdict = json_load_file(path, 0, NULL);
	CHECK(&t, verdict);
	check_facts(&t, verdict);
	comment = find(verdict, "comment");
	slower = find(verdict, "slower");
	check_comment(&t, comment);
	check_slower(&t, slower, quiet(comment) && quiet(slower));
	check_files(&t, dir);
	check_counts(&t, dir);
	json_decref(verdict);
	test_fix(&t, dir);
	free(path);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
