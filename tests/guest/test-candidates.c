// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-candidates [CANDIDATES [SEED [CLEAN]]]: real kernels, one candidate after
 * the other in one work folder, and no one's change in another's kernel: each
 * adds a function to a file that is drawn, or nothing but a comment, and
 * System.map has it and no other's; the manifest says that all else was compiled
 * as the source has it.  What is drawn again is the same kernel, bit for bit.
 * With CLEAN, a folder for a cache of its own, so are those that are built from
 * nothing there (CANDIDATES 0 does that, once), and between two candidates somebody
 * is at the work folder.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kconfigs/build/source.h"
#include "lib/random.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define DEFAULT_CANDIDATES 3

static const struct kind {
	const char *file, *marker, *text;
} kinds[] = {
#define MARKER(name) name, "void " name "(void);\nvoid " name "(void)\n{\n}\n"
	{ "kernel/events/core.c", MARKER("aux_marker_core") },
	{ "kernel/events/callchain.c", MARKER("aux_marker_callchain") },
	{ "kernel/events/ring_buffer.c", MARKER("aux_marker_ring") },
	{ "kernel/irq_work.c", MARKER("aux_marker_irq") },
	{ "kernel/events/core.c", NULL, "/* Nothing. */\n" },
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

struct place {
	struct check *t;
	char *dir;
	uint64_t random, seed;
	int n, clean_ones;
	struct kernel_store store;
	struct source source;
	char *clean[KINDS], *first[KINDS];	/* kernels, once they are there */
};

static unsigned int below(struct place *p, unsigned int n)
{
	return random_next(&p->random) % n;
}

/* A patch of this kind, as no two people write names; no other run has it. */
static char *make_patch(struct place *p, const struct kind *kind)
{
	static const char *const names[] = {
		"--label a/%s --label b/%s", "--label linux/%s --label linux/%s.new",
		"--label linux/%s.orig --label linux/%s",
	};
	char *labels = xasprintf(names[below(p, 3)], kind->file, kind->file);
	char *path = xasprintf("%s/marker.patch", p->dir), *command;

	fixture_put(p->dir, "more", kind->text);
	command = xasprintf("cd %s && { cat %s/%s && echo && cat more; } >new.c && echo Run %llu. >%s && ! diff -u %s %s/%s new.c >>%s",
			    p->dir, p->source.tree, kind->file,
			    (unsigned long long)p->seed, path, labels,
			    p->source.tree, kind->file, path);
	CHECK_EQ(p->t, system(command), 0);
	free(command);
	free(labels);
	return path;
}

static void check_map(struct place *p, const char *folder,
		      const struct kind *kind)
{
	char *path = xasprintf("%s/System.map", folder), *map, *mine;
	struct err err;
	const char *at;
	int found = 0;

	CHECK_EQ(p->t, file_read(path, &map, NULL, &err), 0);
	mine = xasprintf(" %s\n", kind->marker ? kind->marker : "");
	CHECK(p->t, !kind->marker || strstr(map, mine));
	for (at = map; (at = strstr(at, " aux_marker_")); at++)
		found++;
	CHECK_EQ(p->t, found, kind->marker != NULL);
	free(mine);
	free(map);
	free(path);
}

/* Each line of the manifest is one of the source's files, but for @file. */
static void check_manifest(struct place *p, const char *folder,
			   const char *file)
{
	char *path = xasprintf("%s/manifest", folder), *text, *line, *save;
	char *clean = xasprintf("%s/clean", p->dir), *want;
	struct err err;
	size_t n = 0, other = 0;

	CHECK_EQ(p->t, tree_manifest_write(clean, &p->source.list, &err), 0);
	CHECK_EQ(p->t, file_read(clean, &want, NULL, &err), 0);
	CHECK_EQ(p->t, file_read(path, &text, NULL, &err), 0);
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		n++;
		if (strstr(want, line))
			continue;
		other++;
		CHECK(p->t, strstr(line, file));
	}
	CHECK_EQ(p->t, n, p->source.list.n);
	CHECK_EQ(p->t, other, 1);
	free(text);
	free(want);
	free(clean);
	free(path);
}

/* The folder of the kernel of this kind, built now; NULL if it cannot be. */
static char *build(struct place *p, struct kernel_store *store,
		   const struct kind *kind)
{
	char *patch = make_patch(p, kind), *folder = NULL;
	const struct kernel_spec spec = {
		.variant = "marker", .patch = patch, .kconfig = "guest",
	};
	struct kernel kernel;
	struct err err;
	int ret;

	ret = kernel_get(store, &spec, &kernel, &err);
	CHECK_EQ(p->t, ret, 0);
	if (ret) {
		printf("%s\n", err.text);
	} else {
		CHECK(p->t, !kernel.cached);
		folder = xasprintf("%.*s", (int)(strrchr(kernel.image, '/') -
					   kernel.image), kernel.image);
		kernel_free(&kernel);
	}
	free(patch);
	return folder;
}

static void compare(struct place *p, const char *folder, const char *clean)
{
	char *command = xasprintf("for f in %s System.map manifest config; do cmp %s/$f %s/$f || exit 1; done",
				  p->store.arch->image, folder, clean);

	CHECK_EQ(p->t, system(command), 0);
	free(command);
}

static char *keep(struct place *p, const char *folder, int kind)
{
	char *kept = xasprintf("%s/first-%d", p->dir, kind);
	char *command = xasprintf("cp -r %s %s", folder, kept);

	CHECK_EQ(p->t, system(command), 0);
	free(command);
	return kept;
}

static void candidate(struct place *p)
{
	int kind = below(p, KINDS);
	char *folder = build(p, &p->store, &kinds[kind]);
	struct err err;

	if (!folder)
		return;
	printf("%d: %s, %s\n", p->n, kinds[kind].file,
	       kinds[kind].marker ? kinds[kind].marker : "a comment");
	check_map(p, folder, &kinds[kind]);
	check_manifest(p, folder, kinds[kind].file);
	if (p->clean[kind])
		compare(p, folder, p->clean[kind]);
	p->clean_ones += p->clean[kind] != NULL;
	if (p->first[kind])
		compare(p, folder, p->first[kind]);
	else
		p->first[kind] = keep(p, folder, kind);
	/* Nobody wants it again. */
	if (!p->t->failed)
		dir_remove(folder, &err);
	free(folder);
}

/* Somebody is at the work folder of the source that is used here. */
static void damage(struct place *p)
{
	static const char *const ways[] = {
		"true", "echo 'int wrong;' >>%s", "rm -f %s", "touch %s",
		"rm -f %s && mkdir %s", "mkdir -p new/%s && echo >new/%s/x",
		"echo '#error' >include/linux/irq_work.h",
		"echo '#define aux_marker_core aux_marker_wrong' >include/linux/zoffset.h",
		"rm -f ../state", "echo torn >../list", "touch ../making",
		"touch -r %s ref && sed -i s/perf/prof/ %s && touch -r ref %s && rm ref",
	};
	const char *file = kinds[below(p, KINDS)].file;
	char *what = xasprintf(ways[below(p, sizeof(ways) / sizeof(*ways))],
			       file, file, file);
	char *all = xasprintf("cd %s/build/%s-guest/linux && { %s; } 2>/dev/null",
			      p->store.cache, p->source.id, what);

	printf("%d: then %s\n", p->n, what);
	if (system(all) < 0)
		CHECK(p->t, !"a shell");
	free(all);
	free(what);
}

/* One from nothing. */
static void build_clean(struct place *p, const char *folder, int kind)
{
	char *command = xasprintf("rm -rf %s/build", folder), *made;
	struct kernel_store store;
	struct err err;

	setenv("AUX_TESTS_CACHE", folder, 1);
	CHECK_EQ(p->t, system(command), 0);
	if (kernel_store_init(&store, p->store.linux_path, &err)) {
		printf("%s\n", err.text);
		CHECK(p->t, false);
	} else {
		made = build(p, &store, &kinds[kind]);
		if (made)
			CHECK_EQ(p->t, rename(made, p->clean[kind]), 0);
		free(made);
		kernel_store_free(&store);
	}
	free(command);
}

static void find_clean(struct place *p, const char *folder, bool make)
{
	size_t i;

	for (i = 0; i < KINDS && !p->t->failed; i++) {
		p->clean[i] = xasprintf("%s/clean-%zu", folder, i);
		if (make && !file_exists(p->clean[i]))
			build_clean(p, folder, i);
		if (!file_exists(p->clean[i])) {
			free(p->clean[i]);
			p->clean[i] = NULL;
		}
	}
}

int main(int argc, char **argv)
{
	int candidates = argc > 1 ? atoi(argv[1]) : DEFAULT_CANDIDATES;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) :
		(uint64_t)time(NULL);
	struct check t = { 0 };
	struct place p = { .t = &t, .random = seed, .seed = seed };
	struct err err;
	size_t i;

	if (kernel_store_init(&p.store, NULL, &err) ||
	    source_identify(&p.store, &p.source, &err) ||
	    source_prepare(&p.store, &p.source, &err)) {
		printf("SKIP: %s\n", err.text);
		return CHECK_SKIP;
	}
	printf("seed %llu, %d candidates\n", (unsigned long long)seed,
	       candidates);
	p.dir = fixture_dir();
	if (argc > 3)
		find_clean(&p, argv[3], !candidates);
	for (; p.n < candidates && !t.failed; p.n++) {
		candidate(&p);
		/* Of the user's own cache nothing is damaged. */
		if (argc > 3)
			damage(&p);
	}
	printf("%d of them compared with clean builds\n", p.clean_ones);
	for (i = 0; i < KINDS; i++) {
		free(p.clean[i]);
		free(p.first[i]);
	}
	source_free(&p.source);
	kernel_store_free(&p.store);
	fixture_end(p.dir, t.failed);
	return check_end(&t);
}
