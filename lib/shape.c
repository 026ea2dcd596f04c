// SPDX-License-Identifier: GPL-2.0-only
#include "lib/shape.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arch.h"
#include "lib/units.h"

#define LOCAL 10
#define STEP 10
/* ACPI's SLIT: a byte, and 255 is "unreachable". */
#define FARTHEST 254

/* QEMU gives each node its memory in whole MiB; less does not boot. */
#define NODE_MEMORY_MIN (64ull << 20)

static int parse_rows(struct guest_shape *shape, const char *text)
{
	unsigned long value;
	char *end;

	for (shape->ngiven = 0; ; text = end + 1) {
		if (*text < '0' || *text > '9' ||
		    shape->ngiven == sizeof(shape->given))
			return -EINVAL;
		value = strtoul(text, &end, 10);
		if (value < LOCAL || value > FARTHEST)
			return -EINVAL;
		shape->given[shape->ngiven++] = value;
		if (!*end)
			break;
		if (*end != ':' && *end != '/')
			return -EINVAL;
	}
	shape->distances = DISTANCES_GIVEN;
	return 0;
}

int guest_distances_parse(struct guest_shape *shape, const char *text)
{
	static const char *const words[] = {
		[DISTANCES_LINE] = "line", [DISTANCES_RING] = "ring",
		[DISTANCES_FLAT] = "flat",
	};
	int i;

	for (i = 0; i < DISTANCES_GIVEN; i++) {
		if (!strcmp(text, words[i])) {
			shape->distances = i;
			return 0;
		}
	}
	return parse_rows(shape, text);
}

unsigned int guest_distance(const struct guest_shape *shape, size_t a,
			    size_t b)
{
	size_t steps = a > b ? a - b : b - a;

	if (shape->distances == DISTANCES_GIVEN)
		return shape->given[a * shape->nodes + b];
	if (shape->distances == DISTANCES_FLAT)
		steps = steps > 1 ? 1 : steps;
	if (shape->distances == DISTANCES_RING && steps > shape->nodes / 2)
		steps = shape->nodes - steps;
	return LOCAL + STEP * steps;
}

int guest_numa_parse(struct guest_shape *shape, const char *text)
{
	const char *x = strchr(text, 'x');
	uint64_t nodes, cpus;
	char first[UNITS_LEN];

	if (!x || (size_t)(x - text) >= sizeof(first))
		return -EINVAL;
	memcpy(first, text, x - text);
	first[x - text] = '\0';
	if (units_parse_uint(first, &nodes) || units_parse_uint(x + 1, &cpus) ||
	    !nodes || nodes > GUEST_NODES_MAX || !cpus ||
	    cpus > GUEST_CPUS_MAX / nodes)
		return -EINVAL;
	shape->nodes = nodes;
	shape->cpus = nodes * cpus;
	return 0;
}

static int check_given(const struct guest_shape *shape, const char *path,
		       struct err *err)
{
	size_t n = shape->nodes, a, b;

	if (shape->ngiven != n * n)
		return err_set(err, -EINVAL,
			       "%s: guest_distances: %zu numbers, expected %zu rows of %zu",
			       path, shape->ngiven, n, n);
	for (a = 0; a < n; a++) {
		for (b = 0; b < n; b++) {
			if ((shape->given[a * n + b] == LOCAL) == (a == b))
				continue;
			return err_set(err, -EINVAL,
				       "%s: guest_distances: row %zu, number %zu is %d, expected %s",
				       path, a + 1, b + 1,
				       shape->given[a * n + b],
				       a == b ? "10, a node's own" :
				       "more than 10");
		}
	}
	return 0;
}

/* How many bits tell @n things apart. */
static unsigned int id_bits(uint64_t n)
{
	unsigned int bits = 0;

	while (1ull << bits < n)
		bits++;
	return bits;
}

/* Socket, core and thread have bits of their own in a CPU's id. */
static uint64_t last_cpu_id(const struct guest_shape *shape)
{
	uint64_t threads = shape->threads ? shape->threads : 1;
	uint64_t llcs = shape->llcs ? shape->llcs : 1;
	uint64_t sockets = shape->nodes * llcs;
	uint64_t cores = shape->cpus / sockets / threads;
	unsigned int thread_bits = id_bits(threads);

	return ((sockets - 1) << (id_bits(cores) + thread_bits)) +
	       ((cores - 1) << thread_bits) + threads - 1;
}

/* What no hardware of these guests is would be ignored. */
static int check_parts(const struct guest_shape *shape, const char *path,
		       struct err *err)
{
	const struct arch *pt = arch_find("x86"), *spe = arch_find("arm64");

	if (*shape->pt && shape->arch && shape->arch != pt)
		return err_set(err, -EINVAL,
			       "%s: guest_pt: guests of %s have no Intel PT",
			       path, shape->arch->name);
	if (*shape->spe && shape->arch && shape->arch != spe)
		return err_set(err, -EINVAL,
			       "%s: guest_spe: guests of %s have no SPE",
			       path, shape->arch->name);
	return 0;
}

int guest_shape_check(const struct guest_shape *shape, const char *path,
		      struct err *err)
{
	unsigned int most = shape->arch ? shape->arch->last_cpu_id : 0;
	uint64_t split = (shape->threads ? shape->threads : 1) *
			 (shape->llcs ? shape->llcs : 1);

	if (shape->cpus % shape->nodes)
		return err_set(err, -EINVAL,
			       "%s: guest_cpus: %llu CPUs on %llu nodes, expected as many on each",
			       path, (unsigned long long)shape->cpus,
			       (unsigned long long)shape->nodes);
	if (shape->cpus / shape->nodes % split)
		return err_set(err, -EINVAL,
			       "%s: guest_threads, guest_llcs: %llu CPUs of a node cannot be split into %llu",
			       path, (unsigned long long)(shape->cpus /
							  shape->nodes),
			       (unsigned long long)split);
	if (most && last_cpu_id(shape) > most)
		return err_set(err, -EINVAL,
			       "%s: guest_cpus: these %llu CPUs need APIC ids up to %llu, expected at most %u: try a power of two in each node",
			       path, (unsigned long long)shape->cpus,
			       (unsigned long long)last_cpu_id(shape), most);
	if (shape->memory / shape->nodes < NODE_MEMORY_MIN)
		return err_set(err, -EINVAL,
			       "%s: guest_memory: less than 64M for each of %llu nodes",
			       path, (unsigned long long)shape->nodes);
	if (check_parts(shape, path, err))
		return -EINVAL;
	if (shape->distances == DISTANCES_GIVEN)
		return check_given(shape, path, err);
	return 0;
}

const char *const guest_pt_parts[] = {
	"plain", "broadwell", "skylake", "goldmont-plus", "alderlake", NULL
};

const char *const guest_spe_parts[] = {
	"n1", "v1p1", "v1p2", "v1p3", "v1p4", NULL
};

static int part_parse(char part[16], const char *const *parts,
		      const char *text)
{
	for (; *parts; parts++) {
		if (strcmp(*parts, text))
			continue;
		snprintf(part, 16, "%s", text);
		return 0;
	}
	return -EINVAL;
}

int guest_pt_parse(struct guest_shape *shape, const char *text)
{
	return part_parse(shape->pt, guest_pt_parts, text);
}

int guest_spe_parse(struct guest_shape *shape, const char *text)
{
	return part_parse(shape->spe, guest_spe_parts, text);
}

json_t *guest_shape_json(const struct guest_shape *shape)
{
	json_t *rows = json_array(), *row, *json;
	size_t a, b;

	for (a = 0; a < shape->nodes; a++) {
		row = json_array();
		for (b = 0; b < shape->nodes; b++)
			json_array_append_new(row, json_integer(
				guest_distance(shape, a, b)));
		json_array_append_new(rows, row);
	}
	json = json_pack("{s:I, s:I, s:o}",
			 "threads", (json_int_t)(shape->threads ?
						 shape->threads : 1),
			 "llcs", (json_int_t)(shape->llcs ? shape->llcs : 1),
			 "distances", rows);
	if (*shape->pt)
		json_object_set_new(json, "pt", json_string(shape->pt));
	if (*shape->spe)
		json_object_set_new(json, "spe", json_string(shape->spe));
	return json;
}
