// SPDX-License-Identifier: GPL-2.0-only
/* hwloc's tree, flattened to what a placement asks of it. */
#include "stress/place/topology.h"

#include <errno.h>
#include <hwloc.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LOCAL_DISTANCE 10
#define REMOTE_DISTANCE 20	/* where the machine does not say */

static bool is_xml(const char *source)
{
	size_t len = strlen(source);

	return len > 4 && !strcmp(source + len - 4, ".xml");
}

static int load(hwloc_topology_t *topo, const char *source, struct err *err)
{
	int ret = 0;

	if (hwloc_topology_init(topo))
		return err_set(err, -ENOMEM, "hwloc cannot be initialised");
	if (source)
		ret = is_xml(source) ? hwloc_topology_set_xml(*topo, source) :
			hwloc_topology_set_synthetic(*topo, source);
	if (ret || hwloc_topology_load(*topo)) {
		hwloc_topology_destroy(*topo);
		return err_set(err, -EINVAL,
			       "hwloc cannot read the topology%s%s",
			       source ? " " : "", source ? source : "");
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

/*
 * The node of a CPU: the smallest that it is local to, the first of those
 * (memory of another kind beside it is a node of its own, without CPUs of
 * its own).
 */
static hwloc_obj_t node_of(hwloc_topology_t topo, hwloc_obj_t pu)
{
	hwloc_obj_t node = NULL, best = NULL;

	while ((node = hwloc_get_next_obj_by_type(topo, HWLOC_OBJ_NUMANODE,
						  node))) {
		if (!hwloc_bitmap_isset(node->cpuset, pu->os_index))
			continue;
		if (!best || hwloc_bitmap_weight(node->cpuset) <
			     hwloc_bitmap_weight(best->cpuset))
			best = node;
	}
	return best;
}

static size_t node_index(struct topology *t, int os)
{
	size_t i;

	for (i = 0; i < t->nodes && t->node[i] != os; i++)
		;
	if (i == t->nodes)
		t->node[t->nodes++] = os;
	return i;
}

/* The cache farthest from the CPU: the one that most share. */
static hwloc_obj_t last_cache(hwloc_obj_t pu)
{
	hwloc_obj_t obj, last = NULL;

	for (obj = pu->parent; obj; obj = obj->parent) {
		if (hwloc_obj_type_is_dcache(obj->type))
			last = obj;
	}
	return last;
}

static int add_cpu(struct topology *t, hwloc_topology_t topo, hwloc_obj_t pu)
{
	hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topo, HWLOC_OBJ_CORE,
							  pu);
	hwloc_obj_t node = node_of(topo, pu), cache = last_cache(pu);

	/* sched_setaffinity() as we call it reaches no farther. */
	if (!node || pu->os_index >= CPU_SETSIZE)
		return 0;
	if (!cache)
		t->caches_known = 0;
	/* Without cores each CPU is one. */
	core = core ? core : pu;
	t->cpu[t->cpus++] = (struct topology_cpu) {
		.os = pu->os_index, .core = core->logical_index,
		.llc = cache ? cache->gp_index : 0,
		.node = node_index(t, node->os_index),
	};
	if (core->logical_index >= t->cores)
		t->cores = core->logical_index + 1;
	return 0;
}

static void set_distances(struct topology *t, const struct hwloc_distances_s *d)
{
	size_t a, b, i, k;

	for (a = 0; a < d->nbobjs; a++) {
		for (b = 0; b < d->nbobjs; b++) {
			for (i = 0; i < t->nodes &&
			     t->node[i] != (int)d->objs[a]->os_index; i++)
				;
			for (k = 0; k < t->nodes &&
			     t->node[k] != (int)d->objs[b]->os_index; k++)
				;
			/* Nodes without CPUs are not ours. */
			if (i < t->nodes && k < t->nodes)
				t->distance[i * t->nodes + k] =
					d->values[a * d->nbobjs + b];
		}
	}
	t->distances_known = 1;
}

static int find_distances(struct topology *t, hwloc_topology_t topo)
{
	struct hwloc_distances_s *distances;
	unsigned int n = 1;
	size_t i, k;

	t->distance = calloc(t->nodes * t->nodes, sizeof(*t->distance));
	if (!t->distance)
		return -ENOMEM;
	for (i = 0; i < t->nodes; i++) {
		for (k = 0; k < t->nodes; k++)
			t->distance[i * t->nodes + k] = i == k ?
				LOCAL_DISTANCE : REMOTE_DISTANCE;
	}
	if (hwloc_distances_get_by_type(topo, HWLOC_OBJ_NUMANODE, &n,
					&distances,
					HWLOC_DISTANCES_KIND_MEANS_LATENCY,
					0) || !n)
		return 0;
	set_distances(t, distances);
	hwloc_distances_release(topo, distances);
	return 0;
}

static int flatten(struct topology *t, hwloc_topology_t topo)
{
	int n = hwloc_get_nbobjs_by_type(topo, HWLOC_OBJ_PU), i;

	if (n <= 0)
		return 0;
	t->cpu = calloc(n, sizeof(*t->cpu));
	t->node = calloc(n, sizeof(*t->node));
	if (!t->cpu || !t->node)
		return -ENOMEM;
	t->caches_known = 1;
	for (i = 0; i < n; i++)
		add_cpu(t, topo, hwloc_get_obj_by_type(topo, HWLOC_OBJ_PU, i));
	t->core_used = calloc(t->cores + 1, sizeof(*t->core_used));
	return t->core_used ? find_distances(t, topo) : -ENOMEM;
}

int topology_read(struct topology *topology, const char *source,
		  struct err *err)
{
	hwloc_topology_t topo;
	int ret;

	memset(topology, 0, sizeof(*topology));
	ret = load(&topo, source, err);
	if (ret)
		return ret;
	if (!source)
		restrict_to_self(topo);
	ret = flatten(topology, topo);
	hwloc_topology_destroy(topo);
	if (ret)
		err_set(err, ret, "no memory for the topology");
	else if (!topology->cpus)
		ret = err_set(err, -ENOENT, "no NUMA node has a usable CPU");
	if (ret)
		topology_free(topology);
	return ret;
}

void topology_free(struct topology *topology)
{
	free(topology->cpu);
	free(topology->node);
	free(topology->distance);
	free(topology->core_used);
	memset(topology, 0, sizeof(*topology));
}

unsigned int topology_distance(const struct topology *topology, size_t a,
			       size_t b)
{
	return topology->distance[a * topology->nodes + b];
}
