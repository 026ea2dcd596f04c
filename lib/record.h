/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_RECORD_H
#define AUX_LIB_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/cell.h"
#include "lib/hist.h"

/*
 * What one run of one cell measured.  All times are CLOCK_MONOTONIC, ns.
 * The histograms are those of struct record_hists, summed over the pairs.
 */

/*
 * Lost wakeup: event OFF, tracer asleep in poll.  Silent stop: event enabled,
 * hardware stopped.  Silent off: switched OFF without a full, nobody told.
 */
enum hang_class {
	HANG_LOST_WAKEUP, HANG_SILENT_STOP, HANG_SILENT_OFF, HANG_CLASSES
};

extern const char *const hang_class_names[HANG_CLASSES];

/* Timelines kept of one cell; further hangs are counted only. */
#define RECORD_HANGS 8

/* The stamps of the cycle that hung; 0: did not happen. */
struct hang {
	int class;		/* enum hang_class, by the driver's state */
	int user_class;		/* the same as user space alone sees it */
	int pair;
	int32_t event_state;	/* perf's: 1 ACTIVE, 0 INACTIVE, -1 OFF */
	uint64_t full;		/* number of the full in its event */
	/* driver */
	uint64_t stop, pmi, full_at, window_end, disabled;
	/* tracer, the cycle that drained this full */
	uint64_t poll_in, poll_out, drained, enable_in, enable_out;
	int enable_ret;
	uint64_t nothing;	/* last woken with nothing new, no ENABLE */
	uint64_t poll_again;	/* went back to sleep */
	uint64_t detected;
};

struct record_hists {
	struct hist wakeup;	/* wakeup queued -> poll returned */
	struct hist gap;	/* STOP -> START, fulls that restarted */
	struct hist gap_wake;	/* its parts: STOP -> poll returned */
	struct hist gap_drain;	/* poll returned -> tail moved */
	struct hist gap_enable;	/* tail moved -> START */
	struct hist censored;	/* STOP -> end of the observation */
	struct hist enable;	/* duration of ioctl(ENABLE) */
	struct hist enable_running;	/* of these: the hardware was tracing */
};

struct record {
	struct cell cell;
	uint64_t pairs;
	uint64_t fulls;		/* the driver's count */
	uint64_t fulls_null;	/* of these: begin found no room */
	uint64_t fulls_short;	/*   "   : too little room */
	uint64_t hangs[HANG_CLASSES];
	uint64_t open;		/* fulls still open when the cell ended */
	uint64_t disagree;	/* hangs that user space classed otherwise */
	uint64_t wakeups;	/* poll returned */
	uint64_t ready;		/*   of these: queued before poll */
	uint64_t empty;		/*   of these: without new AUX data */
	uint64_t enables;	/* ENABLE ioctls */
	uint64_t resumed;	/* out of room, but made before it was a full */
	uint64_t bytes;		/* of trace (by driver: DATA records) drained */
	uint64_t records;	/* DATA records of auxsynth */
	uint64_t bad_records;	/* torn or out of sequence: must be 0 */
	uint64_t laps;		/* heads of a ring where none can be: must be 0 */
	uint64_t dropped;	/* bytes the guest could not produce in time */
	uint64_t late_ns;	/* out of room, its interrupt still to come */
	uint64_t traced_ns;	/* START .. STOP, summed */
	uint64_t gap_ns;	/* STOP .. START for want of room, hangs too */
	uint64_t elapsed_ns;
	uint64_t tracee_ns;	/* CPU time of the tracees */
	uint64_t absent;	/* see record_has() */
	struct record_hists h;
	uint64_t hangs_kept;	/* entries in @hang */
	struct hang hang[RECORD_HANGS];
	json_t *reference;	/* cyclictest's JSON or NULL; owned */
	json_t *placement;	/* where it ran: CPUs, nodes; owned, or NULL */
	json_t *detail;		/* what the cell's kind adds, or NULL; owned */
	char method[16];	/* of the gaps: driver, flags, pt or spe */
};

/* The names of the histograms in JSON, with their place. */
struct record_hist_name {
	const char *name;
	size_t offset;		/* in struct record_hists */
};
extern const struct record_hist_name record_hist_names[];	/* NULL-ended */

/*
 * The plain counters, by their names in JSON.  Stores outlive programs: only
 * those without which a record says nothing are required of one.
 */
struct record_field {
	const char *name;
	size_t offset;		/* in struct record */
	bool required;
};
extern const struct record_field record_fields[];	/* NULL-ended */

/* Bits of record.absent: the counters', and from here on the histograms'. */
#define RECORD_ABSENT_HISTS 40

/* The histogram of that name. */
struct hist *record_hist(struct record_hists *h,
			 const struct record_hist_name *name);
void record_hists_init(struct record_hists *h);
void record_hists_merge(struct record_hists *into, struct record_hists *from);

void record_init(struct record *record, const struct cell *cell);
/* The same for one that was in use: touches only what was. */
void record_clear(struct record *record, const struct cell *cell);
void record_free(struct record *record);

/* Hangs of all classes. */
uint64_t record_hangs(const struct record *record);
/* Share of the time in which a trace was wanted that was traced, 0..1. */
double record_coverage(const struct record *record);
/*
 * Bytes per second that this machine managed: over the time traced and the
 * time by which the synthetic hardware's interrupts were late.
 */
double record_rate(const struct record *record);

/* One timeline; hang_from_json() fills an uninitialised @hang. */
json_t *hang_to_json(const struct hang *hang);
int hang_from_json(struct hang *hang, const json_t *json, struct err *err);

/*
 * False when the record was read from a store that did not have the counter or
 * histogram of that name in JSON: its 0 then means "not measured".  Records
 * added up have what all of them have: or their "absent" together.
 */
bool record_has(const struct record *record, const char *name);

json_t *record_to_json(const struct record *record);
/*
 * Fills an uninitialised @record; 0 or -EINVAL.  fulls, hangs, traced_ns and
 * gap_ns must be there; any other counter or histogram may be missing, as it
 * is from older programs, but what is there must be right.
 */
int record_from_json(struct record *record, const json_t *json,
		     struct err *err);
/*
 * Is @record, read from @json, one of the cell that was @asked for, with numbers
 * that agree with each other and that a boot can produce?  @took: ns that we
 * have waited for it, 0: unknown.  0 or -EINVAL with the reason.
 */
int record_check(const struct record *record, const json_t *json,
		 const struct cell *asked, uint64_t took, struct err *err);

#endif
