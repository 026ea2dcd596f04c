// SPDX-License-Identifier: GPL-2.0-only
/*
 * How programs end: with an error when what they say cannot be written, with
 * 128 and its number when a signal stopped them, and with nothing left behind.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/ending.h"
#include "lib/proc.h"
#include "tests/check.h"
#include "tests/fixture.h"

static const char *const programs[] = {
	"bench/compare", "bench/report", "bench/run-matrix", "bench/sign-off",
	"kconfigs/build-kernel", "stress/agent", "stress/auxlat",
	"stress/explore",
};

/* The exit status, with @out as stdout; *said: stderr, to be freed. */
static int run(const char *program, const char *option, const char *operand,
	       const char *out, char **said)
{
	char *path = xasprintf(BUILDDIR "/%s", program);
	const char *const argv[] = { path, option, operand, NULL };
	int errout = memfd_create("stderr", MFD_CLOEXEC), status = -1;
	int fd = open(out, O_WRONLY | O_CLOEXEC);
	struct proc proc = {
		.argv = argv, .in = -1, .out = fd, .errout = errout,
	};
	struct err err;
	pid_t pid = proc_start(&proc, &err);
	ssize_t n;

	if (pid > 0)
		proc_wait(pid, -1, 0, &status);
	*said = calloc(1, 4096);
	n = pread(errout, *said, 4095, 0);
	close(errout);
	close(fd);
	free(path);
	return n >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Which, is not known any more where more than a buffer was to be written. */
static bool says_why(const char *said)
{
	return strstr(said, "stdout: No space left on device") ||
	       strstr(said, "stdout: could not be written");
}

static void one_full(struct check *t, const char *program, const char *option,
		     const char *operand)
{
	char *said;
	int status = run(program, option, operand, "/dev/full", &said);

	if (status != 1 || !says_why(said))
		printf("%s %s: %d '%s'\n", program, option, status, said);
	CHECK_EQ(t, status, 1);
	CHECK(t, says_why(said));
	free(said);
	status = run(program, option, operand, "/dev/null", &said);
	if (status)
		printf("%s %s: %d '%s'\n", program, option, status, said);
	CHECK_EQ(t, status, 0);
	free(said);
}

static void full_stdout(struct check *t)
{
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		one_full(t, programs[i], "--help", NULL);
		one_full(t, programs[i], "--man", NULL);
		one_full(t, programs[i], "--version", NULL);
	}
	one_full(t, "bench/run-matrix", "--list", "smoke");
}

enum ending { BY_NOTHING, BY_SIGNAL, BY_LATE_SIGNAL, IGNORED };

/* In a child: exits as a main() would that was stopped. */
static void child_ends(enum ending how)
{
	struct err err;
	int fd;

	if (how == IGNORED)
		signal(SIGHUP, SIG_IGN);
	fd = proc_stop_fd(&err);
	ending_watch("child");
	if (how == IGNORED)
		raise(SIGHUP);
	if (how == BY_SIGNAL || how == BY_LATE_SIGNAL)
		raise(SIGTERM);
	exit(how == BY_LATE_SIGNAL ? 2 : proc_stopped(fd));
}

static int child_status(enum ending how)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		child_ends(how);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void signals(struct check *t)
{
	CHECK_EQ(t, child_status(BY_NOTHING), 0);
	CHECK_EQ(t, child_status(BY_SIGNAL), 128 + SIGTERM);
	/* It had its result already. */
	CHECK_EQ(t, child_status(BY_LATE_SIGNAL), 2);
	/* As nohup has it. */
	CHECK_EQ(t, child_status(IGNORED), 0);
}

static void made_by_killed(int out)
{
	struct err err;
	char *dir = dir_temp(&err);

	if (write(out, dir, strlen(dir)) < 0)
		_exit(1);
	kill(getpid(), SIGKILL);
}

/* What a killed program has left goes with the next; what is in use stays. */
static void left_behind(struct check *t, const char *tmp)
{
	char *mine, *next, left[200] = "", *other;
	struct err err;
	int pipes[2];

	CHECK_EQ(t, pipe2(pipes, O_CLOEXEC), 0);
	setenv("TMPDIR", tmp, 1);
	mine = dir_temp(&err);
	if (!fork())
		made_by_killed(pipes[1]);
	wait(NULL);
	CHECK(t, read(pipes[0], left, sizeof(left) - 1) > 0);
	CHECK(t, file_exists(left));
	other = xasprintf("%s/aux-tests-tmp-of-others", tmp);
	CHECK_EQ(t, mkdir(other, 0777), 0);
	next = dir_temp(&err);
	CHECK(t, !file_exists(left));
	CHECK(t, file_exists(mine) && file_exists(next));
	CHECK(t, file_exists(other));
	free(next);
	free(mine);
	free(other);
}

int main(void)
{
	struct check t = { 0 };
	char *dir = fixture_dir();

	full_stdout(&t);
	signals(&t);
	left_behind(&t, dir);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
