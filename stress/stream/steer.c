// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/steer.h"

/*
 * Older periods fade by this factor each.  Buffers are published in pieces, so
 * one period's bytes are off by a piece; those of some ten together are not.
 */
#define FADE 0.9

/* Runs a little even if that is too much: else nothing more is learned. */
#define DUTY_MIN 0.002

/* As many periods without a byte are not a piece that is yet to come. */
#define SILENT_MAX 50

void steer_init(struct steer *steer, double wanted)
{
	*steer = (struct steer) { .wanted = wanted, .duty = 0.5 };
}

/*
 * The plant is a factor: rate = duty x (bytes per second of CPU time).  So the
 * factor is estimated, and the duty that gives the wanted rate follows; there
 * is no integral that could wind up while the trace stands still.
 */
double steer_step(struct steer *steer, uint64_t bytes, uint64_t run_ns)
{
	double duty;

	steer->silent = bytes ? 0 : steer->silent + 1;
	if (steer->silent > SILENT_MAX)
		return steer->duty;
	steer->bytes = FADE * steer->bytes + bytes;
	steer->run_ns = FADE * steer->run_ns + run_ns;
	if (steer->bytes <= 0 || steer->run_ns <= 0)
		return steer->duty;
	duty = steer->wanted * steer->run_ns / (steer->bytes * 1e9);
	steer->duty = duty > 1 ? 1 : duty < DUTY_MIN ? DUTY_MIN : duty;
	return steer->duty;
}
