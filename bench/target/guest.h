/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_GUEST_H
#define AUX_BENCH_TARGET_GUEST_H

#include "bench/target/target.h"
#include "lib/shape.h"

/* What a guest under QEMU is made from; the agent becomes its init. */
struct guest_config {
	struct target_config target;
	struct guest_shape shape;
	/* Programs that the agent may start, NULL-ended. */
	const char *const *programs;
	const char *const *files;	/* that they want, NULL-ended */
};

/* The agent for guests of @arch, built or not; caller frees. */
char *guest_agent(const struct arch *arch);

/*
 * A target for many boots, one after the other.  @config's strings must stay.
 * Fails at once when there is no QEMU.
 */
int guest_new(struct target **target, const struct guest_config *config,
	      struct err *err);

#endif
