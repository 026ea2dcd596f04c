/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_PROC_H
#define AUX_LIB_PROC_H

#include <stdint.h>
#include <sys/types.h>

#include "lib/err.h"

/*
 * Children.  Each gets a process group of its own, so that all it started
 * can be killed with it, and dies with the thread that started it.  ^C from
 * the terminal therefore does not reach it: whoever waits watches @stop_fd.
 */

/*
 * Blocks SIGINT, SIGTERM and SIGHUP, but what is ignored (nohup), in the
 * caller (and, by inheritance, in threads it starts) and returns a descriptor that polls readable once one
 * of them has come and stays so.  Children get the signals unblocked.
 */
int proc_stop_fd(struct err *err);
/* True once such a signal has come. */
int proc_stopped(int stop_fd);

struct proc {
	const char *const *argv;	/* NULL-ended; argv[0] from $PATH */
	const char *cwd;		/* NULL: here */
	const char *const *env;		/* "NAME=value" added, or NULL */
	int in, out, errout;		/* descriptors; -1: /dev/null */
};

/* Starts it; its pid, or -errno with @err set (also when exec fails). */
pid_t proc_start(const struct proc *proc, struct err *err);

/*
 * Waits for the child until @deadline_ns (CLOCK_MONOTONIC, 0: none) or until
 * @stop_fd (-1: none) is readable.  Then 0 and *status as from waitpid();
 * -ETIMEDOUT or -EINTR leave the child running.
 */
int proc_wait(pid_t pid, int stop_fd, uint64_t deadline_ns, int *status);

/* Kills the child's whole group with SIGKILL and reaps the child. */
void proc_kill(pid_t pid);

/*
 * Start, wait, and kill at the deadline or when stopped.  @timeout_ns 0: no
 * deadline.  0 when it exited with 0; -ECHILD when it failed, -ETIMEDOUT,
 * -EINTR; the text names the command and how it ended.
 */
int proc_run(const struct proc *proc, int stop_fd, uint64_t timeout_ns,
	     struct err *err);

/*
 * Calls @fn in a child of this program, in its process group and with its
 * descriptors, and waits: 0 when it returned 0; else -ECHILD, and the text says
 * how @who ended.  Dead children that nobody else waits for are reaped, too.
 */
int proc_call(const char *who, int (*fn)(void *ctx), void *ctx,
	      struct err *err);

/* CLOCK_MONOTONIC in ns. */
uint64_t now_ns(void);

#endif
