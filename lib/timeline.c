// SPDX-License-Identifier: GPL-2.0-only
#include "lib/timeline.h"

#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
	const struct timeline_step *x = a, *y = b;

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

/*
 * Whose wakeup poll() returned with.  That of the full is marked for poll()
 * when the interrupt queues it, and wakes a sleeper when the queued works run;
 * who sleeps before the one and is awake before the other was woken by an
 * earlier one: a watermark.
 */
enum waker { WAKER_UNKNOWN, WAKER_MARKED, WAKER_FULL, WAKER_WATERMARK };

static enum waker waker(const struct hang *h)
{
	if (!h->poll_out || !h->pmi || h->poll_out < h->pmi)
		return h->poll_out && h->pmi ? WAKER_WATERMARK :
			WAKER_UNKNOWN;
	if (h->poll_in > h->pmi)
		return WAKER_MARKED;
	if (!h->window_end)
		return WAKER_UNKNOWN;
	return h->poll_out < h->window_end ? WAKER_WATERMARK : WAKER_FULL;
}

static const struct {
	const char *step, *note;
} wakers[] = {
	[WAKER_UNKNOWN] = { "awake, drains", NULL },
	[WAKER_MARKED] = { "awake: by the full",
		"by the full: its wakeup, queued before poll(), was there to be found" },
	[WAKER_FULL] = { "awake: by the full",
		"by the full: its wakeup, which the queued works delivered" },
	[WAKER_WATERMARK] = { "awake: by watermark",
		"by watermark: that wakeup was queued before the full's" },
};

const char *timeline_note(const struct hang *h)
{
	return wakers[waker(h)].note;
}

size_t timeline_steps(const struct hang *h,
		      struct timeline_step steps[TIMELINE_STEPS])
{
	const struct timeline_step all[TIMELINE_STEPS] = {
		{ h->stop, "buffer full, trace stops", "" },
		{ h->pmi, "interrupt: publishes, queues wakeup", "" },
		{ h->full_at, "no room: disable queued", "" },
		{ h->window_end, "interrupts run: queued works", "" },
		{ h->disabled, "pmu->del(): event disabled", "" },
		{ h->poll_in, "", "poll() sleeps" },
		{ h->poll_out, "", wakers[waker(h)].step },
		{ h->drained, "", "drained, tail moved" },
		{ h->enable_in, "", "ENABLE" },
		{ h->enable_out, "", h->enable_ret ? "ENABLE failed" :
						     "ENABLE returns 0" },
		{ h->nothing, "", "awake, nothing new" },
		{ h->poll_again, "", "poll() sleeps on" },
	};
	size_t i, n = 0;

	for (i = 0; i < TIMELINE_STEPS; i++) {
		if (all[i].at)
			steps[n++] = all[i];
	}
	qsort(steps, n, sizeof(*steps), by_time);
	return n;
}

uint64_t timeline_zero(const struct hang *h)
{
	return h->stop ? h->stop : h->drained;
}

const char *timeline_verdict(const struct hang *h)
{
	return h->poll_again && !h->drained ?
	       "nobody has woken the tracer: a hang" :
	       "nothing has restarted the trace: a hang";
}

void timeline_print(FILE *out, const struct hang *h)
{
	struct timeline_step step[TIMELINE_STEPS];
	size_t i, n = timeline_steps(h, step);
	uint64_t zero = timeline_zero(h);

	fprintf(out, "hang: %s, full %llu of pair %d, event %s\n",
		hang_class_names[h->class], (unsigned long long)h->full,
		h->pair, state_name(h->event_state));
	if (h->class != h->user_class)
		fprintf(out, "  (user space alone would say %s)\n",
			hang_class_names[h->user_class]);
	fprintf(out, "%12s  %-35s  %s\n", "us", "CPU of the tracee",
		"CPU of the tracer");
	for (i = 0; i < n; i++)
		fprintf(out, "%12.1f  %-35s  %s\n",
			us_since(step[i].at, zero), step[i].tracee,
			step[i].tracer);
	fprintf(out, "%12.1f  %s\n", us_since(h->detected, zero),
		timeline_verdict(h));
	if (timeline_note(h))
		fprintf(out, "  %s\n", timeline_note(h));
}
