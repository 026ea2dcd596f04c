/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_SHAPE_H
#define AUX_LIB_SHAPE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arch.h"
#include "lib/err.h"

/* The shape of a guest: nodes, CPUs, caches, memory, accelerator. */

#define GUEST_NODES_MAX 16
/* The guest's kernel is built for one more (kconfigs/guest.config). */
#define GUEST_CPUS_MAX 255

/* How far the guest's nodes are from each other. */
enum guest_distances {
	DISTANCES_LINE,		/* 10 more for each node between */
	DISTANCES_RING,		/* as a line whose ends are neighbours */
	DISTANCES_FLAT,		/* all the same */
	DISTANCES_GIVEN,
};

struct guest_shape {
	const struct arch *arch;	/* NULL: no guests on this machine */
	uint64_t nodes, cpus, memory;	/* in all; 0: the default of 1 */
	uint64_t threads;	/* of a core */
	uint64_t llcs;		/* last-level caches of a node */
	enum guest_distances distances;
	size_t ngiven;		/* of @given; a square's number */
	unsigned char given[GUEST_NODES_MAX * GUEST_NODES_MAX];	/* by row */
	char accel[8];		/* auto, kvm or tcg */
	uint64_t tb;		/* TCG: MiB for translated code, 0: default */
	char pt[16];		/* of guest_pt_parts; "": the first */
	char spe[16];		/* of guest_spe_parts */
};

/*
 * Parts whose Intel PT or SPE is modelled (stress/hardware/pt-part.c,
 * spe-part.c); NULL-ended.
 */
#define GUEST_PT_PARTS "plain, broadwell, skylake, goldmont-plus or alderlake"
#define GUEST_SPE_PARTS "n1, v1p1, v1p2, v1p3 or v1p4"
extern const char *const guest_pt_parts[], *const guest_spe_parts[];
int guest_pt_parse(struct guest_shape *shape, const char *text);
int guest_spe_parse(struct guest_shape *shape, const char *text);

/* "10:20/20:10", "line", ...; 0 or -EINVAL. */
int guest_distances_parse(struct guest_shape *shape, const char *text);
unsigned int guest_distance(const struct guest_shape *shape, size_t a,
			    size_t b);
/* "4x2": as many nodes with as many CPUs each. */
int guest_numa_parse(struct guest_shape *shape, const char *text);
/* {"threads","llcs","distances":[[...]],"pt","spe"}; a new reference. */
json_t *guest_shape_json(const struct guest_shape *shape);
/* What no single key can see; @path is the job's, for the text. */
int guest_shape_check(const struct guest_shape *shape, const char *path,
		      struct err *err);

#endif
