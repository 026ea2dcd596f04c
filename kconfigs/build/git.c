// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/git.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kconfigs/build/builder.h"
#include "kconfigs/build/cache.h"
#include "lib/proc.h"
#include "lib/units.h"

#define GIT_NS (120 * NSEC_PER_SEC)

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

static size_t count(const char *const *args)
{
	size_t n = 0;

	while (args[n])
		n++;
	return n;
}

static const char **command(const struct git *git, const char *const *args)
{
	static const char *const apart[] = { "GIT_DIR=/nonexistent", NULL };
	static const char *const none[] = { NULL };
	const char *const *const parts[] = {
		head, git->apart ? apart : none, options, args
	};
	size_t room = 1, n = 0, i, k;
	const char **argv;

	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		room += count(parts[i]);
	argv = calloc(room, sizeof(*argv));
	if (!argv)
		abort();
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		for (k = 0; parts[i][k]; k++)
			argv[n++] = parts[i][k];
	}
	return argv;
}

/* A descriptor that @git's input is read from, -1 for none, or -errno. */
static int open_input(const struct git *git, struct err *err)
{
	size_t done = 0;
	ssize_t n;
	int fd;

	if (!git->text && !git->input)
		return -1;
	fd = git->text ? memfd_create("in", MFD_CLOEXEC) :
		open(git->input, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", git->text ? "memfd" :
			       git->input, strerror(errno));
	while (git->text && done < git->text_len) {
		n = pwrite(fd, git->text + done, git->text_len - done, done);
		if (n <= 0) {
			close(fd);
			return err_set(err, -EIO, "memfd: %s",
				       strerror(errno));
		}
		done += n;
	}
	return fd;
}

int git_run(const struct git *git, const char *const *args, char **out,
	    size_t *len, char **why, struct err *err)
{
	int fd = memfd_create("out", MFD_CLOEXEC);
	int errfd = memfd_create("err", MFD_CLOEXEC);
	const char **argv = command(git, args);
	struct proc proc = {
		.argv = argv, .cwd = git->cwd, .out = fd, .errout = errfd,
		.in = open_input(git, err),
	};
	int ret;

	*out = *why = NULL;
	if (fd < 0 || errfd < 0)
		ret = err_set(err, -errno, "memfd_create: %s",
			      strerror(errno));
	else if (proc.in < -1)
		ret = proc.in;
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
	free(argv);
	return ret;
}

bool git_blames_host(const char *why)
{
	/* A path that cannot be, for what is there, is the patch's. */
	bool path = strstr(why, "Is a directory") ||
		strstr(why, "Not a directory") || strstr(why, "File exists");

	return !*why || log_blames_host(why) ||
		(!path && (strstr(why, "unable to write") ||
			   strstr(why, "unable to create") ||
			   strstr(why, "cannot create")));
}

char *git_pattern(const char *option, const char *path)
{
	char *pattern = malloc(strlen(option) + 2 * strlen(path) + 1), *p;

	if (!pattern)
		abort();
	p = stpcpy(pattern, option);
	for (; *path; path++) {
		if (strchr("*?[\\", *path))
			*p++ = '\\';
		*p++ = *path;
	}
	*p = '\0';
	return pattern;
}
