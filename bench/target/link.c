// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"

/* From the panic's first line to the end of its guest. */
#define PANIC_GRACE (2 * NSEC_PER_SEC)
/* From SIGKILL to the end: longer only when the kernel holds it. */
#define KILL_GRACE (3 * NSEC_PER_SEC)

enum { CONSOLE, ERRORS, CHANNEL, REQUESTS };	/* of link->theirs */

void link_init(struct link *link, int stop_fd, const char *who,
	       const char *program, bool has_console)
{
	*link = (struct link) {
		.stop_fd = stop_fd, .who = who, .program = program,
		.has_console = has_console, .console_fd = -1, .err_fd = -1,
		.theirs = { -1, -1, -1, -1 }, .console.fd = -1,
	};
	channel_init(&link->channel, &link->console);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_theirs(struct link *link)
{
	int i;

	for (i = CONSOLE; i <= REQUESTS; i++)
		close_fd(&link->theirs[i]);
}

static void close_ours(struct link *link)
{
	close_fd(&link->console_fd);
	close_fd(&link->err_fd);
	channel_close(&link->channel);
}

void link_free(struct link *link)
{
	close_theirs(link);
	close_ours(link);
	channel_free(&link->channel);
}

static int set_nonblock(int fd)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK);
}

static int open_pipe(int *ours, int *theirs)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC))
		return -errno;
	*ours = fd[0];
	*theirs = fd[1];
	return set_nonblock(fd[0]) ? -errno : 0;
}

/* QEMU is told the number of its end. */
static int open_socket(struct link *link)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd))
		return -errno;
	channel_open(&link->channel, fd[0], fd[0]);
	link->theirs[CHANNEL] = fd[1];
	return set_nonblock(fd[0]) || fcntl(fd[1], F_SETFD, 0) ? -errno : 0;
}

/* An agent's stdin and stdout; a kernel need not have sockets. */
static int open_pipes(struct link *link)
{
	int ours, fd[2], ret = open_pipe(&ours, &link->theirs[CHANNEL]);

	if (ret)
		return ret;
	channel_open(&link->channel, ours, -1);
	if (pipe2(fd, O_CLOEXEC))
		return -errno;
	link->theirs[REQUESTS] = fd[0];
	channel_open(&link->channel, ours, fd[1]);
	return set_nonblock(fd[1]) ? -errno : 0;
}

int link_open(struct link *link, struct err *err)
{
	int ret = 0;

	if (link->has_console)
		ret = open_pipe(&link->console_fd, &link->theirs[CONSOLE]);
	if (!ret)
		ret = open_pipe(&link->err_fd, &link->theirs[ERRORS]);
	if (!ret)
		ret = link->has_console ? open_socket(link) : open_pipes(link);
	if (!ret)
		return link->theirs[CHANNEL];
	close_theirs(link);
	close_ours(link);
	return err_set(err, ret, "pipe: %s", strerror(-ret));
}

int link_start(struct link *link, const char *const *argv, struct err *err)
{
	const int *theirs = link->theirs;
	struct proc proc = {
		.argv = argv,
		.in = theirs[REQUESTS],
		.out = theirs[link->has_console ? CONSOLE : CHANNEL],
		.errout = theirs[ERRORS],
	};
	int ret;

	link->complaint[0] = '\0';
	link->error_len = 0;
	link->started = now_ns();
	ret = proc_start(&proc, err);
	close_theirs(link);
	if (ret < 0) {
		close_ours(link);
		return ret;
	}
	link->pid = ret;
	return 0;
}

static void read_console(struct link *link)
{
	char buf[8192];
	ssize_t n = read(link->console_fd, buf, sizeof(buf));

	if (n > 0)
		console_feed(&link->console, buf, n);
	else if (!n || (errno != EAGAIN && errno != EINTR))
		close_fd(&link->console_fd);
}

/* Kept with the console, and the latest for the error. */
static void stderr_line(struct link *link)
{
	size_t len = strlen(link->program);
	char *line = link->error_line, *p;

	line[link->error_len] = '\0';
	link->error_len = 0;
	/* It goes to the store, as JSON. */
	for (p = line; *p; p++) {
		if ((*p < ' ' && *p != '\t') || *p > '~')
			*p = '?';
	}
	if (!*line)
		return;
	console_note(&link->console, link->program, line);
	if (!strncmp(line, link->program, len) &&
	    !strncmp(line + len, ": ", 2))
		line += len + 2;
	if (!strstr(line, "warning:") && !strstr(line, "terminating on signal"))
		snprintf(link->complaint, sizeof(link->complaint), "%.500s",
			 line);
}

static void read_stderr(struct link *link)
{
	char buf[4096];
	ssize_t n = read(link->err_fd, buf, sizeof(buf)), i;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	for (i = 0; i < n; i++) {
		if (buf[i] == '\n' || link->error_len ==
		    sizeof(link->error_line) - 1)
			stderr_line(link);
		if (buf[i] != '\n' && buf[i] != '\r' && buf[i])
			link->error_line[link->error_len++] = buf[i];
	}
	if (n <= 0) {
		stderr_line(link);
		close_fd(&link->err_fd);
	}
}

int link_poll(struct link *link, uint64_t deadline, bool stoppable)
{
	struct pollfd pfd[] = {
		{ .fd = link->console_fd, .events = POLLIN },
		{ .fd = link->err_fd, .events = POLLIN },
		{ .fd = link->channel.fd, .events = POLLIN },
		{ .fd = stoppable ? link->stop_fd : -1, .events = POLLIN },
	};
	int n = poll(pfd, 4, channel_ms(deadline));

	if (pfd[1].revents)
		read_stderr(link);
	if (pfd[0].revents)
		read_console(link);
	if (pfd[2].revents)
		channel_read(&link->channel);
	if (pfd[3].revents)
		return -EINTR;
	return n ? 0 : -ETIMEDOUT;
}

/* True when the line was the kernel's, and so none for the caller. */
static bool take_kmsg(struct link *link, const json_t *msg)
{
	const char *text = json_string_value(json_object_get(msg, "kmsg"));

	if (!text)
		return false;
	console_feed(&link->console, text, strlen(text));
	console_feed(&link->console, "\n", 1);
	return true;
}

/* The next line that is there already and not the kernel's. */
static json_t *line_for_caller(struct link *link)
{
	json_t *msg;

	while ((msg = channel_line(&link->channel))) {
		if (!take_kmsg(link, msg))
			return msg;
		json_decref(msg);
	}
	return NULL;
}

int link_next(struct link *link, uint64_t deadline, json_t **msg)
{
	bool panicked = link->console.panicked;
	int ret;

	for (;;) {
		*msg = line_for_caller(link);
		if (*msg)
			return 0;
		if (link->console_fd < 0 && link->channel.fd < 0)
			return -EPIPE;
		ret = link_poll(link, deadline, true);
		if (ret)
			return ret;
		/* A console that never falls silent is no answer either. */
		if (now_ns() >= deadline)
			return -ETIMEDOUT;
		if (link->console.panicked && !panicked) {
			panicked = true;
			if (deadline > now_ns() + PANIC_GRACE)
				deadline = now_ns() + PANIC_GRACE;
		}
	}
}

int link_send(struct link *link, json_t *json)
{
	return channel_send(&link->channel, json);
}

static void say_end(const struct link *link, int status, struct link_end *end)
{
	end->by_signal = WIFSIGNALED(status);
	if (end->by_signal)
		snprintf(end->how, sizeof(end->how),
			 "%s was killed by signal %d", link->who,
			 WTERMSIG(status));
	else if (WEXITSTATUS(status))
		snprintf(end->how, sizeof(end->how),
			 "%s ended with status %d", link->who,
			 WEXITSTATUS(status));
}

int link_reap(struct link *link, uint64_t deadline, struct link_end *end)
{
	int status = 0, ret;

	if (end)
		*end = (struct link_end) { 0 };
	if (!link->pid)
		return 0;
	/* The end of its input is an agent's sign to go, if it needs one. */
	if (!link->has_console)
		channel_end(&link->channel);
	while (link->console_fd >= 0 && !link_poll(link, deadline, false) &&
	       now_ns() < deadline)
		;
	ret = proc_wait(link->pid, -1, deadline, &status);
	if (!ret && end) {
		say_end(link, status, end);
	} else if (ret) {
		kill(-link->pid, SIGKILL);
		ret = proc_wait(link->pid, -1, now_ns() + KILL_GRACE, &status);
	}
	/* What it said last. */
	while (link->err_fd >= 0 && !link_poll(link, now_ns(), false))
		;
	close_ours(link);
	link->pid = 0;
	return ret ? -ETIMEDOUT : 0;
}
