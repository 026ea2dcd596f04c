// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/target/qemu.h"
#include "lib/arch.h"
#include "lib/proc.h"
#include "lib/units.h"

/* From the panic's first line to the end of QEMU. */
#define PANIC_GRACE (2 * NSEC_PER_SEC)

void vm_init(struct vm *vm, int stop_fd)
{
	memset(vm, 0, sizeof(*vm));
	vm->stop_fd = stop_fd;
	vm->con_fd = vm->err_fd = vm->console.fd = -1;
	channel_init(&vm->channel, &vm->console);
	vm->ended = true;
}

void vm_free(struct vm *vm)
{
	channel_free(&vm->channel);
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
	size_t len = strlen(arch_here->qemu);
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
		if (!strncmp(line, arch_here->qemu, len) &&
		    !strncmp(line + len, ": ", 2))
			line += len + 2;
		if (!strstr(line, "warning:") &&
		    !strstr(line, "terminating on signal"))
			snprintf(vm->complaint, sizeof(vm->complaint), "%s",
				 line);
	}
}

int vm_poll(struct vm *vm, uint64_t deadline, bool stoppable)
{
	struct pollfd pfd[] = {
		{ .fd = vm->con_fd, .events = POLLIN },
		{ .fd = vm->err_fd, .events = POLLIN },
		{ .fd = vm->channel.fd, .events = POLLIN },
		{ .fd = stoppable ? vm->stop_fd : -1, .events = POLLIN },
	};
	int n = poll(pfd, 4, channel_ms(deadline));

	if (pfd[1].revents)
		read_stderr(vm);
	if (pfd[0].revents)
		read_console(vm);
	if (pfd[2].revents)
		channel_read(&vm->channel);
	if (pfd[3].revents)
		return -EINTR;
	return n ? 0 : -ETIMEDOUT;
}

int vm_next(struct vm *vm, uint64_t deadline, json_t **msg)
{
	bool panicked = vm->console.panicked;
	int ret;

	for (;;) {
		*msg = channel_line(&vm->channel);
		if (*msg)
			return 0;
		if (vm->ended && vm->channel.fd < 0)
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
	return channel_send(&vm->channel, json);
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
	channel_close(&vm->channel);
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
	      const char *accel, const char *image, const char *initramfs,
	      struct err *err)
{
	int con[2], errs[2], chan[2], ret;
	struct qemu_args args;
	struct proc proc;

	ret = open_pipes(con, errs, chan, err);
	if (ret)
		return ret;
	qemu_args_make(&args, shape, accel, image, initramfs, chan[1]);
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
	channel_open(&vm->channel, chan[0], chan[0]);
	vm->ended = false;
	vm->complaint[0] = '\0';
	return 0;
}
