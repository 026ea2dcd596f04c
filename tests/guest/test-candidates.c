// SPDX-License-Identifier: GPL-2.0-only
/*
 * test-candidates [CANDIDATES [SEED]]: real kernels, one candidate after the
 * other in one work folder, and no one's change in another's kernel: each adds
 * a function to a file that is drawn, and System.map has it and no other's;
 * the manifest says that all else was compiled as the source has it.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kconfigs/build/source.h"
#include "lib/random.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define DEFAULT_CANDIDATES 3

static const char *const files[] = {
	"kernel/events/core.c", "kernel/events/callchain.c",
	"kernel/events/ring_buffer.c", "kernel/irq_work.c",
};

struct place {
	struct check *t;
	char *dir;
	uint64_t random;
	struct kernel_store store;
	struct source source;
};

/* A patch that adds aux_marker_N to @file, as no two people write names. */
static char *make_patch(struct place *p, int n, const char *file)
{
	static const char *const names[] = {
		"--label a/%s --label b/%s", "--label linux/%s --label linux/%s.new",
		"--label linux/%s.orig --label linux/%s",
	};
	char *labels = xasprintf(names[random_next(&p->random) % 3], file,
				 file);
	char *path = xasprintf("%s/m%d.patch", p->dir, n), *command;

	command = xasprintf("cd %s && { cat %s/%s && printf '\\nvoid aux_marker_%d(void);\\nvoid aux_marker_%d(void)\\n{\\n}\\n'; } >new.c && ! diff -u %s %s/%s new.c >%s",
			    p->dir, p->source.tree, file, n, n, labels,
			    p->source.tree, file, path);
	CHECK_EQ(p->t, system(command), 0);
	free(command);
	free(labels);
	return path;
}

static void check_map(struct place *p, const char *folder, int n)
{
	char *path = xasprintf("%s/System.map", folder), *map, *mine;
	struct err err;
	const char *at;
	int found = 0;

	CHECK_EQ(p->t, file_read(path, &map, NULL, &err), 0);
	mine = xasprintf(" aux_marker_%d\n", n);
	CHECK(p->t, strstr(map, mine));
	for (at = map; (at = strstr(at, " aux_marker_")); at++)
		found++;
	CHECK_EQ(p->t, found, 1);
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

static void candidate(struct place *p, int n)
{
	const char *file = files[random_next(&p->random) %
		(sizeof(files) / sizeof(*files))];
	char *patch = make_patch(p, n, file), *folder;
	const struct kernel_spec spec = {
		.variant = "marker", .patch = patch, .kconfig = "guest",
	};
	struct kernel kernel;
	struct err err;
	int ret;

	ret = kernel_get(&p->store, &spec, &kernel, &err);
	CHECK_EQ(p->t, ret, 0);
	if (ret) {
		printf("%s\n", err.text);
	} else {
		CHECK(p->t, !kernel.cached);
		folder = xasprintf("%.*s", (int)(strrchr(kernel.image, '/') -
					   kernel.image), kernel.image);
		printf("%d: %s: %s\n", n, file, folder);
		check_map(p, folder, n);
		check_manifest(p, folder, file);
		/* Nobody wants it again. */
		dir_remove(folder, &err);
		free(folder);
		kernel_free(&kernel);
	}
	free(patch);
}

int main(int argc, char **argv)
{
	int candidates = argc > 1 ? atoi(argv[1]) : DEFAULT_CANDIDATES, i;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) :
		(uint64_t)time(NULL);
	struct check t = { 0 };
	struct place p = { .t = &t, .random = seed };
	struct err err;

	if (kernel_store_init(&p.store, NULL, &err) ||
	    source_identify(&p.store, &p.source, &err) ||
	    source_prepare(&p.store, &p.source, &err)) {
		printf("SKIP: %s\n", err.text);
		return CHECK_SKIP;
	}
	printf("seed %llu\n", (unsigned long long)seed);
	p.dir = fixture_dir();
	for (i = 0; i < candidates; i++)
		candidate(&p, seed % 1000000 + i);
	source_free(&p.source);
	kernel_store_free(&p.store);
	fixture_end(p.dir, t.failed);
	return check_end(&t);
}
