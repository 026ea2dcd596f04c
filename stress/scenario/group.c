// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of an AUX event that leads a group. */
#include <errno.h>
#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/place/placement.h"
#include "stress/scenario/scenario.h"

#define MAX_RATE "/proc/sys/kernel/perf_event_max_sample_rate"

/* 0 or -errno; *old: what it was before, if asked for. */
static int set_max_rate(unsigned int rate, unsigned int *old)
{
	char text[32] = "";
	int fd = open(MAX_RATE, O_RDWR | O_CLOEXEC), n, ret = 0;

	if (fd < 0)
		return -errno;
	if (old && (read(fd, text, sizeof(text) - 1) <= 0 ||
		    sscanf(text, "%u", old) != 1))
		ret = -EIO;
	n = snprintf(text, sizeof(text), "%u\n", rate);
	if (!ret && pwrite(fd, text, n, 0) != n)
		ret = -errno;
	close(fd);
	return ret;
}

struct throttle {
	uint64_t throttles, unthrottles;
	uint64_t looks, stopped;	/* the hardware stands */
	uint64_t starts;		/* of it */
	uint64_t in_row, longest;	/* looks without one in between */
};

static void on_record(void *ctx, const struct perf_event_header *h)
{
	struct throttle *seen = ctx;

	seen->throttles += h->type == PERF_RECORD_THROTTLE;
	seen->unthrottles += h->type == PERF_RECORD_UNTHROTTLE;
}

/*
 * A group that is throttled and unthrottled at each tick stands still most of
 * the time, but is started in between.
 */
static void look(struct rig *rig, struct throttle *seen)
{
	struct auxsynth_slot slot;

	auxring_data_read(&rig->ring, on_record, seen);
	rig_drain(rig);
	rig_view(rig, &slot);
	seen->looks++;
	seen->stopped += !slot.running;
	if (slot.running || slot.starts != seen->starts)
		seen->in_row = 0;
	else
		seen->in_row++;
	seen->starts = slot.starts;
	if (seen->in_row > seen->longest)
		seen->longest = seen->in_row;
}

static int watch_throttle(struct scenario_ctx *ctx, struct rig *rig,
			  struct err *err)
{
	uint64_t beat = now_ns() + NSEC_PER_SEC;
	struct throttle seen = { 0 };
	int ret = 0;

	ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
	while (!ret && now_ns() < ctx->end) {
		nap_us(10000);
		look(rig, &seen);
		ret = scenario_beat(ctx, &beat, err);
	}
	scenario_count(ctx, "throttles", seen.throttles);
	scenario_count(ctx, "unthrottles", seen.unthrottles);
	scenario_count(ctx, "looks", seen.looks);
	scenario_count(ctx, "looks_stopped", seen.stopped);
	scenario_count(ctx, "looks_stopped_in_row", seen.longest);
	return ret;
}

/* A sibling that samples far more often than it may. */
int scenario_group_throttle(struct scenario_ctx *ctx, struct err *err)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = 100000,
	};
	unsigned int old = 0;
	struct rig rig;
	int ret, fd;

	ctx->cell.mode = MODE_PT;
	ctx->cell.window = 0;
	ctx->cell.aux = 4 << 20;
	ctx->cell.rate = 2000000;
	ret = set_max_rate(1000, &old);
	if (ret)
		return err_set(err, ret, "%s: %s", MAX_RATE, strerror(-ret));
	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		goto restore;
	fd = rig_sibling(&rig, &attr);
	if (fd < 0)
		ret = err_set(err, fd, "cpu-clock in the event's group: %s",
			      strerror(-fd));
	else
		ret = watch_throttle(ctx, &rig, err);
	rig_close(&rig, ctx);
	if (fd >= 0)
		close(fd);
restore:
	set_max_rate(old, NULL);
	return ret;
}

#define ROUNDS 20
#define PHASE_NS (10 * NSEC_PER_MSEC)

/*
 * What the breakpoints watch, on a page of its own.  QEMU's TCG remembers that
 * a watchpoint was hit until a store misses it on its page, and reports it
 * again with the next one (DR6): the trace would be paused and resumed at
 * once.  So a store to @other goes before each.
 */
struct watched {
	volatile uint64_t pause, resume, other;
} __attribute__((aligned(4096)));

/* A thread that pauses its own trace, and resumes it. */
struct pauser {
	struct watched watched;
	pthread_t thread;
	pid_t tid;
	int state;			/* 0 starting, 1 ready, 2 go, 3 done */
	int pause_fd, resume_fd;	/* the breakpoints */
	bool fired[ROUNDS];		/* that which pauses, and it alone */
	/* Each before and after the store. */
	uint64_t paused[ROUNDS][2], resumed[ROUNDS][2];
};

static void spin_for(uint64_t ns)
{
	uint64_t end = now_ns() + ns;

	while (now_ns() < end)
		;
}

static int pauser_state(struct pauser *p)
{
	return __atomic_load_n(&p->state, __ATOMIC_ACQUIRE);
}

static void pauser_set(struct pauser *p, int state)
{
	__atomic_store_n(&p->state, state, __ATOMIC_RELEASE);
}

/* How often the breakpoint has fired; an emulated one may miss a store. */
static uint64_t hits(int fd)
{
	uint64_t n = 0;

	return read(fd, &n, sizeof(n)) == sizeof(n) ? n : 0;
}

/* More of one breakpoint than of the other. */
static int64_t hits_ahead(const struct pauser *p)
{
	return hits(p->pause_fd) - hits(p->resume_fd);
}

static void store(struct pauser *p, volatile uint64_t *where)
{
	p->watched.other++;
	++*where;
}

static void *pauser_main(void *arg)
{
	struct pauser *p = arg;
	int64_t before;
	int i;

	p->tid = gettid();
	pauser_set(p, 1);
	while (pauser_state(p) == 1)
		nap_us(500);
	for (i = 0; i < ROUNDS && pauser_state(p) == 2; i++) {
		spin_for(PHASE_NS);
		before = hits_ahead(p);
		p->paused[i][0] = now_ns();
		store(p, &p->watched.pause);
		p->fired[i] = hits_ahead(p) > before;
		p->paused[i][1] = now_ns();
		spin_for(PHASE_NS);
		p->resumed[i][0] = now_ns();
		store(p, &p->watched.resume);
		p->resumed[i][1] = now_ns();
	}
	spin_for(PHASE_NS);
	pauser_set(p, 3);
	/* It is still there when its event is read. */
	while (pauser_state(p) == 3)
		nap_us(500);
	return NULL;
}

/* Bits of what became attr.aux_action in 6.13, after aux_sample_size. */
#define AUX_PAUSE 2u
#define AUX_RESUME 4u

static int open_breakpoint(const struct rig *rig, volatile uint64_t *where,
			   uint32_t action)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT, .bp_type = HW_BREAKPOINT_W,
		.bp_addr = (uintptr_t)where, .bp_len = HW_BREAKPOINT_LEN_8,
		.sample_period = 1, .exclude_kernel = 1,
	};

	memcpy((char *)&attr +
	       offsetof(struct perf_event_attr, aux_sample_size) + 4,
	       &action, sizeof(action));
	return rig_sibling(rig, &attr);
}

struct pause_seen {
	uint64_t in_pause, in_trace, outside;
	uint64_t rounds_fired, rounds_paused, rounds_resumed;
};

/* Where in the thread's doings a time lies; a store itself is a border. */
static void count_data(const struct pauser *p, uint64_t time,
		       struct pause_seen *seen, uint64_t *in_pause,
		       uint64_t *in_trace)
{
	int i;

	for (i = 0; i < ROUNDS && p->paused[i][0]; i++) {
		if (time > p->paused[i][1] && time < p->resumed[i][0]) {
			seen->in_pause++;
			in_pause[i]++;
			return;
		}
		if (time > p->resumed[i][1] &&
		    (i + 1 == ROUNDS || time < p->paused[i + 1][0])) {
			seen->in_trace++;
			in_trace[i]++;
			return;
		}
	}
	seen->outside++;
}

/* auxsynth's records.  The AUX area has not been drained, nor wrapped. */
static void read_records(struct rig *rig, const struct pauser *p,
			 struct pause_seen *seen, uint64_t *in_pause,
			 uint64_t *in_trace)
{
	uint64_t at = 0, head = auxring_aux_head(&rig->ring);
	struct auxsynth_record r;

	if (head > rig->ring.aux_size) {
		rig->ring.laps++;
		head = 0;
	}
	while (at + sizeof(r) <= head) {
		memcpy(&r, rig->ring.aux + at, sizeof(r));
		at += sizeof(r) + AUXSYNTH_INFO_PAD(r.info);
		if (AUXSYNTH_INFO_TYPE(r.info) == AUXSYNTH_DATA)
			count_data(p, r.time, seen, in_pause, in_trace);
	}
}

struct pause_marks {
	const struct pauser *pauser;
	struct pause_seen *seen;
	uint64_t *in_pause, *in_trace;
	uint64_t on;		/* since when the hardware traces; 0: it does not */
};

/* Some moments of each stretch that was traced count as data. */
static void take_mark(void *ctx, const struct auxsynth_record *r)
{
	struct pause_marks *m = ctx;
	uint64_t t;

	if (AUXSYNTH_INFO_TYPE(r->info) == AUXSYNTH_START)
		m->on = r->time;
	if (AUXSYNTH_INFO_TYPE(r->info) != AUXSYNTH_STOP || !m->on)
		return;
	for (t = m->on; t < r->time; t += PHASE_NS / 100)
		count_data(m->pauser, t, m->seen, m->in_pause, m->in_trace);
	m->on = 0;
}

static void read_pauses(struct rig *rig, const struct pauser *p,
			struct pause_seen *seen)
{
	uint64_t in_pause[ROUNDS] = { 0 }, in_trace[ROUNDS] = { 0 };
	struct pause_marks marks = {
		.pauser = p, .seen = seen,
		.in_pause = in_pause, .in_trace = in_trace,
	};
	uint64_t next = 0;
	int i;

	if (pmu_is_auxsynth(&rig->pmu))
		read_records(rig, p, seen, in_pause, in_trace);
	else
		rig->ring.laps += oracle_marks(
			&rig->oracle.board->marks[rig->slot], &next,
			UINT64_MAX, take_mark, &marks);
	for (i = 0; i < ROUNDS; i++) {
		seen->rounds_fired += p->fired[i];
		seen->rounds_paused += p->fired[i] && !in_pause[i];
		seen->rounds_resumed += in_trace[i] > 0;
	}
}

static int run_pauser(struct scenario_ctx *ctx, struct rig *rig,
		      struct pauser *p, struct err *err)
{
	int pause = open_breakpoint(rig, &p->watched.pause, AUX_PAUSE);
	int resume = open_breakpoint(rig, &p->watched.resume, AUX_RESUME);
	uint64_t beat = now_ns() + NSEC_PER_SEC;
	struct pause_seen seen = { 0 };
	int ret = pause < 0 ? pause : resume < 0 ? resume : 0;

	/* Its driver does not say elsewhere whether it can. */
	if (ret == -EINVAL)
		ret = err_set(err, -PLACEMENT_SKIP,
			      "aux_pause: PMU %s cannot pause, or no PMU can (before Linux 6.13)",
			      rig->pmu.name);
	else if (ret)
		err_set(err, ret, "a breakpoint that pauses the event: %s",
			strerror(-ret));
	else
		ioctl(rig->fd, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
	p->pause_fd = pause;
	p->resume_fd = resume;
	pauser_set(p, ret ? 3 : 2);
	while (!ret && pauser_state(p) != 3) {
		nap_us(5000);
		ret = scenario_beat(ctx, &beat, err);
	}
	ioctl(rig->fd, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
	if (!ret)
		read_pauses(rig, p, &seen);
	if (pause >= 0)
		close(pause);
	if (resume >= 0)
		close(resume);
	scenario_count(ctx, "rounds", ROUNDS);
	scenario_count(ctx, "rounds_fired", seen.rounds_fired);
	scenario_count(ctx, "rounds_paused", seen.rounds_paused);
	scenario_count(ctx, "rounds_resumed", seen.rounds_resumed);
	scenario_count(ctx, "records_in_pause", seen.in_pause);
	scenario_count(ctx, "records_in_trace", seen.in_trace);
	return ret;
}

int scenario_aux_pause(struct scenario_ctx *ctx, struct err *err)
{
	struct pauser *p = aligned_alloc(alignof(*p), sizeof(*p));
	struct rig rig;
	int ret;

	if (!p)
		return err_set(err, -ENOMEM, "no memory");
	memset(p, 0, sizeof(*p));
	/* All of it fits; no full comes between. */
	ctx->cell.aux = 8 << 20;
	ctx->cell.rate = 2000000;
	ctx->cell.window = 0;
	ret = -pthread_create(&p->thread, NULL, pauser_main, p);
	if (ret) {
		free(p);
		return err_set(err, ret, "thread: %s", strerror(-ret));
	}
	while (!pauser_state(p))
		nap_us(200);
	ret = rig_open(&rig, ctx, p->tid, err);
	if (ret) {
		pauser_set(p, 4);
	} else {
		/* One CPU, so that times on it are in order. */
		rig_move(&rig, 0);
		ret = run_pauser(ctx, &rig, p, err);
		rig_close(&rig, ctx);
		pauser_set(p, 4);
	}
	pthread_join(p->thread, NULL);
	free(p);
	return ret;
}
