// SPDX-License-Identifier: GPL-2.0-only
/* Intervals and hangs, from made-up stamps. */
#include <stdlib.h>

#include "stress/stream/account.h"
#include "stress/event/oracle.h"
#include "tests/check.h"

static void init(struct account *a, struct record_hists *h)
{
	record_hists_init(h);
	account_init(a, h);
}

static void mark(struct account *a, uint64_t time, int type, int cause,
		 uint64_t full, uint64_t hung)
{
	struct auxsynth_record r = {
		.time = time, .info = AUXSYNTH_INFO(type, cause, 0, 0, full),
	};

	account_mark(a, &r, hung && full == hung);
}

/* Stop at 200, awake at 250, drained at 300, start at 330. */
static void gap_in_three_parts(struct check *t, struct record_hists *h)
{
	struct stamps pass = {
		.polled = true, .fresh = true, .poll_in = 150,
		.poll_out = 250, .begin = 250, .drained = 300,
	};
	struct account a;

	init(&a, h);
	account_begin(&a);
	mark(&a, 100, AUXSYNTH_START, AUXSYNTH_ADD, 0, 0);
	mark(&a, 200, AUXSYNTH_STOP, AUXSYNTH_FULL, 0, 0);
	mark(&a, 210, AUXSYNTH_PMI, AUXSYNTH_FULL, 0, 0);
	account_end(&a, &pass);
	CHECK_EQ(t, h->wakeup.n, 1);
	CHECK_EQ(t, h->wakeup.max, 40);
	account_begin(&a);
	mark(&a, 330, AUXSYNTH_START, AUXSYNTH_ADD, 1, 0);
	account_end(&a, &pass);
	CHECK_EQ(t, h->gap.n, 1);
	CHECK_EQ(t, h->gap.max, 130);
	CHECK_EQ(t, h->gap_wake.max, 50);
	CHECK_EQ(t, h->gap_drain.max, 50);
	CHECK_EQ(t, h->gap_enable.max, 30);
	CHECK_EQ(t, a.traced_ns, 100);
	CHECK_EQ(t, a.gap_ns, 130);
}

/* Restarted before the tracer knew: parts are clamped, and add up. */
static void parts_add_up(struct check *t, struct record_hists *h)
{
	struct stamps pass = {
		.polled = true, .fresh = true, .poll_in = 150,
		.poll_out = 250, .begin = 250, .drained = 300,
	};
	struct account a;

	init(&a, h);
	account_begin(&a);
	mark(&a, 100, AUXSYNTH_START, AUXSYNTH_ADD, 0, 0);
	mark(&a, 200, AUXSYNTH_STOP, AUXSYNTH_FULL, 0, 0);
	account_end(&a, &pass);
	account_begin(&a);
	mark(&a, 280, AUXSYNTH_START, AUXSYNTH_ADD, 1, 0);
	account_end(&a, &pass);
	CHECK_EQ(t, h->gap_wake.sum + h->gap_drain.sum + h->gap_enable.sum,
		 h->gap.sum);
	CHECK_EQ(t, h->gap_drain.max, 30);
	CHECK_EQ(t, h->gap_enable.max, 0);
}

/*
 * Full while the tracer drains, restarted by its ENABLE (which had to wait):
 * STOP and START come into view together, one pass later.
 */
static void pass_before_made_room(struct check *t, struct record_hists *h)
{
	struct stamps pass = {
		.polled = true, .fresh = true, .poll_in = 120,
		.poll_out = 160, .begin = 160, .drained = 460,
	};
	struct account a;

	init(&a, h);
	account_begin(&a);
	mark(&a, 100, AUXSYNTH_START, AUXSYNTH_ADD, 0, 0);
	account_end(&a, &pass);
	pass.begin = pass.poll_out = 3500;
	pass.drained = 3800;
	account_begin(&a);
	mark(&a, 310, AUXSYNTH_STOP, AUXSYNTH_FULL, 0, 0);
	mark(&a, 3310, AUXSYNTH_START, AUXSYNTH_ADD, 1, 0);
	account_end(&a, &pass);
	CHECK_EQ(t, h->gap_wake.max, 0);
	CHECK_EQ(t, h->gap_drain.max, 150);
	CHECK_EQ(t, h->gap_enable.max, 2850);
}

static void hung_gap_is_censored(struct check *t, struct record_hists *h)
{
	struct account a;

	init(&a, h);
	mark(&a, 100, AUXSYNTH_START, AUXSYNTH_ADD, 0, 0);
	mark(&a, 200, AUXSYNTH_STOP, AUXSYNTH_FULL, 0, 0);
	mark(&a, 900, AUXSYNTH_START, AUXSYNTH_ADD, 1, 1);
	CHECK_EQ(t, h->gap.n, 0);
	CHECK_EQ(t, h->censored.n, 1);
	CHECK_EQ(t, h->censored.max, 700);
	CHECK_EQ(t, a.max_gap, 0);
	CHECK_EQ(t, a.gap_ns, 700);
	/* The next full is measured again. */
	mark(&a, 1000, AUXSYNTH_STOP, AUXSYNTH_FULL, 1, 1);
	mark(&a, 1050, AUXSYNTH_START, AUXSYNTH_ADD, 2, 1);
	CHECK_EQ(t, h->gap.n, 1);
	mark(&a, 1100, AUXSYNTH_STOP, AUXSYNTH_FULL, 2, 1);
	account_open_gap(&a, 1200);
	CHECK_EQ(t, h->censored.n, 2);
}

/* Scheduled out is no gap; out of room without a full is no trace. */
static void neither_full(struct check *t, struct record_hists *h)
{
	struct account a;

	init(&a, h);
	mark(&a, 100, AUXSYNTH_START, AUXSYNTH_ADD, 0, 0);
	mark(&a, 200, AUXSYNTH_STOP, AUXSYNTH_DEL, 0, 0);
	mark(&a, 500, AUXSYNTH_START, AUXSYNTH_ADD, 0, 0);
	CHECK_EQ(t, a.gap_ns, 0);
	mark(&a, 600, AUXSYNTH_STOP, AUXSYNTH_FULL, 0, 0);
	mark(&a, 620, AUXSYNTH_START, AUXSYNTH_RESUME, 0, 0);
	CHECK_EQ(t, h->gap.n, 0);
	CHECK_EQ(t, a.gap_ns, 20);
	CHECK_EQ(t, a.resumed, 1);
	CHECK_EQ(t, a.traced_ns, 200);
}

static void wakeup_kinds(struct check *t, struct record_hists *h)
{
	struct stamps pass = { .polled = true, .fresh = true,
			       .poll_in = 1000, .poll_out = 1100 };
	struct account a;

	init(&a, h);
	/* Queued before poll: ready. */
	account_begin(&a);
	mark(&a, 990, AUXSYNTH_PMI, AUXSYNTH_WATERMARK, 0, 0);
	account_end(&a, &pass);
	CHECK(t, a.ready == 1 && h->wakeup.n == 0);
	/* An interrupt that queues no wakeup is not what woke it. */
	account_begin(&a);
	mark(&a, 1010, AUXSYNTH_PMI, AUXSYNTH_NEAR, 0, 0);
	mark(&a, 1040, AUXSYNTH_PMI, AUXSYNTH_WATERMARK, 0, 0);
	account_end(&a, &pass);
	CHECK(t, h->wakeup.n == 1 && h->wakeup.max == 60);
	/* Nothing new: empty. */
	pass.fresh = false;
	account_begin(&a);
	account_end(&a, &pass);
	CHECK(t, a.empty == 1 && a.wakeups == 3);
	/* A re-read is not a wakeup. */
	pass.polled = false;
	account_begin(&a);
	account_end(&a, &pass);
	CHECK_EQ(t, a.wakeups, 3);
}

static void watch(struct check *t)
{
	struct watch_input in = {
		.waiting = true, .full = 5, .in_poll = true,
		.tracee_cpu = 1000, .timeout = 250,
	};
	struct watch w = { 0 };

	CHECK(t, !watch_step(&w, &in));
	in.tracee_cpu = 1249;
	CHECK(t, !watch_step(&w, &in));
	in.tracee_cpu = 1250;
	CHECK(t, watch_step(&w, &in));

	/* Each of the conditions starts the time anew. */
	in.tracee_cpu = 2000;
	CHECK(t, !watch_step(&w, &in));
	in.full = 6;
	in.tracee_cpu = 2600;
	CHECK(t, !watch_step(&w, &in));
	in.in_poll = false;
	in.tracee_cpu = 3000;
	CHECK(t, !watch_step(&w, &in));
	in.in_poll = true;
	in.waiting = false;
	CHECK(t, !watch_step(&w, &in));
	in.waiting = true;
	CHECK(t, !watch_step(&w, &in));
	in.tracee_cpu = 3250;
	CHECK(t, watch_step(&w, &in));

	/* Not settled: as many gaps are waited for. */
	in.max_gap = 100;
	in.tracee_cpu = 4000;
	CHECK(t, !watch_step(&w, &in));
	in.tracee_cpu = 5999;
	CHECK(t, !watch_step(&w, &in));
	in.tracee_cpu = 6000;
	CHECK(t, watch_step(&w, &in));
	/* Settled for the timeout: that is enough, but no less. */
	CHECK(t, !watch_step(&w, &in));
	in.tracee_cpu = 6200;
	CHECK(t, !watch_step(&w, &in));
	in.settled = true;
	in.tracee_cpu = 6449;
	CHECK(t, !watch_step(&w, &in));
	in.tracee_cpu = 6450;
	CHECK(t, watch_step(&w, &in));
}

/* Seen again: the same, or what went on by itself. */
static void stands(struct check *t)
{
	static const struct watch_input then = {
		.waiting = true, .full = 5, .in_poll = true,
	};
	struct watch_input now = then;

	now.tracee_cpu = 1000;
	CHECK(t, watch_stands(&then, &now));
	now.in_poll = false;
	CHECK(t, !watch_stands(&then, &now));
	now.in_poll = true;
	now.waiting = false;
	CHECK(t, !watch_stands(&then, &now));
	now.waiting = true;
	now.full = 6;
	CHECK(t, !watch_stands(&then, &now));
}

/* What perf core says of an event whose trace stands at a full buffer. */
static void settled(struct check *t)
{
	static const struct {
		int state, disable, wakeup;
		bool settled;
	} cases[] = {
		{ -1, 0, 0, true }, { 1, 0, 0, true },
		/* The multiplexing timer comes. */
		{ 0, 0, 0, false },
		{ 1, 1, 0, false }, { 1, 0, 1, false }, { -1, 0, 1, false },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct auxsynth_state state = {
			.state = cases[i].state,
			.pending_disable = cases[i].disable,
			.pending_wakeup = cases[i].wakeup,
		};

		CHECK_EQ(t, oracle_settled(&state), cases[i].settled);
	}
	CHECK_EQ(t, oracle_class(1), HANG_SILENT_STOP);
	CHECK_EQ(t, oracle_class(0), HANG_SILENT_STOP);
	CHECK_EQ(t, oracle_class(-1), HANG_LOST_WAKEUP);
}

int main(void)
{
	struct record_hists *h = malloc(sizeof(*h));
	struct check t = { 0 };

	gap_in_three_parts(&t, h);
	parts_add_up(&t, h);
	pass_before_made_room(&t, h);
	hung_gap_is_censored(&t, h);
	neither_full(&t, h);
	wakeup_kinds(&t, h);
	watch(&t);
	stands(&t);
	settled(&t);
	free(h);
	return check_end(&t);
}
