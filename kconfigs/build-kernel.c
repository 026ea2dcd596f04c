// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/kernel.h"
#include "lib/colour.h"
#include "lib/file.h"
#include "lib/options.h"
#include "lib/proc.h"
#include "lib/progress.h"
#include "lib/units.h"

#define KERNELS_MAX 64

/* What the command line asks for. */
struct request {
	const char *linux_path;
	const char *patch;
	const char *kconfig;
	const struct arch *arch;	/* NULL: the host's */
	const char *names[KERNELS_MAX];	/* VARIANT or VARIANT/KCONFIG */
	int n;
	const char *imports[KERNELS_MAX];
	int n_imports;
	const char *export;
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

static int set_export(void *ctx, const char *arg, struct err *err)
{
	((struct request *)ctx)->export = arg;
	return 0;
}

static int add_import(void *ctx, const char *arg, struct err *err)
{
	struct request *r = ctx;

	if (r->n_imports == KERNELS_MAX)
		return err_set(err, -E2BIG, "--import: too many files");
	r->imports[r->n_imports++] = arg;
	return 0;
}

static int add_name(void *ctx, const char *arg, struct err *err)
{
	struct request *r = ctx;

	if (r->n == KERNELS_MAX)
		return err_set(err, -E2BIG, "too many kernels");
	r->names[r->n++] = arg;
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
	{ 0, "export", "FILE", "the kernels as a tarball, for other machines",
	  set_export },
	{ 0, "import", "FILE", "take those of a tarball into the cache",
	  add_import },
	{ 'j', "jobs", "N", "of make; default one per CPU", set_jobs },
	{ 0, "list", NULL, "names of variants and kconfigs", set_list },
	{ 'q', "quiet", NULL, "no progress", set_quiet },
	{ 0 }
};

static const char other_text[] =
"Where there is no compiler and no kernel source, run-matrix and sign-off take\n"
"kernels that another machine has built:\n\n"
"  build-kernel --export=k.tar.gz baseline sync baseline/rt sync/rt\n"
"  build-kernel --patch=fix.mbox --export=fix.tar.gz fix\n"
"  build-kernel --import=k.tar.gz --import=fix.tar.gz      # on the others\n\n"
"An imported kernel is taken before one is built, if it is what would be built\n"
"here of the same source by the same compiler: its variant, patch, kconfig and\n"
"architecture are those asked for, auxsynth is this suite's, and its files are\n"
"as they were exported.  What is not so is named.  With --linux its source has\n"
"to be that one; without, it may be any.  Results say that a kernel was imported\n"
"and which compiler built it.  They are in import/ of the cache.\n";

static const struct program program = {
	.name = "build-kernel",
	.summary = "builds the guests' kernels, or finds them in the cache",
	.usage = "[options] [VARIANT[/KCONFIG] ...]",
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
	.sections = (const struct option_section[]) {
		{ "OTHER MACHINES", other_text },
		{ NULL, NULL }
	},
	.operand = add_name,
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

static void print_kernel(const struct kernel *kernel)
{
	printf("%s %s %s %s\n", kernel->variant, kernel->release,
	       kernel->image, kernel->module);
	fflush(stdout);
}

static int build_one(struct kernel_store *store, const struct kernel_spec *spec,
		     struct err *err)
{
	struct show *show = store->progress_ctx;
	uint64_t start = now_ns();
	struct kernel kernel;
	int ret;

	show->variant = spec->variant;
	ret = kernel_get(store, spec, &kernel, err);
	progress_clear(&show->progress);
	if (ret)
		return ret;
	if (kernel.imported)
		progress_say(&show->progress, "%s: imported, built by %s",
			     spec->variant, kernel.compiler);
	else
		progress_say(&show->progress, "%s: %s, %.1f s", spec->variant,
			     kernel.cached ? "in the cache" : "built",
			     (now_ns() - start) / 1e9);
	print_kernel(&kernel);
	kernel_free(&kernel);
	return 0;
}

/* A kernel that fails does not keep the others from being built. */
static int build_all(struct kernel_store *store, const struct kernel_spec *specs,
		     size_t n)
{
	int ret, failed = 0;
	struct err err;
	size_t i;

	for (i = 0; i < n; i++) {
		ret = build_one(store, &specs[i], &err);
		if (!ret)
			continue;
		fprintf(stderr, "build-kernel: %s: %s\n", specs[i].variant,
			err.text);
		failed = 1;
		if (ret == -EINTR)
			break;
	}
	return failed;
}

/* "sync" or "sync/rt"; the name is cut there, for it is ours to cut. */
static struct kernel_spec make_spec(const struct request *r, char *name)
{
	char *slash = strchr(name, '/');

	if (slash)
		*slash = '\0';
	return (struct kernel_spec) {
		.variant = name, .patch = r->patch,
		.kconfig = slash ? slash + 1 : r->kconfig,
	};
}

static int get_all(struct kernel_store *store, const struct request *r,
		   struct err *err)
{
	struct kernel_spec specs[KERNELS_MAX];
	char *names[KERNELS_MAX];
	int i, ret;

	for (i = 0; i < r->n; i++) {
		names[i] = xasprintf("%s", r->names[i]);
		specs[i] = make_spec(r, names[i]);
	}
	ret = build_all(store, specs, r->n);
	if (!ret && r->export)
		ret = kernels_export(store, specs, r->n, r->export, err);
	for (i = 0; i < r->n; i++)
		free(names[i]);
	return ret;
}

static int import_all(const struct request *r, int stop_fd, struct err *err)
{
	struct kernel_store store;
	int i, ret = kernel_store_init_empty(&store, err);

	if (ret)
		return ret;
	store.stop_fd = stop_fd;
	for (i = 0; i < r->n_imports && !ret; i++)
		ret = kernels_import(&store, r->imports[i], print_kernel, err);
	kernel_store_free(&store);
	return ret;
}

static int run(const struct request *r, struct err *err)
{
	int stop_fd = proc_stop_fd(err), ret = stop_fd;
	struct kernel_store store;
	struct show ctx;

	if (ret >= 0)
		ret = import_all(r, stop_fd, err);
	if (ret || !r->n)
		return ret;
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
	store.stop_fd = stop_fd;
	ret = get_all(&store, r, err);
	kernel_store_free(&store);
	return ret;
}

/* All names are of one variant, maybe of several kconfigs. */
static bool one_variant(const struct request *r)
{
	size_t len = strcspn(r->names[0], "/");
	int i;

	for (i = 1; i < r->n; i++) {
		if (strcspn(r->names[i], "/") != len ||
		    strncmp(r->names[i], r->names[0], len))
			return false;
	}
	return true;
}

/* What is not said. */
static int complete(struct request *r, struct err *err)
{
	if (!r->n && !r->n_imports)
		r->names[r->n++] = r->patch ? "patch" : "baseline";
	if (r->patch && r->n && !one_variant(r))
		return err_set(err, -EINVAL,
			       "--patch is one variant: give one name");
	if (r->export && !r->n)
		return err_set(err, -EINVAL,
			       "--export: say which kernels, as VARIANT or VARIANT/KCONFIG");
	return 0;
}

int main(int argc, char **argv)
{
	struct request r = { .kconfig = "guest" };
	struct err err;
	int ret;

	ret = options_parse(&program, argc, argv, &r, &err);
	/* --help. */
	if (ret > 0)
		return 0;
	if (!ret && r.list) {
		print_names("variants:", kernel_variants());
		print_names("kconfigs:", kernel_kconfigs());
		return 0;
	}
	if (!ret)
		ret = complete(&r, &err);
	if (!ret)
		ret = run(&r, &err);
	if (ret < 0)
		colour_error("build-kernel", err.text);
	return ret ? 1 : 0;
}
