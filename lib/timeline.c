// SPDX-License-Identifier: GPL-2.0-only
#include "lib/timeline.h"

#include <stdlib.h>

struct step {
	uint64_t at;
	const char *tracee, *tracer;
};

static int by_time(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static double us_since(uint64_t at, uint64_t zero)
{
	return ((double)at - (double)zero) / 1000;
}

static const char *state_name(int state)
{
	return state > 0 ? "ACTIVE" : state == 0 ? "INACTIVE" : "OFF";
}

void timeline_print(FILE *out, const struct hang *h)
{
	struct step step[] = {
		{ h->stop, "buffer full, trace stops", "" },
		{ h->pmi, "interrupt: publishes, queues wakeup", "" },
		{ h->full_at, "no room: disable queued", "" },
		{ h->window_end, "interrupts run: queued works", "" },
		{ h->disabled, "pmu->del(): event disabled", "" },
		{ h->poll_in, "", "poll() sleeps" },
		{ h->poll_out, "", "awake, drains" },
		{ h->drained, "", "drained, tail moved" },
		{ h->enable_in, "", "ENABLE" },
		{ h->enable_out, "", h->enable_ret ? "ENABLE failed" :
						     "ENABLE returns 0" },
		{ h->nothing, "", "awake, nothing new: no ENABLE" },
		{ h->poll_again, "", "poll() sleeps on" },
	};
	unsigned int i, n = sizeof(step) / sizeof(step[0]);
	uint64_t zero = h->stop;

	if (!zero)
		zero = h->drained;
	fprintf(out, "hang: %s, full %llu of pair %d, event %s\n",
		hang_class_names[h->class], (unsigned long long)h->full,
		h->pair, state_name(h->event_state));
	if (h->class != h->user_class)
		fprintf(out, "  (user space alone would say %s)\n",
			hang_class_names[h->user_class]);
	fprintf(out, "%12s  %-35s  %s\n", "us", "CPU of the tracee",
		"CPU of the tracer");
	qsort(step, n, sizeof(step[0]), by_time);
	for (i = 0; i < n; i++) {
		if (step[i].at)
			fprintf(out, "%12.1f  %-35s  %s\n",
				us_since(step[i].at, zero), step[i].tracee,
				step[i].tracer);
	}
	fprintf(out, "%12.1f  nothing has restarted the trace: %s\n",
		us_since(h->detected, zero), "a hang");
}
