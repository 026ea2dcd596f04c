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
/* Other lines at warning level, of different shape, that are kept. */
#define CONSOLE_WARN_MAX 32
/*
 * A file that would grow beyond the first keeps its beginning of the second
 * length, a note of how much is left out, its end of the third, and goes on.
 */
#define CONSOLE_FILE_MAX (16 << 20)
#define CONSOLE_FILE_HEAD (8 << 20)
#define CONSOLE_FILE_TAIL (1 << 20)

struct console {
	int fd;			/* the file */
	uint64_t size;		/* of it */
	uint64_t cut;		/* bytes that it has lost */
	uint64_t cut_said;	/* of these, by console_bad_lines() */
	bool failed;		/* it could not be written (disk full) */
	uint64_t lines;		/* seen */
	char line[CONSOLE_LINE_MAX];	/* the one that has not ended yet */
	size_t len;
	char bad[CONSOLE_BAD_MAX][CONSOLE_LINE_MAX];
	unsigned int nbad;	/* also those which were not kept */
	char warned[CONSOLE_WARN_MAX][CONSOLE_LINE_MAX];
	unsigned int nwarned;
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
/*
 * What else it has said since then at warning level or worse (where it says
 * the level), one of each shape: a new JSON array.
 */
json_t *console_warnings(struct console *console);
void console_close(struct console *console);

#endif
