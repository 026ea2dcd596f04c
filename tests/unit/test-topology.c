// SPDX-License-Identifier: GPL-2.0-only
/* Every placement on recorded machines: hwloc XML and synthetic strings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stress/place/placement.h"
#include "stress/place/topology.h"
#include "tests/check.h"

#define XML(name) (SRCDIR "/tests/unit/topologies/" name ".xml")

#define ONE "numa:1 l3:1 core:4 pu:1"
#define TWO "numa:2 l3:1 core:2 pu:1"

static struct places choose(struct check *t, enum placement kind,
			    uint64_t pairs, const char *topology)
{
	struct places places;
	struct err err = { 0 };

	if (placement_choose(&places, kind, pairs, topology, &err))
		printf("%s: %s\n", topology, err.text);
	CHECK(t, places.n > 0);
	return places;
}

static const struct topology_cpu *cpu_of(const struct topology *t, int os)
{
	size_t i;

	for (i = 0; i < t->cpus && t->cpu[i].os != os; i++)
		;
	return i < t->cpus ? &t->cpu[i] : NULL;
}

/* No CPU has two threads as long as there are enough for one each. */
static void check_spread(struct check *t, const struct places *p)
{
	cpu_set_t seen;
	int i;

	CPU_ZERO(&seen);
	for (i = 0; i < p->n; i++) {
		CHECK(t, !CPU_ISSET(p->place[i].tracee_cpu, &seen));
		CPU_SET(p->place[i].tracee_cpu, &seen);
		CHECK(t, !CPU_ISSET(p->place[i].tracer_cpu, &seen));
		CPU_SET(p->place[i].tracer_cpu, &seen);
	}
}

static void lacks(struct check *t, enum placement kind, const char *topology,
		  const char *what)
{
	struct places places;
	struct err err = { 0 };

	CHECK_EQ(t, placement_choose(&places, kind, 0, topology, &err),
		 -PLACEMENT_SKIP);
	if (!strstr(err.text, what))
		printf("'%s' does not say '%s'\n", err.text, what);
	CHECK(t, strstr(err.text, what));
	placement_free(&places);
}

static void one_node(struct check *t)
{
	struct places p = choose(t, PLACE_SAME_NODE, 2, ONE);

	check_spread(t, &p);
	placement_free(&p);
	p = choose(t, PLACE_SAME_CPU, PAIRS_MAX, ONE);
	CHECK_EQ(t, p.n, 4);
	CHECK_EQ(t, p.place[3].tracee_cpu, p.place[3].tracer_cpu);
	CHECK(t, p.place[3].tracee_cpu != p.place[2].tracee_cpu);
	placement_free(&p);
	/* More pairs than CPUs share them. */
	p = choose(t, PLACE_SAME_NODE, 9, ONE);
	CHECK_EQ(t, p.n, 9);
	placement_free(&p);
	lacks(t, PLACE_OTHER_NODE, ONE, "one NUMA node");
	lacks(t, PLACE_FARTHEST_NODE, ONE, "one NUMA node");
	lacks(t, PLACE_SMT, ONE, "two threads");
	lacks(t, PLACE_SAME_LLC, "numa:1 l3:4 core:1 pu:2", "share a cache");
	lacks(t, PLACE_SAME_LLC, "numa:1 core:4 pu:1", "does not say");
}

static void two_nodes(struct check *t)
{
	struct places p = choose(t, PLACE_ALL_NODES, 0, TWO);

	CHECK_EQ(t, p.n, 2);
	CHECK(t, p.place[0].tracee_node != p.place[1].tracee_node);
	check_spread(t, &p);
	placement_free(&p);
	p = choose(t, PLACE_FARTHEST_NODE, PAIRS_MAX, TWO);
	CHECK_EQ(t, p.n, 2);
	check_spread(t, &p);
	CHECK(t, p.place[0].tracee_node != p.place[0].tracer_node);
	placement_free(&p);
}

/* A ring of four: two neighbours at 20, the opposite node at 30. */
static void ring(struct check *t)
{
	struct places p;
	int i;

	p = choose(t, PLACE_OTHER_NODE, 4, XML("ring-4x2"));
	check_spread(t, &p);
	for (i = 0; i < p.n; i++)
		CHECK_EQ(t, p.place[i].distance, 20);
	placement_free(&p);
	p = choose(t, PLACE_FARTHEST_NODE, 4, XML("ring-4x2"));
	check_spread(t, &p);
	for (i = 0; i < p.n; i++) {
		CHECK_EQ(t, p.place[i].distance, 30);
		CHECK_EQ(t, (p.place[i].tracee_node + 2) % 4,
			 p.place[i].tracer_node);
	}
	placement_free(&p);
	p = choose(t, PLACE_SAME_NODE, 0, XML("ring-4x2"));
	CHECK_EQ(t, p.place[0].distance, 10);
	placement_free(&p);
}

/* Four nodes of 16 CPUs; siblings and caches are told apart. */
static void smt(struct check *t)
{
	struct topology topo;
	struct places p;
	struct err err;
	int i;

	CHECK(t, !topology_read(&topo, XML("smt-4x16"), &err));
	CHECK_EQ(t, topo.cpus, 64);
	CHECK_EQ(t, topo.nodes, 4);
	CHECK_EQ(t, topo.cores, 32);
	p = choose(t, PLACE_SMT, PAIRS_MAX, XML("smt-4x16"));
	CHECK_EQ(t, p.n, 32);
	check_spread(t, &p);
	for (i = 0; i < p.n; i++)
		CHECK_EQ(t, cpu_of(&topo, p.place[i].tracee_cpu)->core,
			 cpu_of(&topo, p.place[i].tracer_cpu)->core);
	placement_free(&p);
	p = choose(t, PLACE_SAME_LLC, 16, XML("smt-4x16"));
	check_spread(t, &p);
	for (i = 0; i < p.n; i++) {
		const struct topology_cpu *a, *b;

		a = cpu_of(&topo, p.place[i].tracee_cpu);
		b = cpu_of(&topo, p.place[i].tracer_cpu);
		CHECK(t, a->llc == b->llc && a->core != b->core);
	}
	placement_free(&p);
	/* As long as there are idle cores nobody is put beside another. */
	p = choose(t, PLACE_SPREAD, 16, XML("smt-4x16"));
	check_spread(t, &p);
	for (i = 0; i < 4; i++)
		CHECK_EQ(t, p.place[i].tracee_node, i);
	for (i = 0; i < p.n; i++)
		topo.core_used[cpu_of(&topo, p.place[i].tracee_cpu)->core]++,
		topo.core_used[cpu_of(&topo, p.place[i].tracer_cpu)->core]++;
	for (i = 0; i < 32; i++)
		CHECK_EQ(t, topo.core_used[i], 1);
	placement_free(&p);
	p = choose(t, PLACE_OTHER_NODE, 4, XML("smt-4x16"));
	CHECK(t, p.place[0].distance == 12 && p.place[2].distance == 12);
	placement_free(&p);
	topology_free(&topo);
}

/* 97 of 128 CPUs are offline, among them the sibling of CPU 66. */
static void offline(struct check *t)
{
	struct topology topo;
	struct places p;
	struct err err;
	int i;

	CHECK(t, !topology_read(&topo, XML("offline-128"), &err));
	CHECK_EQ(t, topo.cpus, 31);
	CHECK_EQ(t, topo.nodes, 2);
	p = choose(t, PLACE_SPREAD, PAIRS_MAX, XML("offline-128"));
	CHECK_EQ(t, p.n, 15);
	for (i = 0; i < p.n; i++)
		CHECK(t, cpu_of(&topo, p.place[i].tracee_cpu) &&
		      cpu_of(&topo, p.place[i].tracer_cpu));
	placement_free(&p);
	p = choose(t, PLACE_SMT, 15, XML("offline-128"));
	for (i = 0; i < p.n; i++)
		CHECK(t, p.place[i].tracee_cpu != 66 &&
		      p.place[i].tracer_cpu != 66);
	placement_free(&p);
	topology_free(&topo);
}

/* Node 2 is far memory without CPUs, node 3 lies beside node 0. */
static void memory_only(struct check *t)
{
	struct topology topo;
	struct places p;
	struct err err;

	CHECK(t, !topology_read(&topo, XML("memory-only"), &err));
	CHECK_EQ(t, topo.nodes, 2);
	CHECK_EQ(t, topo.cpus, 4);
	CHECK_EQ(t, topology_distance(&topo, 0, 1), 21);
	topology_free(&topo);
	p = choose(t, PLACE_ALL_NODES, 0, XML("memory-only"));
	CHECK_EQ(t, p.n, 2);
	CHECK(t, p.place[0].tracee_node == 0 && p.place[1].tracee_node == 1);
	placement_free(&p);
	p = choose(t, PLACE_FARTHEST_NODE, 0, XML("memory-only"));
	CHECK(t, p.place[0].tracer_node == 1 && p.place[0].distance == 21);
	placement_free(&p);
}

/* Eight CPUs, of which a cpuset leaves 4 to 7, the second node. */
static void cpuset(struct check *t)
{
	struct places p = choose(t, PLACE_SPREAD, PAIRS_MAX,
				 XML("cpuset-2x4"));
	int i;

	CHECK_EQ(t, p.n, 2);
	for (i = 0; i < p.n; i++)
		CHECK(t, p.place[i].tracee_cpu >= 4 &&
		      p.place[i].tracer_cpu >= 4 &&
		      p.place[i].tracee_node == 1);
	CHECK_EQ(t, CPU_COUNT(&p.place[0].tracee_cpus), 3);
	placement_free(&p);
	lacks(t, PLACE_OTHER_NODE, XML("cpuset-2x4"), "one NUMA node");
}

/* What a machine of 512 CPUs asks for, and a limit that is said. */
static void large(struct check *t)
{
	const char *topology = "numa:8 l3:4 core:8 pu:2";
	struct places p = choose(t, PLACE_OTHER_NODE, PAIRS_MAX, topology);
	struct err err;

	CHECK_EQ(t, p.n, 256);
	check_spread(t, &p);
	placement_free(&p);
	p = choose(t, PLACE_SAME_CPU, PAIRS_MAX, topology);
	CHECK_EQ(t, p.n, 512);
	check_spread(t, &(struct places) { .n = 0 });
	placement_free(&p);
	CHECK_EQ(t, placement_choose(&p, PLACE_SPREAD, 5000, topology, &err),
		 -EINVAL);
	CHECK(t, strstr(err.text, "5000"));
}

static void here(struct check *t)
{
	void *mem = placement_alloc(-1, 8192);
	struct places p;
	struct err err;
	cpu_set_t old, now;

	CHECK(t, mem);
	CHECK(t, placement_node_of(mem) >= -1);
	placement_release(mem, 8192);
	CHECK(t, placement_has_memory(0) && !placement_has_memory(1000));
	CHECK(t, !placement_choose(&p, PLACE_SAME_CPU, 0, NULL, &err));
	placement_visit(p.place[0].tracee_cpu, &old);
	sched_getaffinity(0, sizeof(now), &now);
	CHECK(t, CPU_COUNT(&now) == 1 &&
	      CPU_ISSET(p.place[0].tracee_cpu, &now));
	placement_leave(&old);
	sched_getaffinity(0, sizeof(now), &now);
	CHECK(t, CPU_EQUAL(&now, &old));
	CHECK_EQ(t, placement_node(NODE_TRACER, &p.place[0]),
		 p.place[0].tracer_node);
	CHECK_EQ(t, placement_node(7, &p.place[0]), 7);
	placement_free(&p);
}

int main(void)
{
	struct check t = { 0 };

	one_node(&t);
	two_nodes(&t);
	ring(&t);
	smt(&t);
	offline(&t);
	memory_only(&t);
	cpuset(&t);
	large(&t);
	here(&t);
	return check_end(&t);
}
