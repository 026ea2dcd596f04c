// SPDX-License-Identifier: GPL-2.0-only
#include "stress/measure.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/load.h"
#include "stress/pair.h"

/* How often the pairs are looked at: a small part of the hang timeout. */
#define LOOK_NS (4 * NSEC_PER_MSEC)

/* One running cell. */
struct run {
	const struct cell *cell;
	const struct measure_options *options;
	struct record *record;
	struct oracle oracle;
	struct pair *pair;
	int npairs;
	int end_fd;		/* eventfd: the tracers end */
	uint64_t begun;
};

static int choose_places(struct run *run, struct places *places,
			 struct err *err)
{
	const struct measure_options *o = run->options;
	int i, ret;

	ret = placement_choose(places, run->cell->placement, o->pairs, NULL,
			       err);
	if (ret || !o->ncpus)
		return ret;
	for (i = 0; i < places->n; i++) {
		places->place[i].tracee_cpu = o->cpus[2 * i % o->ncpus];
		places->place[i].tracer_cpu = o->cpus[(2 * i + 1) % o->ncpus];
	}
	return 0;
}

static json_t *describe_places(const struct run *run)
{
	json_t *list = json_array();
	int i;

	for (i = 0; i < run->npairs; i++) {
		const struct pair *pair = &run->pair[i];

		json_array_append_new(list, json_pack(
			"{s:i, s:i, s:i, s:i, s:i, s:I}",
			"tracee_cpu", pair->place.tracee_cpu,
			"tracer_cpu", pair->place.tracer_cpu,
			"tracee_node", pair->place.tracee_node,
			"tracer_node", pair->place.tracer_node,
			"buffer_node", pair->buffer_node,
			"moves", (json_int_t)pair->tracee.moves));
	}
	return list;
}

/* The PMU is auxsynth's: its own view is the judge, if that is wanted. */
static void open_oracle(struct run *run)
{
	struct err err;

	if (!run->options->no_driver && !oracle_open(&run->oracle, &err))
		strcpy(run->record->method, "driver");
}

/* Some PMUs belong to some of the cores only. */
static int check_cpus(const struct pmu *pmu, const struct places *places,
		      struct err *err)
{
	cpu_set_t cpus;
	int i;

	if (pmu_event_cpu(pmu) >= 0 || pmu_cpus(pmu, &cpus))
		return 0;
	for (i = 0; i < places->n; i++) {
		if (!CPU_ISSET(places->place[i].tracee_cpu, &cpus))
			return err_set(err, -ENODEV,
				       "PMU %s does not trace on CPU %d, see %s/cpumask; choose others (taskset, auxlat -a)",
				       pmu->name, places->place[i].tracee_cpu,
				       pmu->dir);
	}
	return 0;
}

static int open_pairs(struct run *run, struct err *err)
{
	struct places places;
	struct pmu pmu;
	int i, ret;

	ret = pmu_find(&pmu, PMU_SYSFS, run->cell->pmu, err);
	if (ret)
		return ret;
	if (pmu_has(&pmu, "slot"))
		open_oracle(run);
	ret = choose_places(run, &places, err);
	if (ret)
		return ret;
	ret = check_cpus(&pmu, &places, err);
	if (ret) {
		placement_free(&places);
		return ret;
	}
	run->pair = calloc((unsigned int)places.n, sizeof(*run->pair));
	if (!run->pair) {
		placement_free(&places);
		return err_set(err, -ENOMEM, "no memory for %d pairs",
			       places.n);
	}
	for (i = 0; i < places.n && !ret; i++) {
		struct pair *pair = &run->pair[i];

		pair->nr = i;
		pair->cell = run->cell;
		pair->oracle = run->oracle.fd >= 0 ? &run->oracle : NULL;
		pair->place = places.place[i];
		/* After the slots of the pairs before. */
		pair->slot = i ? run->pair[i - 1].slot + 1 : 1;
		ret = pair_open(pair, &pmu, run->end_fd, run->options->policy,
				run->options->priority, err);
		if (!ret)
			run->npairs++;
	}
	placement_free(&places);
	return ret;
}

/* Which method gave the gaps, and what else the trace showed. */
static void describe_method(struct run *run)
{
	struct record *record = run->record;
	struct gap_counts counts = { 0 };
	json_t *trace;
	int i;

	if (!run->npairs || run->pair[0].method == GAPS_DRIVER)
		return;
	snprintf(record->method, sizeof(record->method), "%s",
		 gap_method_names[run->pair[0].method]);
	for (i = 0; i < run->npairs; i++)
		gap_counts_add(&counts, &run->pair[i].tracer.counts);
	trace = gap_counts_to_json(&counts);
	if (*run->pair[0].why)
		json_object_set_new(trace, "why",
				    json_string(run->pair[0].why));
	record->detail = json_pack("{s:o}", "trace", trace);
}

static uint64_t total_fulls(struct run *run)
{
	uint64_t fulls = 0;
	int i;

	for (i = 0; i < run->npairs; i++)
		fulls += pair_fulls(&run->pair[i]);
	return fulls;
}

static void keep_hang(struct run *run, const struct hang *hang)
{
	struct record *record = run->record;

	if (record->hangs_kept < RECORD_HANGS)
		record->hang[record->hangs_kept++] = *hang;
	if (run->options->on_hang)
		run->options->on_hang(run->options->ctx, hang);
}

static int watch_pairs(struct run *run, struct err *err)
{
	struct hang hang;
	int i, ret;

	for (i = 0; i < run->npairs; i++) {
		ret = pair_watch(&run->pair[i], &hang, err);
		if (ret < 0)
			return ret;
		if (ret)
			keep_hang(run, &hang);
	}
	return 0;
}

static void report_progress(struct run *run)
{
	struct record *r = run->record;
	int i, class;

	if (!run->options->progress)
		return;
	r->fulls = total_fulls(run);
	r->elapsed_ns = now_ns() - run->begun;
	for (class = 0; class < HANG_CLASSES; class++) {
		r->hangs[class] = 0;
		for (i = 0; i < run->npairs; i++)
			r->hangs[class] += run->pair[i].hangs[class];
	}
	run->options->progress(run->options->ctx, r);
	r->fulls = 0;
	memset(r->hangs, 0, sizeof(r->hangs));
}

static bool at_end(struct run *run, uint64_t now)
{
	const struct cell *cell = run->cell;

	return (cell->duration && now - run->begun >= cell->duration) ||
	       (cell->fulls && total_fulls(run) >= cell->fulls);
}

/* Until the cell is over; 0, -EINTR or -EIO. */
static int watch_loop(struct run *run, struct err *err)
{
	static const struct timespec nap = { .tv_nsec = LOOK_NS };
	uint64_t report_at = run->begun + NSEC_PER_SEC;
	int ret;

	for (;;) {
		nanosleep(&nap, NULL);
		ret = watch_pairs(run, err);
		if (ret)
			return ret;
		if (proc_stopped(run->options->stop_fd))
			return err_set(err, -EINTR, "interrupted");
		if (now_ns() >= report_at) {
			report_progress(run);
			report_at += NSEC_PER_SEC;
		}
		if (at_end(run, now_ns()))
			return 0;
	}
}

/* Off the CPUs that are measured, if there are others. */
static void step_aside(const struct run *run)
{
	cpu_set_t cpus;
	int i;

	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		return;
	for (i = 0; i < run->npairs; i++) {
		CPU_CLR(run->pair[i].place.tracer_cpu, &cpus);
		CPU_CLR(run->pair[i].place.tracee_cpu, &cpus);
	}
	if (CPU_COUNT(&cpus))
		sched_setaffinity(0, sizeof(cpus), &cpus);
}

static int go_and_watch(struct run *run, struct err *err)
{
	int i, ret = 0;

	step_aside(run);
	run->begun = now_ns();
	for (i = 0; i < run->npairs && !ret; i++)
		ret = pair_go(&run->pair[i], err);
	return ret ? ret : watch_loop(run, err);
}

static void end_pairs(struct run *run)
{
	struct record *record = run->record;
	int i;

	for (i = 0; i < run->npairs; i++)
		pair_end_trace(&run->pair[i]);
	eventfd_write(run->end_fd, 1);
	record->elapsed_ns = run->begun ? now_ns() - run->begun : 0;
	for (i = 0; i < run->npairs; i++) {
		record->tracee_ns += tracee_cpu_ns(&run->pair[i].tracee);
		pair_stop(&run->pair[i]);
		pair_collect(&run->pair[i], record);
	}
	record->pairs = run->npairs;
	record->placement = describe_places(run);
	describe_method(run);
	for (i = 0; i < run->npairs; i++)
		pair_close(&run->pair[i]);
	free(run->pair);
}

int measure(const struct cell *cell, const struct measure_options *options,
	    struct record *record, struct err *err)
{
	struct run run = { .cell = cell, .options = options, .record = record };
	struct loads load = { 0 };
	cpu_set_t cpus;
	int ret;

	ret = cell_check(cell, err);
	if (ret)
		return ret;
	record_init(record, cell);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	/* Until our own driver is found, perf's flags must do. */
	run.oracle.fd = -1;
	strcpy(record->method, "flags");
	run.end_fd = eventfd(0, EFD_CLOEXEC);
	ret = open_pairs(&run, err);
	if (!ret)
		ret = load_start(&load, cell, err);
	if (!ret)
		ret = go_and_watch(&run, err);
	record->reference = load_stop(&load);
	end_pairs(&run);
	close(run.end_fd);
	oracle_close(&run.oracle);
	/* The next cell chooses among all CPUs again. */
	sched_setaffinity(0, sizeof(cpus), &cpus);
	if (ret && ret != -EINTR)
		record_free(record);
	return ret;
}
