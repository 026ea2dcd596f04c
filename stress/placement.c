// SPDX-License-Identifier: GPL-2.0-only
#include "stress/placement.h"

#include <errno.h>
#include <hwloc.h>
#include <numa.h>
#include <numaif.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The nodes that have CPUs we may use, in hwloc's order. */
struct nodes {
	int n;
	hwloc_obj_t node[PLACES_MAX];
};

static int load_topology(hwloc_topology_t *topo, const char *synthetic,
			 struct err *err)
{
	if (hwloc_topology_init(topo))
		return err_set(err, -ENOMEM, "hwloc cannot be initialised");
	if ((synthetic && hwloc_topology_set_synthetic(*topo, synthetic)) ||
	    hwloc_topology_load(*topo)) {
		hwloc_topology_destroy(*topo);
		return err_set(err, -EINVAL, "hwloc cannot read the topology");
	}
	return 0;
}

/* CPUs of this process; hwloc knows cpusets of the system, not taskset's. */
static void restrict_to_self(hwloc_topology_t topo)
{
	hwloc_bitmap_t self = hwloc_bitmap_alloc();

	if (!hwloc_get_cpubind(topo, self, HWLOC_CPUBIND_PROCESS))
		hwloc_topology_restrict(topo, self, 0);
	hwloc_bitmap_free(self);
}

static void find_nodes(hwloc_topology_t topo, struct nodes *nodes)
{
	hwloc_obj_t node = NULL;

	nodes->n = 0;
	while (nodes->n < PLACES_MAX &&
	       (node = hwloc_get_next_obj_by_type(topo, HWLOC_OBJ_NUMANODE,
						  node))) {
		if (!hwloc_bitmap_iszero(node->cpuset))
			nodes->node[nodes->n++] = node;
	}
}

/* The @i-th CPU of @node, counting round. */
static int nth_cpu(hwloc_obj_t node, int i)
{
	int n = hwloc_bitmap_weight(node->cpuset), cpu = -1;

	for (i %= n; i >= 0; i--)
		cpu = hwloc_bitmap_next(node->cpuset, cpu);
	return cpu;
}

/* A migrating tracee keeps off its tracer's CPU, or it would never be free. */
static void set_tracee_cpus(hwloc_topology_t topo, struct place *place)
{
	hwloc_const_bitmap_t all = hwloc_topology_get_allowed_cpuset(topo);
	int cpu;

	CPU_ZERO(&place->tracee_cpus);
	for (cpu = hwloc_bitmap_first(all); cpu >= 0 && cpu < CPU_SETSIZE;
	     cpu = hwloc_bitmap_next(all, cpu)) {
		if (cpu != place->tracer_cpu)
			CPU_SET(cpu, &place->tracee_cpus);
	}
	CPU_SET(place->tracee_cpu, &place->tracee_cpus);
}

static void choose_one(hwloc_topology_t topo, struct place *place,
		       const struct nodes *nodes, int pair, bool other)
{
	int round = pair / nodes->n * 2;
	hwloc_obj_t tracee = nodes->node[pair % nodes->n];
	hwloc_obj_t tracer = nodes->node[(pair + other) % nodes->n];

	place->tracee_cpu = nth_cpu(tracee, round);
	place->tracer_cpu = nth_cpu(tracer, round + 1);
	place->tracee_node = tracee->os_index;
	place->tracer_node = tracer->os_index;
	set_tracee_cpus(topo, place);
}

int placement_choose(struct places *places, enum placement kind,
		     int pairs, const char *topology, struct err *err)
{
	hwloc_topology_t topo;
	struct nodes *nodes;
	int i, ret;

	memset(places, 0, sizeof(*places));
	ret = load_topology(&topo, topology, err);
	if (ret)
		return ret;
	if (!topology)
		restrict_to_self(topo);
	nodes = malloc(sizeof(*nodes));
	find_nodes(topo, nodes);
	if (!nodes->n) {
		ret = err_set(err, -ENOENT, "no NUMA node has a usable CPU");
	} else if (kind == PLACE_OTHER_NODE && nodes->n < 2) {
		ret = err_set(err, -ENOENT,
			      "placement other-node: this machine has one NUMA node");
	} else {
		if (!pairs)
			pairs = kind == PLACE_ALL_NODES ? nodes->n : 1;
		if (pairs > PLACES_MAX)
			pairs = PLACES_MAX;
		places->n = pairs;
		places->place = calloc(pairs, sizeof(*places->place));
		for (i = 0; i < pairs; i++)
			choose_one(topo, &places->place[i], nodes, i,
				   kind == PLACE_OTHER_NODE);
	}
	free(nodes);
	hwloc_topology_destroy(topo);
	return ret;
}

void placement_free(struct places *places)
{
	free(places->place);
	memset(places, 0, sizeof(*places));
}

void *placement_alloc(int node, size_t size)
{
	void *mem;

	mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return NULL;
	if (numa_available() >= 0 && node >= 0)
		numa_tonode_memory(mem, size, node);
	/* Touched now, so that it is there, and there, when it counts. */
	memset(mem, 0, size);
	return mem;
}

void placement_release(void *mem, size_t size)
{
	if (mem)
		munmap(mem, size);
}

int placement_node_of(const void *mem)
{
	void *page = (void *)mem;
	int status = -1;

	if (numa_available() < 0 ||
	    move_pages(0, 1, &page, NULL, &status, 0) || status < 0)
		return -1;
	return status;
}
