// SPDX-License-Identifier: GPL-2.0-only
#include "stress/pmu.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The PMUs that can be there, for the text of an error. */
static void list_pmus(const char *root, char *buf, size_t size)
{
	struct dirent *d;
	size_t len = 0;
	DIR *dir = opendir(root);

	buf[0] = '\0';
	while (dir && (d = readdir(dir))) {
		if (d->d_name[0] == '.' || len + 64 > size)
			continue;
		len += snprintf(buf + len, size - len, " %s", d->d_name);
	}
	if (dir)
		closedir(dir);
}

int pmu_find(struct pmu *pmu, const char *root, const char *name,
	     struct err *err)
{
	char path[512], have[512];
	FILE *f;

	snprintf(pmu->name, sizeof(pmu->name), "%s", name);
	snprintf(pmu->dir, sizeof(pmu->dir), "%s/%s", root, name);
	snprintf(path, sizeof(path), "%s/type", pmu->dir);
	f = fopen(path, "re");
	if (!f) {
		list_pmus(root, have, sizeof(have));
		return err_set(err, -ENOENT,
			       "no PMU '%s' (is the auxsynth module loaded?); there are:%s",
			       name, have[0] ? have : " none");
	}
	if (fscanf(f, "%u", &pmu->type) != 1) {
		fclose(f);
		return err_set(err, -EINVAL, "%s: not a number", path);
	}
	fclose(f);
	return 0;
}

static FILE *open_format(const struct pmu *pmu, const char *field)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/format/%s", pmu->dir, field);
	return fopen(path, "re");
}

bool pmu_has(const struct pmu *pmu, const char *field)
{
	FILE *f = open_format(pmu, field);

	if (f)
		fclose(f);
	return f;
}

static __u64 *attr_word(struct perf_event_attr *attr, const char *name)
{
	if (!strcmp(name, "config"))
		return (__u64 *)&attr->config;
	if (!strcmp(name, "config1"))
		return (__u64 *)&attr->config1;
	if (!strcmp(name, "config2"))
		return (__u64 *)&attr->config2;
	return NULL;
}

/* "0-39,63": the low bits of the value go to the first range. */
static int spread_bits(const char *ranges, uint64_t value, __u64 *word)
{
	unsigned long low, high, bit;
	char *end;

	for (;;) {
		low = strtoul(ranges, &end, 10);
		if (end == ranges)
			return -EINVAL;
		high = low;
		if (*end == '-') {
			ranges = end + 1;
			high = strtoul(ranges, &end, 10);
		}
		if (high < low || high > 63)
			return -EINVAL;
		for (bit = low; bit <= high; bit++, value >>= 1) {
			*word &= ~(1ull << bit);
			*word |= (value & 1) << bit;
		}
		if (*end != ',')
			break;
		ranges = end + 1;
	}
	return value ? -ERANGE : 0;
}

int pmu_set(const struct pmu *pmu, struct perf_event_attr *attr,
	    const char *field, uint64_t value, struct err *err)
{
	FILE *f = open_format(pmu, field);
	char line[128] = "", *colon;
	__u64 *word = NULL;
	int ret = -EINVAL;

	if (!f)
		return err_set(err, -ENOENT, "PMU %s has no field '%s'",
			       pmu->name, field);
	if (fgets(line, sizeof(line), f)) {
		colon = strchr(line, ':');
		if (colon) {
			*colon = '\0';
			word = attr_word(attr, line);
		}
		if (word)
			ret = spread_bits(colon + 1, value, word);
	}
	fclose(f);
	if (ret == -ERANGE)
		return err_set(err, ret, "%s: %llu does not fit PMU %s",
			       field, (unsigned long long)value, pmu->name);
	if (ret)
		return err_set(err, ret, "%s/format/%s is not understood",
			       pmu->dir, field);
	return 0;
}
