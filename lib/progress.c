// SPDX-License-Identifier: GPL-2.0-only
#include "lib/colour.h"
#include "lib/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"

/* Without a terminal: a line in as long, so that a log stays short. */
#define LINE_EVERY (60 * NSEC_PER_SEC)

void progress_init(struct progress *progress, bool quiet)
{
	const char *term = getenv("TERM");

	*progress = (struct progress) {
		.quiet = quiet,
		.live = !quiet && isatty(STDERR_FILENO) && term &&
			strcmp(term, "dumb"),
		.said = now_ns(),
	};
}

void progress_clear(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}

void progress_say(struct progress *progress, const char *fmt, ...)
{
	va_list ap;

	if (progress->quiet)
		return;
	progress_clear(progress);
	progress->said = now_ns();
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

void progress_warn(struct progress *progress, const char *fmt, ...)
{
	char *text;
	va_list ap;

	progress_clear(progress);
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	colour_error("run-matrix", text);
	free(text);
}

void progress_live(struct progress *progress, const char *fmt, ...)
{
	struct winsize size = { 0 };
	char line[512];
	va_list ap;
	int width;

	if (progress->quiet ||
	    (!progress->live && now_ns() < progress->said + LINE_EVERY))
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (!progress->live) {
		progress_say(progress, "%s", line);
		return;
	}
	width = !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col > 20 ?
		size.ws_col - 1 : 79;
	/* The cursor stays at its end: a line that wraps cannot be undone. */
	fprintf(stderr, "\r\033[K%.*s", width, line);
	fflush(stderr);
	progress->shown = true;
}

void progress_done(struct progress *progress, uint64_t planned,
		   uint64_t spent)
{
	progress->planned_done += planned;
	progress->planned_left -= planned < progress->planned_left ? planned :
		progress->planned_left;
	progress->spent += spent;
}

uint64_t progress_left(const struct progress *progress)
{
	double factor = 1;

	if (progress->planned_done)
		factor = (double)progress->spent / progress->planned_done;
	return progress->planned_left * factor;
}

char *progress_time(char buf[PROGRESS_TIME_LEN], uint64_t ns)
{
	unsigned long long s = (ns + NSEC_PER_SEC / 2) / NSEC_PER_SEC;

	if (s < 100)
		snprintf(buf, PROGRESS_TIME_LEN, "%llu s", s);
	else if (s < 3600)
		snprintf(buf, PROGRESS_TIME_LEN, "%llu min %02llu s", s / 60,
			 s % 60);
	else
		snprintf(buf, PROGRESS_TIME_LEN, "%llu h %02llu min",
			 s / 3600, s / 60 % 60);
	return buf;
}
