// SPDX-License-Identifier: GPL-2.0-only
#include "bench/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/qemu.h"
#include "lib/proc.h"
#include "lib/units.h"

/* A line of the agent is a record, some 100 KiB at the very most. */
#define CHANNEL_LINE_MAX (16u << 20)

/* From the panic's first line to the end of QEMU. */
#define PANIC_GRACE (2 * NSEC_PER_SEC)

void vm_init(struct vm *vm, int stop_fd)
{
	memset(vm, 0, sizeof(*vm));
	vm->stop_fd = stop_fd;
	vm->con_fd = vm->err_fd = vm->chan_fd = vm->console.fd = -1;
	vm->ended = true;
}

void vm_free(struct vm *vm)
{
	free(vm->in);
	vm->in = NULL;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void read_console(struct vm *vm)
{
	char buf[8192];
	ssize_t n = read(vm->con_fd, buf, sizeof(buf));

	if (n > 0) {
		console_feed(&vm->console, buf, n);
		return;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	close_fd(&vm->con_fd);
	vm->ended = true;
}

/* QEMU's own complaints, kept with the console and for the error. */
static void read_stderr(struct vm *vm)
{
	char buf[4096], *line, *save;
	ssize_t n = read(vm->err_fd, buf, sizeof(buf) - 1);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_fd(&vm->err_fd);
		return;
	}
	buf[n] = '\0';
	for (line = strtok_r(buf, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		console_note(&vm->console, "qemu", line);
		if (!strncmp(line, QEMU_PROGRAM ": ",
			     strlen(QEMU_PROGRAM) + 2))
			line += strlen(QEMU_PROGRAM) + 2;
		if (!strstr(line, "warning:") &&
		    !strstr(line, "terminating on signal"))
			snprintf(vm->complaint, sizeof(vm->complaint), "%s",
				 line);
	}
}

static void read_channel(struct vm *vm)
{
	ssize_t n;

	if (vm->in_size - vm->in_len < 65536) {
		vm->in_size += 65536;
		vm->in = realloc(vm->in, vm->in_size);
		if (!vm->in)
			abort();
	}
	n = read(vm->chan_fd, vm->in + vm->in_len, vm->in_size - vm->in_len);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_fd(&vm->chan_fd);
		return;
	}
	vm->in_len += n;
	if (vm->in_len > CHANNEL_LINE_MAX) {
		console_note(&vm->console, "agent", "sends without end");
		vm->in_len = 0;
	}
}

/* The next whole line that is JSON; NULL when there is none yet. */
static json_t *channel_line(struct vm *vm)
{
	json_error_t jerr;
	json_t *json = NULL;
	char *newline;
	size_t len;

	while (!json && vm->in_len &&
	       (newline = memchr(vm->in, '\n', vm->in_len))) {
		len = newline - vm->in;
		json = json_loadb(vm->in, len, 0, &jerr);
		if (!json) {
			*newline = '\0';
			console_note(&vm->console, "agent: not understood",
				     vm->in);
		}
		vm->in_len -= len + 1;
		memmove(vm->in, newline + 1, vm->in_len);
	}
	return json;
}

static int until_ms(uint64_t deadline)
{
	uint64_t now = now_ns();

	return now >= deadline ? 0 :
		(int)((deadline - now) / NSEC_PER_MSEC) + 1;
}

int vm_poll(struct vm *vm, uint64_t deadline, bool stoppable)
{
	struct pollfd pfd[] = {
		{ .fd = vm->con_fd, .events = POLLIN },
		{ .fd = vm->err_fd, .events = POLLIN },
		{ .fd = vm->chan_fd, .events = POLLIN },
		{ .fd = stoppable ? vm->stop_fd : -1, .events = POLLIN },
	};
	int n = poll(pfd, 4, until_ms(deadline));

	if (pfd[1].revents)
		read_stderr(vm);
	if (pfd[0].revents)
		read_console(vm);
	if (pfd[2].revents)
		read_channel(vm);
	if (pfd[3].revents)
		return -EINTR;
	return n ? 0 : -ETIMEDOUT;
}

int vm_next(struct vm *vm, uint64_t deadline, json_t **msg)
{
	bool panicked = vm->console.panicked;
	int ret;

	for (;;) {
		*msg = channel_line(vm);
		if (*msg)
			return 0;
		if (vm->ended && vm->chan_fd < 0)
			return -EPIPE;
		ret = vm_poll(vm, deadline, true);
		if (ret)
			return vm->ended ? -EPIPE : ret;
		/* A console that never falls silent is no answer either. */
		if (now_ns() >= deadline)
			return -ETIMEDOUT;
		if (vm->console.panicked && !panicked) {
			panicked = true;
			if (deadline > now_ns() + PANIC_GRACE)
				deadline = now_ns() + PANIC_GRACE;
		}
	}
}

int vm_send(struct vm *vm, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	size_t len = strlen(text);
	ssize_t n;

	json_decref(json);
	text[len++] = '\n';
	n = send(vm->chan_fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	free(text);
	if (n == (ssize_t)len)
		return 0;
	/* Full: the guest takes nothing any more. */
	return n >= 0 || errno == EAGAIN ? -ETIMEDOUT : -EPIPE;
}

void vm_reap(struct vm *vm, uint64_t deadline, char *how,
		       size_t size)
{
	int status = 0;

	if (size)
		*how = '\0';
	while (vm->con_fd >= 0 && !vm_poll(vm, deadline, false) &&
	       now_ns() < deadline)
		;
	if (proc_wait(vm->pid, -1, deadline, &status)) {
		proc_kill(vm->pid);
	} else if (WIFSIGNALED(status)) {
		snprintf(how, size, "QEMU was killed by signal %d",
			 WTERMSIG(status));
	} else if (WEXITSTATUS(status)) {
		snprintf(how, size, "QEMU ended with status %d",
			 WEXITSTATUS(status));
	}
	/* What it said last. */
	while (vm->err_fd >= 0 && !vm_poll(vm, now_ns(), false))
		;
	close_fd(&vm->con_fd);
	close_fd(&vm->err_fd);
	close_fd(&vm->chan_fd);
	vm->pid = 0;
	vm->ended = true;
}

static int set_nonblock(int fd)
{
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void close_pair(int fd[2])
{
	close_fd(&fd[0]);
	close_fd(&fd[1]);
}

/* The three ways to QEMU; [1] is QEMU's end. */
static int open_pipes(int con[2], int errs[2], int chan[2], struct err *err)
{
	con[0] = con[1] = errs[0] = errs[1] = chan[0] = chan[1] = -1;
	if (pipe2(con, O_CLOEXEC) || pipe2(errs, O_CLOEXEC) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, chan) ||
	    set_nonblock(con[0]) || set_nonblock(errs[0]) ||
	    set_nonblock(chan[0]) || fcntl(chan[1], F_SETFD, 0)) {
		int ret = err_set(err, -errno, "pipe: %s", strerror(errno));

		close_pair(con);
		close_pair(errs);
		close_pair(chan);
		return ret;
	}
	return 0;
}

int vm_launch(struct vm *vm, const struct guest_shape *shape,
	      const char *accel, const char *bzimage, const char *initramfs,
	      struct err *err)
{
	int con[2], errs[2], chan[2], ret;
	struct qemu_args args;
	struct proc proc;

	ret = open_pipes(con, errs, chan, err);
	if (ret)
		return ret;
	qemu_args_make(&args, shape, accel, bzimage, initramfs, chan[1]);
	proc = (struct proc) {
		.argv = (const char *const *)args.argv,
		.in = -1, .out = con[1], .errout = errs[1],
	};
	vm->launched = now_ns();
	ret = proc_start(&proc, err);
	qemu_args_free(&args);
	close_fd(&con[1]);
	close_fd(&errs[1]);
	close_fd(&chan[1]);
	if (ret < 0) {
		close_pair(con);
		close_pair(errs);
		close_pair(chan);
		return ret;
	}
	vm->pid = ret;
	vm->con_fd = con[0];
	vm->err_fd = errs[0];
	vm->chan_fd = chan[0];
	vm->ended = false;
	vm->in_len = 0;
	vm->complaint[0] = '\0';
	return 0;
}
