// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kconfigs/build/builder.h"
#include "kconfigs/build/pace.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/progress.h"
#include "lib/units.h"

/* make in a work folder, and what it says meanwhile. */

/* A debug kernel on a slow machine takes its time; a hung make does not end. */
#define BUILD_NS (3 * 3600 * NSEC_PER_SEC)
#define TELL_NS (2 * NSEC_PER_SEC)
#define STOP_NS (10 * NSEC_PER_SEC)

#define MAX_ARGS 32

static bool have_ccache(const struct builder *b)
{
	static const char *const argv[] = { "ccache", "--version", NULL };
	struct err err;
	char *out;
	int ret;

	ret = run_output(b->store, argv, NULL, false, &out, &err);
	free(out);
	return !ret;
}

/* ".incbin" in C: see CCACHE_AFLAGS. */
static bool brings_in(const struct builder *b)
{
	static const char word[] = ".incbin";
	size_t i;

	for (i = 0; i < b->patch.n_parts; i++) {
		if (memmem(b->patch.parts[i].diff, b->patch.parts[i].len,
			   word, strlen(word)))
			return true;
	}
	return false;
}

/* make removes the files it was at when it gets a chance to. */
static bool stop_make(pid_t pid)
{
	int status;

	kill(-pid, SIGTERM);
	if (!proc_wait(pid, -1, now_ns() + STOP_NS, &status)) {
		kill(-pid, SIGKILL);
		return true;
	}
	proc_kill(pid);
	return false;
}

/*
 * Where objects may be half-written there is a file "making"; "made" has the
 * time of the last that is not.  That what was written has also come to the
 * disk is heard of once, and only by who asks: if it has not, "making" says
 * "disk", and nothing there is to be trusted.
 */
static int begin_make(const struct builder *b, struct err *err)
{
	char *making = xasprintf("%s/making", b->work);
	int ret = file_write(making, "", 0, err);

	free(making);
	return ret;
}

static int end_make(const struct builder *b, int dir, struct err *err)
{
	char *making = xasprintf("%s/making", b->work);
	char *made = xasprintf("%s/made", b->work);
	struct err ignored;
	int ret = 0;

	if (syncfs(dir)) {
		ret = err_set(err, -errno, "%s: %s", b->work, strerror(errno));
		file_write(making, "disk", 4, &ignored);
	} else if (!file_write(made, "", 0, &ignored)) {
		unlink(making);
	}
	free(made);
	free(making);
	return ret;
}

/* "420 of ~990 files, 3 min, about 4 min left" */
static void tell(const struct builder *b, const char *log, uint64_t start,
		 struct pace *whole)
{
	char spent[PROGRESS_TIME_LEN], left[PROGRESS_TIME_LEN], *text;
	struct pace now = { .ns = now_ns() - start };
	struct err ignored;

	if (file_read(log, &text, NULL, &ignored))
		return;
	now.files = pace_count(text);
	free(text);
	if (!now.files)
		return;
	/* A patch to a header, or another kconfig: all of it again. */
	if (now.files > 2 * whole->files)
		pace_read(b->store, b->spec->kconfig, true, whole);
	if (now.files >= whole->files)
		cache_progress(b->store, "%d files, %s", now.files,
			       progress_time(spent, now.ns));
	else if (!pace_left(&now, whole))
		cache_progress(b->store, "%d of ~%d files, %s", now.files,
			       whole->files, progress_time(spent, now.ns));
	else
		cache_progress(b->store, "%d of ~%d files, %s, about %s left",
			       now.files, whole->files,
			       progress_time(spent, now.ns),
			       progress_time(left, pace_left(&now, whole)));
}

static int wait_make(const struct builder *b, pid_t pid, const char *what,
		     const char *log, struct pace *whole,
		     struct err *err)
{
	int dir = open(b->work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t start = now_ns(), end = start + BUILD_NS, next;
	struct err ignored;
	int status, ret;

	do {
		next = now_ns() + TELL_NS;
		ret = proc_wait(pid, b->store->stop_fd, next, &status);
		if (ret == -ETIMEDOUT && whole)
			tell(b, log, start, whole);
	} while (ret == -ETIMEDOUT && next < end);
	if (ret) {
		if (stop_make(pid))
			end_make(b, dir, &ignored);
		err_set(err, ret, ret == -EINTR ? "interrupted" :
			"the kernel build did not end within 3 hours");
	} else {
		kill(-pid, SIGKILL);
		if (WIFSIGNALED(status))
			ret = err_set(err, -ECANCELED,
				      "%s: make was killed by signal %d",
				      what, WTERMSIG(status));
		else
			ret = end_make(b, dir, err);
		if (!ret && WEXITSTATUS(status))
			ret = -ECHILD;
	}
	if (dir >= 0)
		close(dir);
	return ret;
}

static int run_logged(const struct builder *b, struct proc *proc,
		      const char *what, const char *log, struct pace *whole,
		      struct err *err)
{
	int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	pid_t pid;
	int ret;

	if (fd < 0)
		return err_set(err, -errno, "%s: %s", log, strerror(errno));
	proc->out = fd;
	proc->errout = fd;
	ret = begin_make(b, err);
	pid = ret ? ret : proc_start(proc, err);
	ret = pid < 0 ? pid : wait_make(b, pid, what, log, whole, err);
	close(fd);
	return ret;
}

/*
 * make in the work folder's object tree.  flock(1) keeps a second lock that
 * all make starts inherits: should this process be killed, the next one waits
 * until the last compiler has ended.
 */
static int run_make(const struct builder *b, const char *const *args,
		    const char *what, const char *log,
		    struct pace *whole, struct err *err)
{
	bool ccache = have_ccache(b) && !brings_in(b);
	char *lock = xasprintf("%s/make.lock", b->work);
	char *tree = xasprintf("%s/linux", b->work);
	char *jobs = xasprintf("-j%d", b->store->jobs ? b->store->jobs :
			       pace_cpus());
	char *version = xasprintf("LOCALVERSION=-%s", b->spec->variant);
	char *arch = xasprintf("ARCH=%s", b->store->arch->make);
	char *gcc = arch_tool(b->store->arch, "gcc");
	char *prefix = arch_tool(b->store->arch, "");
	char *cross = xasprintf("CROSS_COMPILE=%s", prefix);
	char *cc = xasprintf("CC=%s%s", ccache ? "ccache " : "", gcc);
	char *basedir = xasprintf("CCACHE_BASEDIR=%s", b->store->cache);
	char *dir = xasprintf("CCACHE_DIR=%s/ccache", b->store->cache);
	/* The user's environment must not reach the kernel's makefiles. */
	const char *const env[] = {
		"LC_ALL=C", "PYTHONDONTWRITEBYTECODE=1", "MAKEFLAGS=", "MFLAGS=", "MAKELEVEL=",
		"KBUILD_OUTPUT=", "KCFLAGS=", "KCPPFLAGS=", cross,
		"CCACHE_NOHASHDIR=1", CCACHE_MODE, basedir,
		getenv("CCACHE_DIR") ? "CCACHE_RECACHE_UNUSED=" : dir, NULL
	};
	const char *argv[MAX_ARGS] = {
		"flock", "--no-fork", lock, "make", "-C", tree, "O=obj", jobs,
		arch, version, cc, ccache ? "HOSTCC=ccache gcc" : "HOSTCC=gcc",
		ccache ? "KAFLAGS=" CCACHE_AFLAGS : "KAFLAGS=",
		/* The same inputs make the same kernel, bit for bit. */
		"KBUILD_BUILD_USER=aux-tests", "KBUILD_BUILD_HOST=guest",
		"KBUILD_BUILD_TIMESTAMP=1970-01-01", "KBUILD_BUILD_VERSION=1",
	};
	struct proc proc = { .argv = argv, .env = env, .in = -1 };
	int i = 0, ret;

	while (argv[i])
		i++;
	while (*args && i < MAX_ARGS - 1)
		argv[i++] = *args++;
	/* A kernel without a part of what was asked for is another one. */
	ret = *args ? err_set(err, -E2BIG, "%s: too many arguments of make",
			      what) :
		run_logged(b, &proc, what, log, whole, err);
	free(dir);
	free(basedir);
	free(cc);
	free(cross);
	free(prefix);
	free(gcc);
	free(arch);
	free(version);
	free(jobs);
	free(tree);
	free(lock);
	return ret;
}

int work_make(struct builder *b, const char *const *args,
	      const char *what, const char *log, struct pace *whole,
	      struct err *err)
{
	char lines[640], left[PROGRESS_TIME_LEN], *text;
	struct err ignored;
	int ret;

	if (whole)
		cache_progress(b->store, "0 of ~%d files, about %s left",
			       whole->files, progress_time(left, whole->ns));
	else
		cache_progress(b->store, "%s", what);
	ret = run_make(b, args, what, log, whole, err);
	if (ret != -ECHILD)
		return ret;
	lines[0] = '\0';
	if (!file_read(log, &text, NULL, &ignored)) {
		log_errors(text, lines, sizeof(lines));
		b->fault = log_fault(text);
		free(text);
	}
	return err_set(err, -ECHILD, "%s failed:\n%sall of it: %s", what,
		       lines, log);
}
