// SPDX-License-Identifier: GPL-2.0-only
#include "stress/place/placement.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "stress/auxsynth/auxsynth.h"
#include "stress/place/topology.h"

/* Slot 0 is nobody's. */
#define PAIRS_LIMIT (AUXSYNTH_SLOTS - 1)

static void use(struct topology *t, size_t cpu)
{
	t->cpu[cpu].used++;
	t->core_used[t->cpu[cpu].core]++;
}

/*
 * How good a CPU is, smaller is better: one that nobody uses, then one on a
 * core that nobody uses.
 */
static unsigned int cost(const struct topology *t, size_t cpu)
{
	return 1024 * t->cpu[cpu].used + t->core_used[t->cpu[cpu].core];
}

/* May @b be the tracer's CPU, seen from the tracee's? */
static bool suits(const struct topology *t, enum placement kind, size_t node,
		  size_t a, size_t b)
{
	const struct topology_cpu *x = &t->cpu[a], *y = &t->cpu[b];

	switch (kind) {
	case PLACE_SAME_CPU:
		return a == b;
	case PLACE_SMT:
		return a != b && x->core == y->core;
	case PLACE_SAME_LLC:
		return x->core != y->core && x->llc == y->llc;
	default:
		return a != b && y->node == node;
	}
}

/* The best CPU for the tracer; t->cpus when there is none. */
static size_t tracer_cpu(const struct topology *t, enum placement kind,
			 size_t node, size_t tracee)
{
	size_t best = t->cpus, i;
	unsigned int c, least = UINT32_MAX;

	for (i = 0; i < t->cpus; i++) {
		if (!suits(t, kind, node, tracee, i))
			continue;
		/* Another core than the tracee's, where the CPUs are alike. */
		c = 2 * cost(t, i) + (t->cpu[i].core == t->cpu[tracee].core);
		if (c < least) {
			least = c;
			best = i;
		}
	}
	return best;
}

/* The best CPU of @node for a tracee that finds a partner there. */
static size_t tracee_cpu(const struct topology *t, enum placement kind,
			 size_t node, size_t tracer_node)
{
	size_t best = t->cpus, i;
	unsigned int least = UINT32_MAX;

	for (i = 0; i < t->cpus; i++) {
		if (t->cpu[i].node != node || cost(t, i) >= least)
			continue;
		if ((kind == PLACE_SMT || kind == PLACE_SAME_LLC) &&
		    tracer_cpu(t, kind, tracer_node, i) == t->cpus)
			continue;
		least = cost(t, i);
		best = i;
	}
	return best;
}

/* Of the other nodes the nearest or the farthest, the next one among equals. */
static size_t other_node(const struct topology *t, size_t from, bool far)
{
	size_t best = from, i, k;
	unsigned int d, b = 0;

	for (k = 1; k < t->nodes; k++) {
		i = (from + k) % t->nodes;
		d = topology_distance(t, from, i);
		if (best == from || (far ? d > b : d < b)) {
			best = i;
			b = d;
		}
	}
	return best;
}

/* A migrating tracee keeps off its tracer's CPU, or it would never be free. */
static void set_tracee_cpus(const struct topology *t, struct place *place)
{
	size_t i;

	CPU_ZERO(&place->tracee_cpus);
	for (i = 0; i < t->cpus; i++) {
		if (t->cpu[i].os != place->tracer_cpu)
			CPU_SET(t->cpu[i].os, &place->tracee_cpus);
	}
	CPU_SET(place->tracee_cpu, &place->tracee_cpus);
}

static bool choose_one(struct topology *t, struct place *place,
		       enum placement kind, size_t node)
{
	size_t there = node, tracee, tracer;

	if (kind == PLACE_OTHER_NODE || kind == PLACE_FARTHEST_NODE)
		there = other_node(t, node, kind == PLACE_FARTHEST_NODE);
	tracee = tracee_cpu(t, kind, node, there);
	if (tracee == t->cpus)
		return false;
	use(t, tracee);
	tracer = tracer_cpu(t, kind, there, tracee);
	/* A node of one CPU: both on it, rather than nothing. */
	if (tracer == t->cpus)
		tracer = tracee;
	use(t, tracer);
	place->tracee_cpu = t->cpu[tracee].os;
	place->tracer_cpu = t->cpu[tracer].os;
	place->tracee_node = t->node[t->cpu[tracee].node];
	place->tracer_node = t->node[t->cpu[tracer].node];
	place->distance = topology_distance(t, t->cpu[tracee].node,
					    t->cpu[tracer].node);
	set_tracee_cpus(t, place);
	return true;
}

/* Nodes in turn; one whose CPUs lack what is asked for is passed over. */
static void choose_all(struct topology *t, struct places *places,
		       enum placement kind)
{
	size_t next = 0, tries;
	int i;

	for (i = 0; i < places->n; i++) {
		for (tries = 0; tries < t->nodes; tries++) {
			if (choose_one(t, &places->place[i], kind,
				       next++ % t->nodes))
				break;
		}
	}
}

static int check_possible(const struct topology *t, enum placement kind,
			  struct err *err)
{
	static const char *const lacks[] = {
		[PLACE_SMT] = "smt: no usable core has two threads",
		[PLACE_SAME_LLC] =
			"same-llc: no two usable cores share a cache",
		[PLACE_OTHER_NODE] =
			"other-node: this machine has one NUMA node",
		[PLACE_FARTHEST_NODE] =
			"farthest-node: this machine has one NUMA node",
	};
	size_t node;

	if (kind == PLACE_OTHER_NODE || kind == PLACE_FARTHEST_NODE) {
		if (t->nodes > 1)
			return 0;
	} else if (kind == PLACE_SAME_LLC && !t->caches_known) {
		return err_set(err, -PLACEMENT_SKIP,
			       "placement same-llc: this machine does not say which CPUs share a cache");
	} else {
		for (node = 0; node < t->nodes; node++) {
			if (tracee_cpu(t, kind, node, node) != t->cpus)
				return 0;
		}
	}
	return err_set(err, -PLACEMENT_SKIP, "placement %s", lacks[kind]);
}

static uint64_t count_pairs(const struct topology *t, enum placement kind,
			    uint64_t pairs)
{
	if (pairs == PAIRS_MAX)
		pairs = kind == PLACE_SAME_CPU ? t->cpus : t->cpus / 2;
	else if (!pairs && (kind == PLACE_ALL_NODES || kind == PLACE_SPREAD))
		pairs = t->nodes;
	return pairs ? pairs : 1;
}

int placement_choose(struct places *places, enum placement kind,
		     uint64_t pairs, const char *topology, struct err *err)
{
	struct topology t;
	int ret;

	memset(places, 0, sizeof(*places));
	ret = topology_read(&t, topology, err);
	if (ret)
		return ret;
	ret = check_possible(&t, kind, err);
	pairs = count_pairs(&t, kind, pairs);
	if (!ret && pairs > PAIRS_LIMIT)
		ret = err_set(err, -EINVAL, "%llu pairs: at most %d can run",
			      (unsigned long long)pairs, PAIRS_LIMIT);
	if (!ret) {
		places->place = calloc(pairs, sizeof(*places->place));
		if (!places->place)
			ret = err_set(err, -ENOMEM, "no memory for %llu pairs",
				      (unsigned long long)pairs);
	}
	if (!ret) {
		places->n = pairs;
		choose_all(&t, places, kind);
	}
	topology_free(&t);
	return ret;
}

void placement_free(struct places *places)
{
	free(places->place);
	memset(places, 0, sizeof(*places));
}

int placement_node(int node, const struct place *place)
{
	if (node == NODE_TRACER)
		return place->tracer_node;
	return node == NODE_TRACEE ? place->tracee_node : node;
}

int placement_has_memory(int node)
{
	if (numa_available() < 0)
		return node <= 0;
	return node < 0 || (node <= numa_max_node() &&
			    numa_node_size64(node, NULL) > 0);
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

/*
 * get_mempolicy() asks for the page itself and is there wherever NUMA is;
 * move_pages() needs a kernel that can migrate pages.
 */
int placement_node_of(const void *mem)
{
	void *page = (void *)mem;
	int node = -1;

	if (numa_available() < 0)
		return -1;
	if (!get_mempolicy(&node, NULL, 0, page, MPOL_F_NODE | MPOL_F_ADDR))
		return node;
	if (move_pages(0, 1, &page, NULL, &node, 0) || node < 0)
		return -1;
	return node;
}

void placement_visit(int cpu, cpu_set_t *old)
{
	cpu_set_t one;

	sched_getaffinity(0, sizeof(*old), old);
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	/* A CPU that went offline: the memory is elsewhere then, and said. */
	sched_setaffinity(0, sizeof(one), &one);
}

void placement_leave(const cpu_set_t *old)
{
	sched_setaffinity(0, sizeof(*old), old);
}

void placement_pin(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

int placement_next_cpu(const cpu_set_t *cpus, int cpu)
{
	do {
		cpu = (cpu + 1) % CPU_SETSIZE;
	} while (!CPU_ISSET(cpu, cpus));
	return cpu;
}
