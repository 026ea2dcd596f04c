/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_TALK_H
#define AUX_BENCH_TARGET_TALK_H

#include <jansson.h>
#include <stdint.h>

#include "lib/cell.h"
#include "lib/err.h"

/* The conversation of bench/target/target.h with an agent, over any link. */
struct talk {
	/*
	 * The agent's next line, a new reference; or -ETIMEDOUT at @deadline,
	 * -EINTR when the user wants to stop, -EPIPE when the link has ended.
	 */
	int (*next)(void *link, uint64_t deadline, json_t **msg);
	/* Takes @json over; -EPIPE or -ETIMEDOUT. */
	int (*send)(void *link, json_t *json);
	void *link;
	/* About once a second while a cell runs; may be NULL. */
	void (*progress)(void *ctx, uint64_t fulls, uint64_t hangs);
	void *ctx;
	uint64_t silence;	/* ns, at most, between two lines */
	uint64_t began;		/* when it first began a cell, 0: not yet */
};

/* Before all else: is there an agent to talk to?  @path: the program. */
int talk_check_agent(const char *path, struct err *err);

/*
 * Waits for the agent's first line.  *hello: a new reference, the object in
 * it.  -EIO with @err: the agent says that it cannot measure; else one of
 * next()'s, without a text.
 */
int talk_hello(struct talk *talk, uint64_t deadline, json_t **hello,
	       struct err *err);

/*
 * Sends @request (taken over) and waits for the line that has "id": @id,
 * until @deadline.  *answer is a new reference.  -EREMOTEIO with @err: the
 * answer is an error; -ECANCELED: it says that it cannot be done there ("skip");
 * else one of next()'s or send()'s, without a text.
 */
int talk_ask(struct talk *talk, json_t *request, int id, uint64_t deadline,
	     json_t **answer, struct err *err);

/* The request that runs a cell; new reference. */
json_t *talk_run(int id, const struct cell *cell);

#endif
