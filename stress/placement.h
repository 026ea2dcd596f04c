/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_PLACEMENT_H
#define AUX_STRESS_PLACEMENT_H

#include <jansson.h>
#include <sched.h>

#include "lib/cell.h"
#include "lib/err.h"

/* Where one pair runs; CPU numbers are the kernel's. */
struct place {
	int tracee_cpu, tracer_cpu;
	int tracee_node, tracer_node;
	cpu_set_t tracee_cpus;	/* all that a migrating tracee may visit */
};

#define PLACES_MAX 512

struct places {
	int n;
	struct place *place;	/* owned; placement_free() */
};

/*
 * Chooses CPUs for @pairs pairs (0: as many as the placement asks for) out of
 * those this process may use.  @topology: an hwloc synthetic description to
 * use instead of this machine's, or NULL.  -ENOENT says what is missing.
 */
int placement_choose(struct places *places, enum placement kind,
		     int pairs, const char *topology, struct err *err);
void placement_free(struct places *places);

/* Memory on a node (any, where there is no NUMA); freed with its size. */
void *placement_alloc(int node, size_t size);
void placement_release(void *mem, size_t size);
/* The node a page really is on, -1 when that cannot be known. */
int placement_node_of(const void *mem);

#endif
