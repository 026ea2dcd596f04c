// SPDX-License-Identifier: GPL-2.0-only
#include "lib/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/package.h"
#include "lib/units.h"

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

int proc_stop_fd(struct err *err)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction now;
	sigset_t set;
	size_t i;
	int fd;

	sigemptyset(&set);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		/* As nohup wants it; blocked, it would come all the same. */
		if (!sigaction(signals[i], NULL, &now) &&
		    now.sa_handler != SIG_IGN)
			sigaddset(&set, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* Never read: the pending signal keeps it readable. */
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		return err_set(err, -errno, "signalfd: %s", strerror(errno));
	return fd;
}

int proc_stopped(int stop_fd)
{
	struct pollfd pfd = { .fd = stop_fd, .events = POLLIN };

	return stop_fd >= 0 && poll(&pfd, 1, 0) > 0;
}

static void child_stdio(int from, int to)
{
	if (from < 0)
		from = open("/dev/null", O_RDWR);
	dup2(from, to);
}

/* Between fork and exec; reports through @report_fd why it could not. */
static void child_exec(const struct proc *proc, pid_t parent, int report_fd)
{
	int io[3] = { proc->in, proc->out, proc->errout };
	sigset_t none;
	int i, code;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Out of the way of 0..2 first, in case they are permuted. */
	for (i = 0; i < 3; i++) {
		if (io[i] >= 0)
			io[i] = fcntl(io[i], F_DUPFD_CLOEXEC, 3);
	}
	for (i = 0; i < 3; i++)
		child_stdio(io[i], i);
	for (i = 0; proc->env && proc->env[i]; i++)
		putenv((char *)proc->env[i]);
	if (!proc->cwd || !chdir(proc->cwd))
		execvp(proc->argv[0], (char *const *)proc->argv);
	code = errno;
	if (write(report_fd, &code, sizeof(code)) < 0)
		_exit(126);
	_exit(127);
}

/* Most often it is not installed; else a folder is not there. */
static int explain_exec(const char *name, int code, struct err *err)
{
	const char *const names[] = { name, NULL };

	if (code == ENOENT && programs_check(names, err))
		return -code;
	return err_set(err, -code, "%s: %s", name, strerror(code));
}

pid_t proc_start(const struct proc *proc, struct err *err)
{
	pid_t parent = getpid(), pid;
	int report[2], code;

	if (pipe2(report, O_CLOEXEC))
		return err_set(err, -errno, "pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0) {
		code = errno;
		close(report[0]);
		close(report[1]);
		return err_set(err, -code, "fork: %s", strerror(code));
	}
	if (!pid)
		child_exec(proc, parent, report[1]);
	setpgid(pid, pid);
	close(report[1]);
	if (read(report[0], &code, sizeof(code)) == sizeof(code)) {
		close(report[0]);
		waitpid(pid, NULL, 0);
		return explain_exec(proc->argv[0], code, err);
	}
	close(report[0]);
	return pid;
}

static int wait_ms(uint64_t deadline_ns)
{
	uint64_t now;

	if (!deadline_ns)
		return -1;
	now = now_ns();
	return now >= deadline_ns ? 0 :
		(int)((deadline_ns - now) / NSEC_PER_MSEC) + 1;
}

int proc_wait(pid_t pid, int stop_fd, uint64_t deadline_ns, int *status)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0);
	struct pollfd pfd[2] = {
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = stop_fd, .events = POLLIN },
	};
	int n, ret = 0;

	if (pidfd < 0)
		return -errno;
	for (;;) {
		n = poll(pfd, 2, wait_ms(deadline_ns));
		if (pfd[0].revents)
			break;
		if (!n)
			ret = -ETIMEDOUT;
		else if (n > 0)
			ret = -EINTR;
		if (ret)
			break;
	}
	close(pidfd);
	if (!ret)
		waitpid(pid, status, 0);
	return ret;
}

void proc_kill(pid_t pid)
{
	kill(-pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* 0 when it exited with 0; else -ECHILD. */
static int how_ended(const char *who, int status, struct err *err)
{
	if (WIFSIGNALED(status))
		return err_set(err, -ECHILD, "%s: killed by signal %d (%s)",
			       who, WTERMSIG(status),
			       strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status))
		return err_set(err, -ECHILD, "%s: exit status %d", who,
			       WEXITSTATUS(status));
	return 0;
}

int proc_call(const char *who, int (*fn)(void *ctx), void *ctx,
	      struct err *err)
{
	pid_t parent = getpid(), pid = fork();
	int status = 0;

	if (pid < 0)
		return err_set(err, -ECHILD, "%s: %s", who, strerror(errno));
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(getppid() != parent || fn(ctx));
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	return how_ended(who, status, err);
}

int proc_run(const struct proc *proc, int stop_fd, uint64_t timeout_ns,
	     struct err *err)
{
	const char *name = proc->argv[0];
	int status, ret;
	pid_t pid;

	pid = proc_start(proc, err);
	if (pid < 0)
		return pid;
	ret = proc_wait(pid, stop_fd, timeout_ns ? now_ns() + timeout_ns : 0,
			&status);
	if (ret) {
		proc_kill(pid);
		return err_set(err, ret, "%s: %s", name, ret == -EINTR ?
			       "interrupted" : "did not end in time");
	}
	/* Whatever it left running in its group. */
	kill(-pid, SIGKILL);
	return how_ended(name, status, err);
}
