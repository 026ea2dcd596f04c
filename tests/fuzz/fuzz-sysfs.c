// SPDX-License-Identifier: GPL-2.0-only
/* A PMU's folder in sysfs: lines of "file=text", and terms for it. */
#include <sys/stat.h>

#include "lib/file.h"
#include "stress/event/pmu-kinds.h"
#include "stress/trace/decoder.h"
#include "tests/fuzz/fuzz.h"

static const char *const folders[] = { "format", "events", "caps" };

/* Into the files of @dir/pmu; only such as are there in sysfs. */
static void put(const char *dir, char *line)
{
	char *text = strchr(line, '='), *slash = strchr(line, '/'), *path;
	FILE *f;

	if (!text || strstr(line, "..") || *line == '/' ||
	    (slash && slash < text && strchr(slash + 1, '/')))
		return;
	*text++ = '\0';
	path = xasprintf("%s/pmu/%s", dir, line);
	f = fopen(path, "w");
	if (f) {
		fputs(text, f);
		fputc('\n', f);
		fclose(f);
	}
	free(path);
}

static void look(const char *dir, const char *terms)
{
	union pmu_attr attr = { .bytes = { 0 } };
	struct pt_setup setup;
	struct pmu pmu;
	struct err err;
	uint64_t value;
	cpu_set_t cpus;

	if (pmu_find(&pmu, dir, "pmu", &err))
		return;
	pmu_set(&pmu, &attr.attr, "a", 0x123456789abcull, &err);
	pmu_set_terms(&pmu, &attr, terms, &err);
	pmu_get(&pmu, &attr, "a", &value);
	pmu_cpus(&pmu, &cpus);
	pt_setup_read(&setup, &pmu, &attr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), *line, *save, *path;
	char dir[] = "/dev/shm/fuzz-sysfs-XXXXXX";
	const char *terms = "a=1";
	struct err err;
	size_t i;

	if (!mkdtemp(dir))
		exit(1);
	for (i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		path = xasprintf("%s/pmu/%s", dir, folders[i]);
		if (dir_make(path, &err))
			exit(1);
		free(path);
	}
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "terms ", 6))
			terms = line + 6;
		else
			put(dir, line);
	}
	look(dir, terms);
	dir_remove(dir, &err);
	free(text);
	return 0;
}
