/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_PLACE_TOPOLOGY_H
#define AUX_STRESS_PLACE_TOPOLOGY_H

#include <stddef.h>

#include "lib/err.h"

/* What a placement needs to know of a CPU; the numbers are the kernel's. */
struct topology_cpu {
	int os;			/* its number */
	size_t node;		/* index in struct topology */
	size_t core;		/* equal for siblings, else different */
	size_t llc;		/* the same of the last-level cache */
	unsigned int used;	/* by how many threads of ours */
};

/*
 * The CPUs that may be used, without those that are offline or that this
 * process may not run on, and the nodes that have such CPUs.
 */
struct topology {
	size_t cpus, nodes, cores;
	struct topology_cpu *cpu;
	int *node;		/* their numbers */
	unsigned int *distance;	/* nodes x nodes, 10 is local (ACPI's SLIT) */
	unsigned int *core_used;	/* by how many threads of ours */
	int caches_known;	/* @llc means something */
	int distances_known;	/* else 10 and 20 */
};

/*
 * @source: NULL for this machine, an hwloc XML file (*.xml), or an hwloc
 * synthetic description.  topology_free() when 0 was returned.
 */
int topology_read(struct topology *topology, const char *source,
		  struct err *err);
void topology_free(struct topology *topology);

unsigned int topology_distance(const struct topology *topology, size_t a,
			       size_t b);

#endif
