/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_TARGET_H
#define AUX_BENCH_TARGET_TARGET_H

#include <jansson.h>
#include <stdint.h>

#include "lib/cell.h"
#include "lib/err.h"
#include "lib/status.h"

/*
 * Where cells run: a guest under QEMU (guest.h), this machine, or another over
 * ssh (machine.h).  The other side is always the agent (stress/agent), which
 * speaks JSON, one object a line:
 *
 *   agent: {"hello": {"release","clock_res_ns","cpus","nodes","pmu",...}}
 *   host:  {"run": {"id": 7, "cell": {...}}}
 *   agent: {"begin": 7}
 *   agent: {"progress": 7, "fulls": n, "hangs": n}     (about once a second)
 *   agent: {"end": 7, "clock_ns": n}
 *   agent: {"id": 7, "record": {...}} or {"id": 7, "error": "why"}
 *          (with "skip": true when the machine lacks what the cell asks for,
 *          "host": true when it is its host's doing and says nothing of it)
 *   host:  {"quit": true}
 */

/* What all targets are told. */
struct target_config {
	const char *agent;	/* the program */
	int stop_fd;		/* see lib/proc.h */
	/* "kvm does not run a guest here (...), using tcg"; may be NULL. */
	void (*note)(void *ctx, const char *text);
	/* About once a second while a cell runs; may be NULL. */
	void (*progress)(void *ctx, uint64_t fulls, uint64_t hangs);
	void *ctx;
	/* Deadlines in ns; 0: the default. */
	uint64_t start_timeout;	/* until the agent has said hello */
	uint64_t silence;	/* between two lines of the agent */
	uint64_t shutdown;
};

/* A kernel to boot. */
struct target_kernel {
	const char *image;	/* what QEMU boots */
	const char *module;	/* auxsynth.ko for it */
	const char *module_key;	/* another one, another key */
	const char *release;	/* that it must say; NULL: any */
	/* As uname -v has it: "PREEMPT_RT", "": no such word; NULL: any. */
	const char *preempt;
};

struct target;

struct target_ops {
	const char *name;
	/*
	 * Boots @kernel (NULL: what runs there); after STATUS_OK cells can
	 * run.  STATUS_ERROR: this side could not even try, whatever the
	 * kernel.  @console: the file that gets all the console says, always.
	 */
	enum status (*start)(struct target *target,
			     const struct target_kernel *kernel,
			     const char *console, struct err *err);
	/*
	 * Runs one cell.  *answer: the agent's line, a new reference, when
	 * STATUS_OK.  When it does not live any more (status_lives()), only
	 * stop() may follow.
	 */
	enum status (*run)(struct target *target, int id,
			   const struct cell *cell, uint64_t timeout_ns,
			   json_t **answer, struct err *err);
	/* Ends it within its deadline, by force if need be. */
	void (*stop)(struct target *target);
	/* What the store keeps of it ({"kind","accel",...}); new reference. */
	json_t *(*describe)(struct target *target);
	/*
	 * The bad lines (WARN, BUG, lockdep, RCU ...) that the console has
	 * shown since the last call; a new JSON array.
	 */
	json_t *(*bad_lines)(struct target *target);
	/* Other lines at warning level since then; a new JSON array. */
	json_t *(*warnings)(struct target *target);
	void (*free)(struct target *target);
};

struct target {
	const struct target_ops *ops;
};

#endif
