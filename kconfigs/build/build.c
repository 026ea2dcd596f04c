// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfigs/build/builder.h"
#include "kconfigs/build/pace.h"
#include "kconfigs/build/preempt.h"
#include "lib/file.h"
#include "lib/proc.h"

/* A build of fewer files says nothing of a whole one. */
#define COLD_FILES_MIN 500

static char *in_obj(const struct builder *b, const char *name)
{
	return xasprintf("%s/linux/obj/%s", b->work, name);
}

static bool is_kconfig(const char *path)
{
	return strstr(path, "Kconfig");
}

/* What the tree offers is the patch's doing only when it changes that. */
static enum kernel_fault config_fault(const struct builder *b)
{
	size_t i;

	for (i = 0; i < b->built.n; i++) {
		const char *path = b->built.files[i].path;

		if (is_kconfig(path) && patch_changes(&b->patch, path))
			return FAULT_PATCH;
	}
	return FAULT_HOST;
}

/* Whether .config is of these inputs already. */
static void config_key(const struct builder *b, char hex[KEY_HEX])
{
	struct key key;
	size_t i;

	key_init(&key);
	key_add_text(&key, "config", b->config);
	key_add_text(&key, "compiler", b->compiler);
	for (i = 0; i < b->built.n; i++) {
		const struct tree_file *f = &b->built.files[i];

		if (is_kconfig(f->path) || strstr(f->path, "Makefile") ||
		    !strncmp(f->path, "scripts/", 8))
			key_add(&key, f->path, f->hash, sizeof(f->hash));
	}
	key_hex(&key, hex);
}

/* Without one line of the fragments it would be another kernel. */
static int check_config(struct builder *b, struct err *err)
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
		b->fault = config_fault(b);
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
		ret = work_make_sure(b, args, "configure", log, NULL,
				     "linux/obj", NULL, err);
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

/*
 * To a name that a crash leaves with its contents or not at all.  What a disk
 * could not take is heard of here or never.
 */
static int copy_for_good(const char *from, const char *to, struct err *err)
{
	char *tmp = xasprintf("%s.new", to);
	int ret = file_copy(from, tmp, err), fd;

	if (!ret) {
		fd = open(tmp, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || fsync(fd) || rename(tmp, to))
			ret = err_set(err, -errno, "%s: %s", to,
				      strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	if (ret)
		unlink(tmp);
	free(tmp);
	return ret;
}

static int keep_one(const struct builder *b, const char *output,
		    const char *dir, const char *name, struct err *err)
{
	char *from = in_obj(b, output), *to = xasprintf("%s/%s", dir, name);
	int ret = copy_for_good(from, to, err);

	free(from);
	free(to);
	return ret;
}

/* A driver's files as they were compiled, patched or not: PMU:HASH+HASH... */
static char *describe_driver(const struct builder *b,
			     const struct arch_driver *driver, int *ret,
			     struct err *err)
{
	const struct arch_file *file = driver->files;
	char *text = xasprintf("%s:", driver->pmu), *path, *longer;
	char hex[KEY_HEX] = "";

	for (; file->source && !*ret; file++) {
		path = xasprintf("%s/linux/%s", b->work, file->source);
		*ret = file_hash(path, hex, err);
		longer = xasprintf("%s%s%s", text,
				   file > driver->files ? "+" : "", hex);
		free(text);
		text = longer;
		free(path);
	}
	return text;
}

static int describe_drivers(const struct builder *b, const char *dir,
			    struct err *err)
{
	const struct arch_driver *driver = b->store->arch->drivers;
	char *to = xasprintf("%s/driver", dir), *text = xasprintf("%s", "");
	char *one, *longer;
	int ret = 0;

	for (; driver->pmu && !ret; driver++) {
		one = describe_driver(b, driver, &ret, err);
		longer = xasprintf("%s%s%s", text, *text ? " " : "", one);
		free(text);
		text = longer;
		free(one);
	}
	if (!ret)
		ret = file_write(to, text, strlen(text), err);
	free(text);
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
		ret = keep_one(b, b->store->arch->image_path, dir,
			       b->store->arch->image, err);
	for (i = 0; i < sizeof(outputs) / sizeof(*outputs) && !ret; i++)
		ret = keep_one(b, outputs[i].from, dir, outputs[i].to, err);
	if (!ret)
		ret = describe_source(b, dir, err);
	if (!ret)
		ret = describe_drivers(b, dir, err);
	to = xasprintf("%s/manifest", dir);
	if (!ret)
		ret = tree_manifest_write(to, &b->built, err);
	free(to);
	to = xasprintf("%s/build.log", dir);
	if (!ret)
		ret = copy_for_good(log, to, err);
	free(to);
	/* The names, too. */
	sync();
	if (!ret && rename(dir, b->out))
		ret = err_set(err, -errno, "%s: %s", b->out, strerror(errno));
	free(dir);
	return ret;
}

/* What it took, for the next one to say how long. */
static void remember(const struct builder *b, const char *log, uint64_t start)
{
	struct pace took = { .ns = now_ns() - start };
	struct err ignored;
	char *text;

	if (file_read(log, &text, NULL, &ignored))
		return;
	took.files = pace_count(text);
	free(text);
	pace_write(b->store, b->spec->kconfig, took.files >= COLD_FILES_MIN,
		   &took);
}

bool work_is_cold(const struct builder *b)
{
	char *built = in_obj(b, "vmlinux.o");
	bool cold = !file_exists(built);

	free(built);
	return cold;
}

/* The drivers' files stay as they are, and see modelled hardware. */
static void hook_drivers(const struct builder *b, char **hooks)
{
	const struct arch_driver *driver = b->store->arch->drivers;
	const struct arch_file *file;

	for (; driver->pmu; driver++) {
		for (file = driver->files; file->source; file++)
			*hooks++ = xasprintf("CFLAGS_%s=-include %s/%s",
					     file->object, b->hardware_dir,
					     file->hook);
	}
}

int work_build_kernel(struct builder *b, struct err *err)
{
	char *hooks[ARCH_HOOKS_MAX] = { NULL };
	const char *args[2 + ARCH_HOOKS_MAX + 1] = {
		b->store->arch->image, "modules",
	};
	char *what = xasprintf("kernel %s/%s", b->spec->variant,
			       b->spec->kconfig);
	char *log = xasprintf("%s.log", b->out);
	uint64_t start = now_ns();
	struct pace whole;
	int ret, i;

	hook_drivers(b, hooks);
	memcpy(args + 2, hooks, sizeof(hooks));
	pace_read(b->store, b->spec->kconfig, work_is_cold(b), &whole);
	ret = work_make_sure(b, args, what, log, &whole, "linux/obj",
			     "commands", err);
	if (!ret)
		ret = work_check(b, err);
	if (!ret)
		ret = keep(b, log, err);
	if (!ret)
		remember(b, log, start);
	if (!ret)
		unlink(log);
	free(log);
	free(what);
	for (i = 0; i < ARCH_HOOKS_MAX; i++)
		free(hooks[i]);
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
		ret = work_make(b, prepare, "prepare for modules", log,
				NULL, err);
	if (!ret)
		ret = work_make_sure(b, args, "module auxsynth", log, NULL,
				     "auxsynth", "module-commands", err);
	/* The module is ours: that it cannot keep up is no patch's fault. */
	b->fault = FAULT_HOST;
	if (!ret)
		ret = copy_for_good(built, b->module, err);
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
