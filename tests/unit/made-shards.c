// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/made-shards.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/job/shard.h"
#include "bench/run/entry.h"
#include "bench/run/rundir.h"
#include "lib/file.h"
#include "lib/random.h"
#include "lib/record.h"
#include "tests/fixture.h"

struct maker {
	const struct made_shards *want;
	const struct job *job;
	const struct plan *plan;
	json_t *versions;
	struct record *record;
	FILE *store;
};

static uint64_t draw(uint64_t *state, uint64_t below)
{
	return random_next(state) % below;
}

/* As a guest's: a few hundred microseconds, and some hang. */
static json_t *make_record(struct maker *m, const struct cell *cell,
			   uint64_t state)
{
	const struct record_hist_name *name;
	struct record *r = m->record;
	json_t *json;
	uint64_t i;

	record_init(r, cell);
	r->pairs = 1;
	r->fulls = m->want->fulls;
	r->hangs[HANG_LOST_WAKEUP] = draw(&state, r->fulls / 10 + 1);
	for (name = record_hist_names; name->name; name++) {
		bool censored = name->offset == offsetof(struct record_hists,
							 censored);

		for (i = censored ? r->fulls : r->hangs[0]; i < r->fulls; i++)
			hist_add(record_hist(&r->h, name),
				 100000 + draw(&state, 700000));
	}
	for (i = 0; i < r->hangs[HANG_LOST_WAKEUP]; i++)
		hist_add(&r->h.censored, 300000000 + draw(&state, 1000));
	r->gap_ns = r->h.gap.sum + r->h.censored.sum;
	r->traced_ns = r->fulls * 1000000;
	r->bytes = r->traced_ns / 50;
	r->detail = json_pack("{s:{s:i, s:i, s:i}}", "cost", "account_n", 5,
			      "look_p50_ns", 7000, "account_p50_ns", 33000);
	json = record_to_json(r);
	record_free(r);
	return json;
}

static json_t *make_target(uint64_t state)
{
	char *boot_id = xasprintf("%08x-%04x-%04x", (int)draw(&state, 1 << 30),
				  (int)draw(&state, 1 << 16),
				  (int)draw(&state, 1 << 16));
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:s, s:{s:i, s:i, s:[[i, i], [i, i]]}, s:I, s:I, s:{s:I, s:s, s:s, s:i, s:b}}",
		"kind", "guest", "accel", "tcg", "qemu", "7.2.22", "machine",
		"pc", "cpu", "max,vendor=GenuineIntel,family=6,model=15",
		"smp", 4, "numa", 2, "memory", "1G", "topology", "threads", 1,
		"llcs", 1, "distances", 10, 20, 20, 10, "hello_ms",
		(json_int_t)draw(&state, 3000), "boot_ms",
		(json_int_t)draw(&state, 3000), "agent", "clock_ns",
		(json_int_t)draw(&state, 1 << 30), "boot_id", boot_id,
		"version", "#1 SMP PREEMPT 1970-01-01", "cpus", 4, "perf", 0);

	free(boot_id);
	return json;
}

static json_t *make_host(const struct maker *m, uint64_t state)
{
	json_t *json = json_pack("{s:s, s:i, s:f, s:I, s:I, s:f, s:s, s:s}",
		"cpu", "a CPU", "cpus", 2, "load1",
		draw(&state, 1000) / 1000., "ticks",
		(json_int_t)draw(&state, 1 << 20), "steal", (json_int_t)0,
		"mhz", 2596.25, "kernel", "6.18", "machine", "x86_64");
	char *name;

	if (m->want->hosts) {
		name = xasprintf("host-%d", m->want->shards ?
				 (int)m->job->shard.index % m->want->hosts : 0);
		json_object_set_new(json, "name", json_string(name));
		free(name);
	}
	return json;
}

static void put_cell(struct maker *m, size_t boot, size_t cell)
{
	const struct plan_boot *plan_boot = &m->plan->boots[boot];
	const struct plan_cell *plan_cell = &plan_boot->cells[cell];
	const char *variant = m->job->kernels[plan_boot->kernel].variant;
	/* A boot's state is the same for all of its cells. */
	uint64_t state = m->job->seed + plan_boot->repeat * 1000003ull +
		plan_boot->kernel;
	struct kernel kernel = {
		.release = xasprintf("7.3.4-%s", variant),
		.source = "Linux 7.3.4", .preempt = "lazy",
		.key = xasprintf("key-of-%s", variant),
		.config_hash = "0151e75ee3b05db4d9395a3d61335f37efb3fb2785d6015e",
		.module_hash = "4d0b13e55fea3f8e5c56a281c7eaa2fc36c1a59bac1a00d8",
	};
	struct entry entry = {
		.job = m->job, .plan = m->plan, .plan_boot = plan_boot,
		.plan_cell = plan_cell, .boot = plan_boot->repeat + 1,
		.order = cell + 1, .kernel = &kernel, .versions = m->versions,
		.console = json_array(), .target = make_target(state),
		.host = make_host(m, state),
	};
	json_t *json;

	entry.record = make_record(m, &m->job->cells[plan_cell->cell].cell,
				   m->job->seed + plan_cell->id * 7919ull);
	json = entry_to_json(&entry);
	/* The time is the only thing that differs from run to run. */
	json_object_set_new(json, "time", json_string("2026-01-02T03:04:05Z"));
	json_dumpf(json, m->store, JSON_COMPACT);
	fputc('\n', m->store);
	json_decref(json);
	free((char *)kernel.release);
	free((char *)kernel.key);
}

static void put_shard(struct maker *m, const char *dir)
{
	char *path = xasprintf("%s/store.jsonl", dir);
	struct plan plan;
	struct err err;
	size_t i, k;

	plan_make(&plan, m->job, m->job->seed);
	shard_plan(&plan, m->job);
	m->plan = &plan;
	if (dir_make(dir, &err) || rundir_write_job(dir, m->job, &err) ||
	    rundir_write_shard(dir, m->job, &plan, &err)) {
		printf("%s\n", err.text);
		exit(1);
	}
	m->store = fopen(path, "w");
	for (i = 0; i < plan.count; i++) {
		for (k = 0; k < plan.boots[i].count; k++)
			put_cell(m, i, k);
	}
	fclose(m->store);
	plan_free(&plan);
	free(path);
}

char *made_shard(const char *dir, int i)
{
	return i ? xasprintf("%s/shard-%d", dir, i) :
		xasprintf("%s/whole", dir);
}

void made_shards(const char *dir, const struct made_shards *want,
		 char *const *variants)
{
	static char *const kconfigs[] = { "guest", NULL };
	struct maker m = {
		.want = want, .record = malloc(sizeof(*m.record)),
		.versions = json_pack("{s:s, s:s}", "aux-tests", "0.1",
				      "libjansson4", "2.14-2"),
	};
	char *path = xasprintf("%s/x.job", dir), *shard;
	char *overrides[] = { NULL, NULL };
	struct job job;
	struct err err;
	int i = want->shards ? 1 : 0;

	fixture_put(dir, "x.job", want->job);
	for (; i <= want->shards; i++) {
		overrides[0] = want->shards ?
			xasprintf("shard=%d/%d", i, want->shards) : NULL;
		if (job_read(&job, path, overrides, (char **)variants,
			     (char **)kconfigs, &err)) {
			printf("%s\n", err.text);
			exit(1);
		}
		shard = made_shard(dir, i);
		m.job = &job;
		put_shard(&m, shard);
		job_free(&job);
		free(shard);
		free(overrides[0]);
	}
	json_decref(m.versions);
	free(m.record);
	free(path);
}
