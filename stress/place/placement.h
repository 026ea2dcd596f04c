/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_PLACE_PLACEMENT_H
#define AUX_STRESS_PLACE_PLACEMENT_H

#include <jansson.h>
#include <sched.h>

#include "lib/cell.h"
#include "lib/err.h"

/* Where one pair runs; CPU numbers are the kernel's. */
struct place {
	int tracee_cpu, tracer_cpu;
	int tracee_node, tracer_node;
	int distance;		/* between the two nodes, 10 is local */
	cpu_set_t tracee_cpus;	/* all that a migrating tracee may visit */
};

/* What the machine has not is no failure of the kernel: the cell is skipped. */
#define PLACEMENT_SKIP ENOPKG

struct places {
	int n;
	struct place *place;	/* owned; placement_free() */
};

/*
 * Chooses CPUs for @pairs pairs (0: as many as the placement asks for,
 * PAIRS_MAX: as many as there are CPUs for) out of those this process may use.
 * More pairs than CPUs share them.  @topology: see topology_read().
 * -PLACEMENT_SKIP says what the machine lacks.
 */
int placement_choose(struct places *places, enum placement kind,
		     uint64_t pairs, const char *topology, struct err *err);
void placement_free(struct places *places);

/* The number behind a node of a cell: "tracer", "tracee", or itself. */
int placement_node(int node, const struct place *place);

/*
 * Memory on a node (any, where there is no NUMA or @node is negative, or near
 * it when it has none); freed with its size.
 */
void *placement_alloc(int node, size_t size);
void placement_release(void *mem, size_t size);
/* The node a page really is on, -1 when that cannot be known. */
int placement_node_of(const void *mem);
/* False when this machine has no such node with memory. */
int placement_has_memory(int node);

/*
 * Puts the calling thread on one CPU, that what it allocates in the kernel is
 * local there; @old gets the CPUs it may use now, for placement_leave().
 */
void placement_visit(int cpu, cpu_set_t *old);
void placement_leave(const cpu_set_t *old);

/* Binds the calling thread to one CPU, where that is allowed. */
void placement_pin(int cpu);
/* The CPU of @cpus, not empty, that comes after @cpu, round and round. */
int placement_next_cpu(const cpu_set_t *cpus, int cpu);

#endif
