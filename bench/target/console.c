// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/console.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * What the kernel's own reports begin with.  Words which also stand in
 * harmless lines ("report a bug", "Fast TSC calibration failed") are only
 * taken in the form of a report: at the start of a line, with its colon.
 */
static const struct {
	const char *words;
	bool at_start;
	enum console_class class;
	const char *what;
} reports[] = {
	{ "Kernel panic - not syncing", true, CONSOLE_PANIC, "panic" },
	{ "soft lockup - CPU#", false, CONSOLE_LOCKUP, "soft lockup" },
	{ "hard LOCKUP on cpu", false, CONSOLE_LOCKUP, "hard lockup" },
	{ "detected stalls on CPUs/tasks", false, CONSOLE_LOCKUP,
	  "RCU stall" },
	{ "self-detected stall on CPU", false, CONSOLE_LOCKUP, "RCU stall" },
	{ "detected expedited stalls on", false, CONSOLE_LOCKUP,
	  "RCU stall" },
	{ "kthread starved for", false, CONSOLE_LOCKUP, "RCU stall" },
	{ "BUG: workqueue lockup", true, CONSOLE_LOCKUP, "workqueue lockup" },
	{ "INFO: task ", true, CONSOLE_WARNING, "hung task" },
	{ "BUG: KASAN:", true, CONSOLE_WARNING, "KASAN" },
	{ "BUG: KFENCE:", true, CONSOLE_WARNING, "KFENCE" },
	{ "BUG: KCSAN:", true, CONSOLE_WARNING, "KCSAN" },
	{ "UBSAN:", true, CONSOLE_WARNING, "UBSAN" },
	{ "WARNING: possible ", true, CONSOLE_WARNING, "lockdep" },
	{ "WARNING: inconsistent lock state", true, CONSOLE_WARNING,
	  "lockdep" },
	{ "WARNING: suspicious RCU usage", true, CONSOLE_WARNING, "lockdep" },
	{ "WARNING: bad unlock balance", true, CONSOLE_WARNING, "lockdep" },
	{ "INFO: possible ", true, CONSOLE_WARNING, "lockdep" },
	{ "INFO: trying to register non-static key", true, CONSOLE_WARNING,
	  "lockdep" },
	{ "INFO: suspicious RCU usage", true, CONSOLE_WARNING, "lockdep" },
	{ "INFO: HARDIRQ-safe", true, CONSOLE_WARNING, "lockdep" },
	{ "INFO: lockdep", true, CONSOLE_WARNING, "lockdep" },
	/* Lockdep's own brackets. */
	{ "[ BUG: ", true, CONSOLE_WARNING, "lockdep" },
	{ "WARNING:", true, CONSOLE_WARNING, "WARN" },
	{ "BUG:", true, CONSOLE_WARNING, "BUG" },
	{ "kernel BUG at ", true, CONSOLE_WARNING, "BUG" },
	{ "Oops:", true, CONSOLE_WARNING, "Oops" },
	{ "general protection fault", true, CONSOLE_WARNING,
	  "general protection fault" },
	{ "Unable to handle kernel", true, CONSOLE_WARNING, "Oops" },
	{ "divide error:", true, CONSOLE_WARNING, "Oops" },
	{ "invalid opcode:", true, CONSOLE_WARNING, "Oops" },
	{ "stack segment:", true, CONSOLE_WARNING, "Oops" },
	{ "double fault:", true, CONSOLE_WARNING, "Oops" },
	{ "PANIC: ", true, CONSOLE_PANIC, "panic" },
	{ "list_add corruption", true, CONSOLE_WARNING, "list corruption" },
	{ "list_del corruption", true, CONSOLE_WARNING, "list corruption" },
	{ "refcount_t: ", true, CONSOLE_WARNING, "refcount" },
	{ "Out of memory: Killed", true, CONSOLE_WARNING, "out of memory" },
	{ "NMI watchdog: Watchdog detected", true, CONSOLE_LOCKUP,
	  "hard lockup" },
	/* Times from this boot are worth nothing. */
	{ "Marking clocksource '", false, CONSOLE_WARNING, "clock" },
	{ "Marking TSC unstable", false, CONSOLE_WARNING, "clock" },
	{ "segfault at ", false, CONSOLE_WARNING, "segfault" },
	{ NULL, false, CONSOLE_HARMLESS, NULL }
};

/* Skips "<4>", "[   12.345678]", "[ T1]" and a subsystem's "watchdog: ". */
const char *console_text(const char *line)
{
	const char *end;

	if (*line == '<' && isdigit((unsigned char)line[1])) {
		end = strchr(line, '>');
		if (end && end - line <= 4)
			line = end + 1;
	}
	/* But not "[ BUG: Invalid wait context ]". */
	while (*line == '[' && strncmp(line, "[ BUG: ", 7)) {
		end = strchr(line, ']');
		if (!end || end - line > 24)
			break;
		line = end + 1 + strspn(end + 1, " ");
	}
	if (!strncmp(line, "watchdog: ", 10))
		line += 10;
	else if (!strncmp(line, "rcu: ", 5))
		line += 5;
	else if (!strncmp(line, "traps: ", 7))
		line += 7;
	return line;
}

enum console_class console_classify(const char *line, const char **what)
{
	const char *text = console_text(line);
	size_t i;

	if (what)
		*what = NULL;
	for (i = 0; reports[i].words; i++) {
		if (reports[i].at_start ?
		    strncmp(text, reports[i].words, strlen(reports[i].words)) :
		    !strstr(text, reports[i].words))
			continue;
		if (what)
			*what = reports[i].what;
		return reports[i].class;
	}
	return CONSOLE_HARMLESS;
}

int console_open(struct console *console, const char *path, struct err *err)
{
	memset(console, 0, sizeof(*console));
	console->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			   0666);
	if (console->fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

static void to_file(struct console *console, const char *buf, size_t len)
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
		buf += n;
		len -= n;
	}
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

static void line_ended(struct console *console)
{
	enum console_class class;

	console->line[console->len] = '\0';
	make_printable(console->line);
	console->len = 0;
	console->lines++;
	if (!console->line[strspn(console->line, " \t")])
		return;
	keep(console->last, console->line);
	class = console_classify(console->line, NULL);
	if (class == CONSOLE_HARMLESS)
		return;
	if (class == CONSOLE_PANIC && !console->panicked) {
		console->panicked = true;
		keep(console->panic, console_text(console->line));
	}
	if (class == CONSOLE_LOCKUP && !console->locked_up) {
		console->locked_up = true;
		keep(console->lockup, console_text(console->line));
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
	console->nbad = 0;
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
