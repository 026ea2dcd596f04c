/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_HUNT_HUNT_H
#define AUX_STRESS_HUNT_HUNT_H

#include "stress/hunt/aim.h"
#include "stress/event/auxring.h"
#include "stress/hunt/hunt-tracee.h"
#include "stress/stream/measure.h"
#include "stress/event/oracle.h"
#include "stress/place/placement.h"
#include "stress/event/pmu.h"

/*
 * The hunter: looks for the races between full, ENABLE and poll() that nobody
 * widened.  It delays nothing in the kernel.  It is a tracer that puts its
 * steps where they hurt, reads in the driver's stamps where they landed, and
 * learns.  A hunt is a row of episodes; what happens around a full
 * (enum around) is one episode's, the phases (lib/phases.h) are one cycle's.
 */

int hunt_run(const struct cell *cell, const struct measure_options *options,
	     struct record *record, struct err *err);

/* The rest is between the parts of the hunter. */

/* Code is called cold for so many fulls after the module was loaded. */
#define HUNT_COLD_FULLS 1000

/* Finds kept with all their circumstances, of each class. */
#define HUNT_FINDS 4

/* One event that is hunted. */
struct hunt_target {
	int fd;			/* -1: not open */
	struct auxring ring;
	unsigned int slot;
	const volatile struct auxsynth_slot *live;
	uint64_t fulls_before;	/* as the cycle began */
};

#define HUNT_TARGETS 2

struct hunt_find {
	struct hang hang;
	struct phases phases;
	int around;
	uint64_t cycle, episode;
	uint64_t watermark;
	uint64_t at;		/* ns since the hunt began */
	bool cold;
	uint64_t replays, again;	/* of the same phases, and its finds */
};

/* How far the tracees have run. */
struct hunt_run {
	uint64_t cpu_ns;	/* CPU time, as the kernel accounts it */
	uint64_t laps[HUNT_TARGETS];	/* what each really did with it */
};

/* A cycle that stood still, and no class fits: what was so. */
struct hunt_still {
	struct hunt_run run;	/* of the tracees, meanwhile */
	struct auxsynth_slot slot[HUNT_TARGETS];
	struct auxsynth_state state[HUNT_TARGETS];
	uint64_t fulls_before[HUNT_TARGETS];
	int around;
	uint64_t cycle;
};

#define HUNT_STILLS 4

/* Fulls and finds under one heading. */
struct hunt_count {
	uint64_t fulls, finds[HANG_CLASSES];
};

enum hunt_heat { HUNT_COLD, HUNT_WARM, HUNT_HEATS };

/* Upper ends of the classes of misses: powers of two from 64 ns. */
#define HUNT_MISSES 20

/* How wide the span is, and how soon after the full its ENABLE comes, ns. */
struct hunt_hists {
	struct hist span;	/* full -> disable */
	struct hist reach[TRIGGERS];	/* full -> ENABLE enters, per trigger */
};

struct hunt_counts {
	struct hunt_count heat[HUNT_HEATS], around[AROUNDS];
	uint64_t cycles, episodes, landed[LANDINGS];
	uint64_t late[HUNT_MISSES], early[HUNT_MISSES];
	uint64_t recanted;	/* quick verdicts that were wrong */
	uint64_t unresolved;	/* stood still for long, but no class fits */
	uint64_t confirmed;	/* waited out in full */
	uint64_t first_ns[HUNT_HEATS];	/* to the first find, 0: none */
	uint64_t warm_since;	/* ns since the hunt began; 0: not yet */
};

/* The tracer's stamps of one cycle, for the aim and the timeline. */
struct hunt_stamps {
	uint64_t poll_in, poll_out, drained, enable_in, enable_out;
	int enable_ret;
	uint64_t nothing, poll_again;
	bool aimed;		/* the pass that was aimed is in here */
};

struct hunt {
	const struct cell *cell;
	const struct measure_options *options;
	struct record *record;
	struct oracle oracle;
	struct pmu pmu;
	struct place place;
	struct code_walk walk;
	uint64_t begun, report_at;
	uint64_t rng;		/* of the episodes */

	/* This episode's. */
	struct cell now;	/* the cell with the episode's watermark */
	enum around around;
	struct hunt_tracee tracee[HUNT_TARGETS];
	int tracees;
	/* Of the tracees: see hunt-tracee.h. */
	atomic_ullong act_at, laps[HUNT_TARGETS];
	struct hunt_target target[HUNT_TARGETS];
	int targets;
	uint64_t counted;	/* of its fulls */

	struct aim aim[AROUNDS];
	struct hunt_stamps stamps;
	uint64_t emptied;	/* last drain that no full came before */
	struct phases phases;
	struct hunt_counts counts;
	struct hunt_hists hists;
	struct hunt_find find[HANG_CLASSES * HUNT_FINDS];
	int finds;
	struct hunt_still still[HUNT_STILLS];	/* the first ones */
	bool replaying;		/* counts go to the find that is replayed */
	uint64_t replay_end;
};

/* hunt-cycle.c: one cycle, to the next restart.  1: a find, in @hang; 0; or
 * -EINTR.
 */
int hunt_cycle(struct hunt *hunt, struct hang *hang);
uint64_t hunt_fulls(const struct hunt *hunt);
/* hunt.c: the time of the hunt, or of a replay, is over. */
bool hunt_over(const struct hunt *hunt);
/* DISABLE and ENABLE all targets. */
void hunt_restart(struct hunt *hunt);

/*
 * The class of a hang, from what the driver and the core say of an event whose
 * poll() has timed out; -1: it is none.
 */
int hunt_class(const struct auxsynth_slot *slot,
	       const struct auxsynth_state *state);

/* hunt-verdict.c: poll() has timed out; is that a hang?  @since: where the
 * tracees were when it began.  HANG fills in @hang; after WOKEN there is
 * something to drain, for poll() has returned once more, and will not again.
 */
enum hunt_verdict { VERDICT_NONE, VERDICT_WOKEN, VERDICT_HANG };
enum hunt_verdict hunt_verdict(struct hunt *hunt, const struct hunt_run *since,
		 struct hang *hang);
struct hunt_run hunt_run_now(const struct hunt *hunt);

/* hunt-detail.c */
json_t *hunt_detail(const struct hunt *hunt);

#endif
