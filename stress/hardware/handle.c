// SPDX-License-Identifier: GPL-2.0-only
#include "handle.h"
#include "model.h"

void handle_enter(struct model_handle *h)
{
	h->in_irq = true;
	h->begun = h->truncated = h->was_stopped = false;
	if (h->event)
		model_interrupt(h->event, synth_clock());
}

void handle_leave(struct model_handle *h)
{
	h->in_irq = false;
	if (!h->open)
		h->event = NULL;
}

static void found_full(const struct model_pmu *m, struct model_handle *h,
		       struct perf_event *event, bool null)
{
	if (h->in_irq) {
		if (m->full)
			m->full(h, event);
		model_published(event, synth_clock(), AUXSYNTH_FULL);
	}
	model_full(event, null);
}

static void stays_stopped(const struct model_pmu *m, struct model_handle *h,
			  struct perf_event *event, bool null)
{
	found_full(m, h, event, null);
	if (h->in_irq)
		model_hold(event);
}

void handle_used(struct model_handle *h)
{
	h->used = true;
	if (!h->in_irq || !h->truncated)
		return;
	found_full(model_pmu_of(h->event), h, h->event, false);
	to_model(h->event)->asked = true;
}

static void on_begin(struct perf_output_handle *perf)
{
	/* Set by perf core when there is a buffer, full or not. */
	perf->rb = NULL;
}

static void on_begun(struct perf_output_handle *perf,
		     struct perf_event *event, void *buf)
{
	const struct model_pmu *m = model_pmu_of(event);
	struct model_handle *h = m->handle();

	h->begun = h->in_irq;
	h->open = buf;
	if (buf) {
		h->event = event;
		h->used = false;
		h->room = perf->size ? perf->size + 1 : 0;
		h->before = *h->written;
	} else if (perf->rb) {
		stays_stopped(m, h, event, true);
	}
}

/* Padding takes room, and is the driver's own. */
static void on_skipped(struct perf_output_handle *perf, unsigned long size)
{
	struct model_handle *h = model_pmu_of(perf->event)->handle();

	h->room -= min_t(u64, h->room, size);
}

/*
 * An oracle of its own: what the hardware wrote, and nothing else, is what
 * the driver passes on; and it writes nowhere but into the room it was given.
 */
static void account(const struct model_handle *h, struct perf_event *event,
		    u64 size)
{
	struct auxsynth_slot *slot = to_view(event)->slot;
	u64 n = *h->written - h->before;

	slot->bytes += n;
	/* In overwrite mode the size is a position. */
	if (!h->room)
		return;
	slot->published += size;
	if (n > size)
		slot->unpublished += n - size;
	else
		slot->unwritten += size - n;
	if (n > h->room)
		slot->overrun += n - h->room;
	slot->misaccounts += n != size || n > h->room;
}

/* An end after which the driver does not try for room: it has none. */
static bool is_last(const struct model_pmu *m, const struct model_handle *h)
{
	bool no_room = h->truncated || (m->gives_up && !h->used);

	return no_room && (!h->in_irq || h->begun || !m->tries_again);
}

/* Of an interrupt's two ends the first is of what was written. */
static void on_end(struct perf_output_handle *perf, unsigned long size)
{
	const struct model_pmu *m = model_pmu_of(perf->event);
	struct model_handle *h = m->handle();

	h->truncated = perf->aux_flags & PERF_AUX_FLAG_TRUNCATED;
	account(h, perf->event, size);
	if (h->in_irq && !h->begun && !h->was_stopped && !is_last(m, h))
		model_published(perf->event, synth_clock(),
				perf->head + size >= perf->wakeup ?
				AUXSYNTH_WATERMARK : AUXSYNTH_NEAR);
}

static void on_ended(struct perf_event *event)
{
	const struct model_pmu *m = model_pmu_of(event);
	struct model_handle *h = m->handle();

	h->open = false;
	if (is_last(m, h))
		stays_stopped(m, h, event, false);
	if (!h->in_irq)
		h->event = NULL;
}

const struct hook_perf handle_hooks = {
	.begin = on_begin,
	.begun = on_begun,
	.skipped = on_skipped,
	.end = on_end,
	.ended = on_ended,
};
