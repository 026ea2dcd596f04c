/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One logical processor's Branch Trace Store, as SDM volume 3 has it in its
 * chapter on debug facilities: the DS area's part for BTS, IA32_DEBUGCTL's bits
 * for it, and records of 24 bytes.  No clock and no interrupts: whoever drives
 * it says how many branches the program that is traced has taken, and looks at
 * @pmi.  It compiles in user space, too.
 */
#ifndef AUX_HARDWARE_BTS_UNIT_H
#define AUX_HARDWARE_BTS_UNIT_H

#include "pt-types.h"

/* The DS buffer management area, as far as BTS goes. */
struct bts_area {
	u64 base, index, maximum, threshold;
};

struct bts_record {
	u64 from, to, flags;
};

#define BTS_PREDICTED PT_BIT(4)	/* of a record's flags */

/* IA32_DEBUGCTL. */
#define BTS_CTL_TR PT_BIT(6)
#define BTS_CTL_BTS PT_BIT(7)
#define BTS_CTL_BTINT PT_BIT(8)
#define BTS_CTL_OFF_OS PT_BIT(9)
#define BTS_CTL_OFF_USR PT_BIT(10)

struct bts_unit {
	/* Set by the creator: where IA32_DS_AREA points to. */
	struct bts_area *area;
	/*
	 * Kept up to date by whoever drives it: the branch that is taken; @from
	 * 0: none is, and time passes without a record.
	 */
	u64 from, to;

	u64 ctl;
	bool pmi;		/* the threshold was reached */
	u64 written;		/* bytes put into memory since reset */
	u64 faults;		/* enabled with an area that makes no sense */
};

void bts_unit_write(struct bts_unit *u, u64 ctl);

/* With BTINT a record that does not fit is lost, and so are all after it. */
bool bts_unit_full(const struct bts_unit *u);

/* Enabled, and not full. */
bool bts_unit_tracing(const struct bts_unit *u);

/*
 * Runs for the time of @n branches, or until it is full or comes to an interrupt
 * that was not pending yet.  Returns of how many it was.
 */
u64 bts_unit_run(struct bts_unit *u, u64 n);

/* Branches until then, if less than @limit. */
u64 bts_unit_room(const struct bts_unit *u, u64 limit);

#endif
