/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_TARGET_H
#define AUX_BENCH_TARGET_TARGET_H

#include <jansson.h>
#include <stdint.h>

#include "kconfigs/build/kernel.h"
#include "lib/cell.h"
#include "lib/err.h"

/*
 * Where cells run: a guest under QEMU (later also this machine, or another
 * over ssh).  The other side is always the agent (stress/agent), which speaks
 * JSON, one object a line:
 *
 *   agent: {"hello": {"release","clock_res_ns","cpus","nodes","pmu",...}}
 *   host:  {"run": {"id": 7, "cell": {...}}}
 *   agent: {"begin": 7}
 *   agent: {"progress": 7, "fulls": n, "hangs": n}     (about once a second)
 *   agent: {"id": 7, "record": {...}} or {"id": 7, "error": "why"}
 *          (with "skip": true when the machine lacks what the cell asks for)
 *   host:  {"quit": true}
 */

/* How a boot or a cell ended; the names are those of the store's "status". */
enum target_status {
	TARGET_OK,
	TARGET_ERROR,		/* the agent said so; the target lives */
	TARGET_SKIPPED,		/* lacks what the cell asks for; it lives */
	TARGET_BOOT_FAILED,	/* no hello in time, or it died before */
	TARGET_PANIC,
	TARGET_LOCKUP,		/* soft/hard lockup or RCU stall, then no end */
	TARGET_TIMEOUT,		/* silent past the deadline */
	TARGET_DIED,		/* it ended by itself, without a panic */
	TARGET_STOPPED,		/* the user pressed ^C */
};
extern const char *const target_status_names[];

struct target;

struct target_ops {
	const char *name;
	/*
	 * Boots @kernel; after TARGET_OK cells can run.  TARGET_ERROR: this
	 * side could not even try, whatever the kernel.  @console: the file
	 * that gets all the console says, always.
	 */
	enum target_status (*start)(struct target *target,
				    const struct kernel *kernel,
				    const char *console, struct err *err);
	/*
	 * Runs one cell.  *answer: the agent's line, a new reference, when
	 * TARGET_OK.  After anything but OK, ERROR and SKIPPED it is dead and
	 * only stop() may follow.
	 */
	enum target_status (*run)(struct target *target, int id,
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
