// SPDX-License-Identifier: GPL-2.0-only
/* Kernels from one machine's cache in another's, which has no compiler. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfigs/build/card.h"
#include "tests/check.h"
#include "tests/fixture.h"

static const struct kernel_spec baseline = {
	.variant = "baseline", .kconfig = "guest",
};
static const struct kernel_spec sync_rt = {
	.variant = "sync", .kconfig = "rt",
};

struct lab {
	struct check *t;
	char *dir;
	char *path;		/* $PATH as it was */
	char key[KEY_HEX];	/* of baseline */
};

static void on_machine(const struct lab *lab, const char *name,
		       const char *programs)
{
	char *cache = xasprintf("%s/%s", lab->dir, name);

	setenv("AUX_TESTS_CACHE", cache, 1);
	setenv("PATH", programs, 1);
	free(cache);
}

static void with_compiler(const struct lab *lab, const char *name)
{
	on_machine(lab, name, lab->path);
}

static void without(const struct lab *lab, const char *name)
{
	on_machine(lab, name, "/nonexistent");
}

static int shell(const struct lab *lab, const char *command)
{
	char *line = xasprintf("cd %s && %s", lab->dir, command);
	int ret;

	setenv("PATH", lab->path, 1);
	ret = system(line);
	free(line);
	return ret;
}

/* What a build would leave. */
static void build(struct lab *lab, struct kernel_store *store,
		  const struct kernel_spec *spec)
{
	static const char *const files[] = {
		"config", "release", "manifest", "driver", "build.log"
	};
	struct builder b;
	struct err err;
	size_t i;
	int ret = builder_init(&b, store, spec, &err);

	CHECK_EQ(lab->t, ret, 0);
	if (ret) {
		printf("%s\n", err.text);
		return;
	}
	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		fixture_put(b.out, files[i], "made up\n");
	fixture_put(b.out, "source", "Linux 6.18.2 (linux)\n");
	fixture_put(b.out, store->arch->image, spec->variant);
	fixture_put(b.out, strrchr(b.module, '/') + 1, "module");
	if (spec == &baseline)
		memcpy(lab->key, b.module_key, KEY_HEX);
	builder_free(&b);
}

static void export(struct lab *lab, const char *machine, const char *file)
{
	const struct kernel_spec specs[] = { baseline, sync_rt, baseline };
	char *linux = xasprintf("%s/linux", lab->dir);
	char *path = xasprintf("%s/%s", lab->dir, file);
	struct kernel_store store;
	struct err err;

	CHECK_EQ(lab->t, kernel_store_init(&store, linux, &err), 0);
	build(lab, &store, &baseline);
	build(lab, &store, &sync_rt);
	CHECK_EQ(lab->t, kernels_export(&store, specs, 3, path, &err), 0);
	kernel_store_free(&store);
	free(path);
	free(linux);
}

static void ignore(const struct kernel *kernel)
{
}

/* Into the machine that we are on; with @why, it is refused for that. */
static void import(struct lab *lab, const char *file, const char *why)
{
	char *path = xasprintf("%s/%s", lab->dir, file);
	struct kernel_store store;
	struct err err = { "" };
	int ret;

	CHECK_EQ(lab->t, kernel_store_init_empty(&store, &err), 0);
	ret = kernels_import(&store, path, ignore, &err);
	CHECK_EQ(lab->t, !ret, !why);
	if (ret || why)
		CHECK(lab->t, why && strstr(err.text, why));
	if (ret && (!why || !strstr(err.text, why)))
		printf("%s: %s\n", file, err.text);
	kernel_store_free(&store);
	free(path);
}

/* It is found as it was exported. */
static void found(struct lab *lab)
{
	struct kernel_store store;
	struct kernel kernel;
	struct err err;
	int ret = kernel_store_init(&store, NULL, &err);

	CHECK_EQ(lab->t, ret, 0);
	ret = ret ? ret : kernel_get(&store, &baseline, &kernel, &err);
	CHECK_EQ(lab->t, ret, 0);
	if (ret) {
		printf("%s\n", err.text);
		return;
	}
	CHECK(lab->t, kernel.imported && kernel.cached);
	CHECK(lab->t, !strcmp(kernel.key, lab->key));
	CHECK(lab->t, !strcmp(kernel.release, "made up"));
	CHECK(lab->t, !strcmp(kernel.source, "Linux 6.18.2 (linux)"));
	CHECK(lab->t, strstr(kernel.compiler, "gcc"));
	CHECK(lab->t, !strchr(kernel.compiler, '\n'));
	CHECK(lab->t, strstr(kernel.image, "/import/"));
	kernel_free(&kernel);
	kernel_store_free(&store);
}

/* @spec is not, for @why; where nothing can be built, that is said. */
static void refused(struct lab *lab, const struct kernel_spec *spec,
		    const char *why)
{
	struct kernel_store store;
	struct kernel kernel;
	struct err err = { "" };

	CHECK_EQ(lab->t, kernel_store_init(&store, NULL, &err), 0);
	CHECK(lab->t, kernel_get(&store, spec, &kernel, &err) < 0);
	CHECK(lab->t, strstr(err.text, why));
	CHECK(lab->t, strstr(err.text, "and it cannot be built: "));
	CHECK(lab->t, strstr(err.text, "gcc"));
	if (!strstr(err.text, why))
		printf("%s\n", err.text);
	kernel_store_free(&store);
}

static void there_and_back(struct lab *lab)
{
	const struct kernel_spec other = {
		.variant = "baseline", .kconfig = "rt",
	};

	with_compiler(lab, "a");
	export(lab, "a", "k.tar.gz");
	export(lab, "a", "again.tar.gz");
	CHECK_EQ(lab->t, shell(lab, "cmp k.tar.gz again.tar.gz"), 0);
	without(lab, "b");
	import(lab, "k.tar.gz", NULL);
	import(lab, "k.tar.gz", NULL);
	found(lab);
	refused(lab, &other,
		"baseline/rt is not among the imported kernels (");
}

/* On a machine that has a compiler it is taken, too, if it is what is meant. */
static void other_source(struct lab *lab)
{
	char *linux = xasprintf("%s/linux", lab->dir);
	char *other = xasprintf("%s/other", lab->dir);
	struct kernel_store store;
	struct builder b;
	struct err err;

	with_compiler(lab, "b");
	CHECK_EQ(lab->t, kernel_store_init(&store, linux, &err), 0);
	CHECK_EQ(lab->t, builder_init(&b, &store, &baseline, &err), 0);
	CHECK(lab->t, b.imported);
	builder_free(&b);
	kernel_store_free(&store);

	fixture_put(other, "Makefile", "VERSION = 7\nPATCHLEVEL = 1\n");
	CHECK_EQ(lab->t, kernel_store_init(&store, other, &err), 0);
	CHECK_EQ(lab->t, builder_init(&b, &store, &baseline, &err), 0);
	CHECK(lab->t, !b.imported && strcmp(b.module_key, lab->key));
	CHECK(lab->t, b.unfit && strstr(b.unfit, "of Linux 6.18.2 (linux)"));
	CHECK(lab->t, b.unfit && strstr(b.unfit, "/other is another source"));
	builder_free(&b);
	kernel_store_free(&store);
	free(other);
	free(linux);
}

static void other_patch(struct lab *lab)
{
	char *path = xasprintf("%s/p.patch", lab->dir);
	const struct kernel_spec spec = {
		.variant = "sync", .kconfig = "rt", .patch = path,
	};

	fixture_put(lab->dir, "p.patch", "--- a/kernel/one.c\n"
		    "+++ b/kernel/one.c\n@@ -1 +1 @@\n-one\n+1\n");
	without(lab, "b");
	refused(lab, &spec, "sync is another patch here");
	free(path);
}

static void other_arch(struct lab *lab)
{
	struct kernel_store store;
	struct builder b;
	struct err err;

	if (!arch_here || strcmp(arch_here->name, "x86"))
		return;
	without(lab, "b");
	CHECK_EQ(lab->t, kernel_store_init(&store, NULL, &err), 0);
	store.arch = arch_find("arm64");
	CHECK(lab->t, builder_init(&b, &store, &baseline, &err) < 0);
	CHECK(lab->t, strstr(err.text, "baseline/guest for x86, of Linux "));
	CHECK(lab->t, strstr(err.text, "guests are of arm64 here"));
	kernel_store_free(&store);
}

/* What is no longer as it came is not taken, and comes again. */
static void damaged(struct lab *lab)
{
	CHECK_EQ(lab->t, shell(lab, "for f in b/import/*/auxsynth.ko; do echo x >>$f; done"), 0);
	without(lab, "b");
	refused(lab, &baseline, "auxsynth.ko: not what was exported");
	import(lab, "k.tar.gz", NULL);
	found(lab);
	CHECK_EQ(lab->t, shell(lab, "for f in b/import/*/kernel.json; do echo x >$f; done"), 0);
	without(lab, "b");
	refused(lab, &baseline, "an imported kernel is damaged: ");
	import(lab, "k.tar.gz", NULL);
	found(lab);
}

/* @edit: in the unpacked tarball, which is packed again. */
static void edited(struct lab *lab, const char *edit, const char *why)
{
	char *command = xasprintf("rm -rf t && mkdir t && cd t && tar xzf ../k.tar.gz && { %s; } && tar czf ../bad.tar.gz kernels",
				  edit);

	CHECK_EQ(lab->t, shell(lab, command), 0);
	without(lab, "c");
	import(lab, "bad.tar.gz", why);
	CHECK_EQ(lab->t, shell(lab, "rmdir c/import && mkdir c/import"), 0);
	free(command);
}

#define IN_CARD(key) "sed -i 's/^ \"" key "\": \"[^\"]*\"/ \"" key "\": " \
	"\"0000000000000000000000000000000000000000000000000000000000000000\"/'" \
	" kernels/*/kernel.json"

static void bad_tarballs(struct lab *lab)
{
	CHECK_EQ(lab->t, shell(lab, "head -c 500 k.tar.gz >torn.tar.gz && echo x >text"), 0);
	without(lab, "c");
	import(lab, "torn.tar.gz", "torn.tar.gz: ");
	import(lab, "text", "text: ");
	import(lab, "nosuch.tar.gz", "nosuch.tar.gz: ");
	CHECK_EQ(lab->t, shell(lab, "rmdir c/import && mkdir c/import"), 0);
	edited(lab, "rm kernels/index", "no export of kernels");
	edited(lab, ": >kernels/index", "there is no kernel in it");
	edited(lab, "echo .. >>kernels/index", "kernel.json");
	edited(lab, "rm kernels/*/release", "release");
	edited(lab, "rm -r kernels/[0-9a-f]*", "kernel.json");
	edited(lab, "for f in kernels/*/release; do echo x >$f; done",
	       "release: not what was exported");
	edited(lab, "for d in kernels/*/; do echo x >$d/more; done",
	       "more: not on the kernel's card");
	edited(lab, IN_CARD("auxsynth"),
	       "not of this suite's auxsynth: it was built by aux-tests ");
	edited(lab, IN_CARD("fragments"), "not of this suite's kconfigs: ");
	edited(lab, IN_CARD("hooks"), "not of this suite's driver hooks: ");
	edited(lab, IN_CARD("source"),
	       "its key is not that of what its card says");
	edited(lab, IN_CARD("key"), "the name of another key");
	edited(lab, "sed -i 's/\"arch\": \"[^\"]*\"/\"arch\": \"m68k\"/' kernels/*/kernel.json",
	       "guests of 'm68k' are not known here");
	edited(lab, "sed -i 's/\"format\": 1/\"format\": 2/' kernels/*/kernel.json",
	       "format 2, this program reads 1");
	edited(lab, "ln -s /etc kernels/out", "a symbolic link out of the tree");
}

/* Of two compilers' kernels none is the one that is meant. */
static void two_compilers(struct lab *lab)
{
	char *programs = xasprintf("%s/bin:%s", lab->dir, lab->path);

	CHECK_EQ(lab->t, shell(lab, "mkdir bin && printf '#!/bin/sh\\necho gcc 99\\n' >bin/gcc && chmod +x bin/gcc"), 0);
	on_machine(lab, "d", programs);
	free(programs);
	export(lab, "d", "two.tar.gz");
	without(lab, "b");
	import(lab, "two.tar.gz", NULL);
	{
		struct kernel_store store;
		struct builder b;
		struct err err;

		CHECK_EQ(lab->t, kernel_store_init(&store, NULL, &err), 0);
		CHECK_EQ(lab->t, builder_init(&b, &store, &baseline, &err),
			 -EEXIST);
		CHECK(lab->t, strstr(err.text, "imported more than once"));
		kernel_store_free(&store);
	}
}

int main(void)
{
	struct check t = { 0 };
	struct lab lab = { .t = &t };
	char *programs;

	fixture_in_memory();
	programs = xasprintf("%s", getenv("PATH"));
	lab.path = programs;
	lab.dir = fixture_dir();
	fixture_put(lab.dir, "linux/Makefile",
		    "VERSION = 6\nPATCHLEVEL = 18\nSUBLEVEL = 2\n");
	fixture_put(lab.dir, "linux/kernel/one.c", "one\n");
	there_and_back(&lab);
	other_source(&lab);
	other_patch(&lab);
	other_arch(&lab);
	damaged(&lab);
	bad_tarballs(&lab);
	two_compilers(&lab);
	setenv("PATH", programs, 1);
	fixture_end(lab.dir, t.failed);
	free(programs);
	return check_end(&t);
}
