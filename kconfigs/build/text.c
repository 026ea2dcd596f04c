// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/builder.h"
#include "lib/file.h"

/* Checks on texts: .config and build logs. */

#define NOT_SET " is not set"

static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);
	const char *p = text;

	while ((p = strstr(p, line))) {
		if ((p == text || p[-1] == '\n') &&
		    (p[len] == '\n' || !p[len]))
			return true;
		p += len;
	}
	return false;
}

/* "CONFIG_X" of a line that sets it or unsets it; the caller frees. */
static char *symbol_of(const char *line)
{
	const char *p = !strncmp(line, "# ", 2) ? line + 2 : line;

	if (strncmp(p, "CONFIG_", 7) || (p != line && !strstr(p, NOT_SET)))
		return NULL;
	return xasprintf("%.*s", (int)strcspn(p, "= "), p);
}

/* A symbol that the tree does not know is as good as not set. */
static bool is_unset(const char *config, const char *symbol)
{
	char *set = xasprintf("\n%s=", symbol);
	bool unset = !strstr(config, set) &&
		strncmp(config, set + 1, strlen(set + 1));

	free(set);
	return unset;
}

enum config_value config_says(const char *config, const char *symbol)
{
	char *off = xasprintf("# %s" NOT_SET, symbol);
	char *no = xasprintf("%s=n", symbol);
	enum config_value value = CONFIG_ON;

	if (has_line(config, off) || has_line(config, no))
		value = CONFIG_OFF;
	else if (is_unset(config, symbol))
		value = CONFIG_SILENT;
	free(no);
	free(off);
	return value;
}

/* Why a line did not take effect, as far as .config tells. */
static const char *why_not(const char *config, const char *line,
			   const char *symbol)
{
	if (*line == '#')
		return "something selects it";
	switch (config_says(config, symbol)) {
	case CONFIG_SILENT:
		return "not offered: the tree has no such option, or one that it depends on is off";
	case CONFIG_OFF:
		return "offered, but something rules it out";
	default:
		return "it has another value";
	}
}

static bool took_effect(const char *config, const char *line,
			const char *symbol)
{
	if (*line == '#')
		return is_unset(config, symbol);
	return has_line(config, line);
}

/* Some later line of the fragments may set it again, and wins. */
static bool set_again(char *const *rest, const char *symbol)
{
	bool again = false;
	char *other;

	for (; *rest && !again; rest++) {
		other = symbol_of(*rest);
		again = other && !strcmp(other, symbol);
		free(other);
	}
	return again;
}

/* "# optional: CONFIG_X": not every tree has it. */
static bool is_optional(const char *wanted, const char *symbol)
{
	char *line = xasprintf("# optional: %s", symbol);
	bool optional = has_line(wanted, line);

	free(line);
	return optional;
}

static char **split(char *text)
{
	size_t n = 0, room = 64;
	char **lines = malloc(room * sizeof(*lines)), *save, *line;

	for (line = strtok_r(text, "\n", &save); lines && line;
	     line = strtok_r(NULL, "\n", &save)) {
		lines[n++] = line;
		if (n == room) {
			room *= 2;
			lines = realloc(lines, room * sizeof(*lines));
		}
	}
	if (!lines)
		abort();
	lines[n] = NULL;
	return lines;
}

int config_check(const char *wanted, const char *config, struct err *err)
{
	char *text = xasprintf("%s", wanted), *symbol;
	char **lines = split(text), **line;
	char bad[sizeof(err->text)] = "";
	size_t len = 0;

	for (line = lines; *line; line++) {
		symbol = symbol_of(*line);
		if (symbol && !set_again(line + 1, symbol) &&
		    !took_effect(config, *line, symbol) &&
		    !is_optional(wanted, symbol) &&
		    len < sizeof(bad))
			len += snprintf(bad + len, sizeof(bad) - len,
					"%s%s (%s)", len ? ", " : "", *line,
					why_not(config, *line, symbol));
		free(symbol);
	}
	free(lines);
	free(text);
	return len ? err_set(err, -EINVAL, "%s", bad) : 0;
}

/* Lines as compilers, linkers, objtool and make write them. */
static bool is_error(const char *line, size_t len)
{
	static const char *const signs[] = {
		"error:", "Error:", "undefined reference", " undefined!",
		"fatal:", "No rule to make target", "No such file",
		"*** ", "not found",
	};
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (memmem(line, len, signs[i], strlen(signs[i])))
			return true;
	}
	return false;
}

static bool has_any(const char *text, size_t len, const char *const *words)
{
	for (; *words; words++) {
		if (memmem(text, len, *words, strlen(*words)))
			return true;
	}
	return false;
}

bool log_blames_host(const char *log)
{
	static const char *const signs[] = {
		"No space left on device", "Disk quota exceeded",
		"Input/output error", "Read-only file system",
		"File size limit exceeded", "Stale file handle",
		"Cannot allocate memory", "virtual memory exhausted",
		"out of memory", "Out of memory", "memory exhausted",
		"Resource temporarily unavailable", "Too many open files",
		"signal terminated program", "internal compiler error",
		"] Killed", "] Terminated", "] Hangup", "] Interrupt",
		"] Segmentation fault", "] Bus error", "] Aborted",
		"] Error 137", "] Error 143", NULL
	};

	return has_any(log, strlen(log), signs);
}

/* "kernel/events/core.c:12:3: error: ..." */
static bool names_line(const char *line, size_t len)
{
	const char *error = memmem(line, len, "error: ", 7);
	const char *colon = memchr(line, ':', len);

	return error && colon && colon < error && colon > line &&
		isdigit((unsigned char)colon[1]);
}

enum kernel_fault log_fault(const char *log)
{
	static const char *const signs[] = {
		"undefined reference to", "multiple definition of",
		"ERROR: modpost:", "error: objtool", "No rule to make target",
		": syntax error", "recursive dependency detected",
		"*** missing separator", NULL
	};
	size_t len;

	if (log_blames_host(log))
		return FAULT_HOST;
	for (; *log; log += len + (log[len] == '\n')) {
		len = strcspn(log, "\n");
		if (names_line(log, len) || has_any(log, len, signs))
			return FAULT_PATCH;
	}
	return FAULT_HOST;
}

void log_errors(const char *log, char *text, size_t max)
{
	const char *p = log;
	size_t used = 0, len;
	int more = 0;

	text[0] = '\0';
	while (*p) {
		len = strcspn(p, "\n");
		if (is_error(p, len))
			more = 3;	/* the place the compiler shows */
		if (more-- > 0) {
			if (used + len + 2 > max)
				break;
			memcpy(text + used, p, len);
			used += len;
			text[used++] = '\n';
			text[used] = '\0';
		}
		p += len + (p[len] == '\n');
	}
}
