// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/kernel.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfigs/build/builder.h"
#include "kconfigs/build/pace.h"
#include "kconfigs/build/preempt.h"
#include "lib/file.h"
#include "lib/package.h"
#include "lib/variant.h"
#include "lib/where.h"

char **kernel_variants(void)
{
	size_t n = variant_rank(""), i;
	char **names = calloc(n + 1, sizeof(*names));

	if (!names)
		abort();
	for (i = 0; i < n; i++)
		names[i] = xasprintf("%s", shipped_variants[i].name);
	return names;
}

char **kernel_kconfigs(void)
{
	char *pattern = where_data("kconfigs/*.config");
	char **names;
	size_t i, n = 0;
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		found.gl_pathc = 0;
	names = calloc(found.gl_pathc + 2, sizeof(*names));
	if (!names)
		abort();
	names[n++] = xasprintf("guest");
	for (i = 0; i < found.gl_pathc; i++) {
		const char *name = strrchr(found.gl_pathv[i], '/') + 1;

		if (strcmp(name, "guest.config"))
			names[n++] = xasprintf("%.*s", (int)strcspn(name, "."),
					       name);
	}
	if (found.gl_pathc)
		globfree(&found);
	free(pattern);
	return names;
}

void kernel_names_free(char **names)
{
	size_t i;

	for (i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}

/* "a, b, c" */
static char *join(char **names)
{
	char *all = xasprintf("%s", names[0]), *more;
	size_t i;

	for (i = 1; names[i]; i++) {
		more = xasprintf("%s, %s", all, names[i]);
		free(all);
		all = more;
	}
	kernel_names_free(names);
	return all;
}

static int no_such(const char *what, const char *name, char **names,
		   struct err *err)
{
	char *all = join(names);
	int ret = err_set(err, -EINVAL, "no %s '%s'; there are: %s", what,
			  name, all);

	free(all);
	return ret;
}

/* Names become parts of paths and of the kernel's release. */
static bool name_is_good(const char *name)
{
	return *name && strlen(name) <= 40 && *name != '.' &&
		!name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-")];
}

/* The file of its patch, NULL for none; caller frees. */
static char *patch_path(const struct kernel_spec *spec)
{
	if (spec->patch)
		return xasprintf("%s", spec->patch);
	if (!strcmp(spec->variant, "baseline"))
		return NULL;
	return where_data("kconfigs/variants/%s.patch", spec->variant);
}

/* Which patch it is; what is in it counts when it is to be applied. */
static int identify_patch(struct builder *b, struct err *err)
{
	const struct kernel_spec *spec = b->spec;
	char *path;
	int ret = 0;

	if (!name_is_good(spec->variant))
		return err_set(err, -EINVAL,
			       "'%s': a variant's name is at most 40 letters, digits and any of ._+-",
			       spec->variant);
	path = patch_path(spec);
	if (path && !spec->patch && !file_exists(path))
		ret = no_such("variant", spec->variant, kernel_variants(),
			      err);
	else if (path)
		ret = file_hash(path, b->patch_hash, err);
	free(path);
	return ret;
}

static int read_patch(struct builder *b, struct err *err)
{
	char *path = patch_path(b->spec);
	int ret;

	if (!path)
		return 0;
	ret = patch_read(&b->patch, b->store->arch,
			 (const char *[]){ path, NULL }, err);
	if (ret == -EINVAL || ret == -ENOMSG)
		b->fault = FAULT_PATCH;
	free(path);
	return ret;
}

static int read_config(struct builder *b, struct err *err)
{
	const char *name = b->spec->kconfig;
	char *base = where_data("kconfigs/guest.config");
	char *path = where_data("kconfigs/%s.config", name);
	char *arch = where_data("kconfigs/arch/%s.config", b->store->arch->name);
	char *guest = NULL, *machine = NULL, *more = NULL;
	int ret = 0;

	if (!name_is_good(name) || !file_exists(path))
		ret = no_such("kconfig", name, kernel_kconfigs(), err);
	if (!ret)
		ret = file_read(base, &guest, NULL, err);
	if (!ret)
		ret = file_read(arch, &machine, NULL, err);
	if (!ret && strcmp(name, "guest"))
		ret = file_read(path, &more, NULL, err);
	if (!ret)
		b->config = xasprintf("%s%s%s", guest, machine,
				      more ? more : "");
	free(more);
	free(machine);
	free(guest);
	free(arch);
	free(path);
	free(base);
	return ret;
}

static int read_compiler(struct builder *b, struct err *err)
{
	char *gcc_name = arch_tool(b->store->arch, "gcc");
	char *ld_name = arch_tool(b->store->arch, "ld");
	const char *const gcc[] = { gcc_name, "--version", NULL };
	const char *const ld[] = { ld_name, "--version", NULL };
	const char *const both[] = { gcc_name, ld_name, NULL };
	char *cc = NULL, *linker = NULL;
	int ret = programs_check(both, err);

	if (!ret)
		ret = run_output(b->store, gcc, NULL, false, &cc, err);
	if (!ret)
		ret = run_output(b->store, ld, NULL, false, &linker, err);
	if (!ret)
		b->compiler = xasprintf("%s\n%s", cc, linker);
	free(cc);
	free(linker);
	free(gcc_name);
	free(ld_name);
	return ret;
}

/* What is asked for: all but the source and the compiler. */
static int read_request(struct builder *b, struct err *err)
{
	int ret = identify_patch(b, err);

	if (!ret)
		ret = read_config(b, err);
	/* A source that was named has to be that of an imported kernel. */
	if (!ret && b->store->linux_given)
		ret = source_identify(b->store, &b->source, err);
	return ret;
}

/* What a kernel would be built of here. */
static int read_machine(struct builder *b, struct err *err)
{
	struct err why;
	int ret = read_compiler(b, &why);

	if (!ret)
		ret = read_patch(b, &why);
	if (!ret && !b->store->linux_path)
		ret = err_set(&why, -ENOENT, "there is no kernel source here");
	if (!ret && !b->store->linux_given)
		ret = source_identify(b->store, &b->source, &why);
	if (ret && b->unfit)
		return err_set(err, ret, "%.400s, and it cannot be built: %.500s",
			       b->unfit, why.text);
	if (ret)
		*err = why;
	return ret ? ret : builder_keys(b, err);
}

static void name_places(struct builder *b)
{
	b->work = xasprintf("%s/build/%s-%s", b->store->cache, b->source.id,
			    b->spec->kconfig);
	b->out = xasprintf("%s/kernel/%.32s", b->store->cache, b->key);
	b->module = xasprintf("%s/auxsynth-%.16s.ko", b->out, b->module_key);
}

static void builder_begin(struct builder *b, struct kernel_store *store,
			  const struct kernel_spec *spec)
{
	memset(b, 0, sizeof(*b));
	b->store = store;
	b->spec = spec;
	b->module_dir = where_data("stress/auxsynth");
	b->hardware_dir = where_data("stress/hardware");
}

int builder_init_config(struct builder *b, struct kernel_store *store,
			const struct kernel_spec *spec, struct err *err)
{
	int ret;

	builder_begin(b, store, spec);
	ret = read_config(b, err);
	if (ret)
		builder_free(b);
	return ret;
}

int builder_init(struct builder *b, struct kernel_store *store,
		 const struct kernel_spec *spec, struct err *err)
{
	enum kernel_fault fault;
	int ret;

	builder_begin(b, store, spec);
	ret = read_request(b, err);
	if (!ret)
		ret = import_find(b, err);
	if (!ret && !b->imported)
		ret = read_machine(b, err);
	if (!ret && !b->imported)
		name_places(b);
	if (ret) {
		fault = b->fault;
		builder_free(b);
		b->fault = fault;
	}
	return ret;
}

void builder_free(struct builder *b)
{
	source_free(&b->source);
	tree_list_free(&b->built);
	patch_free(&b->patch);
	free(b->config);
	free(b->compiler);
	free(b->module_dir);
	free(b->hardware_dir);
	free(b->work);
	free(b->out);
	free(b->module);
	free(b->unfit);
	memset(b, 0, sizeof(*b));
}

static bool is_built(const struct builder *b)
{
	return file_exists(b->out) && file_exists(b->module);
}

static int build_locked(struct builder *b, struct err *err)
{
	bool fresh;
	int ret;

	/* While we waited for the lock another run may have built it. */
	if (is_built(b))
		return 0;
	ret = dir_make(b->work, err);
	if (!ret)
		ret = work_prepare(b, err);
	if (!ret)
		ret = work_configure(b, err);
	fresh = !file_exists(b->out);
	if (!ret && fresh)
		ret = work_build_kernel(b, err);
	if (!ret)
		ret = work_build_module(b, fresh, err);
	return ret;
}

static int build(struct builder *b, struct err *err)
{
	char *lock = xasprintf("%s.lock", b->work);
	int fd, ret;

	fd = cache_lock(b->store, lock, "the same tree and kconfig", err);
	free(lock);
	if (fd < 0)
		return fd;
	ret = build_locked(b, err);
	close(fd);
	return ret;
}

static int read_line_of(const char *dir, const char *name, char **line,
			struct err *err)
{
	char *path = xasprintf("%s/%s", dir, name);
	int ret = file_read(path, line, NULL, err);

	if (!ret)
		chomp(*line);
	free(path);
	return ret;
}

static int hash_of(const char *path, char **hash, struct err *err)
{
	char hex[KEY_HEX];
	int ret = file_hash(path, hex, err);

	if (!ret)
		*hash = xasprintf("%s", hex);
	return ret;
}

/* The preemption model of the .config that was built. */
static int read_preempt(const char *path, char **model, struct err *err)
{
	const char *name;
	char *text;
	int ret = file_read(path, &text, NULL, err);

	if (ret)
		return ret;
	name = preempt_of_config(text);
	*model = xasprintf("%s", name ? name : "unknown");
	free(text);
	return 0;
}

static int fill_in(const struct builder *b, struct kernel *kernel,
		   struct err *err)
{
	char *config = xasprintf("%s/config", b->out);
	struct err ignored;
	int ret;

	kernel->variant = xasprintf("%s", b->spec->variant);
	kernel->kconfig = xasprintf("%s", b->spec->kconfig);
	kernel->image = xasprintf("%s/%s", b->out, b->store->arch->image);
	kernel->module = xasprintf("%s", b->module);
	kernel->key = xasprintf("%s", b->module_key);
	kernel->patch_hash = xasprintf("%s", b->patch_hash);
	kernel->imported = b->imported;
	kernel->compiler = xasprintf("%.*s", (int)strcspn(b->compiler, "\n"),
				     b->compiler);
	ret = read_line_of(b->out, "release", &kernel->release, err);
	if (!ret)
		ret = read_line_of(b->out, "source", &kernel->source, err);
	if (!ret)
		ret = hash_of(config, &kernel->config_hash, err);
	if (!ret)
		ret = read_preempt(config, &kernel->preempt, err);
	if (!ret)
		ret = hash_of(b->module, &kernel->module_hash, err);
	/* Kernels that were built before that was kept have none. */
	if (!ret && read_line_of(b->out, "driver", &kernel->driver_hash,
				 &ignored))
		kernel->driver_hash = NULL;
	free(config);
	if (ret)
		kernel_free(kernel);
	return ret;
}

int kernel_programs(const struct kernel_store *store, struct err *err)
{
	char *objcopy = arch_tool(store->arch, "objcopy");
	const char *const programs[] = {
		"make", "flock", "git", "flex", "bison", "bc", "gcc", "ld",
		objcopy, NULL
	};
	int ret = programs_check(programs, err);

	free(objcopy);
	return ret;
}

int kernel_get(struct kernel_store *store, const struct kernel_spec *spec,
	       struct kernel *kernel, struct err *err)
{
	struct builder b;
	int ret;

	memset(kernel, 0, sizeof(*kernel));
	ret = builder_init(&b, store, spec, err);
	if (ret) {
		kernel->fault = b.fault;
		return ret;
	}
	kernel->cached = is_built(&b);
	if (!kernel->cached && b.unfit)
		cache_note(store, "%s; it is built here", b.unfit);
	if (!kernel->cached)
		ret = kernel_programs(store, err);
	if (!ret && !kernel->cached)
		ret = build(&b, err);
	if (!ret)
		ret = fill_in(&b, kernel, err);
	if (ret)
		kernel->fault = b.fault;
	builder_free(&b);
	return ret;
}

int kernel_look(struct kernel_store *store, const struct kernel_spec *spec,
		struct kernel_outlook *look, struct err *err)
{
	struct pace cold, warm;
	struct builder b;
	int ret;

	memset(look, 0, sizeof(*look));
	ret = builder_init(&b, store, spec, err);
	if (ret)
		return ret;
	look->cached = is_built(&b);
	if (!look->cached) {
		pace_read(store, spec->kconfig, true, &cold);
		pace_read(store, spec->kconfig, false, &warm);
		look->cold = work_is_cold(&b);
		look->cold_ns = cold.ns;
		look->warm_ns = warm.ns;
	}
	builder_free(&b);
	return 0;
}

void kernel_free(struct kernel *kernel)
{
	free(kernel->variant);
	free(kernel->kconfig);
	free(kernel->image);
	free(kernel->module);
	free(kernel->release);
	free(kernel->source);
	free(kernel->preempt);
	free(kernel->key);
	free(kernel->patch_hash);
	free(kernel->config_hash);
	free(kernel->module_hash);
	free(kernel->driver_hash);
	free(kernel->compiler);
	memset(kernel, 0, sizeof(*kernel));
}
