// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/tracer.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/proc.h"
#include "lib/random.h"
#include "lib/units.h"
#include "stress/place/placement.h"
#include "stress/stream/marks.h"
#include "stress/stream/wait.h"

static uint64_t drain_time(struct tracer *tracer)
{
	const struct drain *drain = &tracer->cell->drain;
	double u;

	if (drain->kind == DRAIN_FIXED)
		return drain->a;
	/* in (0, 1]: there is a logarithm */
	u = 1 - random_unit(&tracer->rng);
	if (drain->kind == DRAIN_UNIFORM)
		return drain->a + u * (drain->b - drain->a);
	return -log(u) * drain->a;
}

static void sleep_until(uint64_t ns)
{
	struct timespec ts = {
		.tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC,
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) ==
	       EINTR)
		;
}

/*
 * The tracer's half of a timeline, for the oracle.  A sequence count, for
 * there is one writer and it must not wait: odd while the stamps change.
 */
enum {
	PUB_POLL_IN, PUB_POLL_OUT, PUB_DRAINED, PUB_ENABLE_IN, PUB_ENABLE_OUT,
	PUB_ENABLE_RET, PUB_POLL_AGAIN,
};

static void pub_set(struct tracer *tracer, int i, uint64_t v)
{
	atomic_store_explicit(&tracer->pub[i], v, memory_order_relaxed);
}

static void pub_begin(struct tracer *tracer)
{
	atomic_fetch_add_explicit(&tracer->passes, 1, memory_order_relaxed);
	/* Pairs with the acquire fence in tracer_stamps(): odd, then stamps */
	atomic_thread_fence(memory_order_release);
}

static void pub_end(struct tracer *tracer)
{
	/* Pairs with the first load in tracer_stamps(): stamps, then even. */
	atomic_fetch_add_explicit(&tracer->passes, 1, memory_order_release);
}

static void publish_pass(struct tracer *tracer)
{
	const struct stamps *pass = &tracer->pass;

	pub_begin(tracer);
	pub_set(tracer, PUB_POLL_IN, pass->poll_in);
	pub_set(tracer, PUB_POLL_OUT, pass->begin);
	pub_set(tracer, PUB_DRAINED, pass->drained);
	pub_set(tracer, PUB_ENABLE_IN, pass->enable_in);
	pub_set(tracer, PUB_ENABLE_OUT, pass->enable_out);
	pub_set(tracer, PUB_ENABLE_RET, pass->enable_ret);
	pub_set(tracer, PUB_POLL_AGAIN, 0);
	pub_end(tracer);
}

static void publish_poll_in(struct tracer *tracer)
{
	pub_begin(tracer);
	pub_set(tracer, PUB_POLL_AGAIN, tracer->pass.poll_in);
	pub_end(tracer);
}

void tracer_stamps(struct tracer *tracer, struct hang *hang)
{
	unsigned int before, after;
	uint64_t v[8];
	int i;

	do {
		before = atomic_load_explicit(&tracer->passes,
					      memory_order_acquire);
		for (i = 0; i < 8; i++)
			v[i] = atomic_load_explicit(&tracer->pub[i],
						    memory_order_relaxed);
		/* Pairs with the release fence in pub_begin(). */
		atomic_thread_fence(memory_order_acquire);
		after = atomic_load_explicit(&tracer->passes,
					     memory_order_relaxed);
	} while (before != after || (before & 1));
	hang->poll_in = v[PUB_POLL_IN];
	hang->poll_out = v[PUB_POLL_OUT];
	hang->drained = v[PUB_DRAINED];
	hang->enable_in = v[PUB_ENABLE_IN];
	hang->enable_out = v[PUB_ENABLE_OUT];
	hang->enable_ret = v[PUB_ENABLE_RET];
	hang->poll_again = v[PUB_POLL_AGAIN];
}

void tracer_note_hang(struct tracer *tracer, uint64_t full)
{
	atomic_store(&tracer->hung_full[1],
		     atomic_load(&tracer->hung_full[0]));
	atomic_store(&tracer->hung_full[0], full);
}

/*
 * After a lap nobody knows what was traced: both ends of a gap that lies there
 * are lost, and what follows begins with a start of its own.
 */
static void skip_lap(struct tracer *tracer, uint64_t head)
{
	trace_lost(&tracer->trace);
	if (tracer->gaps)
		gaps_lost(tracer->gaps, head);
	account_lost(&tracer->account);
}

/* The trace from @tail to @head, or nothing if that is a lap. */
static uint64_t copy(struct tracer *tracer, uint64_t tail, uint64_t head)
{
	if (!auxring_aux_copy(tracer->ring, tail, head, tracer->buf))
		return head - tail;
	skip_lap(tracer, head);
	return 0;
}

/*
 * Copies what there is, waits out the drain latency and moves the tail.
 * Returns the bytes copied; they are parsed after the event is enabled again.
 */
static uint64_t drain(struct tracer *tracer)
{
	uint64_t tail = auxring_aux_tail(tracer->ring);
	uint64_t head = auxring_aux_head(tracer->ring);
	uint64_t until, len;

	tracer->pass.fresh = head != tail;
	if (head == tail)
		return 0;
	len = copy(tracer, tail, head);
	until = tracer->pass.begin + drain_time(tracer);
	if (until > now_ns())
		sleep_until(until);
	auxring_aux_release(tracer->ring, head);
	tracer->pass.drained = now_ns();
	return len;
}

static void enable(struct tracer *tracer)
{
	struct stamps *pass = &tracer->pass;
	bool running = tracer->slot &&
		__atomic_load_n(&tracer->slot->running, __ATOMIC_RELAXED);

	pass->enable_in = now_ns();
	pass->enable_ret = ioctl(tracer->event_fd, PERF_EVENT_IOC_ENABLE, 0) ?
			   -errno : 0;
	pass->enable_out = now_ns();
	account_enable(&tracer->account, pass);
	if (running)
		hist_add(&tracer->hists.enable_running,
			 pass->enable_out - pass->enable_in);
}

/* Off the critical path: the event is enabled again. */
static void parse(struct tracer *tracer, uint64_t len)
{
	uint64_t begin = now_ns();

	account_begin(&tracer->account);
	auxring_data_read(tracer->ring, marks_perf_record, tracer);
	if (tracer->driver)
		trace_feed(&tracer->trace, tracer->buf, len, marks_take, tracer);
	else if (tracer->gaps)
		gaps_feed(tracer->gaps, tracer->buf, len);
	marks_beside(tracer, tracer->pass.begin);
	tracer->bytes += len;
	account_end(&tracer->account, &tracer->pass);
	atomic_store_explicit(&tracer->max_gap, tracer->account.max_gap,
			      memory_order_relaxed);
	if (len)
		hist_add(&tracer->cost, now_ns() - begin);
}

/*
 * One wakeup.  perf reads until nothing new has come before it polls again,
 * and enables only a buffer that had new data (auxtrace_mmap__read(),
 * auxtrace's read_finish()); the eager loop enables always.
 */
static void serve(struct tracer *tracer, bool woken)
{
	bool perf = tracer->cell->loop == LOOP_PERF;
	struct stamps *pass = &tracer->pass;
	uint64_t len;
	bool fresh;

	pass->polled = woken;
	pass->begin = pass->poll_out;
	do {
		len = drain(tracer);
		fresh = pass->fresh;
		if ((fresh || !perf) && !atomic_load(&tracer->ending))
			enable(tracer);
		if (fresh)
			publish_pass(tracer);
		parse(tracer, len);
		pass->polled = false;
		pass->begin = now_ns();
	} while (perf && fresh);
}

static void setup_thread(struct tracer *tracer)
{
	struct sched_param param = { .sched_priority = tracer->priority };

	placement_pin(tracer->cpu);
	if (tracer->policy)
		sched_setscheduler(0, tracer->policy, &param);
	/* Else a short drain would be 50 us longer than asked for. */
	prctl(PR_SET_TIMERSLACK, 1);
}

static void *tracer_main(void *arg)
{
	struct tracer *tracer = arg;
	struct wait wait;

	setup_thread(tracer);
	wait_open(&wait, tracer->event_fd, tracer->stop_fd,
		  tracer->cell->scenario);
	atomic_store(&tracer->tid, gettid());
	atomic_store(&tracer->ready, true);
	for (;;) {
		tracer->pass.poll_in = now_ns();
		publish_poll_in(tracer);
		atomic_store(&tracer->in_poll, true);
		wait_event(&wait);
		tracer->pass.poll_out = now_ns();
		atomic_store(&tracer->in_poll, false);
		if (wait.ended)
			break;
		serve(tracer, !atomic_exchange(&tracer->nudged, false));
	}
	wait_close(&wait);
	return NULL;
}

/* "7 (name) S ..." */
bool tracer_asleep(const struct tracer *tracer)
{
	char *path = xasprintf("/proc/self/task/%d/stat",
			       atomic_load(&tracer->tid));
	const char *after = NULL;
	struct err err;
	bool asleep;
	char *text;

	if (!file_read(path, &text, NULL, &err)) {
		after = strrchr(text, ')');
		asleep = !after || !strncmp(after, ") S", 3);
		free(text);
	} else {
		asleep = true;
	}
	free(path);
	return asleep;
}

static void do_nothing(int sig)
{
}

void tracer_nudge(struct tracer *tracer)
{
	atomic_store(&tracer->nudged, true);
	pthread_kill(tracer->thread, SIGUSR1);
}

int tracer_start(struct tracer *tracer, struct err *err)
{
	/* poll() ends with EINTR. */
	const struct sigaction action = { .sa_handler = do_nothing };
	int ret, i;

	record_hists_init(&tracer->hists);
	hist_init(&tracer->cost);
	account_init(&tracer->account, &tracer->hists);
	trace_init(&tracer->trace);
	tracer->rng = tracer->seed;
	sigaction(SIGUSR1, &action, NULL);
	atomic_init(&tracer->ready, false);
	atomic_init(&tracer->tid, 0);
	atomic_init(&tracer->nudged, false);
	atomic_init(&tracer->in_poll, false);
	atomic_init(&tracer->ending, false);
	atomic_init(&tracer->hung_full[0], 0);
	atomic_init(&tracer->hung_full[1], 0);
	atomic_init(&tracer->max_gap, 0);
	atomic_init(&tracer->passes, 0);
	atomic_init(&tracer->flag_fulls, 0);
	atomic_init(&tracer->flag_waiting, false);
	for (i = 0; i < 8; i++)
		atomic_init(&tracer->pub[i], 0);
	ret = pthread_create(&tracer->thread, NULL, tracer_main, tracer);
	if (ret)
		return err_set(err, -ret, "tracer: %s", strerror(ret));
	/* An epoll set that gets the event after its wakeup sees none of it. */
	while (!atomic_load(&tracer->ready))
		usleep(100);
	return 0;
}

void tracer_join(struct tracer *tracer)
{
	pthread_join(tracer->thread, NULL);
}

void tracer_finish(struct tracer *tracer)
{
	uint64_t tail = auxring_aux_tail(tracer->ring);
	uint64_t head = auxring_aux_head(tracer->ring);
	uint64_t len;

	tracer->pass.polled = false;
	tracer->pass.fresh = head != tail;
	tracer->pass.begin = now_ns();
	tracer->pass.drained = tracer->pass.begin;
	len = copy(tracer, tail, head);
	auxring_aux_release(tracer->ring, head);
	parse(tracer, len);
	if (tracer->gaps) {
		gaps_end(tracer->gaps);
		gap_counts_add(&tracer->counts, &tracer->gaps->counts);
	}
}
