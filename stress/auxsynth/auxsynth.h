/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the auxsynth driver and user space agree on: the records in the AUX
 * area, the attributes of an event, and the driver's own view of an event,
 * which is the oracle for everything this suite says of hangs.
 */
#ifndef AUXSYNTH_H
#define AUXSYNTH_H

#include <linux/types.h>
#ifdef __KERNEL__
#include <linux/ioctl.h>
#else
#include <sys/ioctl.h>
#endif

/*
 * The trace: records of 24 bytes, back to back (and so across the end of the
 * buffer).  Every byte of the AUX area that is published belongs to a record
 * or to the padding which a STOP record announces.
 */
struct auxsynth_record {
	__u64 time;		/* CLOCK_MONOTONIC, ns */
	__u64 seq;		/* of the record in its event, from 0 */
	__u64 info;		/* AUXSYNTH_INFO() */
};

#define AUXSYNTH_RECORD_SIZE 24

enum auxsynth_type {
	AUXSYNTH_START = 1,	/* the hardware starts to trace */
	AUXSYNTH_DATA = 2,
	AUXSYNTH_PMI = 3,	/* interrupt; a wakeup is about to be queued */
	AUXSYNTH_STOP = 4,	/* the hardware stopped */
};

enum auxsynth_cause {
	AUXSYNTH_NONE = 0,
	AUXSYNTH_ADD = 1,	/* START: scheduled in, enabled */
	AUXSYNTH_RESUME = 2,	/* START: by the PMI handler itself */
	AUXSYNTH_FULL = 3,	/* STOP, PMI: end of the buffer reached */
	AUXSYNTH_WATERMARK = 4,	/* PMI */
	AUXSYNTH_DEL = 5,	/* STOP: scheduled out, disabled */
	AUXSYNTH_NEAR = 6,	/* PMI: looks for new room, wakes nobody */
};

/*
 * info: magic | type | cause | padding bytes after this record | CPU |
 * fulls of the event so far, modulo 2^24.  A START with one more full than
 * the STOP before it ends a gap.
 */
#define AUXSYNTH_MAGIC 0xa5ull
#define AUXSYNTH_FULL_MASK 0xffffffull
#define AUXSYNTH_INFO(type, cause, pad, cpu, full) \
	(AUXSYNTH_MAGIC | ((__u64)(type) << 8) | ((__u64)(cause) << 12) | \
	 ((__u64)(pad) << 16) | ((__u64)(cpu) << 24) | \
	 (((__u64)(full) & AUXSYNTH_FULL_MASK) << 40))
#define AUXSYNTH_INFO_MAGIC(info) ((info) & 0xff)
#define AUXSYNTH_INFO_TYPE(info) (((info) >> 8) & 0xf)
#define AUXSYNTH_INFO_CAUSE(info) (((info) >> 12) & 0xf)
#define AUXSYNTH_INFO_PAD(info) (((info) >> 16) & 0xff)
#define AUXSYNTH_INFO_CPU(info) (((info) >> 24) & 0xffff)
#define AUXSYNTH_INFO_FULL(info) ((info) >> 40)

/*
 * The driver's view of one event, found by the slot that the event's
 * attributes name (1 .. AUXSYNTH_SLOTS - 1; 0: none kept).  They are mapped read-only from /dev/auxsynth.  Times are CLOCK_MONOTONIC.
 * Inherited children on the one CPU of their parent share its buffer and its
 * slot.  In slot 0 only @fulls is kept: of all events since the module was
 * loaded, which tells how warm the code is.
 */
#define AUXSYNTH_SLOTS 1024

struct auxsynth_slot {
	__u64 running;		/* the hardware traces */
	__u64 waiting;		/* stopped by a full and not started since */
	__u64 fulls;		/* ground truth: stops for want of room */
	__u64 fulls_null;	/* of these: begin returned NULL */
	__u64 fulls_short;	/*   "   : less room than a region */
	__u64 refused;		/* further starts that found it still full */
	__u64 starts;
	__u64 stops;
	__u64 pmis;
	__u64 bytes;		/* written to the AUX area */
	__u64 dropped;		/* due, but not produced in time */
	__u64 late_ns;		/* out of room, but no interrupt yet, summed */
	/* Of the last full: */
	__u64 stop_at;		/* the hardware ran out of room */
	__u64 pmi_at;		/* before the interrupt handler's first call */
	__u64 full_at;		/* no room found, disable and wakeup queued */
	__u64 window_end;	/* interrupts can run again */
	__u64 del_at;		/* pmu->del() after it, 0: not yet */
	__u64 start_at;		/* last START of all */
	/* The AUX area, where perf core put it; 0 pages: not mapped yet. */
	__u64 aux_pages;
	__u64 aux_node;		/* of its first page */
	__u64 aux_elsewhere;	/* pages on other nodes */
	/*
	 * A real driver over modelled hardware: what the hardware wrote is
	 * @bytes; what the driver made of it, transaction by transaction:
	 */
	__u64 published;	/* bytes passed on to perf core */
	__u64 unpublished;	/* written, but not passed on */
	__u64 unwritten;	/* passed on, but not written */
	__u64 overrun;		/* written beyond the room that there was */
	__u64 misaccounts;	/* transactions with any of these three */
	__u64 faults;		/* register writes that are not allowed */
};

/*
 * What the driver of an event with other records than ours would have put into
 * its trace: START, PMI and STOP marks.  The last AUXSYNTH_MARKS of them, mark
 * n at n % AUXSYNTH_MARKS; @head is their number, and stored after each.
 */
#define AUXSYNTH_MARKS 128

struct auxsynth_marks {
	__u64 head;
	struct auxsynth_record mark[AUXSYNTH_MARKS];
};

/* What is mapped. */
struct auxsynth_board {
	struct auxsynth_slot slot[AUXSYNTH_SLOTS];
	struct auxsynth_marks marks[AUXSYNTH_SLOTS];
};

/*
 * ioctl: perf core's state of the slot's event (of its children the one that
 * came to the last full), read by the driver.
 */
struct auxsynth_state {
	__u32 slot;		/* in */
	__s32 state;		/* enum perf_event_state: 1 ACTIVE, -1 OFF */
	__s32 oncpu;
	__u32 pending_disable;
	__u32 pending_wakeup;
};

#define AUXSYNTH_IOC_STATE _IOWR('x', 0x5a, struct auxsynth_state)

/*
 * perf_event_attr, also in format/:
 *  config   0-3 mode, 4-7 fail, 8-31 region_kb, 32 nmi
 *  config1  0-39 rate (bytes/s), 40-63 tick_us
 *  config2  0-31 window_us, 32-47 slot
 * 0 stands for the default of rate, tick and region_kb alike.
 */
#define AUXSYNTH_DEFAULT_RATE 20000000ull
#define AUXSYNTH_DEFAULT_TICK_US 250
#define AUXSYNTH_DEFAULT_REGION_KB 4

/* config: the interrupt is an NMI (x86 with a local APIC; not with SPE). */
#define AUXSYNTH_NMI_BIT 32

enum auxsynth_mode {
	AUXSYNTH_PT = 0,	/* intel_pt: end, begin; no room: stay ACTIVE */
	AUXSYNTH_SPE = 1,	/* arm_spe: end, irq_work_run(), begin */
	AUXSYNTH_HISI = 2,	/* hisi_ptt: too little room is not reported */
	AUXSYNTH_HISI_FLAGS = 3,	/* hisi_ptt if it did report that */
};

enum auxsynth_fail {
	AUXSYNTH_FAIL_NULL = 0,	/* fill the buffer to its last byte */
	AUXSYNTH_FAIL_SHORT = 1,	/* leave less than a region */
	AUXSYNTH_FAIL_BOTH = 2,	/* in turn */
};

#endif
