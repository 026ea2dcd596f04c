// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/kernel.h"
#include "lib/colour.h"
#include "lib/options.h"
#include "lib/proc.h"
#include "lib/progress.h"
#include "lib/units.h"

/* What the command line asks for. */
struct request {
	const char *linux_path;
	const char *patch;
	const char *kconfig;
	const struct arch *arch;	/* NULL: the host's */
	const char *variants[32];
	int n_variants;
	int jobs;
	bool list;
	bool quiet;
};

static int set_linux(void *ctx, const char *arg, struct err *err)
{
	((struct request *)ctx)->linux_path = arg;
	return 0;
}

static int set_kconfig(void *ctx, const char *arg, struct err *err)
{
	((struct request *)ctx)->kconfig = arg;
	return 0;
}

static int set_arch(void *ctx, const char *arg, struct err *err)
{
	const struct arch *arch = arch_find(arg);

	((struct request *)ctx)->arch = arch;
	if (!arch)
		return err_set(err, -EINVAL,
			       "--arch: '%s', expected x86 or arm64", arg);
	if (arch != arch_here && !arch->triplet)
		return err_set(err, -ENOTSUP,
			       "--arch: kernels of %s are built on machines of %s only",
			       arg, arg);
	return 0;
}

static int set_patch(void *ctx, const char *arg, struct err *err)
{
	((struct request *)ctx)->patch = arg;
	return 0;
}

static int set_jobs(void *ctx, const char *arg, struct err *err)
{
	uint64_t jobs;

	if (units_parse_uint(arg, &jobs) || !jobs || jobs > 1024)
		return err_set(err, -EINVAL,
			       "--jobs: '%s' is not a number from 1 to 1024",
			       arg);
	((struct request *)ctx)->jobs = jobs;
	return 0;
}

static int set_list(void *ctx, const char *arg, struct err *err)
{
	((struct request *)ctx)->list = true;
	return 0;
}

static int set_quiet(void *ctx, const char *arg, struct err *err)
{
	((struct request *)ctx)->quiet = true;
	return 0;
}

static int add_variant(void *ctx, const char *arg, struct err *err)
{
	struct request *r = ctx;

	if (r->n_variants == sizeof(r->variants) / sizeof(*r->variants))
		return err_set(err, -E2BIG, "too many variants");
	r->variants[r->n_variants++] = arg;
	return 0;
}

static const struct option_def options[] = {
	{ 0, "linux", "PATH", "kernel source: git tree, folder or tarball",
	  set_linux },
	{ 'k', "kconfig", "NAME", "fragment on top of guest (see --list)",
	  set_kconfig },
	{ 0, "arch", "NAME", "of the guests: x86 or arm64; default the host's",
	  set_arch },
	{ 0, "patch", "FILE", "diff, mail or mbox; VARIANT is its name",
	  set_patch },
	{ 'j', "jobs", "N", "of make; default one per CPU", set_jobs },
	{ 0, "list", NULL, "names of variants and kconfigs", set_list },
	{ 'q', "quiet", NULL, "no progress", set_quiet },
	{ 0 }
};

static const struct program program = {
	.name = "build-kernel",
	.summary = "builds the guests' kernels, or finds them in the cache",
	.usage = "[options] [VARIANT ...]",
	.description =
	"For each VARIANT (default: baseline) prints a line \"variant release\n"
	"image auxsynth.ko\".  run-matrix does the same by itself.  Kernels\n"
	"are kept in $AUX_TESTS_CACHE, $XDG_CACHE_HOME/aux-tests or\n"
	"~/.cache/aux-tests; it may be deleted at any time.\n\n"
	"Of kconfigs, lazy, preempt (full) and rt are preemption models, none and\n"
	"voluntary those of older trees; debug has lockdep and KASAN, kcsan finds\n"
	"data races.  What a tree does not offer is an error.  Variants need Linux\n"
	"6.17; baseline can be built of 6.12, too: --linux=linux-source-6.12.tar.xz",
	.options = options,
	.operand = add_variant,
};

static void print_names(const char *what, char **names)
{
	int i;

	printf("%s", what);
	for (i = 0; names[i]; i++)
		printf(" %s", names[i]);
	printf("\n");
	kernel_names_free(names);
}

/* What shows how far a build is. */
struct show {
	struct progress progress;
	const char *variant;
};

static void show(void *ctx, const char *what)
{
	struct show *show = ctx;

	progress_live(&show->progress, "%s: %s", show->variant, what);
}

static void note(void *ctx, const char *what)
{
	struct show *show = ctx;

	progress_say(&show->progress, "%s: %s", show->variant, what);
}

static int build_one(struct kernel_store *store, const struct request *r,
		     const char *variant, struct err *err)
{
	const struct kernel_spec spec = {
		.variant = variant, .patch = r->patch, .kconfig = r->kconfig,
	};
	struct show *show = store->progress_ctx;
	uint64_t start = now_ns();
	struct kernel kernel;
	int ret;

	show->variant = variant;
	ret = kernel_get(store, &spec, &kernel, err);
	progress_clear(&show->progress);
	if (ret)
		return ret;
	progress_say(&show->progress, "%s: %s, %.1f s", variant,
		     kernel.cached ? "in the cache" : "built",
		     (now_ns() - start) / 1e9);
	printf("%s %s %s %s\n", kernel.variant, kernel.release,
	       kernel.image, kernel.module);
	fflush(stdout);
	kernel_free(&kernel);
	return 0;
}

/* A variant that fails does not keep the others from being built. */
static int build_all(struct kernel_store *store, const struct request *r)
{
	int i, ret, failed = 0;
	struct err err;

	for (i = 0; i < r->n_variants; i++) {
		ret = build_one(store, r, r->variants[i], &err);
		if (!ret)
			continue;
		fprintf(stderr, "build-kernel: %s: %s\n", r->variants[i],
			err.text);
		failed = 1;
		if (ret == -EINTR)
			break;
	}
	return failed;
}

static int run(const struct request *r, struct err *err)
{
	struct kernel_store store;
	struct show ctx;
	int ret;

	ret = kernel_store_init(&store, r->linux_path, err);
	if (ret)
		return ret;
	if (r->arch)
		store.arch = r->arch;
	progress_init(&ctx.progress, r->quiet);
	store.jobs = r->jobs;
	store.progress = show;
	store.note = note;
	store.progress_ctx = &ctx;
	store.stop_fd = proc_stop_fd(err);
	ret = store.stop_fd < 0 ? store.stop_fd : build_all(&store, r);
	kernel_store_free(&store);
	return ret;
}

int main(int argc, char **argv)
{
	struct request r = { .kconfig = "guest" };
	struct err err;
	int ret;

	ret = options_parse(&program, argc, argv, &r, &err);
	if (!ret && r.list) {
		print_names("variants:", kernel_variants());
		print_names("kconfigs:", kernel_kconfigs());
	} else if (!ret) {
		if (!r.n_variants)
			r.variants[r.n_variants++] = r.patch ? "patch" :
				"baseline";
		if (r.patch && r.n_variants > 1)
			ret = err_set(&err, -EINVAL,
				      "--patch is one variant: give one name");
		else
			ret = run(&r, &err);
	}
	if (ret < 0)
		colour_error("build-kernel", err.text);
	return ret < 0 || (ret == 1 && !r.list && r.n_variants) ? 1 : 0;
}
