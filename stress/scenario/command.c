// SPDX-License-Identifier: GPL-2.0-only
#include "stress/scenario/command.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/place/placement.h"

#define PATIENCE (60 * NSEC_PER_SEC)

/* As proc_wait(), and whoever waits for us hears that we are still there. */
static int wait_for(struct scenario_ctx *ctx, pid_t pid, int *status,
		    struct err *err)
{
	uint64_t end = now_ns() + PATIENCE, next = 0;
	int ret;

	if (end < ctx->end)
		end = ctx->end;
	do {
		ret = proc_wait(pid, ctx->options->stop_fd,
				now_ns() + NSEC_PER_SEC / 2, status);
		if (ret == -ETIMEDOUT && scenario_beat(ctx, &next, err))
			return -EINTR;
	} while (ret == -ETIMEDOUT && now_ns() < end);
	return ret;
}

static int run(struct scenario_ctx *ctx, const char *const *argv,
	       const char *cwd, bool errors, FILE **said, int *status,
	       struct err *err)
{
	static const char *const env[] = { "HOME=/tmp", NULL };
	FILE *f = tmpfile();
	struct proc proc = {
		.argv = argv, .cwd = cwd, .env = env, .in = -1,
		.out = f ? fileno(f) : -1,
		.errout = f && errors ? fileno(f) : -1,
	};
	pid_t pid;
	int ret;

	if (!f)
		return err_set(err, -errno, "a temporary file: %s",
			       strerror(errno));
	pid = proc_start(&proc, err);
	if (pid < 0) {
		fclose(f);
		return pid != -ENOENT ? pid :
			err_set(err, -PLACEMENT_SKIP, "%s is not here",
				argv[0]);
	}
	ret = wait_for(ctx, pid, status, err);
	if (ret) {
		proc_kill(pid);
		*status = -1;
	}
	if (ret == -EINTR) {
		fclose(f);
		return err_set(err, ret, "interrupted");
	}
	rewind(f);
	*said = f;
	return 0;
}

int command_run(struct scenario_ctx *ctx, const char *const *argv,
		const char *cwd, FILE **said, int *status, struct err *err)
{
	return run(ctx, argv, cwd, true, said, status, err);
}

int command_read(struct scenario_ctx *ctx, const char *const *argv,
		 FILE **said, int *status, struct err *err)
{
	return run(ctx, argv, NULL, false, said, status, err);
}
