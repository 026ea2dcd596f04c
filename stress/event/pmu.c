// SPDX-License-Identifier: GPL-2.0-only
#include "stress/event/pmu.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stress/event/pmu-kinds.h"

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
	char path[512], have[512], type[32], *end;
	const char *hint;

	snprintf(pmu->name, sizeof(pmu->name), "%s", name);
	snprintf(pmu->dir, sizeof(pmu->dir), "%s/%s", root, name);
	pmu->kind = pmu_kind_find(name);
	if (pmu_read(pmu, "type", type, sizeof(type))) {
		list_pmus(root, have, sizeof(have));
		hint = pmu->kind ? pmu->kind->absent : NULL;
		return err_set(err, -ENOENT,
			       "no PMU '%s'%s%s%s; there are:%s", name,
			       hint ? " (" : "", hint ? hint : "",
			       hint ? ")" : "", have[0] ? have : " none");
	}
	pmu->type = strtoul(type, &end, 10);
	if (end == type || *end) {
		snprintf(path, sizeof(path), "%s/type", pmu->dir);
		return err_set(err, -EINVAL, "%s: not a number", path);
	}
	return 0;
}

int pmu_read(const struct pmu *pmu, const char *file, char *buf, size_t size)
{
	char path[640];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", pmu->dir, file);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	if (!fgets(buf, size, f))
		*buf = '\0';
	fclose(f);
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

uint64_t pmu_number(const struct pmu *pmu, const char *file,
		    uint64_t otherwise)
{
	char text[64], *end;
	uint64_t n;

	if (pmu_read(pmu, file, text, sizeof(text)))
		return otherwise;
	n = strtoull(text, &end, 0);
	return end == text || *end ? otherwise : n;
}

/* "0-3,8": the kernel's way to write a set of CPUs. */
static int parse_cpus(const char *list, cpu_set_t *cpus)
{
	unsigned long first, last;
	char *end;

	CPU_ZERO(cpus);
	while (*list) {
		first = last = strtoul(list, &end, 10);
		if (end == list)
			return -EINVAL;
		if (*end == '-') {
			list = end + 1;
			last = strtoul(list, &end, 10);
			if (end == list)
				return -EINVAL;
		}
		for (; first <= last && first < CPU_SETSIZE; first++)
			CPU_SET(first, cpus);
		list = *end == ',' ? end + 1 : end;
		if (*end && *end != ',')
			return -EINVAL;
	}
	return 0;
}

int pmu_cpus(const struct pmu *pmu, cpu_set_t *cpus)
{
	char list[1024];
	int ret;

	/* "cpus" is what PMUs of one of several types of core have. */
	ret = pmu_read(pmu, "cpumask", list, sizeof(list));
	if (ret)
		ret = pmu_read(pmu, "cpus", list, sizeof(list));
	return ret ? -ENOENT : parse_cpus(list, cpus);
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

bool pmu_is_auxsynth(const struct pmu *pmu)
{
	return pmu_has(pmu, "slot") && pmu_has(pmu, "mode");
}

bool pmu_has_oracle(const struct pmu *pmu)
{
	return pmu_has(pmu, "slot");
}

/* Where a word of the attributes is; those after VER7 by the ABI's offset. */
static const struct {
	const char *name;
	size_t offset;
} words[] = {
	{ "config", offsetof(struct perf_event_attr, config) },
	{ "config1", offsetof(struct perf_event_attr, config1) },
	{ "config2", offsetof(struct perf_event_attr, config2) },
	{ "config3", 128 },
	{ "config4", 136 },
	{ NULL, 0 }
};

/* NULL: no such word, or none in @room bytes. */
static __u64 *attr_word(void *attr, size_t room, const char *name)
{
	int i;

	for (i = 0; words[i].name; i++) {
		if (!strcmp(words[i].name, name) &&
		    words[i].offset + sizeof(__u64) <= room)
			return (__u64 *)((char *)attr + words[i].offset);
	}
	return NULL;
}

/*
 * "0-39,63": the low bits of the value go to the first range, or come from
 * there if @get.
 */
static int each_bit(const char *ranges, uint64_t *value, __u64 *word, bool get)
{
	unsigned long low, high, bit;
	unsigned int n = 0;
	uint64_t left = get ? 0 : *value;
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
		for (bit = low; bit <= high && n < 64; bit++, n++) {
			if (get) {
				left |= (*word >> bit & 1) << n;
				continue;
			}
			*word &= ~(1ull << bit);
			*word |= (left & 1) << bit;
			left >>= 1;
		}
		if (*end != ',')
			break;
		ranges = end + 1;
	}
	if (get)
		*value = left;
	return left && !get ? -ERANGE : 0;
}

static int set_field(const struct pmu *pmu, void *attr, size_t room,
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
		line[strcspn(line, "\n")] = '\0';
		colon = strchr(line, ':');
		if (colon) {
			*colon = '\0';
			word = attr_word(attr, room, line);
			*colon = ':';
		}
		if (word)
			ret = each_bit(colon + 1, &value, word, false);
	}
	fclose(f);
	if (ret == -ERANGE)
		return err_set(err, ret,
			       "%s: %llu does not fit PMU %s, which has %s for it",
			       field, (unsigned long long)value, pmu->name,
			       line);
	if (ret)
		return err_set(err, ret, "%s/format/%s is not understood",
			       pmu->dir, field);
	return 0;
}

int pmu_get(const struct pmu *pmu, const union pmu_attr *attr,
	    const char *field, uint64_t *value)
{
	char file[128], line[128], *colon;
	__u64 *word;

	snprintf(file, sizeof(file), "format/%s", field);
	if (pmu_read(pmu, file, line, sizeof(line)))
		return -ENOENT;
	colon = strchr(line, ':');
	if (!colon)
		return -EINVAL;
	*colon = '\0';
	word = attr_word((void *)attr, sizeof(*attr), line);
	return word ? each_bit(colon + 1, value, word, true) : -EINVAL;
}

int pmu_set(const struct pmu *pmu, struct perf_event_attr *attr,
	    const char *field, uint64_t value, struct err *err)
{
	return set_field(pmu, attr, sizeof(*attr), field, value, err);
}

/* "@tmc_etr0": the sink's number, which sinks/ has in hexadecimal. */
static int set_sink(const struct pmu *pmu, union pmu_attr *attr,
		    const char *sink, struct err *err)
{
	char file[128], text[64], *end;
	uint64_t id;

	snprintf(file, sizeof(file), "sinks/%s", sink);
	if (!*sink || pmu_read(pmu, file, text, sizeof(text)))
		return err_set(err, -ENOENT, "PMU %s has no sink '%s'",
			       pmu->name, sink);
	id = strtoull(text, &end, 16);
	if (end == text || *end)
		return err_set(err, -EINVAL, "%s/%s is not understood",
			       pmu->dir, file);
	return pmu_has(pmu, "sinkid") ?
		set_field(pmu, attr, sizeof(*attr), "sinkid", id, err) :
		set_field(pmu, attr, sizeof(*attr), "sink", id, err);
}

static int set_terms(const struct pmu *pmu, union pmu_attr *attr,
		     const char *terms, int depth, struct err *err);

static int set_term(const struct pmu *pmu, union pmu_attr *attr,
		    const char *name, const char *value, int depth,
		    struct err *err)
{
	char file[128], alias[256], *end = "";
	uint64_t n = 1;
	__u64 *word;

	if (*name == '@')
		return set_sink(pmu, attr, name + 1, err);
	if (value)
		n = strtoull(value, &end, 0);
	if (value && (!*value || *value == '-' || *end))
		return err_set(err, -EINVAL,
			       "pmu_terms: %s: '%s' is not a number", name,
			       value);
	if (pmu_has(pmu, name))
		return set_field(pmu, attr, sizeof(*attr), name, n, err);
	word = !strcmp(name, "period") ? (__u64 *)&attr->attr.sample_period :
		attr_word(attr, sizeof(*attr), name);
	if (word) {
		*word = n;
		return 0;
	}
	snprintf(file, sizeof(file), "events/%s", name);
	if (!value && !depth && !pmu_read(pmu, file, alias, sizeof(alias)))
		return set_terms(pmu, attr, alias, depth + 1, err);
	return err_set(err, -ENOENT,
		       "pmu_terms: PMU %s has no field '%s' in its format/, nor an event of that name",
		       pmu->name, name);
}

static int set_terms(const struct pmu *pmu, union pmu_attr *attr,
		     const char *terms, int depth, struct err *err)
{
	char copy[256], *term, *save, *equals;
	int ret = 0;

	if (strlen(terms) >= sizeof(copy))
		return err_set(err, -E2BIG, "pmu_terms: too long");
	snprintf(copy, sizeof(copy), "%s", terms);
	for (term = strtok_r(copy, ",", &save); term && !ret;
	     term = strtok_r(NULL, ",", &save)) {
		equals = strchr(term, '=');
		if (equals)
			*equals++ = '\0';
		ret = set_term(pmu, attr, term, equals, depth, err);
	}
	return ret;
}

int pmu_set_terms(const struct pmu *pmu, union pmu_attr *attr,
		  const char *terms, struct err *err)
{
	const __u64 *late = (const __u64 *)(attr->bytes + 128);
	int ret = 0;

	if (strcmp(terms, "none"))
		ret = set_terms(pmu, attr, terms, 0, err);
	/* Only when needed: an older kernel takes no larger size. */
	if (late[1])
		attr->attr.size = 144;
	else if (late[0] && attr->attr.size < 136)
		attr->attr.size = 136;
	return ret;
}
