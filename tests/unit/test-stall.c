// SPDX-License-Identifier: GPL-2.0-only
/* A machine that stands still: ours is a process that is stopped. */
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stress/stall.h"
#include "tests/check.h"

#define S NSEC_PER_SEC

static void common(struct check *t)
{
	const struct {
		struct stall_watcher watcher[2];
		int n;
		uint64_t still;
	} cases[] = {
		{ { { .from = 5 * S, .to = 15 * S },
		    { .from = 5 * S + 7, .to = 15 * S + 9 } }, 2,
		  10 * S - 7 },
		{ { { .from = 5 * S, .to = 15 * S },
		    { .from = 16 * S, .to = 16 * S + S / 4 } }, 2, 0 },
		{ { { .from = 5 * S, .to = 15 * S },
		    { .from = 9 * S, .to = 9 * S + S / 4 } }, 2, 0 },
		{ { { .from = 5 * S, .to = 15 * S } }, 1, 10 * S },
		{ { { .from = 5 * S, .to = 5 * S + S / 2 } }, 1, 0 },
		{ { { 0 } }, 0, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_EQ(t, stall_common(cases[i].watcher, cases[i].n),
			 cases[i].still);
}

/* Says that it watches, then, when told so, how long it stood still. */
static void be_watched(int in, int out)
{
	struct stall stall;
	uint64_t still;
	char c;

	stall_watch(&stall);
	if (write(out, "", 1) != 1 || read(in, &c, 1) != 1)
		_exit(1);
	still = stall_end(&stall);
	_exit(write(out, &still, sizeof(still)) != sizeof(still));
}

static void stopped(struct check *t)
{
	const struct timespec pause = { .tv_sec = 2 };
	int to[2], from[2];
	uint64_t still = 0;
	pid_t pid;
	char c;

	CHECK(t, !pipe(to) && !pipe(from));
	pid = fork();
	if (!pid)
		be_watched(to[0], from[1]);
	CHECK_EQ(t, read(from[0], &c, 1), 1);
	/* By now its threads run, even on a loaded machine. */
	nanosleep(&pause, NULL);
	kill(pid, SIGSTOP);
	nanosleep(&pause, NULL);
	kill(pid, SIGCONT);
	CHECK_EQ(t, write(to[1], "", 1), 1);
	CHECK_EQ(t, read(from[0], &still, sizeof(still)), sizeof(still));
	CHECK(t, still > STALL_LIMIT);
	waitpid(pid, NULL, 0);
}

int main(void)
{
	struct check t = { 0 };

	common(&t);
	stopped(&t);
	return check_end(&t);
}
