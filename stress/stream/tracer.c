// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/proc.h"
#include "lib/random.h"
#include "lib/scenario.h"
#include "lib/units.h"
#include "stress/place/placement.h"

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

/* Marks and flags count fulls modulo 2^24. */
static bool has_hung(struct tracer *tracer, uint64_t full)
{
	uint64_t hung;
	int i;

	for (i = 0; i < 2; i++) {
		hung = atomic_load(&tracer->hung_full[i]);
		if (hung && !((hung ^ full) & AUXSYNTH_FULL_MASK))
			return true;
	}
	return false;
}

static void on_mark(void *ctx, const struct auxsynth_record *r)
{
	struct tracer *tracer = ctx;

	account_mark(&tracer->account, r,
		     has_hung(tracer, AUXSYNTH_INFO_FULL(r->info)));
}

/* perf's own records: PERF_RECORD_AUX with its sample_id (TID, TIME). */
struct aux_record {
	struct perf_event_header header;
	uint64_t offset, size, flags;
	uint32_t pid, tid;
	uint64_t time;
};

/* The marks of a trace that are not auxsynth's, in its words. */
static void put_mark(struct tracer *tracer, int type, uint64_t time,
		     uint64_t fulls)
{
	struct auxsynth_record r = {
		.time = time, .info = AUXSYNTH_INFO(type, 0, 0, 0, fulls),
	};

	on_mark(tracer, &r);
}

void tracer_gap(void *ctx, enum gap_mark mark, uint64_t time, uint64_t fulls)
{
	put_mark(ctx, mark == GAP_START ? AUXSYNTH_START : AUXSYNTH_STOP,
		 time, fulls);
}

/*
 * Without the driver's marks a gap is what perf's records and our own ENABLE
 * show: from the record that said TRUNCATED to the ENABLE after which a record
 * brought data again.
 */
static void flags_mark(struct tracer *tracer, int type, uint64_t time)
{
	put_mark(tracer, type, time, atomic_load(&tracer->flag_fulls));
}

static uint64_t flags_restart_time(struct tracer *tracer)
{
	const struct account *account = &tracer->account;
	uint64_t time = account->last_pass.enable_out;

	/* After a hang it was not our ENABLE that did it. */
	if (has_hung(tracer, atomic_load(&tracer->flag_fulls)))
		time = tracer->pass.begin;
	return time > account->stop ? time : account->stop;
}

static void flags_resumed(struct tracer *tracer, const struct aux_record *r)
{
	uint64_t time = flags_restart_time(tracer);

	if (tracer->gaps)
		gaps_resumed(tracer->gaps, r->offset, time);
	else
		flags_mark(tracer, AUXSYNTH_START, time);
	atomic_store(&tracer->flag_waiting, false);
}

static void flags_full(struct tracer *tracer, const struct aux_record *r)
{
	if (tracer->gaps)
		gaps_full(tracer->gaps, r->offset + r->size, r->time);
	else
		flags_mark(tracer, AUXSYNTH_STOP, r->time);
	atomic_fetch_add(&tracer->flag_fulls, 1);
	atomic_store(&tracer->flag_waiting, true);
}

static void flags_record(struct tracer *tracer, const struct aux_record *r)
{
	tracer->counts.collisions += !!(r->flags & PERF_AUX_FLAG_COLLISION);
	tracer->counts.partial += !!(r->flags & PERF_AUX_FLAG_PARTIAL);
	if (r->size && atomic_load(&tracer->flag_waiting))
		flags_resumed(tracer, r);
	else if (r->size && !tracer->account.start && !tracer->gaps)
		flags_mark(tracer, AUXSYNTH_START, r->time);
	if ((r->flags & PERF_AUX_FLAG_TRUNCATED) &&
	    !atomic_load(&tracer->flag_waiting))
		flags_full(tracer, r);
}

static void on_perf_record(void *ctx, const struct perf_event_header *h)
{
	const struct aux_record *r = (const void *)h;
	struct tracer *tracer = ctx;

	if (h->type == PERF_RECORD_LOST)
		tracer->counts.lost++;
	if (tracer->driver || h->type != PERF_RECORD_AUX ||
	    h->size < sizeof(*r))
		return;
	/* Its time is when a wakeup was queued, if one was. */
	if (!tracer->account.first_pmi)
		tracer->account.first_pmi = r->time;
	flags_record(tracer, r);
}

/*
 * Copies what there is, waits out the drain latency and moves the tail.
 * Returns the bytes copied; they are parsed after the event is enabled again.
 */
static uint64_t drain(struct tracer *tracer)
{
	uint64_t tail = auxring_aux_tail(tracer->ring);
	uint64_t head = auxring_aux_head(tracer->ring);
	uint64_t until;

	tracer->pass.fresh = head != tail;
	if (head == tail)
		return 0;
	auxring_aux_copy(tracer->ring, tail, head, tracer->buf);
	until = tracer->pass.begin + drain_time(tracer);
	if (until > now_ns())
		sleep_until(until);
	auxring_aux_release(tracer->ring, head);
	tracer->pass.drained = now_ns();
	return head - tail;
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
	auxring_data_read(tracer->ring, on_perf_record, tracer);
	if (tracer->driver)
		trace_feed(&tracer->trace, tracer->buf, len, on_mark, tracer);
	else if (tracer->gaps)
		gaps_feed(tracer->gaps, tracer->buf, len);
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

	pass->polled = woken;
	pass->begin = pass->poll_out;
	do {
		len = drain(tracer);
		if ((len || !perf) && !atomic_load(&tracer->ending))
			enable(tracer);
		if (len)
			publish_pass(tracer);
		parse(tracer, len);
		pass->polled = false;
		pass->begin = now_ns();
	} while (perf && len);
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

/*
 * What the loop waits for: poll() of the event, or as two scenarios want it,
 * an epoll set with the event in it, or the signal that it sends.  The latter
 * two are descriptors, too, which poll() takes beside @stop_fd.
 */
struct wait {
	struct pollfd pfd[2];
	int fd;			/* epoll set or signalfd; -1: neither */
	bool ended;
};

static int open_epoll(const struct tracer *tracer)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct epoll_event stop = { .events = EPOLLIN, .data.u32 = 1 };
	int fd = epoll_create1(EPOLL_CLOEXEC);

	epoll_ctl(fd, EPOLL_CTL_ADD, tracer->event_fd, &event);
	epoll_ctl(fd, EPOLL_CTL_ADD, tracer->stop_fd, &stop);
	return fd;
}

/* A real-time signal is queued; SIGIO itself could be merged with another. */
static int open_sigio(const struct tracer *tracer)
{
	struct f_owner_ex owner = { .type = F_OWNER_TID, .pid = gettid() };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	fcntl(tracer->event_fd, F_SETSIG, SIGRTMIN);
	fcntl(tracer->event_fd, F_SETOWN_EX, &owner);
	fcntl(tracer->event_fd, F_SETFL,
	      fcntl(tracer->event_fd, F_GETFL) | O_ASYNC);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void wait_open(struct wait *wait, const struct tracer *tracer)
{
	*wait = (struct wait) {
		.pfd = {
			{ .fd = tracer->event_fd, .events = POLLIN },
			{ .fd = tracer->stop_fd, .events = POLLIN },
		},
		.fd = -1,
	};
	if (tracer->cell->scenario == SCENARIO_EPOLL)
		wait->fd = open_epoll(tracer);
	if (tracer->cell->scenario == SCENARIO_SIGIO)
		wait->fd = wait->pfd[0].fd = open_sigio(tracer);
}

static void wait_epoll(struct wait *wait)
{
	struct epoll_event e[2];
	int i, n = epoll_wait(wait->fd, e, 2, -1);

	for (i = 0; i < n; i++)
		wait->ended |= e[i].data.u32 == 1 ||
			       (e[i].events & (EPOLLHUP | EPOLLERR));
}

static void wait_event(struct wait *wait, const struct tracer *tracer)
{
	struct signalfd_siginfo info;

	if (tracer->cell->scenario == SCENARIO_EPOLL) {
		wait_epoll(wait);
		return;
	}
	if (poll(wait->pfd, 2, -1) < 0)
		return;
	wait->ended = wait->pfd[1].revents ||
		      wait->pfd[0].revents & (POLLHUP | POLLERR);
	if (wait->fd >= 0 && read(wait->fd, &info, sizeof(info)) < 0)
		wait->ended |= errno != EAGAIN;
}

static void *tracer_main(void *arg)
{
	struct tracer *tracer = arg;
	struct wait wait;

	setup_thread(tracer);
	wait_open(&wait, tracer);
	atomic_store(&tracer->tid, gettid());
	atomic_store(&tracer->ready, true);
	for (;;) {
		tracer->pass.poll_in = now_ns();
		publish_poll_in(tracer);
		atomic_store(&tracer->in_poll, true);
		wait_event(&wait, tracer);
		tracer->pass.poll_out = now_ns();
		atomic_store(&tracer->in_poll, false);
		if (wait.ended)
			break;
		serve(tracer, !atomic_exchange(&tracer->nudged, false));
	}
	if (wait.fd >= 0)
		close(wait.fd);
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

	tracer->pass.polled = false;
	tracer->pass.fresh = head != tail;
	tracer->pass.begin = now_ns();
	tracer->pass.drained = tracer->pass.begin;
	auxring_aux_copy(tracer->ring, tail, head, tracer->buf);
	auxring_aux_release(tracer->ring, head);
	parse(tracer, head - tail);
	if (tracer->gaps) {
		gaps_end(tracer->gaps);
		gap_counts_add(&tracer->counts, &tracer->gaps->counts);
	}
}
