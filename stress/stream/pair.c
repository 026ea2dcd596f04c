// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/pair.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/event/event.h"
#include "stress/stream/marks.h"
#include "stress/trace/method.h"

#define DATA_PAGES 64

/* The driver's view: in its trace, or beside the trace of real hardware. */
static void set_view(struct pair *pair, const struct pmu *pmu)
{
	struct tracer *tracer = &pair->tracer;

	if (!pair->oracle)
		return;
	tracer->slot = &pair->oracle->slots[pair->slot];
	tracer->driver = pmu_is_auxsynth(pmu);
	if (!tracer->driver)
		tracer->marks = &pair->oracle->board->marks[pair->slot];
}

static int start_tracer(struct pair *pair, const struct pmu *pmu, int stop_fd,
			int policy, int priority, struct err *err)
{
	struct tracer *tracer = &pair->tracer;
	size_t size = pair->cell->aux;
	int ret;

	tracer->cell = pair->cell;
	tracer->event_fd = pair->event_fd;
	tracer->stop_fd = stop_fd;
	tracer->ring = &pair->ring;
	tracer->cpu = pair->place.tracer_cpu;
	tracer->policy = policy;
	tracer->priority = priority;
	tracer->seed = pair->cell->seed + pair->nr;
	set_view(pair, pmu);
	tracer->buf = placement_alloc(placement_node(pair->cell->buffer_node,
						     &pair->place), size);
	if (!tracer->buf)
		return err_set(err, -ENOMEM, "no memory for a buffer of %zu",
			       size);
	pair->buffer_node = placement_node_of(tracer->buf);
	ret = tracer_start(tracer, err);
	if (ret)
		placement_release(tracer->buf, size);
	return ret;
}

/* The driver knows of its gaps, or the trace tells, or perf's flags do. */
static int choose_method(struct pair *pair, const struct pmu *pmu,
			 struct err *err)
{
	union pmu_attr attr;
	struct err why;
	int ret;

	pair->method = GAPS_DRIVER;
	if (pair->oracle)
		return 0;
	ret = event_attr(pair->cell, pmu, pair->slot, &attr, err);
	if (ret)
		return ret;
	pair->method = method_choose(pmu, &attr, pair->ring.page, &pair->gaps,
				     marks_gap, &pair->tracer, &why);
	snprintf(pair->why, sizeof(pair->why), "%.199s", why.text);
	if (pair->method != GAPS_FLAGS)
		pair->tracer.gaps = &pair->gaps;
	return 0;
}

/*
 * Where the AUX area is.  Kernels that fault its pages in (6.12 does) can be
 * asked; where perf_mmap() maps bare PFNs (map_range(), 7.x) only the driver
 * knows, and without it nobody does.
 */
static void find_aux_node(struct pair *pair)
{
	const volatile unsigned char *aux = pair->ring.aux;
	size_t page_size = sysconf(_SC_PAGESIZE);
	struct auxsynth_slot slot = { 0 };
	uint64_t at;

	if (pair->oracle)
		oracle_slot(pair->oracle, pair->slot, &slot);
	if (slot.aux_pages) {
		pair->aux_node = slot.aux_node;
		pair->aux_elsewhere = slot.aux_elsewhere;
		return;
	}
	(void)aux[0];
	pair->aux_node = placement_node_of((const void *)aux);
	for (at = page_size; pair->aux_node >= 0 && at < pair->ring.aux_size;
	     at += page_size) {
		(void)aux[at];
		pair->aux_elsewhere += placement_node_of((const void *)(aux +
						at)) != pair->aux_node;
	}
}

/*
 * From the tracer's CPU, as a tracer does it: the memory of an event that is
 * bound to no CPU is where it is mapped.
 */
static int map_ring(struct pair *pair, struct err *err)
{
	cpu_set_t old;
	int ret;

	placement_visit(pair->place.tracer_cpu, &old);
	ret = auxring_map(&pair->ring, pair->event_fd, DATA_PAGES,
			  pair->cell->aux, err);
	placement_leave(&old);
	if (ret)
		return ret;
	find_aux_node(pair);
	pair->tracee.ring = &pair->ring;
	return 0;
}

static void set_up_tracee(struct pair *pair)
{
	const struct cell *cell = pair->cell;
	struct tracee *tracee = &pair->tracee;

	CPU_ZERO(&tracee->cpus);
	if (cell->tracee == TRACEE_MIGRATE) {
		tracee->cpus = pair->place.tracee_cpus;
		tracee->migrate_ns = cell->migrate;
	} else {
		CPU_SET(pair->place.tracee_cpu, &tracee->cpus);
	}
	pace_init(&tracee->pace, cell, pair->place.tracee_node,
		  cell->seed + pair->nr);
	series_init(&tracee->series, cell->duration);
	series_init(&pair->series, cell->duration);
}

int pair_open(struct pair *pair, const struct pmu *pmu, int stop_fd,
	      int policy, int priority, struct err *err)
{
	struct event_where where = { .cpu = -1 };
	int ret;

	set_up_tracee(pair);
	ret = tracee_start(&pair->tracee, err);
	if (ret)
		return ret;
	where.tid = pair->tracee.tid;
	if (pair->cell->event == EVENT_CPU) {
		where.tid = -1;
		where.cpu = pair->place.tracee_cpu;
	}
	pair->event_fd = event_open(pair->cell, pmu, &where, pair->oracle,
				    &pair->slot, err);
	ret = pair->event_fd < 0 ? pair->event_fd : 0;
	if (ret)
		goto err_tracee;
	ret = map_ring(pair, err);
	if (ret)
		goto err_event;
	ret = choose_method(pair, pmu, err);
	if (ret)
		goto err_ring;
	ret = start_tracer(pair, pmu, stop_fd, policy, priority, err);
	if (ret)
		goto err_gaps;
	return 0;

err_gaps:
	gaps_free(&pair->gaps);
err_ring:
	auxring_unmap(&pair->ring);
err_event:
	close(pair->event_fd);
err_tracee:
	tracee_stop(&pair->tracee);
	return ret;
}

int pair_go(struct pair *pair, struct err *err)
{
	pair->begun = now_ns();
	tracee_run(&pair->tracee);
	if (ioctl(pair->event_fd, PERF_EVENT_IOC_ENABLE, 0))
		return err_set(err, -errno, "ENABLE: %s", strerror(errno));
	return 0;
}

uint64_t pair_fulls(struct pair *pair)
{
	struct auxsynth_slot slot;

	if (!pair->oracle)
		return atomic_load(&pair->tracer.flag_fulls);
	oracle_slot(pair->oracle, pair->slot, &slot);
	return slot.fulls;
}

static bool is_drained(const struct pair *pair)
{
	return auxring_aux_head(&pair->ring) == auxring_aux_tail(&pair->ring);
}

static void look(struct pair *pair, struct watch_input *in,
		 struct auxsynth_slot *slot)
{
	struct auxsynth_state state;

	memset(slot, 0, sizeof(*slot));
	in->settled = false;
	in->in_poll = atomic_load(&pair->tracer.in_poll);
	if (pair->oracle) {
		oracle_slot(pair->oracle, pair->slot, slot);
		in->waiting = slot->waiting;
		in->full = slot->fulls;
		in->settled = in->waiting && in->in_poll &&
			!oracle_state(pair->oracle, pair->slot, &state) &&
			oracle_settled(&state);
	} else {
		/* New data: restarted, though no record has said so yet. */
		in->waiting = atomic_load(&pair->tracer.flag_waiting) &&
			      is_drained(pair);
		in->full = atomic_load(&pair->tracer.flag_fulls);
	}
	in->tracee_cpu = tracee_cpu_ns(&pair->tracee);
	in->timeout = pair->cell->hang_timeout;
	in->max_gap = atomic_load(&pair->tracer.max_gap);
}

/* The tracer's half; its last pass was of another full if it never woke. */
static void fill_tracer(struct pair *pair, struct hang *hang)
{
	tracer_stamps(&pair->tracer, hang);
	if (is_drained(pair))
		return;
	hang->poll_in = hang->poll_out = hang->drained = 0;
	hang->enable_in = hang->enable_out = 0;
	hang->enable_ret = 0;
}

static void fill_hang(struct pair *pair, const struct auxsynth_slot *slot,
		      uint64_t full, struct hang *hang)
{
	struct auxsynth_state state = { 0 };
	int user;

	memset(hang, 0, sizeof(*hang));
	oracle_hang(slot, hang);
	hang->pair = pair->nr;
	hang->full = full;
	if (pair->oracle &&
	    !oracle_state(pair->oracle, pair->slot, &state)) {
		hang->class = oracle_class(state.state);
		user = oracle_compared_class(pair->oracle, pair->slot,
					     pair->event_fd, state.state);
		hang->user_class = user < 0 ? hang->class : user;
	} else {
		hang->class = oracle_user_class(pair->event_fd);
		hang->user_class = hang->class;
	}
	hang->event_state = state.state;
	fill_tracer(pair, hang);
}

/*
 * As a user would who noticed.  What has data is drained first, or there is no
 * room to restart in; else the tracer sleeps on and notices nothing.
 */
static void restart(struct pair *pair)
{
	if (!is_drained(pair)) {
		tracer_nudge(&pair->tracer);
		return;
	}
	ioctl(pair->event_fd, PERF_EVENT_IOC_DISABLE, 0);
	ioctl(pair->event_fd, PERF_EVENT_IOC_ENABLE, 0);
}

/* What came since the last look. */
static void follow(struct pair *pair, uint64_t run_ns)
{
	uint64_t head = auxring_aux_head(&pair->ring);

	if (pair->cell->workload.kind == WORKLOAD_STEADY)
		return;
	series_add(&pair->series, now_ns() - pair->begun,
		   head > pair->seen_bytes ? head - pair->seen_bytes : 0,
		   run_ns - pair->seen_ns);
	pair->seen_bytes = head;
	pair->seen_ns = run_ns;
}

/* A tracer that a busy host leaves no time wakes while it is written down. */
static bool stands(struct pair *pair, const struct watch_input *then)
{
	struct auxsynth_slot slot;
	struct watch_input now;

	look(pair, &now, &slot);
	return watch_stands(then, &now) && tracer_asleep(&pair->tracer);
}

int pair_watch(struct pair *pair, struct hang *hang, struct err *err)
{
	struct auxsynth_slot slot;
	struct watch_input in;

	look(pair, &in, &slot);
	follow(pair, in.tracee_cpu);
	if (!watch_step(&pair->watch, &in) || !tracer_asleep(&pair->tracer))
		return 0;
	if (in.full == pair->hung_full) {
		/*
		 * Counted already; the restart did not take.  As long as the
		 * tracee sleeps there is nothing to restart.
		 */
		if (in.tracee_cpu - pair->recover_since > 10 * NSEC_PER_SEC)
			return err_set(err, -EIO,
				       "the event does not start again after a hang");
		restart(pair);
		return 0;
	}
	fill_hang(pair, &slot, in.full, hang);
	if (!stands(pair, &in))
		return 0;
	pair->hangs[hang->class]++;
	pair->disagree += hang->class != hang->user_class;
	pair->hung_full = in.full;
	pair->recover_since = in.tracee_cpu;
	/* Before the restart: its START record ends the censored gap. */
	tracer_note_hang(&pair->tracer, in.full);
	restart(pair);
	return 1;
}

/*
 * The trace ends before its tracer does, or the last buffer would fill with
 * nobody to drain it and count as a gap.
 */
void pair_end_trace(struct pair *pair)
{
	atomic_store(&pair->tracer.ending, true);
	ioctl(pair->event_fd, PERF_EVENT_IOC_DISABLE, 0);
	pair->ended = now_ns();
	/* All of them, before the first is waited for. */
	tracee_end(&pair->tracee);
}

void pair_stop(struct pair *pair)
{
	tracer_join(&pair->tracer);
	/* An ENABLE may have been under way. */
	ioctl(pair->event_fd, PERF_EVENT_IOC_DISABLE, 0);
	tracee_stop(&pair->tracee);
	tracer_finish(&pair->tracer);
}

static void collect_driver(struct pair *pair, struct record *record,
			   bool *waiting)
{
	struct auxsynth_slot slot;

	oracle_slot(pair->oracle, pair->slot, &slot);
	record->fulls += slot.fulls;
	record->fulls_null += slot.fulls_null;
	record->fulls_short += slot.fulls_short;
	record->dropped += slot.dropped;
	record->late_ns += slot.late_ns;
	record->bytes += pair->tracer.driver ?
			 pair->tracer.trace.data * AUXSYNTH_RECORD_SIZE :
			 pair->tracer.bytes;
	record->records += pair->tracer.trace.data;
	record->bad_records += pair->tracer.trace.bad;
	*waiting = slot.waiting;
}

void pair_collect(struct pair *pair, struct record *record)
{
	struct account *account = &pair->tracer.account;
	bool waiting;
	int i;

	if (pair->oracle) {
		collect_driver(pair, record, &waiting);
	} else {
		record->fulls += atomic_load(&pair->tracer.flag_fulls);
		record->bytes += pair->tracer.bytes;
		waiting = atomic_load(&pair->tracer.flag_waiting);
	}
	account_still_tracing(account, pair->ended);
	if (waiting) {
		account_open_gap(account, pair->ended);
		record->open += pair_fulls(pair) != pair->hung_full;
	}
	record_hists_merge(&record->h, &pair->tracer.hists);
	for (i = 0; i < HANG_CLASSES; i++)
		record->hangs[i] += pair->hangs[i];
	record->disagree += pair->disagree;
	record->laps += pair->ring.laps;
	record->wakeups += account->wakeups;
	record->ready += account->ready;
	record->empty += account->empty;
	record->enables += account->enables;
	record->resumed += account->resumed;
	record->traced_ns += account->traced_ns;
	record->gap_ns += account->gap_ns;
}

void pair_close(struct pair *pair)
{
	gaps_free(&pair->gaps);
	auxring_unmap(&pair->ring);
	close(pair->event_fd);
	placement_release(pair->tracer.buf, pair->cell->aux);
}
