/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_LINK_H
#define AUX_BENCH_TARGET_LINK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/target/channel.h"
#include "bench/target/console.h"
#include "lib/err.h"

/*
 * The process that leads to an agent (QEMU, ssh, the agent itself), and the
 * ways to it: the channel, on which requests go and answers come; its stderr;
 * and, of a guest, its stdout, which is the kernel's console.  Without one
 * the agent sends the kernel's lines ({"kmsg": "..."}).  Who waits for one of
 * them takes in all, so that none fills up.
 */
struct link {
	int stop_fd;
	const char *who;	/* "QEMU", "ssh", for how it ended */
	const char *program;	/* what its lines on stderr begin with */
	bool has_console;	/* on its stdout */
	pid_t pid;		/* 0: not running */
	int console_fd;		/* -1: none, or it has ended */
	int err_fd;
	int theirs[4];		/* until it runs, see link.c */
	uint64_t started;
	struct channel channel;
	struct console console;	/* opened and closed by the user */
	char complaint[512];	/* its last line on stderr */
	char error_line[1024];	/* stderr, not yet a line */
	size_t error_len;
};

void link_init(struct link *link, int stop_fd, const char *who,
	       const char *program, bool has_console);
void link_free(struct link *link);

/*
 * Two steps, for a command line may need the number of the channel's other
 * end: link_open() makes and returns it, link_start() runs @argv (NULL-ended,
 * argv[0] from $PATH).  Without a console of its own the process has the
 * channel as stdin and stdout.
 */
int link_open(struct link *link, struct err *err);
int link_start(struct link *link, const char *const *argv, struct err *err);

/*
 * Takes in whatever is there: 0 when something was, -ETIMEDOUT at @deadline,
 * -EINTR when the user wants to stop (unless it is not @stoppable).
 */
int link_poll(struct link *link, uint64_t deadline, bool stoppable);

/*
 * Waits for the agent's next line: 0 and a new reference; -ETIMEDOUT at
 * @deadline, -EINTR when the user wants to stop, -EPIPE when it has ended.
 */
int link_next(struct link *link, uint64_t deadline, json_t **msg);

/* Sends one line; takes @json over.  -EPIPE or -ETIMEDOUT. */
int link_send(struct link *link, json_t *json);

/* How the process ended. */
struct link_end {
	bool by_signal;		/* not its own doing, nor the kernel's in it */
	char how[128];		/* "QEMU ended with status 1"; "": well */
};

/*
 * Waits for its end until @deadline, then kills its process group.  @end may
 * be NULL.  One that cannot even be killed (it is stuck in the kernel) is left
 * behind: -ETIMEDOUT.
 */
int link_reap(struct link *link, uint64_t deadline, struct link_end *end);

#endif
