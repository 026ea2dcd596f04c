/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_WAIT_H
#define AUX_STRESS_STREAM_WAIT_H

#include <poll.h>
#include <stdbool.h>

/*
 * What a tracer's loop waits for: poll() of the event, or as two scenarios
 * want it, an epoll set with the event in it, or the signal that it sends.  The
 * latter two are descriptors, too, which poll() takes beside the one that says
 * "end".
 */
struct wait {
	struct pollfd pfd[2];
	int scenario;
	int fd;			/* epoll set or signalfd; -1: neither */
	bool ended;
};

/* In the thread that will wait: a signal goes to it alone. */
void wait_open(struct wait *wait, int event_fd, int stop_fd, int scenario);
/* Once; then @ended says whether there is no more to wait for. */
void wait_event(struct wait *wait);
void wait_close(struct wait *wait);

#endif
