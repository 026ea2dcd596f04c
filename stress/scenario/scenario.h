/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_SCENARIO_SCENARIO_H
#define AUX_STRESS_SCENARIO_SCENARIO_H

#include <stdbool.h>

#include "lib/scenario.h"
#include "stress/event/auxring.h"
#include "stress/event/event.h"
#include "stress/stream/measure.h"
#include "stress/event/oracle.h"
#include "stress/stream/tracee.h"

/*
 * Runs the cell's scenario, as measure() runs a stream.  record->detail:
 *  scenario, outcome    names of lib/scenario.h
 *  evidence             numbers that say why, different for each
 *  splats               lines in which the kernel complained meanwhile
 */
int scenario_run(const struct cell *cell,
		 const struct measure_options *options, struct record *record,
		 struct err *err);

/* What the evidence comes to, the kernel's complaints aside. */
const char *scenario_outcome(int scenario, const json_t *evidence);

/* One that runs. */
struct scenario_ctx {
	struct cell cell;	/* a copy: scenarios choose what they need */
	const struct measure_options *options;
	struct record *record;
	json_t *evidence;	/* to be filled in */
	uint64_t end;		/* of the cell's duration */
	bool snapshot;		/* the rig's AUX area is overwritten */
};

/* 0 with @evidence filled in; -EINTR, or another error: nothing was measured. */
typedef int scenario_fn(struct scenario_ctx *ctx, struct err *err);

void scenario_count(struct scenario_ctx *ctx, const char *name,
		    uint64_t value);

/* About once a second to whoever waits; -EINTR when it is over. */
int scenario_beat(struct scenario_ctx *ctx, uint64_t *next, struct err *err);

/*
 * An auxsynth event on a tracee that spins, both buffers mapped, the event
 * disabled; the tracer is the scenario itself, step by step.
 */
struct rig {
	struct oracle oracle;
	struct pmu pmu;
	struct tracee tracee;
	bool own;		/* the tracee is ours */
	pid_t tid;
	unsigned int slot;
	int fd;
	struct auxring ring;
	int cpu[2];		/* the tracee's, and another; -1: there is none */
	uint64_t drained;	/* bytes */
};

/* @tid: the thread to trace instead; 0: a tracee of the rig's own. */
int rig_open(struct rig *rig, struct scenario_ctx *ctx, pid_t tid,
	     struct err *err);
void rig_close(struct rig *rig, struct scenario_ctx *ctx);

/* Moves the tracee to cpu[@which]: it is scheduled out, and in there. */
void rig_move(const struct rig *rig, int which);
/* Gives back all AUX data there is; returns how much it was. */
uint64_t rig_drain(struct rig *rig);
/* True when poll() says that there is something, after at most @ms. */
bool rig_woken(const struct rig *rig, int ms);
/* perf core's state of the event: 1, 0, -1; -EINVAL would be -22. */
int rig_state(const struct rig *rig, bool *pending_disable);
/* The driver's own state of the event. */
void rig_view(const struct rig *rig, struct auxsynth_slot *slot);
/*
 * Waits for a full whose disable has been done, or after which the event could
 * not be scheduled in; false: not in time.
 */
bool rig_wait_full(const struct rig *rig, uint64_t deadline);
/* Waits until the hardware traces; false: not in time, or switched off. */
bool rig_wait_running(const struct rig *rig, uint64_t deadline);
/* Opens another event in the rig's group.  A descriptor, or -errno. */
int rig_sibling(const struct rig *rig, struct perf_event_attr *attr);
/* Keeps what the driver counted. */
void rig_collect(const struct rig *rig, struct record *record);
void nap_us(unsigned int us);

/* scenario-full.c */
scenario_fn scenario_silent_off, scenario_wakeup_storm, scenario_hisi_silent;
/* scenario-group.c */
scenario_fn scenario_group_throttle, scenario_aux_pause;
/* scenario-race.c */
scenario_fn scenario_set_output, scenario_munmap;
/* scenario-wait.c */
scenario_fn scenario_waits, scenario_watermark, scenario_epoll_add,
	    scenario_selftest;
/* driver.c */
scenario_fn scenario_pt_whole_buffer, scenario_pt_overrun;
/*
 * The scenario's own driver instead of the cell's; 0, or -PLACEMENT_SKIP with a
 * reason: there is none that shows its state.
 */
int driver_choose(struct scenario_ctx *ctx, struct err *err);
/* trbe.c */
scenario_fn scenario_trbe_fault;
/* hisi.c */
scenario_fn scenario_ptt_end, scenario_ptt_beyond;
/* bts.c */
scenario_fn scenario_bts_padding, scenario_bts_throttle;
/* snapshot.c */
scenario_fn scenario_snapshot, scenario_pt_sample;
/* spe.c */
scenario_fn scenario_spe_fault, scenario_spe_loss;
/* decode.c, bts-decode.c, perf-tests.c */
scenario_fn scenario_pt_decode, scenario_bts_decode, scenario_perf_tests;

#endif
