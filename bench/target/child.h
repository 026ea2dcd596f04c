/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_CHILD_H
#define AUX_BENCH_TARGET_CHILD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/target/channel.h"
#include "bench/target/console.h"
#include "lib/err.h"

/*
 * An agent that is a child of ours, or ssh that leads to one: a channel on
 * its stdin and stdout, and its stderr.  What the agent sends of the kernel's
 * log ({"kmsg": "..."}) goes to the console here.
 */
struct child {
	int stop_fd;
	pid_t pid;		/* 0: not running */
	int err_fd;
	struct channel channel;
	struct console console;	/* opened and closed by the user */
	const char *who;	/* "agent", "ssh", for what it complains of */
	char complaint[512];	/* its last line on stderr */
	char error_line[1024];	/* stderr, not yet a line */
	size_t error_len;
};

void child_init(struct child *child, int stop_fd, const char *who);
void child_free(struct child *child);

/* Starts @argv (NULL-ended, argv[0] from $PATH); SIGPIPE must be ignored. */
int child_launch(struct child *child, const char *const *argv,
		 struct err *err);

/* As struct talk wants them; @link is the child. */
int child_next(void *link, uint64_t deadline, json_t **msg);
int child_send(void *link, json_t *json);

/*
 * Waits for its end until @deadline, then kills its process group.  @how (of
 * @size, may be 0) gets how it ended, if not well.  One that cannot even be
 * killed (it is stuck in the kernel) is left behind: -ETIMEDOUT.
 */
int child_reap(struct child *child, uint64_t deadline, char *how,
	       size_t size);

#endif
