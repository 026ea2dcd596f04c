/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_AGENT_H
#define AUX_BENCH_TARGET_AGENT_H

#include "bench/target/clock.h"
#include "bench/target/link.h"
#include "bench/target/target.h"

/*
 * The agent at the end of a link: what all targets share.  They differ in
 * how they connect, and in what they say of themselves.
 */
struct agent {
	struct target target;
	struct target_config config;
	struct link link;
	bool lost;		/* it is of no use to ask it to end */
	uint64_t began;		/* when it first began a cell, 0: not yet */
	struct clock_pair first, last;	/* hello's, and the last cell's end */
	json_t *hello;		/* what it said of itself; NULL: not yet */
};

/* @config's strings must stay; the rest is link_init()'s. */
void agent_init(struct agent *agent, const struct target_ops *ops,
		const struct target_config *config, const char *who,
		const char *program, bool has_console);
/* Ends it, too. */
void agent_free(struct agent *agent);

/* Before all else: is there an agent to talk to?  @path: the program. */
int agent_check(const char *path, struct err *err);

/* Forgets what an earlier start has said. */
void agent_forget(struct agent *agent);

/*
 * Waits for the agent's first line, until @deadline, or until the console has
 * been silent for @silence.  -EIO with @err: the agent says that it cannot
 * measure; else one of link_next()'s, without a text.
 */
int agent_hello(struct agent *agent, uint64_t deadline, uint64_t silence,
		struct err *err);

/*
 * Sends @request (taken over) and waits for the line that has "id": @id,
 * until @deadline.  *answer is a new reference.  -EREMOTEIO with @err: the
 * answer is an error; -ECANCELED: it says that it cannot be done there ("skip");
 * else one of link_next()'s or link_send()'s, without a text.
 */
int agent_ask(struct agent *agent, json_t *request, int id, uint64_t deadline,
	      json_t **answer, struct err *err);

/*
 * The agent is gone or does not answer (@cause is link_next()'s): which of
 * the bad ends it was, with the reason.
 */
enum status agent_lost(struct agent *agent, int cause, struct err *err);

/* Of struct target_ops; @target is an agent. */
enum status agent_run(struct target *target, int id, const struct cell *cell,
		      uint64_t timeout_ns, json_t **answer, struct err *err);
void agent_stop(struct target *target);
json_t *agent_bad_lines(struct target *target);
json_t *agent_warnings(struct target *target);

#endif
