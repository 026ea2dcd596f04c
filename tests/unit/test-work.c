// SPDX-License-Identifier: GPL-2.0-only
/*
 * The work folder of kernels, whatever happened to it: after work_prepare()
 * it has the source with the candidate's patch, and nothing else.  diff(1)
 * and a clean copy are the judge.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kconfigs/build/builder.h"
#include "lib/random.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define SEQUENCES 50
#define STEPS 4
#define FILES 12

static const char *const names[FILES] = {
	"Makefile", "kernel/events/core.c", "kernel/events/ring_buffer.c",
	"kernel/events/internal.h", "kernel/irq_work.c", "lib/a.c", "lib/b.c",
	"include/linux/perf_event.h", "init/Kconfig", "mm/c.c", "scripts/d.sh",
	"ipc/e.c",
};

struct place {
	struct check *t;
	char *dir;
	uint64_t random;
	int serial;
	/* What the source is, and what the candidate makes of it. */
	char *source[FILES], *wanted[FILES];
	struct kernel_store store;
};

static unsigned int below(struct place *p, unsigned int n)
{
	return random_next(&p->random) % n;
}

static int shell(struct place *p, const char *command)
{
	char *all = xasprintf("cd %s && %s", p->dir, command);
	int ret = system(all);

	free(all);
	return ret;
}

/* A file's text: some lines, each its own. */
static char *new_text(struct place *p, int file)
{
	if (!file)
		return xasprintf("VERSION = 6\nPATCHLEVEL = 18\nSUBLEVEL = %d\nNAME = x\n",
				 p->serial++);
	p->serial++;
	return xasprintf("a %d\nb\nc\nd\ne %d\nf\ng\nh\n", p->serial,
			 -p->serial);
}

static void put_text(struct place *p, const char *tree, int file,
		     const char *text)
{
	char *path = xasprintf("%s/%s", p->dir, tree);

	fixture_put(path, names[file], text);
	free(path);
}

/* The owner edits the source. */
static void edit_source(struct place *p)
{
	int file = below(p, FILES);

	free(p->source[file]);
	p->source[file] = new_text(p, file);
	put_text(p, "src", file, p->source[file]);
}

/* What a build of the owner's leaves in it. */
static void build_in_source(struct place *p)
{
	char *src = xasprintf("%s/src", p->dir);

	fixture_put(src, "arch/x86/boot/zoffset.h", "#define wrong\n");
	fixture_put(src, "kernel/irq_work.o", "object");
	fixture_put(src, "include/generated/autoconf.h", "#define wrong\n");
	free(src);
}

/* Somebody is at the work folder. */
static void damage(struct place *p, const char *work)
{
	static const char *const ways[] = {
		"echo x >>linux/%s", "rm -f linux/%s",
		"rm -f linux/%s && mkdir -p linux/%s/x && echo >linux/%s/x/y",
		"rm -f linux/%s && ln -s /etc/passwd linux/%s",
		"echo more >linux/%s.new",
		"mkdir -p linux/new/%s && echo >linux/new/%s/x",
		"touch linux/%s", "chmod +x linux/%s", "rm -rf linux",
		"rm -f state", "rm -f list", "echo torn >list",
		"rm -f linux/%s && mkfifo linux/%s",
		"rm -rf linux/kernel && echo file >linux/kernel",
		"touch making", "printf disk >making",
		"touch -r linux/%s ref && sed -i s/b/x/ linux/%s && touch -r ref linux/%s && rm ref",
	};
	const char *way = ways[below(p, sizeof(ways) / sizeof(*ways))];
	const char *name = names[below(p, FILES)];
	char *what = xasprintf(way, name, name, name), *all;

	all = xasprintf("(cd %s && { %s; }) 2>/dev/null", work, what);
	if (system(all) < 0)
		CHECK(p->t, !"a shell");
	free(all);
	free(what);
}

/* A candidate as diff makes it, of new texts; 0 files: baseline. */
static void make_candidate(struct place *p, int files)
{
	int i;

	CHECK_EQ(p->t, shell(p, "rm -rf a b want && mkdir a b"), 0);
	for (i = 0; i < FILES; i++) {
		free(p->wanted[i]);
		p->wanted[i] = xasprintf("%s", p->source[i]);
	}
	while (files--) {
		i = 1 + below(p, FILES - 1);
		put_text(p, "a", i, p->source[i]);
		free(p->wanted[i]);
		p->wanted[i] = new_text(p, i);
		put_text(p, "b", i, p->wanted[i]);
	}
	CHECK(p->t, shell(p, "diff -urN a b >the.patch") >= 0);
	for (i = 0; i < FILES; i++)
		put_text(p, "want", i, p->wanted[i]);
}

/* The folder's name, known after the first time; NULL when it failed. */
static char *prepare(struct place *p, bool baseline)
{
	char *patch = xasprintf("%s/the.patch", p->dir), *work = NULL;
	const struct kernel_spec spec = {
		.variant = baseline ? "baseline" : "candidate",
		.patch = baseline ? NULL : patch, .kconfig = "guest",
	};
	struct builder b;
	struct err err;
	int ret;

	ret = builder_init(&b, &p->store, &spec, &err);
	if (!ret) {
		ret = dir_make(b.work, &err);
		if (!ret)
			ret = work_prepare(&b, &err);
		if (!ret)
			ret = work_check(&b, &err);
		work = xasprintf("%s", b.work);
		builder_free(&b);
	}
	CHECK_EQ(p->t, ret, 0);
	if (ret)
		printf("%s\n", err.text);
	free(patch);
	return work;
}

static int compare(struct place *p, const char *work)
{
	char *command = xasprintf("diff -r --no-dereference -x obj -x .gitignore want %s/linux && ! find %s/linux -name '*.c' -executable | grep .",
				  work, work);
	int ret = shell(p, command);

	/* They say where. */
	free(command);
	return ret;
}

static void sequence(struct place *p)
{
	char *work = NULL;
	int step, files;

	for (step = 0; step < STEPS; step++) {
		if (!below(p, 3))
			edit_source(p);
		if (!below(p, 4))
			build_in_source(p);
		files = below(p, 4);
		make_candidate(p, files);
		if (work && below(p, 2))
			damage(p, work);
		free(work);
		work = prepare(p, !files);
		if (!work || compare(p, work)) {
			CHECK(p->t, !"the work tree is the clean one");
			break;
		}
		CHECK(p->t, true);
	}
	free(work);
}

/* What a disk has lost shows in no file's times: all of it is written again. */
static void disk_has_lost(struct place *p)
{
	struct stat was = { 0 }, is = { 0 };
	char *work, *file, *mark;

	make_candidate(p, 0);
	work = prepare(p, true);
	if (!work)
		return;
	file = xasprintf("%s/linux/kernel/irq_work.c", work);
	mark = xasprintf("printf disk >%s/making", work);
	CHECK_EQ(p->t, stat(file, &was), 0);
	CHECK_EQ(p->t, shell(p, mark), 0);
	free(work);
	work = prepare(p, true);
	CHECK(p->t, work && !compare(p, work));
	CHECK_EQ(p->t, stat(file, &is), 0);
	CHECK(p->t, is.st_ctim.tv_sec != was.st_ctim.tv_sec ||
	      is.st_ctim.tv_nsec != was.st_ctim.tv_nsec);
	free(mark);
	free(file);
	free(work);
}

/* An unpacked tarball is no more to be trusted than a copy of it. */
static void tarball(struct place *p)
{
	char *path = xasprintf("%s/linux-6.18.tar.gz", p->dir), *work;
	struct err err;

	kernel_store_free(&p->store);
	CHECK_EQ(p->t, shell(p, "rm -rf src/arch && tar -czf linux-6.18.tar.gz src"),
		 0);
	CHECK_EQ(p->t, kernel_store_init(&p->store, path, &err), 0);
	make_candidate(p, 0);
	work = prepare(p, true);
	CHECK(p->t, work && !compare(p, work));
	CHECK_EQ(p->t, shell(p, "cd tree/*/lib && echo wrong >>a.c && rm b.c"),
		 0);
	free(work);
	work = prepare(p, true);
	CHECK(p->t, work && !compare(p, work));
	free(work);
	free(path);
}

/* Without .gitignore nobody can tell what a build has made. */
static void built_in(struct place *p)
{
	const struct kernel_spec spec = {
		.variant = "baseline", .kconfig = "guest",
	};
	char *src = xasprintf("%s/src", p->dir);
	struct builder b;
	struct err err;

	CHECK_EQ(p->t, shell(p, "rm src/.gitignore && touch src/.config"), 0);
	kernel_store_free(&p->store);
	CHECK_EQ(p->t, kernel_store_init(&p->store, src, &err), 0);
	CHECK_EQ(p->t, builder_init(&b, &p->store, &spec, &err), -EINVAL);
	CHECK(p->t, strstr(err.text, "mrproper"));
	free(src);
}

static void place_init(struct place *p, struct check *t, uint64_t seed)
{
	struct err err;
	char *src;
	int i;

	memset(p, 0, sizeof(*p));
	p->t = t;
	p->dir = fixture_dir();
	p->random = seed;
	for (i = 0; i < FILES; i++) {
		p->source[i] = new_text(p, i);
		p->wanted[i] = NULL;
		put_text(p, "src", i, p->source[i]);
	}
	src = xasprintf("%s/src", p->dir);
	fixture_put(src, ".gitignore", ".*\n*.o\n");
	fixture_put(src, "arch/x86/boot/.gitignore", "zoffset.h\n");
	setenv("AUX_TESTS_CACHE", p->dir, 1);
	CHECK_EQ(t, kernel_store_init(&p->store, src, &err), 0);
	free(src);
}

static void place_free(struct place *p)
{
	int i;

	kernel_store_free(&p->store);
	for (i = 0; i < FILES; i++) {
		free(p->source[i]);
		free(p->wanted[i]);
	}
	fixture_end(p->dir, p->t->failed);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) :
		(uint64_t)time(NULL);
	struct check t = { 0 };
	struct place p;
	int i;

	fixture_in_memory();
	printf("seed %llu\n", (unsigned long long)seed);
	place_init(&p, &t, seed);
	for (i = 0; i < SEQUENCES && !t.failed; i++)
		sequence(&p);
	disk_has_lost(&p);
	tarball(&p);
	built_in(&p);
	place_free(&p);
	return check_end(&t);
}
