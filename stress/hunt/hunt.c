// SPDX-License-Identifier: GPL-2.0-only
#include "stress/hunt/hunt.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/random.h"
#include "lib/units.h"
#include "stress/event/event.h"
#include "stress/event/pmu-kinds.h"

#define DATA_PAGES 8

/* An episode ends after so many fulls, or so much time. */
#define EPISODE_FULLS 500
#define EPISODE_NS (NSEC_PER_SEC / 2)

/* How often the phases of a find are tried again, and for how long. */
#define REPLAY_CYCLES 300
#define REPLAY_NS (2 * NSEC_PER_SEC)

/* Such a PMU has one event a CPU, whatever runs there. */
static bool traces_no_task(const struct hunt *hunt)
{
	return pmu_event_cpu(&hunt->pmu) >= 0;
}

static enum around next_around(struct hunt *hunt)
{
	if (hunt->cell->around != AROUND_ANY)
		return hunt->cell->around;
	return hunt->counts.episodes %
		(traces_no_task(hunt) ? AROUND_SCHED : AROUND_ANY);
}

static int check_around(const struct hunt *hunt, struct err *err)
{
	enum around around = hunt->cell->around;

	if (!traces_no_task(hunt) || around < AROUND_SCHED ||
	    around == AROUND_ANY)
		return 0;
	return err_set(err, -PLACEMENT_SKIP,
		       "around: PMU %s has one event a CPU, of no task",
		       hunt->cell->pmu);
}

/*
 * The last watermark before a full: just before the stretch in which the
 * hardware looks for room itself, and up to as much again earlier.
 */
static uint64_t late_watermark(struct hunt *hunt)
{
	uint64_t least = hunt->cell->aux / 4;
	uint64_t last = hunt->cell->aux - hunt->cell->region - 160;
	uint64_t back = random_unit(&hunt->rng) * hunt->cell->region;

	return last > back + least ? last - back : least;
}

static void draw_episode(struct hunt *hunt, enum around around)
{
	hunt->now = *hunt->cell;
	hunt->around = around;
	hunt->emptied = 0;
	if (around == AROUND_WATERMARK)
		hunt->now.watermark = late_watermark(hunt);
}

static int start_tracee(struct hunt *hunt, struct err *err)
{
	struct hunt_tracee *tracee = &hunt->tracee[hunt->tracees];
	int ret;

	memset(tracee, 0, sizeof(*tracee));
	tracee->around = hunt->around;
	tracee->cpu = hunt->place.tracee_cpu;
	tracee->cpus = hunt->place.tracee_cpus;
	tracee->parent = hunt->around == AROUND_CHILDREN;
	tracee->walk = hunt->walk.n ? &hunt->walk : NULL;
	tracee->act_at = &hunt->act_at;
	tracee->laps = &hunt->laps[hunt->tracees];
	ret = hunt_tracee_start(tracee, err);
	if (!ret)
		hunt->tracees++;
	return ret;
}

static int open_target(struct hunt *hunt, pid_t tid, struct err *err)
{
	struct hunt_target *target = &hunt->target[hunt->targets];
	bool children = hunt->around == AROUND_CHILDREN;
	struct event_where where = {
		.tid = tid, .inherit = children,
		.cpu = children ? hunt->place.tracee_cpu : -1,
	};
	int ret;

	memset(target, 0, sizeof(*target));
	target->slot = hunt->targets ? target[-1].slot + 1 : 1;
	target->fd = event_open(&hunt->now, &hunt->pmu, &where, true,
				&target->slot, err);
	if (target->fd < 0)
		return target->fd;
	ret = auxring_map(&target->ring, target->fd, DATA_PAGES,
			  hunt->now.aux, err);
	if (ret) {
		close(target->fd);
		return ret;
	}
	target->live = &hunt->oracle.slots[target->slot];
	hunt->targets++;
	return 0;
}

static void close_episode(struct hunt *hunt)
{
	int i;

	for (i = 0; i < hunt->targets; i++) {
		ioctl(hunt->target[i].fd, PERF_EVENT_IOC_DISABLE, 0);
		hunt->record->laps += hunt->target[i].ring.laps;
		auxring_unmap(&hunt->target[i].ring);
		close(hunt->target[i].fd);
	}
	for (i = 0; i < hunt->tracees; i++)
		hunt_tracee_stop(&hunt->tracee[i]);
	hunt->targets = 0;
	hunt->tracees = 0;
	atomic_store(&hunt->act_at, 0);
}

static int open_episode(struct hunt *hunt, enum around around,
			struct err *err)
{
	int i, n = around == AROUND_SHARED ? 2 : 1, ret = 0;

	draw_episode(hunt, around);
	for (i = 0; i < n && !ret; i++) {
		ret = start_tracee(hunt, err);
		if (!ret)
			ret = open_target(hunt, hunt->tracee[i].tid, err);
	}
	hunt->counted = hunt_fulls(hunt);
	for (i = 0; i < n && !ret; i++) {
		hunt_tracee_go(&hunt->tracee[i]);
		if (ioctl(hunt->target[i].fd, PERF_EVENT_IOC_ENABLE, 0))
			ret = err_set(err, -errno, "ENABLE: %s",
				      strerror(errno));
	}
	if (ret)
		close_episode(hunt);
	return ret;
}

static enum hunt_heat heat_now(const struct hunt *hunt)
{
	const volatile struct auxsynth_slot *all = &hunt->oracle.slots[0];

	return all->fulls <= HUNT_COLD_FULLS ? HUNT_COLD : HUNT_WARM;
}

static void keep_find(struct hunt *hunt, const struct hang *hang, bool cold)
{
	struct record *record = hunt->record;
	int i, kept = 0;

	if (record->hangs_kept < RECORD_HANGS)
		record->hang[record->hangs_kept++] = *hang;
	if (hunt->options->on_hang)
		hunt->options->on_hang(hunt->options->ctx, hang);
	for (i = 0; i < hunt->finds; i++)
		kept += hunt->find[i].hang.class == hang->class;
	if (kept == HUNT_FINDS)
		return;
	hunt->find[hunt->finds++] = (struct hunt_find) {
		.hang = *hang, .phases = hunt->phases,
		.around = hunt->around, .cycle = hunt->counts.cycles,
		.episode = hunt->counts.episodes,
		.watermark = hunt->now.watermark,
		.at = now_ns() - hunt->begun, .cold = cold,
	};
}

static void count_find(struct hunt *hunt, const struct hang *hang,
		       enum hunt_heat heat)
{
	struct hunt_counts *c = &hunt->counts;

	c->heat[heat].finds[hang->class]++;
	c->around[hunt->around].finds[hang->class]++;
	if (!c->first_ns[heat])
		c->first_ns[heat] = hang->detected - hunt->begun;
	hunt->record->hangs[hang->class]++;
	hunt->record->disagree += hang->class != hang->user_class;
	keep_find(hunt, hang, heat == HUNT_COLD);
}

static void report_progress(struct hunt *hunt)
{
	if (!hunt->options->progress || now_ns() < hunt->report_at)
		return;
	hunt->report_at += NSEC_PER_SEC;
	hunt->record->elapsed_ns = now_ns() - hunt->begun;
	hunt->options->progress(hunt->options->ctx, hunt->record);
}

/* One cycle, counted. */
static int counted_cycle(struct hunt *hunt)
{
	struct hunt_counts *c = &hunt->counts;
	enum hunt_heat heat = heat_now(hunt);
	uint64_t fulls;
	struct hang hang;
	int ret;

	if (!c->warm_since && heat == HUNT_WARM)
		c->warm_since = now_ns() - hunt->begun;
	ret = hunt_cycle(hunt, &hang);
	c->cycles++;
	/* With one that came before the cycle, after a restart: it may hang. */
	fulls = hunt_fulls(hunt) - hunt->counted;
	hunt->counted += fulls;
	c->heat[heat].fulls += fulls;
	c->around[hunt->around].fulls += fulls;
	hunt->record->fulls += fulls;
	if (ret > 0) {
		count_find(hunt, &hang, heat);
		hunt_restart(hunt);
	}
	report_progress(hunt);
	return ret < 0 ? ret : 0;
}

bool hunt_over(const struct hunt *hunt)
{
	const struct cell *cell = hunt->cell;

	if (hunt->replaying)
		return now_ns() >= hunt->replay_end;
	return (cell->duration && now_ns() - hunt->begun >= cell->duration) ||
	       (cell->fulls && hunt->record->fulls >= cell->fulls);
}

static int run_episode(struct hunt *hunt, struct err *err)
{
	uint64_t fulls, end;
	int ret = open_episode(hunt, next_around(hunt), err);

	if (ret)
		return ret;
	fulls = hunt->record->fulls;
	end = now_ns() + EPISODE_NS;
	while (!ret && !hunt_over(hunt) && now_ns() < end &&
	       hunt->record->fulls - fulls < EPISODE_FULLS)
		ret = counted_cycle(hunt);
	hunt->counts.episodes++;
	close_episode(hunt);
	return ret;
}

/* The same phases again and again: how often do they find it? */
static int replay(struct hunt *hunt, struct hunt_find *find, struct err *err)
{
	struct aim *aim = &hunt->aim[find->around];
	struct hang hang;
	int ret;

	hunt->replay_end = now_ns() + REPLAY_NS;
	aim->mode = AIM_REPLAY;
	aim->replay = find->phases;
	hunt->replaying = true;
	ret = open_episode(hunt, find->around, err);
	while (!ret && find->replays < REPLAY_CYCLES &&
	       !hunt_over(hunt)) {
		ret = hunt_cycle(hunt, &hang);
		if (ret < 0)
			break;
		find->replays++;
		if (ret) {
			find->again += hang.class == find->hang.class;
			hunt_restart(hunt);
		}
		ret = 0;
	}
	close_episode(hunt);
	hunt->replaying = false;
	return ret;
}

static int replay_finds(struct hunt *hunt, struct err *err)
{
	bool done[HANG_CLASSES] = { false };
	int i, ret = 0;

	/* What a blind tracer found has no phases to try again. */
	if (hunt->cell->aim == AIM_BLIND)
		return 0;
	for (i = hunt->finds - 1; i >= 0 && !ret; i--) {
		if (done[hunt->find[i].hang.class])
			continue;
		done[hunt->find[i].hang.class] = true;
		ret = replay(hunt, &hunt->find[i], err);
	}
	return ret;
}

static void set_up_thread(const struct hunt *hunt)
{
	placement_pin(hunt->place.tracer_cpu);
	prctl(PR_SET_TIMERSLACK, 1);
}

static int choose_place(struct hunt *hunt, struct err *err)
{
	const struct measure_options *o = hunt->options;
	struct places places;
	int ret = placement_choose(&places, hunt->cell->placement.kind, 1, NULL,
				   err);

	if (ret)
		return ret;
	hunt->place = places.place[0];
	placement_free(&places);
	if (o->ncpus) {
		hunt->place.tracee_cpu = o->cpus[0];
		hunt->place.tracer_cpu = o->cpus[1];
	}
	/* The tracer spins: whoever shares its CPU would not run. */
	CPU_CLR(hunt->place.tracer_cpu, &hunt->place.tracee_cpus);
	CPU_SET(hunt->place.tracee_cpu, &hunt->place.tracee_cpus);
	return 0;
}

static int prepare(struct hunt *hunt, struct err *err)
{
	uint64_t rng = hunt->cell->seed;
	int i, ret;

	ret = pmu_find(&hunt->pmu, PMU_SYSFS, hunt->cell->pmu, err);
	if (!ret && !pmu_has_oracle(&hunt->pmu))
		ret = err_set(err, -ENOTSUP,
			      "a hunt goes by auxsynth's stamps; %s has none",
			      hunt->cell->pmu);
	if (!ret)
		ret = check_around(hunt, err);
	if (!ret)
		ret = oracle_open(&hunt->oracle, err);
	if (!ret)
		ret = choose_place(hunt, err);
	if (!ret && hunt->cell->cold)
		ret = code_walk_make(&hunt->walk, hunt->cell->cold, rng, err);
	hist_init(&hunt->hists.span);
	for (i = 0; i < TRIGGERS; i++)
		hist_init(&hunt->hists.reach[i]);
	hunt->rng = random_next(&rng);
	for (i = 0; i < AROUNDS; i++)
		aim_init(&hunt->aim[i], hunt->cell, i, random_next(&rng));
	return ret;
}

static int hunt_on(struct hunt *hunt, struct err *err)
{
	int ret = 0;

	set_up_thread(hunt);
	hunt->begun = now_ns();
	hunt->report_at = hunt->begun + NSEC_PER_SEC;
	while (!ret && !hunt_over(hunt))
		ret = run_episode(hunt, err);
	hunt->record->elapsed_ns = now_ns() - hunt->begun;
	if (!ret)
		ret = replay_finds(hunt, err);
	return ret;
}

int hunt_run(const struct cell *cell, const struct measure_options *options,
	     struct record *record, struct err *err)
{
	struct hunt *hunt;
	cpu_set_t cpus;
	int ret = cell_check(cell, err);

	if (ret)
		return ret;
	hunt = calloc(1, sizeof(*hunt));
	if (!hunt)
		return err_set(err, -ENOMEM, "no memory for a hunt");
	hunt->cell = cell;
	hunt->options = options;
	hunt->record = record;
	hunt->oracle.fd = -1;
	record_init(record, cell);
	record->pairs = 1;
	sched_getaffinity(0, sizeof(cpus), &cpus);
	ret = prepare(hunt, err);
	if (!ret)
		ret = hunt_on(hunt, err);
	record->detail = hunt_detail(hunt);
	code_walk_free(&hunt->walk);
	oracle_close(&hunt->oracle);
	free(hunt);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	if (ret && ret != -EINTR)
		record_free(record);
	return ret;
}
