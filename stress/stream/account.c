// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/account.h"

#include <string.h>

void account_init(struct account *account, struct record_hists *h)
{
	memset(account, 0, sizeof(*account));
	account->h = h;
}

void account_begin(struct account *account)
{
	account->first_pmi = 0;
}

static uint64_t clamp(uint64_t v, uint64_t low, uint64_t high)
{
	return v < low ? low : v > high ? high : v;
}

/*
 * The gap's parts: until the tracer was awake, until it had moved the tail,
 * until the trace started.  The pass that made the room is the last one that
 * drained before the START came into view; it need not have seen the STOP.
 * A stamp outside of the gap counts as its nearest end, so that the parts
 * always add up to the gap.
 */
static void split_gap(struct account *a, uint64_t start)
{
	const struct stamps *pass = &a->last_pass;
	uint64_t awake, drained;

	awake = a->last_known ? clamp(pass->begin, a->stop, start) : start;
	drained = a->last_known ? clamp(pass->drained, awake, start) : start;
	hist_add(&a->h->gap_wake, awake - a->stop);
	hist_add(&a->h->gap_drain, drained - awake);
	hist_add(&a->h->gap_enable, start - drained);
}

static void close_gap(struct account *a, uint64_t start, bool hung)
{
	uint64_t gap = start - a->stop;

	a->gap_ns += gap;
	if (hung) {
		hist_add(&a->h->censored, gap);
		return;
	}
	hist_add(&a->h->gap, gap);
	if (gap > a->max_gap)
		a->max_gap = gap;
	split_gap(a, start);
}

static void mark_start(struct account *a, const struct auxsynth_record *r,
		       bool hung)
{
	uint64_t full = AUXSYNTH_INFO_FULL(r->info);

	if (a->stopped && full != a->fulls) {
		close_gap(a, r->time, hung);
	} else if (a->stopped &&
		   AUXSYNTH_INFO_CAUSE(r->info) == AUXSYNTH_RESUME) {
		/*
		 * Room was made before the interrupt looked: not a full, but
		 * no trace either.
		 */
		a->resumed++;
		a->gap_ns += r->time - a->stop;
	}
	a->start = r->time;
	a->stopped = false;
	a->fulls = full;
}

static void mark_stop(struct account *a, const struct auxsynth_record *r)
{
	if (a->start && r->time > a->start)
		a->traced_ns += r->time - a->start;
	a->stopped = true;
	a->stop = r->time;
	a->fulls = AUXSYNTH_INFO_FULL(r->info);
}

void account_mark(struct account *account, const struct auxsynth_record *r,
		  bool hung)
{
	switch (AUXSYNTH_INFO_TYPE(r->info)) {
	case AUXSYNTH_START:
		mark_start(account, r, hung);
		break;
	case AUXSYNTH_STOP:
		mark_stop(account, r);
		break;
	case AUXSYNTH_PMI:
		if (!account->first_pmi &&
		    AUXSYNTH_INFO_CAUSE(r->info) != AUXSYNTH_NEAR)
			account->first_pmi = r->time;
		break;
	}
}

/*
 * A wakeup is measured when the tracer was in poll before it was queued.  The
 * first PMI that this pass sees is the one that woke it: those before were
 * seen by the pass before.
 */
static void count_wakeup(struct account *a, const struct stamps *pass)
{
	a->wakeups++;
	if (!pass->fresh)
		a->empty++;
	else if (a->first_pmi > pass->poll_in &&
		 a->first_pmi <= pass->poll_out)
		hist_add(&a->h->wakeup, pass->poll_out - a->first_pmi);
	else
		a->ready++;
}

void account_end(struct account *account, const struct stamps *pass)
{
	if (pass->polled)
		count_wakeup(account, pass);
	if (pass->fresh) {
		account->last_pass = *pass;
		account->last_known = true;
	}
}

void account_enable(struct account *account, const struct stamps *pass)
{
	account->enables++;
	hist_add(&account->h->enable, pass->enable_out - pass->enable_in);
}

void account_lost(struct account *account)
{
	account->stopped = false;
	account->start = 0;
	account->last_known = false;
}

void account_still_tracing(struct account *account, uint64_t now)
{
	if (!account->stopped && account->start && now > account->start)
		account->traced_ns += now - account->start;
}

void account_open_gap(struct account *account, uint64_t now)
{
	uint64_t gap = now > account->stop ? now - account->stop : 0;

	account->gap_ns += gap;
	hist_add(&account->h->censored, gap);
}
