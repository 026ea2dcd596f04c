// SPDX-License-Identifier: GPL-2.0-only
#include "lib/cell-values.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/scenario.h"
#include "lib/units.h"

int value_parse_name(const struct cell_key *key, void *field,
		     const char *value)
{
	size_t len = strlen(value);

	if (!len || len >= sizeof(((struct cell *)0)->pmu) ||
	    strchr(value, '/'))
		return -EINVAL;
	memcpy(field, value, len + 1);
	return 0;
}

void value_format_name(const struct cell_key *key, const void *field,
		       char *buf)
{
	snprintf(buf, CELL_VALUE_LEN, "%s", (const char *)field);
}

/* What they mean, only the PMU's own directory can say. */
int value_parse_terms(const struct cell_key *key, void *field,
		      const char *value)
{
	size_t len = strlen(value);

	if (!len || len >= sizeof(((struct cell *)0)->pmu_terms) ||
	    strpbrk(value, " \t/") || *value == ',' || value[len - 1] == ',')
		return -EINVAL;
	memcpy(field, value, len + 1);
	return 0;
}

int value_parse_rate(const struct cell_key *key, void *field,
		     const char *value)
{
	uint64_t rate;

	if (units_parse_rate(value, &rate) || !rate)
		return -EINVAL;
	*(uint64_t *)field = rate;
	return 0;
}

void value_format_rate(const struct cell_key *key, const void *field,
		       char *buf)
{
	units_format_rate(buf, *(const uint64_t *)field);
}

int value_parse_size(const struct cell_key *key, void *field,
		     const char *value)
{
	return units_parse_size(value, field);
}

/* The AUX area is a power of two of whole pages: perf_mmap() insists. */
int value_parse_aux(const struct cell_key *key, void *field, const char *value)
{
	uint64_t size;

	if (units_parse_size(value, &size) || size < 4096 ||
	    (size & (size - 1)) || size > (1ull << 30))
		return -EINVAL;
	*(uint64_t *)field = size;
	return 0;
}

void value_format_size(const struct cell_key *key, const void *field,
		       char *buf)
{
	units_format_size(buf, *(const uint64_t *)field);
}

int value_parse_time(const struct cell_key *key, void *field,
		     const char *value)
{
	return units_parse_time(value, field);
}

int value_parse_some_time(const struct cell_key *key, void *field,
			  const char *value)
{
	uint64_t ns;

	if (units_parse_time(value, &ns) || !ns)
		return -EINVAL;
	*(uint64_t *)field = ns;
	return 0;
}

void value_format_time(const struct cell_key *key, const void *field,
		       char *buf)
{
	units_format_time(buf, *(const uint64_t *)field);
}

int value_parse_uint(const struct cell_key *key, void *field,
		     const char *value)
{
	return units_parse_uint(value, field);
}

void value_format_uint(const struct cell_key *key, const void *field,
		       char *buf)
{
	snprintf(buf, CELL_VALUE_LEN, "%llu",
		 (unsigned long long)*(const uint64_t *)field);
}

int value_parse_word(const struct cell_key *key, void *field,
		     const char *value)
{
	int i;

	for (i = 0; key->words[i]; i++) {
		if (!strcmp(value, key->words[i])) {
			*(int *)field = i;
			return 0;
		}
	}
	return -EINVAL;
}

void value_format_word(const struct cell_key *key, const void *field,
		       char *buf)
{
	snprintf(buf, CELL_VALUE_LEN, "%s", key->words[*(const int *)field]);
}

int value_parse_scenario(const struct cell_key *key, void *field,
			 const char *value)
{
	int id = scenario_find(value);

	if (id < 0)
		return id;
	*(int *)field = id;
	return 0;
}

void value_format_scenario(const struct cell_key *key, const void *field,
			   char *buf)
{
	snprintf(buf, CELL_VALUE_LEN, "%s",
		 scenarios[*(const int *)field].name);
}

/* "3ms", "uniform:1ms-5ms" or "exp:3ms" */
int value_parse_drain(const struct cell_key *key, void *field,
		      const char *value)
{
	struct drain drain = { .kind = DRAIN_FIXED };
	char low[UNITS_LEN];
	const char *dash;
	size_t len;

	if (!strncmp(value, "exp:", 4)) {
		drain.kind = DRAIN_EXP;
		value += 4;
	} else if (!strncmp(value, "uniform:", 8)) {
		drain.kind = DRAIN_UNIFORM;
		value += 8;
		dash = strchr(value, '-');
		if (!dash)
			return -EINVAL;
		len = dash - value;
		if (len >= sizeof(low))
			return -EINVAL;
		memcpy(low, value, len);
		low[len] = '\0';
		if (units_parse_time(low, &drain.a) ||
		    units_parse_time(dash + 1, &drain.b) ||
		    drain.b < drain.a)
			return -EINVAL;
		*(struct drain *)field = drain;
		return 0;
	}
	if (units_parse_time(value, &drain.a))
		return -EINVAL;
	*(struct drain *)field = drain;
	return 0;
}

void value_format_drain(const struct cell_key *key, const void *field,
			char *buf)
{
	const struct drain *drain = field;
	char a[UNITS_LEN], b[UNITS_LEN];

	units_format_time(a, drain->a);
	units_format_time(b, drain->b);
	if (drain->kind == DRAIN_UNIFORM)
		snprintf(buf, CELL_VALUE_LEN, "uniform:%s-%s", a, b);
	else
		snprintf(buf, CELL_VALUE_LEN, "%s%s",
			 drain->kind == DRAIN_EXP ? "exp:" : "", a);
}

/* A word; "spread" may be followed by its number of pairs. */
int value_parse_placement(const struct cell_key *key, void *field,
			  const char *value)
{
	struct placement_key place = { 0 };
	int ret = 0;

	if (!strncmp(value, "spread:", 7)) {
		place.kind = PLACE_SPREAD;
		ret = units_parse_uint(value + 7, &place.n);
		if (ret || !place.n)
			return -EINVAL;
	} else {
		ret = value_parse_word(key, &place.kind, value);
	}
	if (!ret)
		*(struct placement_key *)field = place;
	return ret;
}

void value_format_placement(const struct cell_key *key, const void *field,
			    char *buf)
{
	const struct placement_key *place = field;

	snprintf(buf, CELL_VALUE_LEN, place->n ? "%s:%llu" : "%s",
		 key->words[place->kind], (unsigned long long)place->n);
}

int value_parse_pairs(const struct cell_key *key, void *field,
		      const char *value)
{
	if (strcmp(value, "max"))
		return units_parse_uint(value, field);
	*(uint64_t *)field = PAIRS_MAX;
	return 0;
}

void value_format_pairs(const struct cell_key *key, const void *field,
			char *buf)
{
	if (*(const uint64_t *)field == PAIRS_MAX)
		snprintf(buf, CELL_VALUE_LEN, "max");
	else
		value_format_uint(key, field, buf);
}

/* The words a node's number may be replaced by, by their negative. */
static const char *const node_words[] = {
	[-NODE_TRACER] = "tracer", [-NODE_TRACEE] = "tracee",
	[-NODE_ANY] = "any",
};

#define NODE_MAX 1023

int value_parse_node(const struct cell_key *key, void *field,
		     const char *value)
{
	uint64_t node;
	int i;

	for (i = -NODE_TRACER; i <= -NODE_ANY; i++) {
		if (!strcmp(value, node_words[i])) {
			*(int *)field = -i;
			return 0;
		}
	}
	if (units_parse_uint(value, &node) || node > NODE_MAX)
		return -EINVAL;
	*(int *)field = node;
	return 0;
}

/* A buffer has to be somewhere. */
int value_parse_some_node(const struct cell_key *key, void *field,
			  const char *value)
{
	return strcmp(value, "any") ? value_parse_node(key, field, value) : -EINVAL;
}

void value_format_node(const struct cell_key *key, const void *field,
		       char *buf)
{
	int node = *(const int *)field;

	if (node < 0)
		snprintf(buf, CELL_VALUE_LEN, "%s", node_words[-node]);
	else
		snprintf(buf, CELL_VALUE_LEN, "%d", node);
}

int value_parse_workload(const struct cell_key *key, void *field,
			 const char *value)
{
	return workload_parse(field, value);
}

void value_format_workload(const struct cell_key *key, const void *field,
			   char *buf)
{
	workload_format(field, buf, CELL_VALUE_LEN);
}

int value_parse_phases(const struct cell_key *key, void *field,
		       const char *value)
{
	return phases_parse(value, field);
}

void value_format_phases(const struct cell_key *key, const void *field,
			 char *buf)
{
	phases_format(buf, field);
}
