/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_CELL_H
#define AUX_LIB_CELL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/phases.h"
#include "lib/workload.h"

/*
 * A cell: everything that defines one measurement on one kernel.  A cell and
 * its seed, given to the same kernel again, is the same experiment.  The
 * kernel itself (variant, kconfig) is not part of it.
 */

/*
 * What kind of experiment: each has its own runner (stress/kinds.c).  The word
 * for it, and whether what it measures is the PMU that the cell names.
 */
#define CELL_KIND_LIST(X) \
	/* a steady tracee and its tracer */ \
	X(STREAM, "stream", true) \
	/* steps aimed at the race */ \
	X(HUNT, "hunt", true) \
	/* unmodified perf record is the tracer */ \
	X(CLIENT, "client", false) \
	/* one bug of the AUX path, by its name */ \
	X(SCENARIO, "scenario", false)

#define CELL_KIND_ENUM(id, word, pmu) KIND_##id,
enum cell_kind { CELL_KIND_LIST(CELL_KIND_ENUM) CELL_KINDS };

/* auxsynth's own name. */
#define CELL_PMU_DEFAULT "aux_synth"

struct cell_kind_facts {
	const char *name;
	bool names_pmu;
};
extern const struct cell_kind_facts cell_kinds[CELL_KINDS];

enum loop {
	LOOP_EAGER,		/* ENABLE after every wakeup */
	LOOP_PERF,		/* as perf record: ENABLE only after new data */
};

enum tracee_kind { TRACEE_STAY, TRACEE_MIGRATE };

enum placement {
	PLACE_SAME_NODE,	/* tracer on another CPU of the tracee's node */
	PLACE_OTHER_NODE,	/* on the nearest of the others */
	PLACE_ALL_NODES,	/* one pair on each node at once */
	PLACE_FARTHEST_NODE,
	PLACE_SAME_CPU,
	PLACE_SMT,		/* on a sibling thread of the tracee's core */
	PLACE_SAME_LLC,		/* on another core below the same cache */
	PLACE_SPREAD,		/* pairs within nodes, spread over all nodes */
};

/* "same-node" or "spread:8" */
struct placement_key {
	int kind;		/* enum placement */
	uint64_t n;		/* spread: so many pairs, 0: not said */
};

/* Pairs at once: as many as the CPUs suffice for. */
#define PAIRS_MAX UINT64_MAX

/* A node by its number, or by who is on it. */
enum { NODE_TRACER = -1, NODE_TRACEE = -2, NODE_ANY = -3 };

/* What the event is bound to; with it goes the node of its AUX area. */
enum event_kind {
	EVENT_TASK,		/* the tracee; memory where it is mapped */
	EVENT_CPU,		/* its CPU; memory of that CPU's node */
};

/* The drivers that auxsynth behaves like; its own enum has the same ones. */
#define PERSONALITY_LIST(X) \
	X(PT, "pt") X(SPE, "spe") X(HISI, "hisi") X(HISI_FLAGS, "hisi-flags")

#define PERSONALITY_ENUM(id, word) MODE_##id,
enum personality { PERSONALITY_LIST(PERSONALITY_ENUM) PERSONALITIES };

enum fail {
	FAIL_NULL,		/* perf_aux_output_begin() finds no room */
	FAIL_SHORT,		/* it finds less than the hardware needs */
	FAIL_BOTH,		/* in turn */
};

/* How a hunt chooses its phases (lib/phases.h). */
enum aim_mode {
	AIM_BLIND,		/* not at all: the ordinary tracer */
	AIM_SWEEP,		/* a fixed grid, one after the other */
	AIM_RANDOM,
	AIM_AIMED,		/* learns where cycles come closest */
	AIM_REPLAY,		/* always @phases */
	AIMS
};

/* What else happens around a full while hunting. */
enum around {
	AROUND_NOTHING,
	AROUND_WATERMARK,	/* wakeups just before it */
	AROUND_SCHED,		/* the tracee is scheduled out and in */
	AROUND_MIGRATE,		/* the tracee changes its CPU */
	AROUND_SHARED,		/* another event on the same CPU */
	AROUND_CHILDREN,	/* inherited ones on the same buffer */
	AROUND_ANY,		/* each of them in turn */
	AROUNDS
};

enum context { CONTEXT_HARDIRQ, CONTEXT_NMI };

enum load { LOAD_NONE, LOAD_HACKBENCH, LOAD_MEMBW };

enum reference { REF_NONE, REF_CYCLICTEST };

enum drain_kind { DRAIN_FIXED, DRAIN_UNIFORM, DRAIN_EXP };

/* Time from the wakeup to the moment the tail is moved. */
struct drain {
	enum drain_kind kind;
	uint64_t a;		/* ns: fixed value, lower bound, or mean */
	uint64_t b;		/* ns: upper bound (uniform) */
};

struct cell {
	int kind;		/* enum cell_kind */
	int scenario;		/* enum scenario_id (lib/scenario.h) */
	char pmu[48];		/* name in sysfs */
	char pmu_terms[80];	/* perf's syntax: "cyc=1,ptw=0"; "none" */
	uint64_t rate;		/* bytes of trace per second of tracee */
	struct drain drain;
	uint64_t window;	/* ns of delay injected at full */
	uint64_t aux;		/* bytes */
	uint64_t watermark;	/* bytes, 0: the kernel's default */
	int loop;		/* enum loop */
	int tracee;		/* enum tracee_kind */
	uint64_t migrate;	/* ns between migrations */
	struct placement_key placement;
	uint64_t pairs;		/* 0: as the placement asks, or PAIRS_MAX */
	int buffer_node;	/* of the tracer's copy buffer */
	int event;		/* enum event_kind */
	struct workload workload;
	int mode;		/* enum personality */
	int fail;		/* enum fail */
	int context;		/* enum context: of the interrupt at full */
	uint64_t region;	/* bytes of the hardware's output region */
	uint64_t tick;		/* ns between two bursts of the driver */
	uint64_t skid;		/* ns from the interrupt's cause to itself */
	uint64_t overflow;	/* ns between two of the trace unit; 0: none */
	uint64_t duration;	/* ns, 0: no limit */
	uint64_t fulls;		/* stop after so many, 0: no limit */
	uint64_t hang_timeout;	/* ns */
	int load;		/* enum load */
	int load_node;		/* where it runs and has its memory */
	int reference;		/* enum reference */
	int aim;		/* enum aim_mode: hunts */
	int around;		/* enum around: hunts */
	struct phases phases;	/* of AIM_REPLAY */
	uint64_t cold;		/* bytes of code that the tracee walks over */
	uint64_t seed;
};

/*
 * The one table behind auxlat's options, the keys of a job file, the JSON of
 * a cell and the help of all three.
 */
struct cell_key {
	const char *name;
	const char *expect;	/* what a value looks like, for errors, help */
	const char *help;
	int (*parse)(const struct cell_key *key, void *field,
		     const char *value);
	/* @buf has CELL_VALUE_LEN bytes; what parse() reads back. */
	void (*format)(const struct cell_key *key, const void *field,
		       char *buf);
	size_t offset;		/* of the field in struct cell */
	const char *const *words;	/* NULL-ended, for an enum */
};

#define CELL_VALUE_LEN 96

/* Ends with a NULL name. */
extern const struct cell_key cell_keys[];

void cell_init(struct cell *cell);	/* the defaults */

/* NULL when there is no such key. */
const struct cell_key *cell_key_find(const char *name);

/* 0, or -EINVAL with "rate: 'x' is not ...; expected ...". */
int cell_set(struct cell *cell, const struct cell_key *key, const char *value,
	     struct err *err);
void cell_get(const struct cell *cell, const struct cell_key *key,
	      char buf[CELL_VALUE_LEN]);

/* What no single key can see (a watermark above the buffer, no end ...). */
int cell_check(const struct cell *cell, struct err *err);

/* {"rate":"20M", ...}: every key, as text, so that it can be typed again. */
json_t *cell_to_json(const struct cell *cell);
/* Absent keys keep their defaults; an unknown one is -EINVAL. */
int cell_from_json(struct cell *cell, const json_t *json, struct err *err);

#endif
