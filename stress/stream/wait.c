// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "lib/scenario.h"

static int open_epoll(const struct wait *wait)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct epoll_event stop = { .events = EPOLLIN, .data.u32 = 1 };
	int fd = epoll_create1(EPOLL_CLOEXEC);

	epoll_ctl(fd, EPOLL_CTL_ADD, wait->pfd[0].fd, &event);
	epoll_ctl(fd, EPOLL_CTL_ADD, wait->pfd[1].fd, &stop);
	return fd;
}

/* A real-time signal is queued; SIGIO itself could be merged with another. */
static int open_sigio(int event_fd)
{
	struct f_owner_ex owner = { .type = F_OWNER_TID, .pid = gettid() };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	fcntl(event_fd, F_SETSIG, SIGRTMIN);
	fcntl(event_fd, F_SETOWN_EX, &owner);
	fcntl(event_fd, F_SETFL,
	      fcntl(event_fd, F_GETFL) | O_ASYNC);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void wait_open(struct wait *wait, int event_fd, int stop_fd, int scenario)
{
	*wait = (struct wait) {
		.pfd = {
			{ .fd = event_fd, .events = POLLIN },
			{ .fd = stop_fd, .events = POLLIN },
		},
		.scenario = scenario, .fd = -1,
	};
	if (scenario == SCENARIO_EPOLL)
		wait->fd = open_epoll(wait);
	if (scenario == SCENARIO_SIGIO)
		wait->fd = wait->pfd[0].fd = open_sigio(event_fd);
}

void wait_close(struct wait *wait)
{
	if (wait->fd >= 0)
		close(wait->fd);
}

static void wait_epoll(struct wait *wait)
{
	struct epoll_event e[2];
	int i, n = epoll_wait(wait->fd, e, 2, -1);

	for (i = 0; i < n; i++)
		wait->ended |= e[i].data.u32 == 1 ||
			       (e[i].events & (EPOLLHUP | EPOLLERR));
}

void wait_event(struct wait *wait)
{
	struct signalfd_siginfo info;

	if (wait->scenario == SCENARIO_EPOLL) {
		wait_epoll(wait);
		return;
	}
	if (poll(wait->pfd, 2, -1) < 0)
		return;
	wait->ended = wait->pfd[1].revents ||
		      wait->pfd[0].revents & (POLLHUP | POLLERR);
	if (wait->fd >= 0 && read(wait->fd, &info, sizeof(info)) < 0)
		wait->ended |= errno != EAGAIN;
}
