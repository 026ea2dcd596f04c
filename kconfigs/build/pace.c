// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/pace.h"

#include <ctype.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/units.h"

/* A guess for a machine that has built nothing yet: CPU time in all. */
#define COLD_FILES 940
#define COLD_NS (480 * NSEC_PER_SEC)
#define WARM_FILES 10
#define WARM_NS (13 * NSEC_PER_SEC)

/* So many files say how fast it goes today. */
#define ENOUGH_FILES 20

int pace_cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
}

static char *pace_path(const struct kernel_store *store, const char *kconfig,
		       bool cold)
{
	bool ours = store->arch == arch_here;

	return xasprintf("%s/memo/pace-%s%s%s-%s", store->cache,
			 ours ? "" : store->arch->name, ours ? "" : "-",
			 kconfig, cold ? "cold" : "warm");
}

void pace_read(const struct kernel_store *store, const char *kconfig,
	       bool cold, struct pace *pace)
{
	char *path = pace_path(store, kconfig, cold), *text = NULL;
	int jobs = store->jobs ? store->jobs : pace_cpus();
	struct err ignored;

	if (file_read(path, &text, NULL, &ignored) ||
	    sscanf(text, "%d %" SCNu64, &pace->files, &pace->ns) != 2 ||
	    pace->files <= 0)
		*pace = (struct pace) {
			.files = cold ? COLD_FILES : WARM_FILES,
			.ns = cold ? COLD_NS / jobs : WARM_NS,
		};
	free(text);
	free(path);
}

void pace_write(const struct kernel_store *store, const char *kconfig,
		bool cold, const struct pace *pace)
{
	char *path = pace_path(store, kconfig, cold);
	char *text = xasprintf("%d %" PRIu64 "\n", pace->files, pace->ns);
	struct err ignored;

	/* It is only worth a guess. */
	file_write(path, text, strlen(text), &ignored);
	free(text);
	free(path);
}

uint64_t pace_left(const struct pace *now, const struct pace *whole)
{
	if (now->files < ENOUGH_FILES)
		return whole->ns > now->ns ? whole->ns - now->ns : 0;
	if (now->files >= whole->files)
		return 0;
	return (double)now->ns / now->files * (whole->files - now->files);
}

int pace_count(const char *log)
{
	static const char *const made[] = { "  CC ", "  AS ", "  HOSTCC " };
	const char *p = log;
	int n = 0;
	size_t i;

	while (*p) {
		for (i = 0; i < sizeof(made) / sizeof(*made); i++)
			n += !strncmp(p, made[i], strlen(made[i]));
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return n;
}
