// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/console.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int console_open(struct console *console, const char *path, struct err *err)
{
	struct stat st;

	memset(console, 0, sizeof(*console));
	console->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC,
			   0666);
	if (console->fd < 0 || fstat(console->fd, &st))
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	console->size = st.st_size;
	return 0;
}

static void write_all(struct console *console, const char *buf, size_t len)
{
	ssize_t n;

	while (len && console->fd >= 0) {
		n = write(console->fd, buf, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			console->failed = true;
			return;
		}
		console->size += n;
		buf += n;
		len -= n;
	}
}

/* Makes room by leaving out the middle. */
static void cut_file(struct console *console)
{
	char note[128], *tail = malloc(CONSOLE_FILE_TAIL);
	ssize_t kept = -1;

	if (tail)
		kept = pread(console->fd, tail, CONSOLE_FILE_TAIL,
			     console->size - CONSOLE_FILE_TAIL);
	if (kept < 0)
		kept = 0;
	console->cut += console->size - CONSOLE_FILE_HEAD - kept;
	if (ftruncate(console->fd, CONSOLE_FILE_HEAD))
		console->failed = true;
	console->size = CONSOLE_FILE_HEAD;
	snprintf(note, sizeof(note),
		 "\n... %llu bytes of this console are left out here ...\n",
		 (unsigned long long)console->cut);
	write_all(console, note, strlen(note));
	write_all(console, tail, kept);
	free(tail);
}

static void to_file(struct console *console, const char *buf, size_t len)
{
	if (console->fd >= 0 && console->size + len > CONSOLE_FILE_MAX &&
	    console->size > CONSOLE_FILE_HEAD + CONSOLE_FILE_TAIL)
		cut_file(console);
	write_all(console, buf, len);
}

/* A broken guest may say anything; JSON takes no broken UTF-8. */
static void make_printable(char *s)
{
	for (; *s; s++) {
		if ((*s < ' ' && *s != '\t') || *s > '~')
			*s = '?';
	}
}

/* All lines here have the same size. */
static void keep(char to[CONSOLE_LINE_MAX], const char *line)
{
	memcpy(to, line, strlen(line) + 1);
}

/* No report of its own, but not every boot says it. */
static void keep_warning(struct console *console)
{
	char shape[CONSOLE_LINE_MAX], other[CONSOLE_LINE_MAX];
	unsigned int i;

	complaint_shape(console->line, shape, sizeof(shape));
	for (i = 0; *shape && i < console->nwarned; i++) {
		complaint_shape(console->warned[i], other, sizeof(other));
		if (!strcmp(shape, other))
			return;
	}
	if (*shape && console->nwarned < CONSOLE_WARN_MAX)
		keep(console->warned[console->nwarned++], console->line);
}

static void line_ended(struct console *console)
{
	int level;
	enum complaint class;

	console->line[console->len] = '\0';
	make_printable(console->line);
	console->len = 0;
	console->lines++;
	if (!console->line[strspn(console->line, " \t")])
		return;
	keep(console->last, console->line);
	class = complaint_classify(console->line, NULL);
	level = complaint_level(console->line);
	if (class == COMPLAINT_HARMLESS && level >= 0 &&
	    level <= COMPLAINT_LEVEL_WARNING)
		keep_warning(console);
	if (class == COMPLAINT_HARMLESS)
		return;
	if (class == COMPLAINT_PANIC && !console->panicked) {
		console->panicked = true;
		keep(console->panic, complaint_text(console->line));
	}
	if (class == COMPLAINT_LOCKUP && !console->locked_up) {
		console->locked_up = true;
		keep(console->lockup, complaint_text(console->line));
	}
	if (console->nbad < CONSOLE_BAD_MAX)
		keep(console->bad[console->nbad], console->line);
	console->nbad++;
}

void console_feed(struct console *console, const char *buf, size_t len)
{
	size_t i;

	to_file(console, buf, len);
	for (i = 0; i < len; i++) {
		if (buf[i] == '\n')
			line_ended(console);
		else if (buf[i] != '\r' && buf[i] &&
			 console->len < CONSOLE_LINE_MAX - 1)
			console->line[console->len++] = buf[i];
	}
}

void console_note(struct console *console, const char *who, const char *text)
{
	char line[CONSOLE_LINE_MAX];
	int len = snprintf(line, sizeof(line), "%s: %s\n", who, text);

	if (len >= (int)sizeof(line))
		len = sizeof(line) - 1;
	to_file(console, line, len);
}

json_t *console_bad_lines(struct console *console)
{
	json_t *array = json_array();
	unsigned int i, kept = console->nbad;

	if (kept > CONSOLE_BAD_MAX)
		kept = CONSOLE_BAD_MAX;
	for (i = 0; i < kept; i++)
		json_array_append_new(array, json_string(
			console->bad[i]));
	if (console->nbad > kept)
		json_array_append_new(array, json_sprintf("(and %u more)",
			console->nbad - kept));
	if (console->cut > console->cut_said)
		json_array_append_new(array, json_sprintf(
			"the console has flooded its file: %llu bytes left out",
			(unsigned long long)console->cut));
	console->cut_said = console->cut;
	console->nbad = 0;
	return array;
}

json_t *console_warnings(struct console *console)
{
	json_t *array = json_array();
	unsigned int i;

	for (i = 0; i < console->nwarned; i++)
		json_array_append_new(array,
				      json_string(console->warned[i]));
	console->nwarned = 0;
	return array;
}

void console_close(struct console *console)
{
	if (console->len)
		line_ended(console);
	if (console->fd >= 0)
		close(console->fd);
	console->fd = -1;
}
