// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kconfigs/build/builder.h"
#include "kconfigs/build/preempt.h"
#include "lib/arch.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

/* A debug kernel on a slow machine takes its time; a hung make does not end. */
#define BUILD_NS (3 * 3600 * NSEC_PER_SEC)
#define TELL_NS (2 * NSEC_PER_SEC)
#define STOP_NS (10 * NSEC_PER_SEC)

#define MAX_ARGS 24

static int cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
}

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

/* How many files were compiled so far, by make's own lines. */
static int count_compiled(const char *log)
{
	struct err err;
	char *text, *p;
	int n = 0;

	if (file_read(log, &text, NULL, &err))
		return 0;
	for (p = text; (p = strstr(p, "\n  CC ")); p++)
		n++;
	free(text);
	return n;
}

/* make removes the file it was at when it gets a chance to. */
static void stop_make(pid_t pid)
{
	int status;

	kill(-pid, SIGTERM);
	if (!proc_wait(pid, -1, now_ns() + STOP_NS, &status))
		kill(-pid, SIGKILL);
	else
		proc_kill(pid);
}

static int wait_make(const struct builder *b, pid_t pid, const char *what,
		     const char *log, struct err *err)
{
	uint64_t end = now_ns() + BUILD_NS, next;
	int status, ret, n;

	do {
		next = now_ns() + TELL_NS;
		ret = proc_wait(pid, b->store->stop_fd, next, &status);
		n = ret == -ETIMEDOUT ? count_compiled(log) : 0;
		if (n)
			cache_progress(b->store, "%s: %d files", what, n);
	} while (ret == -ETIMEDOUT && next < end);
	if (ret) {
		stop_make(pid);
		return err_set(err, ret, ret == -EINTR ? "interrupted" :
			       "the kernel build did not end within 3 hours");
	}
	kill(-pid, SIGKILL);
	if (WIFSIGNALED(status))
		return err_set(err, -ECANCELED, "%s: make was killed by signal %d",
			       what, WTERMSIG(status));
	return WEXITSTATUS(status) ? -ECHILD : 0;
}

/*
 * make in the work folder's object tree.  flock(1) keeps a second lock that
 * all make starts inherits: should this process be killed, the next one waits
 * until the last compiler has ended.
 */
static int run_make(const struct builder *b, const char *const *args,
		    const char *what, const char *log, struct err *err)
{
	bool ccache = have_ccache(b);
	char *lock = xasprintf("%s/make.lock", b->work);
	char *tree = xasprintf("%s/linux", b->work);
	char *jobs = xasprintf("-j%d", b->store->jobs ? b->store->jobs :
			       cpus());
	char *version = xasprintf("LOCALVERSION=-%s", b->spec->variant);
	char *arch = xasprintf("ARCH=%s", arch_here->make);
	char *basedir = xasprintf("CCACHE_BASEDIR=%s", b->store->cache);
	char *dir = xasprintf("CCACHE_DIR=%s/ccache", b->store->cache);
	/* The user's environment must not reach the kernel's makefiles. */
	const char *const env[] = {
		"LC_ALL=C", "MAKEFLAGS=", "MFLAGS=", "MAKELEVEL=",
		"KBUILD_OUTPUT=", "KCFLAGS=", "KCPPFLAGS=", "CROSS_COMPILE=",
		"CCACHE_NOHASHDIR=1", basedir,
		getenv("CCACHE_DIR") ? "CCACHE_RECACHE_UNUSED=" : dir, NULL
	};
	const char *argv[MAX_ARGS] = {
		"flock", "--no-fork", lock, "make", "-C", tree, "O=obj", jobs,
		arch, version,
		ccache ? "CC=ccache gcc" : "CC=gcc",
		ccache ? "HOSTCC=ccache gcc" : "HOSTCC=gcc",
		/* The same inputs make the same kernel, bit for bit. */
		"KBUILD_BUILD_USER=aux-tests", "KBUILD_BUILD_HOST=guest",
		"KBUILD_BUILD_TIMESTAMP=1970-01-01", "KBUILD_BUILD_VERSION=1",
	};
	struct proc proc = { .argv = argv, .env = env, .in = -1 };
	int i = 0, fd, ret;
	pid_t pid;

	while (argv[i])
		i++;
	while (*args && i < MAX_ARGS - 1)
		argv[i++] = *args++;
	fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		ret = err_set(err, -errno, "%s: %s", log, strerror(errno));
		goto out;
	}
	proc.out = fd;
	proc.errout = fd;
	pid = proc_start(&proc, err);
	ret = pid < 0 ? pid : wait_make(b, pid, what, log, err);
	close(fd);
out:
	free(dir);
	free(basedir);
	free(arch);
	free(version);
	free(jobs);
	free(tree);
	free(lock);
	return ret;
}

/* run_make(), and a failure with the lines of the log that say why. */
static int make(const struct builder *b, const char *const *args,
		const char *what, const char *log, struct err *err)
{
	char lines[640], *text;
	struct err ignored;
	int ret;

	cache_progress(b->store, "%s", what);
	ret = run_make(b, args, what, log, err);
	if (ret != -ECHILD)
		return ret;
	lines[0] = '\0';
	if (!file_read(log, &text, NULL, &ignored)) {
		log_errors(text, lines, sizeof(lines));
		free(text);
	}
	return err_set(err, -ECHILD, "%s failed:\n%sall of it: %s", what,
		       lines, log);
}

static char *in_obj(const struct builder *b, const char *name)
{
	return xasprintf("%s/linux/obj/%s", b->work, name);
}

/* Whether .config is of these inputs already. */
static void config_key(const struct builder *b, char hex[KEY_HEX])
{
	struct key key;
	size_t i;

	key_init(&key);
	key_add_text(&key, "source", b->source.content);
	key_add_text(&key, "config", b->config);
	key_add_text(&key, "compiler", b->compiler);
	for (i = 0; i < b->patch.n_files; i++) {
		const struct patch_file *file = &b->patch.files[i];

		if (strstr(file->path, "Kconfig"))
			key_add(&key, file->path, file->diff, file->len);
	}
	key_hex(&key, hex);
}

/* Without one line of the fragments it would be another kernel. */
static int check_config(const struct builder *b, struct err *err)
{
	char *path = in_obj(b, ".config"), *text;
	char models[80] = "";
	struct err why;
	int ret = file_read(path, &text, NULL, err);

	free(path);
	if (ret)
		return ret;
	ret = config_check(b->config, text, &why);
	if (preempt_wanted(b->config))
		preempt_offered(text, models, sizeof(models));
	free(text);
	if (ret)
		err_set(err, ret,
			"kconfig %s on Linux %s cannot be had: %.700s%s%s",
			b->spec->kconfig, b->source.version, why.text,
			*models ? "; the tree's preemption models are " : "",
			models);
	return ret;
}

int work_configure(struct builder *b, struct err *err)
{
	char *marker = xasprintf("%s/configured", b->work);
	char *fragment = xasprintf("%s/fragment", b->work);
	char *log = xasprintf("%s/config.log", b->work);
	char *all = xasprintf("KCONFIG_ALLCONFIG=%s", fragment);
	const char *const args[] = { all, "allnoconfig", NULL };
	char hex[KEY_HEX], *was = NULL;
	struct err ignored;
	int ret = 0;

	config_key(b, hex);
	if (!file_read(marker, &was, NULL, &ignored) && !strcmp(was, hex))
		goto out;
	unlink(marker);
	ret = file_write(fragment, b->config, strlen(b->config), err);
	if (!ret)
		ret = make(b, args, "configure", log, err);
	if (!ret)
		ret = check_config(b, err);
	if (!ret)
		ret = file_write(marker, hex, strlen(hex), err);
out:
	free(was);
	free(all);
	free(log);
	free(fragment);
	free(marker);
	return ret;
}

/* What of a build is kept, under which name; and the image. */
static const struct {
	const char *from, *to;
} outputs[] = {
	{ ".config", "config" },
	{ "include/config/kernel.release", "release" },
	{ "Module.symvers", "Module.symvers" },
	{ "System.map", "System.map" },
};

static int describe_source(const struct builder *b, const char *dir,
			   struct err *err)
{
	const char *name = strrchr(b->source.path, '/');
	char *path = xasprintf("%s/source", dir);
	char *text = xasprintf("Linux %s (%s)\n", b->source.version,
			       b->source.ours && name ? name + 1 :
			       b->source.path);
	int ret = file_write(path, text, strlen(text), err);

	free(text);
	free(path);
	return ret;
}

static int keep_one(const struct builder *b, const char *output,
		    const char *dir, const char *name, struct err *err)
{
	char *from = in_obj(b, output), *to = xasprintf("%s/%s", dir, name);
	int ret = file_copy(from, to, err);

	free(from);
	free(to);
	return ret;
}

/* Collects the outputs and lets them appear at once. */
static int keep(const struct builder *b, const char *log, struct err *err)
{
	char *dir = xasprintf("%s.new", b->out), *to;
	size_t i;
	int ret;

	ret = dir_remove(dir, err);
	if (!ret)
		ret = dir_make(dir, err);
	if (!ret)
		ret = keep_one(b, arch_here->image_path, dir,
			       arch_here->image, err);
	for (i = 0; i < sizeof(outputs) / sizeof(*outputs) && !ret; i++)
		ret = keep_one(b, outputs[i].from, dir, outputs[i].to, err);
	if (!ret)
		ret = describe_source(b, dir, err);
	to = xasprintf("%s/build.log", dir);
	if (!ret)
		ret = file_copy(log, to, err);
	free(to);
	/* So that a crash leaves no name without its contents. */
	sync();
	if (!ret && rename(dir, b->out))
		ret = err_set(err, -errno, "%s: %s", b->out, strerror(errno));
	free(dir);
	return ret;
}

int work_build_kernel(struct builder *b, struct err *err)
{
	/* The driver's file stays as it is, and sees modelled hardware. */
	char *hook = arch_here->driver ?
		xasprintf("CFLAGS_%s=-include %s/%s", arch_here->driver_object,
			  b->hardware_dir, arch_here->driver_hook) : NULL;
	const char *const args[] = {
		arch_here->image, "modules", hook, NULL
	};
	char *what = xasprintf("kernel %s/%s", b->spec->variant,
			       b->spec->kconfig);
	char *log = xasprintf("%s.log", b->out);
	int ret;

	ret = make(b, args, what, log, err);
	if (!ret)
		ret = keep(b, log, err);
	if (!ret)
		unlink(log);
	free(log);
	free(what);
	free(hook);
	return ret;
}

static int copy_all(const char *from, const char *names, const char *to,
		    struct err *err)
{
	char *pattern = xasprintf("%s/%s", from, names), *target;
	glob_t found;
	size_t i;
	int ret = 0;

	if (glob(pattern, 0, NULL, &found))
		found.gl_pathc = 0;
	for (i = 0; i < found.gl_pathc && !ret; i++) {
		target = xasprintf("%s%s", to,
				   strrchr(found.gl_pathv[i], '/'));
		ret = file_copy(found.gl_pathv[i], target, err);
		free(target);
	}
	if (found.gl_pathc)
		globfree(&found);
	free(pattern);
	return ret;
}

/*
 * The sources are copied, as make writes beside them.  Headers and release
 * must be this kernel's: unless it was built just now, another variant may
 * have been built here since.
 */
int work_build_module(struct builder *b, bool fresh, struct err *err)
{
	static const char *const prepare[] = { "modules_prepare", NULL };
	char *dir = xasprintf("%s/auxsynth", b->work);
	char *extmod = xasprintf("M=%s", dir);
	const char *const args[] = { extmod, "modules", NULL };
	char *built = xasprintf("%s/auxsynth.ko", dir);
	char *kept = xasprintf("%s/Module.symvers", b->out);
	char *symvers = in_obj(b, "Module.symvers");
	char *log = xasprintf("%s.module.log", b->out);
	int ret;

	ret = dir_remove(dir, err);
	if (!ret)
		ret = dir_make(dir, err);
	if (!ret)
		ret = copy_all(b->module_dir, "*", dir, err);
	if (!ret)
		ret = copy_all(b->hardware_dir, "*.[ch]", dir, err);
	if (!ret && !fresh)
		ret = file_copy(kept, symvers, err);
	if (!ret && !fresh)
		ret = make(b, prepare, "prepare for modules", log, err);
	if (!ret)
		ret = make(b, args, "module auxsynth", log, err);
	if (!ret)
		ret = file_copy(built, b->module, err);
	if (!ret)
		unlink(log);
	free(log);
	free(symvers);
	free(kept);
	free(built);
	free(extmod);
	free(dir);
	return ret;
}
