// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"

/* From SIGKILL to the end: longer only when the kernel holds it. */
#define KILL_GRACE (3 * NSEC_PER_SEC)

void child_init(struct child *child, int stop_fd, const char *who)
{
	memset(child, 0, sizeof(*child));
	child->stop_fd = stop_fd;
	child->who = who;
	child->err_fd = child->console.fd = -1;
	channel_init(&child->channel, &child->console);
}

void child_free(struct child *child)
{
	channel_free(&child->channel);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void stderr_line(struct child *child)
{
	char *line = child->error_line, *p;

	line[child->error_len] = '\0';
	child->error_len = 0;
	/* It goes to the store, as JSON. */
	for (p = line; *p; p++) {
		if ((*p < ' ' && *p != '\t') || *p > '~')
			*p = '?';
	}
	if (!*line)
		return;
	console_note(&child->console, child->who, line);
	snprintf(child->complaint, sizeof(child->complaint), "%.500s", line);
}

static void read_stderr(struct child *child)
{
	char buf[4096];
	ssize_t n = read(child->err_fd, buf, sizeof(buf)), i;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	for (i = 0; i < n; i++) {
		if (buf[i] == '\n' || child->error_len ==
		    sizeof(child->error_line) - 1)
			stderr_line(child);
		if (buf[i] != '\n' && buf[i] != '\r' && buf[i])
			child->error_line[child->error_len++] = buf[i];
	}
	if (n <= 0) {
		stderr_line(child);
		close_fd(&child->err_fd);
	}
}

static int child_poll(struct child *child, uint64_t deadline)
{
	struct pollfd pfd[] = {
		{ .fd = child->err_fd, .events = POLLIN },
		{ .fd = child->channel.fd, .events = POLLIN },
		{ .fd = child->stop_fd, .events = POLLIN },
	};
	int n = poll(pfd, 3, channel_ms(deadline));

	if (pfd[0].revents)
		read_stderr(child);
	if (pfd[1].revents)
		channel_read(&child->channel);
	if (pfd[2].revents)
		return -EINTR;
	return n ? 0 : -ETIMEDOUT;
}

/* True when the line was the kernel's, and so none for the caller. */
static bool take_kmsg(struct child *child, const json_t *msg)
{
	const char *text = json_string_value(json_object_get(msg, "kmsg"));

	if (!text)
		return false;
	console_feed(&child->console, text, strlen(text));
	console_feed(&child->console, "\n", 1);
	return true;
}

int child_next(void *link, uint64_t deadline, json_t **msg)
{
	struct child *child = link;
	int ret;

	for (;;) {
		*msg = channel_line(&child->channel);
		if (*msg && !take_kmsg(child, *msg))
			return 0;
		if (*msg) {
			json_decref(*msg);
			continue;
		}
		if (child->channel.fd < 0)
			return -EPIPE;
		ret = child_poll(child, deadline);
		if (ret)
			return ret;
		/* Errors without end are no answer either. */
		if (now_ns() >= deadline)
			return -ETIMEDOUT;
	}
}

int child_send(void *link, json_t *json)
{
	struct child *child = link;

	return channel_send(&child->channel, json);
}

static void say_end(const struct child *child, int status, char *how,
		    size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(how, size, "%s was killed by signal %d", child->who,
			 WTERMSIG(status));
	else if (WEXITSTATUS(status))
		snprintf(how, size, "%s ended with status %d", child->who,
			 WEXITSTATUS(status));
}

int child_reap(struct child *child, uint64_t deadline, char *how, size_t size)
{
	int status = 0, ret;

	if (size)
		*how = '\0';
	if (!child->pid)
		return 0;
	/* The end of its input is its sign to go, if it needs one. */
	channel_end(&child->channel);
	ret = proc_wait(child->pid, -1, deadline, &status);
	if (!ret) {
		say_end(child, status, how, size);
	} else {
		kill(-child->pid, SIGKILL);
		ret = proc_wait(child->pid, -1, now_ns() + KILL_GRACE,
				&status);
	}
	/* What it said last. */
	while (child->err_fd >= 0 && child_poll(child, now_ns()) == 0)
		;
	close_fd(&child->err_fd);
	channel_close(&child->channel);
	child->pid = 0;
	return ret ? -ETIMEDOUT : 0;
}

static void close_pair(int fd[2])
{
	close_fd(&fd[0]);
	close_fd(&fd[1]);
}

static int set_nonblock(int fd)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK);
}

/* To the child, from it, and its errors. */
static int open_pipes(int in[2], int out[2], int errs[2], struct err *err)
{
	int ret;

	in[0] = in[1] = out[0] = out[1] = errs[0] = errs[1] = -1;
	if (!pipe2(in, O_CLOEXEC) && !pipe2(out, O_CLOEXEC) &&
	    !pipe2(errs, O_CLOEXEC) && !set_nonblock(in[1]) &&
	    !set_nonblock(out[0]) && !set_nonblock(errs[0]))
		return 0;
	ret = err_set(err, -errno, "pipe: %s", strerror(errno));
	close_pair(in);
	close_pair(out);
	close_pair(errs);
	return ret;
}

int child_launch(struct child *child, const char *const *argv,
		 struct err *err)
{
	int in[2], out[2], errs[2], ret;
	struct proc proc;

	ret = open_pipes(in, out, errs, err);
	if (ret)
		return ret;
	proc = (struct proc) {
		.argv = argv, .in = in[0], .out = out[1], .errout = errs[1],
	};
	ret = proc_start(&proc, err);
	close_fd(&in[0]);
	close_fd(&out[1]);
	close_fd(&errs[1]);
	if (ret < 0) {
		close_pair(in);
		close_pair(out);
		close_pair(errs);
		return ret;
	}
	child->pid = ret;
	child->err_fd = errs[0];
	channel_open(&child->channel, out[0], in[1]);
	child->complaint[0] = '\0';
	child->error_len = 0;
	return 0;
}
