// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios in which threads pull at one event from all sides.  Nothing is
 * expected of any single call but that it returns, and with success or an
 * error that says "not now".
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/proc.h"
#include "lib/random.h"
#include "lib/units.h"
#include "stress/scenario/scenario.h"

#define PAGES 8
#define PAGE 4096ul
#define DATA_LEN ((1 + PAGES) * PAGE)
#define AUX_LEN (16 * PAGE)

enum action { ACT_OUTPUT, ACT_MAP, ACT_TOGGLE, ACT_POLL, ACTIONS };

static const char *const action_names[ACTIONS] = {
	"set_output", "mmap", "enable", "poll"
};

/*
 * Lives on the heap, and for ever when a thread of it is stuck in the kernel.
 */
struct race {
	int event, other;	/* the AUX event; a software one, mapped */
	void *other_map;
	uint64_t seed;
	atomic_bool stop;
	struct racer {
		struct race *race;
		enum action action;
		pthread_t thread;
		atomic_bool done;
		uint64_t rng;
		uint64_t good, refused, bad;
		int bad_errno;	/* the first */
	} racer[ACTIONS];
	int racers;
};

static void note(struct racer *r, bool good)
{
	if (good) {
		r->good++;
	} else if (errno == EINVAL || errno == EBUSY || errno == ENODEV) {
		r->refused++;
	} else {
		r->bad++;
		if (!r->bad_errno)
			r->bad_errno = errno;
	}
}

static void output_once(struct racer *r)
{
	int event = r->race->event;

	note(r, !ioctl(event, PERF_EVENT_IOC_SET_OUTPUT, r->race->other));
	note(r, !ioctl(event, PERF_EVENT_IOC_SET_OUTPUT, -1L));
}

/* Both areas, a moment of trace, and away with them in either order. */
static void map_once(struct racer *r)
{
	struct perf_event_mmap_page *page;
	void *data, *aux;

	data = mmap(NULL, DATA_LEN, PROT_READ | PROT_WRITE, MAP_SHARED,
		    r->race->event, 0);
	note(r, data != MAP_FAILED);
	if (data == MAP_FAILED)
		return;
	page = data;
	page->aux_offset = DATA_LEN;
	page->aux_size = AUX_LEN;
	aux = mmap(NULL, AUX_LEN, PROT_READ | PROT_WRITE, MAP_SHARED,
		   r->race->event, DATA_LEN);
	note(r, aux != MAP_FAILED);
	nap_us(random_next(&r->rng) % 2000);
	if (random_next(&r->rng) & 1) {
		munmap(data, DATA_LEN);
		data = NULL;
		nap_us(random_next(&r->rng) % 200);
	}
	if (aux != MAP_FAILED)
		munmap(aux, AUX_LEN);
	if (data)
		munmap(data, DATA_LEN);
}

static void toggle_once(struct racer *r)
{
	int event = r->race->event;

	note(r, !ioctl(event, PERF_EVENT_IOC_ENABLE, 0));
	nap_us(random_next(&r->rng) % 500);
	note(r, !ioctl(event, PERF_EVENT_IOC_DISABLE, 0));
	note(r, !ioctl(event, PERF_EVENT_IOC_ENABLE, 0));
}

static void poll_once(struct racer *r)
{
	struct pollfd pfd = { .fd = r->race->event, .events = POLLIN };

	note(r, poll(&pfd, 1, 1) >= 0);
}

static void *racer_main(void *arg)
{
	static void (*const fns[ACTIONS])(struct racer *r) = {
		output_once, map_once, toggle_once, poll_once,
	};
	struct racer *r = arg;

	while (!atomic_load_explicit(&r->race->stop, memory_order_relaxed))
		fns[r->action](r);
	atomic_store(&r->done, true);
	return NULL;
}

static int start_racer(struct race *race, enum action action, struct err *err)
{
	struct racer *r = &race->racer[race->racers];
	int ret;

	r->race = race;
	r->action = action;
	r->rng = race->seed + action;
	atomic_init(&r->done, false);
	ret = pthread_create(&r->thread, NULL, racer_main, r);
	if (ret)
		return err_set(err, -ret, "thread: %s", strerror(ret));
	race->racers++;
	return 0;
}

/* False: one of them does not come back. */
static bool stop_racers(struct race *race)
{
	uint64_t deadline = now_ns() + 10 * NSEC_PER_SEC;
	int i;

	atomic_store(&race->stop, true);
	for (i = 0; i < race->racers; i++) {
		while (!atomic_load(&race->racer[i].done)) {
			if (now_ns() > deadline)
				return false;
			nap_us(2000);
		}
	}
	for (i = 0; i < race->racers; i++)
		pthread_join(race->racer[i].thread, NULL);
	return true;
}

/* Something that writes to its own data area, which is mapped throughout. */
static int open_other(struct race *race, const struct rig *rig,
		      struct err *err)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK,
		.size = sizeof(attr), .sample_period = 1000000,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME,
		.use_clockid = 1, .clockid = CLOCK_MONOTONIC,
	};

	race->other = syscall(SYS_perf_event_open, &attr, rig->tid, -1, -1,
			      PERF_FLAG_FD_CLOEXEC);
	if (race->other < 0)
		return err_set(err, -errno, "cpu-clock: %s", strerror(errno));
	race->other_map = mmap(NULL, DATA_LEN, PROT_READ | PROT_WRITE,
			       MAP_SHARED, race->other, 0);
	if (race->other_map == MAP_FAILED) {
		close(race->other);
		return err_set(err, -errno, "cpu-clock's buffer: %s",
			       strerror(errno));
	}
	return 0;
}

static void report_race(struct scenario_ctx *ctx, const struct race *race,
			uint64_t moves)
{
	int i;

	for (i = 0; i < race->racers; i++) {
		const struct racer *r = &race->racer[i];
		json_t *json = json_pack("{s:I, s:I, s:I}",
					 "good", (json_int_t)r->good,
					 "refused", (json_int_t)r->refused,
					 "bad", (json_int_t)r->bad);

		if (r->bad_errno)
			json_object_set_new(json, "bad_errno",
				json_string(strerror(r->bad_errno)));
		json_object_set_new(ctx->evidence, action_names[r->action],
				    json);
	}
	scenario_count(ctx, "moves", moves);
}

static int run_race(struct scenario_ctx *ctx, struct race *race,
		    struct rig *rig, struct err *err)
{
	uint64_t beat = now_ns() + NSEC_PER_SEC, moves = 0;
	int ret = 0;

	while (!ret && now_ns() < ctx->end) {
		if (rig->cpu[1] >= 0)
			rig_move(rig, ++moves & 1);
		nap_us(1000);
		ret = scenario_beat(ctx, &beat, err);
	}
	if (stop_racers(race))
		report_race(ctx, race, moves);
	else
		scenario_count(ctx, "stuck", 1);
	return ret;
}

/* Afterwards an event must still trace. */
static int still_works(struct scenario_ctx *ctx, struct err *err)
{
	uint64_t deadline = now_ns() + 5 * NSEC_PER_SEC;
	struct auxsynth_slot slot;
	struct rig rig;
	int ret;

	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
	/* It is soon full and stops again. */
	do {
		nap_us(1000);
		rig_view(&rig, &slot);
	} while (!slot.starts && now_ns() < deadline);
	scenario_count(ctx, "starts_after", slot.starts);
	rig_close(&rig, ctx);
	return 0;
}

static int race(struct scenario_ctx *ctx, bool output, struct err *err)
{
	struct race *race = calloc(1, sizeof(*race));
	struct rig rig;
	int ret;

	if (!race)
		return err_set(err, -ENOMEM, "no memory");
	ctx->cell.aux = AUX_LEN;
	ctx->cell.window = 0;
	ret = rig_open(&rig, ctx, 0, err);
	if (ret) {
		free(race);
		return ret;
	}
	/* The threads map it themselves. */
	auxring_unmap(&rig.ring);
	race->event = rig.fd;
	race->seed = ctx->cell.seed;
	ret = open_other(race, &rig, err);
	if (!ret && output)
		ret = start_racer(race, ACT_OUTPUT, err);
	if (!ret)
		ret = start_racer(race, ACT_MAP, err);
	if (!ret)
		ret = start_racer(race, ACT_TOGGLE, err);
	if (!ret)
		ret = start_racer(race, ACT_POLL, err);
	if (!ret)
		ret = run_race(ctx, race, &rig, err);
	else
		stop_racers(race);
	/* What a stuck thread may still use stays. */
	if (json_count(ctx->evidence, "stuck"))
		return ret;
	if (race->other_map && race->other_map != MAP_FAILED) {
		munmap(race->other_map, DATA_LEN);
		close(race->other);
	}
	free(race);
	rig_close(&rig, ctx);
	return ret ? ret : still_works(ctx, err);
}

int scenario_set_output(struct scenario_ctx *ctx, struct err *err)
{
	return race(ctx, true, err);
}

int scenario_munmap(struct scenario_ctx *ctx, struct err *err)
{
	return race(ctx, false, err);
}
