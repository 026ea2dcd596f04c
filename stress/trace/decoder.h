/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_TRACE_DECODER_H
#define AUX_STRESS_TRACE_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "stress/event/pmu.h"

/*
 * Readers of hardware's traces, for the times in them only: when it was
 * traced, and when not.  Intel PT by libipt's packet decoder, where that was
 * there to build with; Arm SPE by a reader of ours.
 */

enum decode_type {
	DECODE_ON,		/* the trace (re)starts */
	DECODE_OFF,		/* it stops, by its own word */
	DECODE_TIME,		/* a time, while it goes on */
	DECODE_LOST,		/* the hardware dropped some: its overflow */
};

/* @ticks: of the trace's clock, as of the last packet that had a time. */
typedef void (*decode_fn)(void *ctx, enum decode_type type, uint64_t ticks);

struct decoder {
	/* The next piece of the trace, of any length. */
	void (*feed)(struct decoder *decoder, const unsigned char *buf,
		     size_t len);
	/*
	 * The hardware was stopped here for want of room, and may have been
	 * in the middle of a packet.
	 */
	void (*cut)(struct decoder *decoder);
	void (*free)(struct decoder *decoder);
	decode_fn fn;
	void *ctx;
	bool time_is_on;	/* a DECODE_TIME after a stop is a DECODE_ON */
	uint64_t resyncs;	/* not understood, searched for the next sync */
	uint64_t torn;		/* packets that a stop had cut */
};

/* How the PT was set up. */
struct pt_setup {
	unsigned int mtc_shift;	/* MTC packets: bits of the CTC left out */
	unsigned int art_num, art_den;	/* TSC ticks per CTC tick; 0: unknown */
	unsigned int max_ratio;	/* TSC's, to the bus; 0: unknown */
};

/* What sysfs and the attributes say of it. */
void pt_setup_read(struct pt_setup *setup, const struct pmu *pmu,
		   const union pmu_attr *attr);

/* -ENOTSUP when built without libipt. */
int pt_decoder_new(struct decoder **decoder, const struct pt_setup *setup,
		   struct err *err);
int spe_decoder_new(struct decoder **decoder, struct err *err);

#endif
