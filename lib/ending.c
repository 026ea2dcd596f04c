// SPDX-License-Identifier: GPL-2.0-only
#include "lib/ending.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "| head" has seen enough: nobody is there to miss the rest. */
static int reader_gone(void)
{
	struct pollfd pfd = { .fd = STDOUT_FILENO };

	return poll(&pfd, 1, 0) > 0 && pfd.revents & POLLERR;
}

/* Blocked since proc_stop_fd(), and pending since it has come. */
static int stopped_by(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t pending;
	size_t i;

	sigpending(&pending);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		if (sigismember(&pending, signals[i]))
			return signals[i];
	}
	return 0;
}

static void at_end(int status, void *name)
{
	/* An error of before has no errno any more. */
	int lost = ferror(stdout), code = 0, sig;

	if (fflush(stdout)) {
		lost = 1;
		code = errno;
	}
	if (lost && !reader_gone()) {
		fprintf(stderr, "%s: stdout: %s\n", (const char *)name,
			code ? strerror(code) : "could not be written");
		_exit(1);
	}
	sig = status == 1 ? stopped_by() : 0;
	if (sig)
		_exit(128 + sig);
}

void ending_watch(const char *name)
{
	on_exit(at_end, (void *)name);
}
