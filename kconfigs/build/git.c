// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/git.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kconfigs/build/cache.h"
#include "lib/proc.h"
#include "lib/units.h"

#define GIT_NS (120 * NSEC_PER_SEC)
#define MAX_ARGS 40

/*
 * The environment may be that of a hook, which is about another repository.
 * No git folder: git then takes the folder it is in as it is.
 */
static const char *const head[] = {
	"env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u", "GIT_INDEX_FILE",
	"-u", "GIT_PREFIX", "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1",
	"GIT_CONFIG_GLOBAL=/dev/null", "GIT_OPTIONAL_LOCKS=0", NULL
};
static const char *const options[] = {
	"git", "-c", "safe.directory=*", "-c", "core.quotePath=false", NULL
};

static int append(const char **argv, int n, const char *const *args)
{
	while (*args && n < MAX_ARGS - 1)
		argv[n++] = *args++;
	argv[n] = NULL;
	return n;
}

int git_run(const struct git *git, const char *const *args, char **out,
	    size_t *len, char **why, struct err *err)
{
	static const char *const apart[] = { "GIT_DIR=/nonexistent", NULL };
	int fd = memfd_create("out", MFD_CLOEXEC);
	int errfd = memfd_create("err", MFD_CLOEXEC);
	const char *argv[MAX_ARGS];
	struct proc proc = {
		.argv = argv, .cwd = git->cwd, .out = fd, .errout = errfd,
		.in = git->input ? open(git->input, O_RDONLY | O_CLOEXEC) : -1,
	};
	int n, ret;

	*out = *why = NULL;
	n = append(argv, 0, head);
	if (git->apart)
		n = append(argv, n, apart);
	n = append(argv, n, options);
	append(argv, n, args);
	if (fd < 0 || errfd < 0)
		ret = err_set(err, -errno, "memfd_create: %s",
			      strerror(errno));
	else if (git->input && proc.in < 0)
		ret = err_set(err, -errno, "%s: %s", git->input,
			      strerror(errno));
	else
		ret = proc_run(&proc, git->stop_fd, GIT_NS, err);
	if (!ret || ret == -ECHILD) {
		*out = fd_slurp(fd, len);
		*why = fd_slurp(errfd, NULL);
		chomp(*why);
	}
	if (ret == -ECHILD && !strncmp(*why, "env: ", 5))
		ret = err_set(err, -ENOENT,
			      "git is needed here, and cannot be started: install git");
	close(fd);
	close(errfd);
	if (proc.in >= 0)
		close(proc.in);
	return ret;
}
