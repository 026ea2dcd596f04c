// SPDX-License-Identifier: GPL-2.0-only
/* Who woke the tracer, in the timeline of a hang. */
#include <stdlib.h>
#include <string.h>

#include "lib/timeline.h"
#include "tests/check.h"

/* Times in us; the interrupt is at 1,000, the queued works at @works. */
static int says(uint64_t poll_in, uint64_t poll_out, uint64_t works,
		const char *step, const char *note)
{
	const struct hang h = {
		.stop = 990000, .pmi = 1000000, .full_at = 1001000,
		.window_end = works * 1000, .poll_in = poll_in * 1000,
		.poll_out = poll_out * 1000, .drained = 2000000,
		.detected = 250000000,
	};
	char *text = NULL, *line;
	size_t size, wide = 0;
	FILE *f = open_memstream(&text, &size);
	int good;

	timeline_print(f, &h);
	fclose(f);
	good = strstr(text, step) && (note ? !!strstr(text, note) :
				      !timeline_note(&h));
	for (line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strcspn(line, "\n") > wide)
			wide = strcspn(line, "\n");
	}
	if (!good || wide > 72)
		printf("%s", text);
	free(text);
	return good && wide <= 72;
}

int main(void)
{
	struct check t = { 0 };

	/* Asleep before; the works come last: an earlier wakeup. */
	CHECK(&t, says(500, 1500, 31000, "awake: by watermark",
		       "queued before the full's"));
	/* Asleep before, and awake when they have run. */
	CHECK(&t, says(500, 31100, 31000, "awake: by the full",
		       "which the queued works delivered"));
	/* It comes to poll() when the wakeup is there. */
	CHECK(&t, says(1200, 1210, 31000, "awake: by the full",
		       "queued before poll(), was there to be found"));
	/* Awake before the interrupt. */
	CHECK(&t, says(500, 900, 31000, "awake: by watermark",
		       "queued before the full's"));
	/* Without the driver's stamps nobody knows. */
	CHECK(&t, says(500, 1500, 0, "awake, drains", NULL));
	return check_end(&t);
}
