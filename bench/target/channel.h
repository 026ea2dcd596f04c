/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_CHANNEL_H
#define AUX_BENCH_TARGET_CHANNEL_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/target/console.h"

/*
 * The way to an agent: a socket or two pipes, with one JSON object a line in
 * each direction, read and written without ever waiting.
 */
struct channel {
	int fd;			/* -1: closed, by either side */
	int out;		/* what is written to; of a socket the same */
	struct console *console;	/* notes what is not understood */
	char *in;		/* what came, not yet a line */
	size_t len, size;
};

void channel_init(struct channel *channel, struct console *console);
void channel_free(struct channel *channel);

/*
 * Begins anew, on a socket, twice, or the ends of two pipes, which become the
 * channel's.
 */
void channel_open(struct channel *channel, int fd, int out);
/* No more will be sent. */
void channel_end(struct channel *channel);
void channel_close(struct channel *channel);

/* Takes in what is there; closes the channel when nothing will come. */
void channel_read(struct channel *channel);
/* The next whole line that is JSON; NULL when there is none yet. */
json_t *channel_line(struct channel *channel);
/* Sends one line; takes @json over.  -EPIPE or -ETIMEDOUT. */
int channel_send(struct channel *channel, json_t *json);

/* For poll(): ms until @deadline (CLOCK_MONOTONIC, ns), at least 0. */
int channel_ms(uint64_t deadline);

#endif
