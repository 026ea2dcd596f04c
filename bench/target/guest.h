/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_GUEST_H
#define AUX_BENCH_TARGET_GUEST_H

#include <stdint.h>

#include "bench/job/job.h"
#include "bench/target/target.h"

/* What a guest under QEMU is made from. */
struct guest_config {
	struct guest_shape shape;
	const char *agent;	/* program that becomes its init */
	/* Programs that the agent may start, NULL-ended. */
	const char *const *programs;
	int stop_fd;
	/* "kvm does not run a guest here (...), using tcg"; may be NULL. */
	void (*note)(void *ctx, const char *text);
	/* About once a second while a cell runs; may be NULL. */
	void (*progress)(void *ctx, uint64_t fulls, uint64_t hangs);
	void *ctx;
	/* Deadlines in ns; 0: the default. */
	uint64_t boot_timeout;
	uint64_t silence;	/* between two lines of the agent */
	uint64_t shutdown;
};

/*
 * A target for many boots, one after the other.  @config's strings must stay.
 * Fails at once when there is no QEMU.
 */
int guest_new(struct target **target, const struct guest_config *config,
	      struct err *err);

#endif
