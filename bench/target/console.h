/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_CONSOLE_H
#define AUX_BENCH_TARGET_CONSOLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/complaint.h"
#include "lib/err.h"

/*
 * The console of a target: everything goes to a file as it comes, and each
 * line is looked at once for what a kernel says when something is wrong.
 */

/* Bad lines that are kept between two calls of console_bad_lines(). */
#define CONSOLE_BAD_MAX 32
#define CONSOLE_LINE_MAX 512

struct console {
	int fd;			/* the file */
	bool failed;		/* it could not be written (disk full) */
	uint64_t lines;		/* seen */
	char line[CONSOLE_LINE_MAX];	/* the one that has not ended yet */
	size_t len;
	char bad[CONSOLE_BAD_MAX][CONSOLE_LINE_MAX];
	unsigned int nbad;	/* also those which were not kept */
	bool panicked;
	bool locked_up;
	/* The first line that told of a panic, and of a lockup. */
	char panic[CONSOLE_LINE_MAX];
	char lockup[CONSOLE_LINE_MAX];
	char last[CONSOLE_LINE_MAX];	/* not empty */
};

int console_open(struct console *console, const char *path, struct err *err);
/* As it comes from the target, in any pieces. */
void console_feed(struct console *console, const char *buf, size_t len);
/* A line of ours in the file ("qemu: ..."); not looked at. */
void console_note(struct console *console, const char *who, const char *text);
/* The bad lines since the last call: a new JSON array. */
json_t *console_bad_lines(struct console *console);
void console_close(struct console *console);

#endif
