// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench/sign-off on real kernels, with candidates of which we know what is to
 * be said: tests/guest/candidates, and one that does not apply.
 */
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

#define CANDIDATES SRCDIR "/tests/guest/candidates/"

static const char hopeless[] =
"--- a/kernel/events/core.c\n"
"+++ b/kernel/events/core.c\n"
"@@ -1,3 +1,3 @@\n"
" there\n"
"-is no such\n"
"+line\n"
" in it\n";

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
	struct proc proc = { .argv = argv, .in = -1, .out = 1, .errout = 2 };
	pid_t pid = proc_start(&proc, err);
	int status = 0;

	free(bad);
	free(output);
	if (pid < 0)
		return pid;
	if (proc_wait(pid, -1, now_ns() + 40 * 60 * NSEC_PER_SEC, &status)) {
		proc_kill(pid);
		return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const json_t *find(const json_t *verdict, const char *name)
{
	const json_t *list = json_object_get(verdict, "candidates"), *v;
	size_t i;

	json_array_foreach(list, i, v) {
		if (!strcmp(json_string_value(json_object_get(v,
							"candidate")), name))
			return v;
	}
	return NULL;
}

/* Whatever the machine is busy with. */
static void check_facts(struct check *t, const json_t *verdict)
{
	static const struct {
		const char *name, *says;
	} bad[] = {
		/* Its stops end by themselves, at the next switch. */
		{ "silent", "lost per full" },
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
	return json_is_real(sd) && json_real_value(sd) < 0.25;
}

/*
 * On a host that gives the guests no time of their own these two cannot be
 * told apart; then neither must be mistaken for the other.
 */
static void check_times(struct check *t, const json_t *verdict)
{
	const json_t *comment = find(verdict, "comment");
	const json_t *slower = find(verdict, "slower");
	const char *word = json_text(slower, "verdict");

	CHECK(t, comment && slower);
	CHECK(t, strcmp(json_text(comment, "verdict"), "BAD"));
	CHECK(t, strcmp(word, "GOOD"));
	/* What ENABLE takes is seen on any host, if only to be told. */
	CHECK(t, json_real_value(json_object_get(test_of(slower,
			"enable_running_p50"), "difference")) > 5);
	if (!quiet(comment) || !quiet(slower)) {
		printf("a loaded host: what 2 ms do is not asked\n");
		return;
	}
	CHECK(t, !strcmp(word, "BAD"));
	CHECK(t, strstr(json_text(slower, "because"), "re-enable") ||
	      strstr(json_text(slower, "because"), "lost per full"));
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

int main(void)
{
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
	check_times(&t, verdict);
	check_files(&t, dir);
	json_decref(verdict);
	free(path);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
