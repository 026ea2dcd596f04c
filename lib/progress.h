/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_PROGRESS_H
#define AUX_LIB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a run says while it runs, on stderr: on a terminal one live line that
 * is written over, else a plain line for each step that took long and one a
 * minute of what is going on.
 */
struct progress {
	bool quiet;
	bool live;		/* stderr is a terminal */
	bool shown;		/* the live line is there */
	uint64_t said;		/* when the last plain line was, ns */
	/* For the time that is left. */
	uint64_t planned_left;	/* ns, as the plan has it */
	uint64_t planned_done;
	uint64_t spent;		/* ns that planned_done really took */
};

void progress_init(struct progress *progress, bool quiet);

/* A line that stays; not when quiet. */
void progress_say(struct progress *progress, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A line that stays, quiet or not: something went wrong. */
void progress_warn(struct progress *progress, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The live line; without a terminal a plain one each minute. */
void progress_live(struct progress *progress, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void progress_clear(struct progress *progress);

/* @planned ns of the plan are done and took @spent. */
void progress_done(struct progress *progress, uint64_t planned,
		   uint64_t spent);
/* About how long it still takes, in ns. */
uint64_t progress_left(const struct progress *progress);

/* "42 s", "3 min 05 s", "2 h 10 min" */
#define PROGRESS_TIME_LEN 32
char *progress_time(char buf[PROGRESS_TIME_LEN], uint64_t ns);

#endif
