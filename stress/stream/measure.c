// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/measure.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/stream/describe.h"
#include "stress/stream/load.h"
#include "stress/stream/pair.h"

/* How often the pairs are looked at: a small part of the hang timeout. */
#define LOOK_NS (4 * NSEC_PER_MSEC)

/* One running cell. */
struct run {
	const struct cell *cell;
	const struct measure_options *options;
	struct record *record;
	struct oracle oracle;
	struct places places;
	struct pair *pair;
	int npairs;
	struct watch_cost cost;
	uint64_t report_at;	/* next sign of life */
	int end_fd;		/* eventfd: the tracers end */
	uint64_t begun;
};

static int choose_places(struct run *run, struct err *err)
{
	const struct measure_options *o = run->options;
	const struct cell *cell = run->cell;
	struct places *places = &run->places;
	uint64_t pairs = o->pairs;
	int i, ret;

	if (!pairs)
		pairs = cell->pairs ? cell->pairs : cell->placement.n;
	ret = placement_choose(places, cell->placement.kind, pairs, NULL, err);
	if (ret || !o->ncpus)
		return ret;
	for (i = 0; i < places->n; i++) {
		places->place[i].tracee_cpu = o->cpus[2 * i % o->ncpus];
		places->place[i].tracer_cpu = o->cpus[(2 * i + 1) % o->ncpus];
	}
	return 0;
}

/* What the cell asks of the machine beside CPUs. */
static int check_places(const struct run *run, struct err *err)
{
	const struct cell *cell = run->cell;
	int hot = 0, i;

	if (cell->buffer_node >= 0 && !placement_has_memory(cell->buffer_node))
		return err_set(err, -PLACEMENT_SKIP,
			       "buffer_node: there is no memory on a node %d",
			       cell->buffer_node);
	if (cell->workload.kind != WORKLOAD_HOT)
		return 0;
	for (i = 0; i < run->places.n; i++)
		hot += run->places.place[i].tracee_node ==
		       (int)cell->workload.node;
	if (!hot || hot == run->places.n)
		return err_set(err, -PLACEMENT_SKIP,
			       "workload: hot:%d needs pairs on that node and on another (placement=all-nodes)",
			       (int)cell->workload.node);
	return 0;
}

/* The driver's own view is the judge, if that is wanted. */
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
	if (!record->detail)
		record->detail = json_object();
	json_object_set_new(record->detail, "trace", trace);
}

static uint64_t total_fulls(struct run *run)
{
	uint64_t fulls = 0;
	int i;

	for (i = 0; i < run->npairs; i++)
		fulls += pair_fulls(&run->pair[i]);
	return fulls;
}

/*
 * Once a second, also while hundreds of pairs are opened and closed: who waits
 * for us takes silence for the end.
 */
static void report_progress(struct run *run)
{
	struct record *r = run->record;
	int i, class;

	if (!run->options->progress || now_ns() < run->report_at)
		return;
	run->report_at = now_ns() + NSEC_PER_SEC;
	r->fulls = total_fulls(run);
	r->elapsed_ns = run->begun ? now_ns() - run->begun : 0;
	for (class = 0; class < HANG_CLASSES; class++) {
		r->hangs[class] = 0;
		for (i = 0; i < run->npairs; i++)
			r->hangs[class] += run->pair[i].hangs[class];
	}
	run->options->progress(run->options->ctx, r);
	r->fulls = 0;
	memset(r->hangs, 0, sizeof(r->hangs));
}

static int open_pairs(struct run *run, struct err *err)
{
	struct places *places = &run->places;
	struct pmu pmu;
	int i, ret;

	ret = pmu_find(&pmu, PMU_SYSFS, run->cell->pmu, err);
	if (ret)
		return ret;
	if (pmu_has_oracle(&pmu))
		open_oracle(run);
	ret = choose_places(run, err);
	if (!ret)
		ret = check_places(run, err);
	if (!ret)
		ret = check_cpus(&pmu, places, err);
	if (ret)
		return ret;
	run->pair = calloc(places->n, sizeof(*run->pair));
	if (!run->pair)
		return err_set(err, -ENOMEM, "no memory for %d pairs",
			       places->n);
	for (i = 0; i < places->n && !ret; i++) {
		struct pair *pair = &run->pair[i];

		pair->nr = i;
		pair->cell = run->cell;
		pair->oracle = run->oracle.fd >= 0 ? &run->oracle : NULL;
		pair->place = places->place[i];
		/* After the slots of the pairs before. */
		pair->slot = i ? run->pair[i - 1].slot + 1 : 1;
		ret = pair_open(pair, &pmu, run->end_fd, run->options->policy,
				run->options->priority, err);
		if (!ret)
			run->npairs++;
		report_progress(run);
	}
	return ret;
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
	uint64_t before = now_ns(), after;
	struct hang hang;
	int i, ret;

	for (i = 0; i < run->npairs; i++) {
		ret = pair_watch(&run->pair[i], &hang, err);
		if (ret < 0)
			return ret;
		if (ret)
			keep_hang(run, &hang);
		after = now_ns();
		/* A hang's own look is made twice, with a pause. */
		if (!ret)
			hist_add(&run->cost.look, after - before);
		before = after;
	}
	run->cost.looks++;
	return 0;
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
	int ret;

	for (;;) {
		nanosleep(&nap, NULL);
		ret = watch_pairs(run, err);
		if (ret)
			return ret;
		if (proc_stopped(run->options->stop_fd))
			return err_set(err, -EINTR, "interrupted");
		report_progress(run);
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

static uint64_t own_cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static int go_and_watch(struct run *run, struct err *err)
{
	uint64_t cpu_ns = own_cpu_ns();
	int i, ret = 0;

	hist_init(&run->cost.look);

	step_aside(run);
	run->begun = now_ns();
	for (i = 0; i < run->npairs && !ret; i++) {
		ret = pair_go(&run->pair[i], err);
		report_progress(run);
	}
	if (!ret)
		ret = watch_loop(run, err);
	run->cost.cpu_ns = own_cpu_ns() - cpu_ns;
	return ret;
}

static json_t *describe_run(const struct run *run)
{
	json_t *json = json_object();

	if (!run->npairs)
		return json;
	json_object_set_new(json, "cost",
			    describe_cost(run->pair, run->npairs, &run->cost));
	if (run->pair[0].tracer.marks)
		json_object_set_new(json, "hardware",
				    describe_hardware(run->pair, run->npairs));
	if (run->cell->workload.kind != WORKLOAD_STEADY)
		json_object_set_new(json, "workload",
				    describe_workload(run->pair,
						      run->npairs));
	return json;
}

static void end_pairs(struct run *run)
{
	struct record *record = run->record;
	int i;

	for (i = 0; i < run->npairs; i++) {
		record->tracee_ns += tracee_cpu_ns(&run->pair[i].tracee);
		pair_end_trace(&run->pair[i]);
	}
	eventfd_write(run->end_fd, 1);
	record->elapsed_ns = run->begun ? now_ns() - run->begun : 0;
	for (i = 0; i < run->npairs; i++) {
		pair_stop(&run->pair[i]);
		pair_collect(&run->pair[i], record);
	}
	record->pairs = run->npairs;
	record->placement = describe_places(run->pair, run->npairs);
	record->detail = describe_run(run);
	describe_method(run);
	for (i = 0; i < run->npairs; i++)
		pair_close(&run->pair[i]);
	free(run->pair);
	placement_free(&run->places);
}

/* A descriptor a pair, and some for what runs beside. */
static void allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) ||
	    limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int measure(const struct cell *cell, const struct measure_options *options,
	    struct record *record, struct err *err)
{
	struct run run = {
		.cell = cell, .options = options, .record = record,
		.report_at = now_ns() + NSEC_PER_SEC,
	};
	struct loads load = { 0 };
	json_t *what;
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
	allow_files();
	ret = open_pairs(&run, err);
	if (!ret)
		ret = load_start(&load, cell, &run.places, err);
	if (!ret)
		ret = go_and_watch(&run, err);
	record->reference = load_stop(&load, &what);
	end_pairs(&run);
	if (what)
		json_object_set_new(record->detail, "load", what);
	if (cell->reference != REF_NONE && !record->reference)
		json_object_set_new(record->detail, "reference_missing",
				    json_true());
	close(run.end_fd);
	oracle_close(&run.oracle);
	/* The next cell chooses among all CPUs again. */
	sched_setaffinity(0, sizeof(cpus), &cpus);
	if (ret && ret != -EINTR)
		record_free(record);
	return ret;
}
