// SPDX-License-Identifier: GPL-2.0-only
#include "lib/complaint.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * What the kernel's own reports begin with.  Words which also stand in
 * harmless lines ("report a bug", "Fast TSC calibration failed") are only
 * taken in the form of a report: at the start of a line, with its colon.
 */
static const struct {
	const char *words;
	bool at_start;
	enum complaint class;
	const char *what;
} reports[] = {
	{ "Kernel panic - not syncing", true, COMPLAINT_PANIC, "panic" },
	{ "soft lockup - CPU#", false, COMPLAINT_LOCKUP, "soft lockup" },
	{ "hard LOCKUP on cpu", false, COMPLAINT_LOCKUP, "hard lockup" },
	{ "detected stalls on CPUs/tasks", false, COMPLAINT_LOCKUP,
	  "RCU stall" },
	{ "self-detected stall on CPU", false, COMPLAINT_LOCKUP, "RCU stall" },
	{ "detected expedited stalls on", false, COMPLAINT_LOCKUP,
	  "RCU stall" },
	{ "kthread starved for", false, COMPLAINT_LOCKUP, "RCU stall" },
	{ "BUG: workqueue lockup", true, COMPLAINT_LOCKUP, "workqueue lockup" },
	{ "INFO: task ", true, COMPLAINT_WARNING, "hung task" },
	{ "BUG: KASAN:", true, COMPLAINT_WARNING, "KASAN" },
	{ "BUG: KFENCE:", true, COMPLAINT_WARNING, "KFENCE" },
	{ "BUG: KCSAN:", true, COMPLAINT_WARNING, "KCSAN" },
	{ "UBSAN:", true, COMPLAINT_WARNING, "UBSAN" },
	{ "WARNING: possible ", true, COMPLAINT_WARNING, "lockdep" },
	{ "WARNING: inconsistent lock state", true, COMPLAINT_WARNING,
	  "lockdep" },
	{ "WARNING: suspicious RCU usage", true, COMPLAINT_WARNING, "lockdep" },
	{ "WARNING: bad unlock balance", true, COMPLAINT_WARNING, "lockdep" },
	{ "INFO: possible ", true, COMPLAINT_WARNING, "lockdep" },
	{ "INFO: trying to register non-static key", true, COMPLAINT_WARNING,
	  "lockdep" },
	{ "INFO: suspicious RCU usage", true, COMPLAINT_WARNING, "lockdep" },
	{ "INFO: HARDIRQ-safe", true, COMPLAINT_WARNING, "lockdep" },
	{ "INFO: lockdep", true, COMPLAINT_WARNING, "lockdep" },
	/* Lockdep's own brackets. */
	{ "[ BUG: ", true, COMPLAINT_WARNING, "lockdep" },
	{ "WARNING:", true, COMPLAINT_WARNING, "WARN" },
	{ "BUG:", true, COMPLAINT_WARNING, "BUG" },
	{ "kernel BUG at ", true, COMPLAINT_WARNING, "BUG" },
	{ "Oops:", true, COMPLAINT_WARNING, "Oops" },
	{ "general protection fault", true, COMPLAINT_WARNING,
	  "general protection fault" },
	{ "Unable to handle kernel", true, COMPLAINT_WARNING, "Oops" },
	{ "divide error:", true, COMPLAINT_WARNING, "Oops" },
	{ "invalid opcode:", true, COMPLAINT_WARNING, "Oops" },
	{ "stack segment:", true, COMPLAINT_WARNING, "Oops" },
	{ "double fault:", true, COMPLAINT_WARNING, "Oops" },
	{ "PANIC: ", true, COMPLAINT_PANIC, "panic" },
	{ "list_add corruption", true, COMPLAINT_WARNING, "list corruption" },
	{ "list_del corruption", true, COMPLAINT_WARNING, "list corruption" },
	{ "refcount_t: ", true, COMPLAINT_WARNING, "refcount" },
	{ "Out of memory: Killed", true, COMPLAINT_WARNING, "out of memory" },
	{ "NMI watchdog: Watchdog detected", true, COMPLAINT_LOCKUP,
	  "hard lockup" },
	/* Times from this boot are worth nothing. */
	{ "Marking clocksource '", false, COMPLAINT_WARNING, "clock" },
	{ "Marking TSC unstable", false, COMPLAINT_WARNING, "clock" },
	{ "segfault at ", false, COMPLAINT_WARNING, "segfault" },
	{ NULL, false, COMPLAINT_HARMLESS, NULL }
};

/* Skips "<4>", "[   12.345678]", "[ T1]" and a subsystem's "watchdog: ". */
const char *complaint_text(const char *line)
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

enum complaint complaint_classify(const char *line, const char **what)
{
	const char *text = complaint_text(line);
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
	return COMPLAINT_HARMLESS;
}
