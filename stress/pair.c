// SPDX-License-Identifier: GPL-2.0-only
#include "stress/pair.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"

#define DATA_PAGES 64

/* A hang is declared no sooner than this many times the largest gap seen. */
#define HANG_GAPS 20

static int set_field(struct perf_event_attr *attr, const struct pmu *pmu,
		     const char *field, uint64_t value, struct err *err)
{
	/* Real PMUs have none of these; what matters is their AUX area. */
	return pmu_has(pmu, field) ? pmu_set(pmu, attr, field, value, err) : 0;
}

static int make_attr(const struct pair *pair, const struct pmu *pmu,
		     struct perf_event_attr *attr, struct err *err)
{
	const struct cell *cell = pair->cell;
	const struct {
		const char *field;
		uint64_t value;
	} fields[] = {
		{ "mode", cell->mode }, { "fail", cell->fail },
		{ "region_kb", cell->region >> 10 }, { "rate", cell->rate },
		{ "tick_us", cell->tick / NSEC_PER_USEC },
		{ "window_us", cell->window / NSEC_PER_USEC },
		{ "slot", pair->slot },
	};
	unsigned int i;
	int ret;

	*attr = (struct perf_event_attr) {
		.type = pmu->type,
		.size = sizeof(*attr),
		.disabled = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME,
		.sample_id_all = 1,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
		.aux_watermark = cell->watermark,
		/* Only the AUX area wakes the tracer. */
		.watermark = 1,
		.wakeup_watermark = UINT32_MAX,
	};
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		ret = set_field(attr, pmu, fields[i].field, fields[i].value,
				err);
		if (ret)
			return ret;
	}
	return 0;
}

static int explain_open(struct err *err, int code, const struct pmu *pmu)
{
	const char *hint = "";

	if (code == EACCES || code == EPERM)
		hint = " (see kernel.perf_event_paranoid, lockdown)";
	else if (code == EBUSY)
		hint = " (somebody else uses this PMU)";
	return err_set(err, -code, "perf_event_open on PMU %s: %s%s",
		       pmu->name, strerror(code), hint);
}

/* Another process may hold a slot: take the next that is free. */
static int open_event(struct pair *pair, const struct pmu *pmu,
		      struct err *err)
{
	struct perf_event_attr attr;
	int ret;

	for (;;) {
		ret = make_attr(pair, pmu, &attr, err);
		if (ret)
			return ret;
		pair->event_fd = syscall(SYS_perf_event_open, &attr,
					 pair->tracee.tid, -1, -1,
					 PERF_FLAG_FD_CLOEXEC);
		if (pair->event_fd >= 0)
			return 0;
		if (errno != EBUSY || !pair->oracle ||
		    ++pair->slot >= AUXSYNTH_SLOTS)
			return explain_open(err, errno, pmu);
	}
}

static int start_tracer(struct pair *pair, int stop_fd, int policy,
			int priority, struct err *err)
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
	tracer->driver = pair->oracle;
	tracer->buf = placement_alloc(pair->place.tracer_node, size);
	if (!tracer->buf)
		return err_set(err, -ENOMEM, "no memory for a buffer of %zu",
			       size);
	pair->buffer_node = placement_node_of(tracer->buf);
	ret = tracer_start(tracer, err);
	if (ret)
		placement_release(tracer->buf, size);
	return ret;
}

int pair_open(struct pair *pair, const struct pmu *pmu, int stop_fd,
	      int policy, int priority, struct err *err)
{
	int ret;

	CPU_ZERO(&pair->tracee.cpus);
	if (pair->cell->tracee == TRACEE_MIGRATE) {
		pair->tracee.cpus = pair->place.tracee_cpus;
		pair->tracee.migrate_ns = pair->cell->migrate;
	} else {
		CPU_SET(pair->place.tracee_cpu, &pair->tracee.cpus);
	}
	ret = tracee_start(&pair->tracee, err);
	if (ret)
		return ret;
	ret = open_event(pair, pmu, err);
	if (ret)
		goto err_tracee;
	ret = auxring_map(&pair->ring, pair->event_fd, DATA_PAGES,
			  pair->cell->aux, err);
	if (ret)
		goto err_event;
	ret = start_tracer(pair, stop_fd, policy, priority, err);
	if (ret)
		goto err_ring;
	return 0;

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

static void look(struct pair *pair, struct watch_input *in,
		 struct auxsynth_slot *slot)
{
	uint64_t gaps = HANG_GAPS * atomic_load(&pair->tracer.max_gap);

	memset(slot, 0, sizeof(*slot));
	if (pair->oracle) {
		oracle_slot(pair->oracle, pair->slot, slot);
		in->waiting = slot->waiting;
		in->full = slot->fulls;
	} else {
		in->waiting = atomic_load(&pair->tracer.flag_waiting);
		in->full = atomic_load(&pair->tracer.flag_fulls);
	}
	in->in_poll = atomic_load(&pair->tracer.in_poll);
	in->drained = auxring_aux_head(&pair->ring) ==
		      auxring_aux_tail(&pair->ring);
	in->tracee_cpu = tracee_cpu_ns(&pair->tracee);
	in->timeout = pair->cell->hang_timeout > gaps ?
		      pair->cell->hang_timeout : gaps;
}

static void fill_hang(struct pair *pair, const struct auxsynth_slot *slot,
		      uint64_t full, struct hang *hang)
{
	int state = 0;

	memset(hang, 0, sizeof(*hang));
	hang->pair = pair->nr;
	hang->full = full;
	hang->detected = now_ns();
	hang->user_class = oracle_user_class(pair->event_fd);
	hang->class = hang->user_class;
	if (pair->oracle &&
	    !oracle_event_state(pair->oracle, pair->slot, &state))
		hang->class = oracle_class(state);
	hang->event_state = state;
	hang->stop = slot->stop_at;
	hang->pmi = slot->pmi_at;
	hang->full_at = slot->full_at;
	hang->window_end = slot->window_end;
	hang->disabled = slot->del_at;
	tracer_stamps(&pair->tracer, hang);
}

/* As a user would who noticed; the tracer sleeps on and notices nothing. */
static void restart(struct pair *pair)
{
	ioctl(pair->event_fd, PERF_EVENT_IOC_DISABLE, 0);
	ioctl(pair->event_fd, PERF_EVENT_IOC_ENABLE, 0);
}

int pair_watch(struct pair *pair, struct hang *hang, struct err *err)
{
	struct auxsynth_slot slot;
	struct watch_input in;

	look(pair, &in, &slot);
	if (!watch_step(&pair->watch, &in))
		return 0;
	if (in.full == pair->hung_full) {
		/* Counted already; the restart did not take. */
		if (now_ns() - pair->recover_since > 10 * NSEC_PER_SEC)
			return err_set(err, -EIO,
				       "the event does not start again after a hang");
		restart(pair);
		return 0;
	}
	fill_hang(pair, &slot, in.full, hang);
	pair->hangs[hang->class]++;
	pair->disagree += hang->class != hang->user_class;
	pair->hung_full = in.full;
	pair->recover_since = now_ns();
	/* Before the restart: its START record ends the censored gap. */
	atomic_store(&pair->tracer.hung_full, in.full);
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
	record->bytes += pair->tracer.trace.data * AUXSYNTH_RECORD_SIZE;
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
	auxring_unmap(&pair->ring);
	close(pair->event_fd);
	placement_release(pair->tracer.buf, pair->cell->aux);
}
