/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_STREAM_STEER_H
#define AUX_STRESS_STREAM_STEER_H

#include <stdint.h>

/*
 * Steers a trace to a rate: what a trace unit writes per second of CPU time is
 * not known before, and changes with the code that runs; the share of the time
 * that the tracee runs (its duty) is what can be set.
 */
struct steer {
	double wanted;		/* bytes/s of wall time */
	double duty;		/* 0 .. 1, to be used until the next step */
	double bytes, run_ns;	/* recent, older ones count for less */
	unsigned int silent;	/* periods without a byte, in a row */
};

/* Starts at half of the time. */
void steer_init(struct steer *steer, double wanted);

/*
 * After a period in which the tracee ran for @run_ns and @bytes came: the new
 * duty.  Bytes come in pieces, so some periods have none; many in a row are a
 * trace that stands still, which says nothing and changes nothing.
 */
double steer_step(struct steer *steer, uint64_t bytes, uint64_t run_ns);

#endif
