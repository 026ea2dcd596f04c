// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shards put together: as run-matrix leaves them, in any order, torn, twice,
 * missing, and of other runs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/job/shard.h"
#include "bench/results/merge.h"
#include "bench/run/entry.h"
#include "bench/run/rundir.h"
#include "bench/views/report.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/shards.h"
#include "lib/store.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define SHARDS 8
#define REPEATS 8
#define CELLS (REPEATS * 2 * 2)

struct made {
	struct check *t;
	char *dir;		/* all of it is below */
	char *shard[SHARDS];
};

static char *read_in(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name), *text = NULL;
	struct err err;

	if (file_read(path, &text, NULL, &err))
		text = xasprintf("%s", "");
	free(path);
	return text;
}

/* Puts @to in the first place of @from. */
static void change(const char *dir, const char *name, const char *from,
		   const char *to)
{
	char *text = read_in(dir, name), *p = strstr(text, from), *now;

	if (!p) {
		printf("%s/%s: no '%s'\n", dir, name, from);
		exit(1);
	}
	now = xasprintf("%.*s%s%s", (int)(p - text), text, to,
			p + strlen(from));
	fixture_put(dir, name, now);
	free(now);
	free(text);
}

static json_t *make_record(const struct cell *cell)
{
	struct record *r = malloc(sizeof(*r));
	json_t *json;

	record_init(r, cell);
	r->fulls = 10;
	r->traced_ns = r->gap_ns = 10 * 1000000;
	hist_add(&r->h.wakeup, 100000);
	json = record_to_json(r);
	record_free(r);
	free(r);
	return json;
}

static void put_cell(FILE *f, const struct job *job, const struct plan *plan,
		     size_t boot, size_t cell)
{
	const struct job_kernel *want = &job->kernels[plan->boots[boot].kernel];
	struct kernel kernel = {
		.release = "7.3.4", .key = xasprintf("key-of-%s",
						     want->variant),
	};
	json_t *versions = json_object(), *json;
	struct entry entry = {
		.job = job, .plan = plan, .plan_boot = &plan->boots[boot],
		.plan_cell = &plan->boots[boot].cells[cell],
		.boot = boot * job->shard.count + job->shard.index,
		.order = cell + 1, .kernel = &kernel, .versions = versions,
		.target = json_pack("{s:s, s:s}", "kind", "guest", "accel",
				    "tcg"),
	};

	entry.record = make_record(&job->cells[entry.plan_cell->cell].cell);
	json = entry_to_json(&entry);
	/* The time is the only thing that differs from run to run. */
	json_object_set_new(json, "time", json_string("2026-01-02T03:04:05Z"));
	json_dumpf(json, f, JSON_COMPACT);
	fputc('\n', f);
	json_decref(json);
	json_decref(versions);
	free(kernel.key);
}

static void put_shard(struct made *m, const struct job *job, char **dir)
{
	char *path, *store;
	struct plan plan;
	struct err err;
	size_t i, k;
	FILE *f;

	path = xasprintf("%s/shard-%d", m->dir, (int)job->shard.index);
	store = xasprintf("%s/store.jsonl", path);
	plan_make(&plan, job, job->seed);
	shard_plan(&plan, job);
	CHECK_EQ(m->t, dir_make(path, &err), 0);
	CHECK_EQ(m->t, rundir_write_job(path, job, &err), 0);
	CHECK_EQ(m->t, rundir_write_shard(path, job, &plan, &err), 0);
	f = fopen(store, "w");
	for (i = 0; i < plan.count; i++) {
		for (k = 0; k < plan.boots[i].count; k++)
			put_cell(f, job, &plan, i, k);
	}
	fclose(f);
	plan_free(&plan);
	free(store);
	*dir = path;
}

/* All shards of one job, new. */
static void make_shards(struct made *m)
{
	static char *const variants[] = { "baseline", "peterz", NULL };
	static char *const kconfigs[] = { "guest", NULL };
	char *overrides[] = { NULL, NULL }, *path;
	struct job job;
	struct err err;
	int i;

	m->dir = fixture_dir();
	path = xasprintf("%s/x.job", m->dir);
	fixture_put(m->dir, "x.job",
		    "[global]\nrepeats = 8\nseed = 5\nvariants = baseline, peterz\n"
		    "[main]\ndrain = 1ms, 2ms\n");
	for (i = 0; i < SHARDS; i++) {
		overrides[0] = xasprintf("shard=%d/%d", i + 1, SHARDS);
		if (job_read(&job, path, overrides, (char **)variants,
			     (char **)kconfigs, &err)) {
			printf("%s\n", err.text);
			exit(1);
		}
		put_shard(m, &job, &m->shard[i]);
		job_free(&job);
		free(overrides[0]);
	}
	free(path);
}

static void drop_shards(struct made *m)
{
	struct err err;
	int i;

	for (i = 0; i < SHARDS; i++)
		free(m->shard[i]);
	dir_remove(m->dir, &err);
	free(m->dir);
}

static char *out_of(const struct made *m, const char *name)
{
	return xasprintf("%s/%s", m->dir, name);
}

struct count {
	bool seen[CELLS];
	int lines, last;
};

static int count_cell(void *ctx, const struct store_entry *entry)
{
	struct count *count = ctx;
	int64_t id = entry->id;

	if (id < 0 || id >= CELLS || count->seen[id])
		return -EBADMSG;
	count->seen[id] = true;
	count->lines++;
	return 0;
}

/* How many cells a merged store has; each must be there once. */
static int cells_in(struct made *m, const char *out)
{
	char *path = xasprintf("%s/store.jsonl", out);
	struct count count = { 0 };
	struct err err = { "" };
	bool torn;

	CHECK_EQ(m->t, store_each(path, &torn, count_cell, &count, &err), 0);
	if (*err.text)
		printf("%s\n", err.text);
	free(path);
	return count.lines;
}

static void same_file(struct made *m, const char *a, const char *b,
		      const char *name)
{
	char *one = read_in(a, name), *two = read_in(b, name);

	CHECK(m->t, *one && !strcmp(one, two));
	free(one);
	free(two);
}

static void note_is(struct made *m, const char *out, const char *want)
{
	char *note = shards_note(out);

	if (!note || strcmp(note, want))
		printf("note '%s'\nwant '%s'\n", note ? note : "", want);
	CHECK(m->t, note && !strcmp(note, want));
	free(note);
}

/* Whole, and whatever the order in which the shards arrive. */
static void test_whole(struct made *m)
{
	char *out = out_of(m, "out"), *again = out_of(m, "again"), *text;
	char *other[SHARDS];
	struct err err;
	int i;

	for (i = 0; i < SHARDS; i++)
		other[i] = m->shard[(i * 3 + 5) % SHARDS];
	CHECK_EQ(m->t, merge_shards(out, m->shard, SHARDS, &err), 0);
	CHECK_EQ(m->t, merge_shards(again, other, SHARDS, &err), 0);
	CHECK_EQ(m->t, cells_in(m, out), CELLS);
	note_is(m, out, "8 of 8 shards");
	same_file(m, out, again, "store.jsonl");
	same_file(m, out, again, SHARDS_FILE);
	same_file(m, out, again, "job.ini");
	text = read_in(out, "job.ini");
	CHECK(m->t, strstr(text, "seed = 5") && !strstr(text, "shard"));
	free(text);
	/* Into the same place once more. */
	CHECK_EQ(m->t, merge_shards(out, other, SHARDS, &err), 0);
	same_file(m, out, again, "store.jsonl");
	free(out);
	free(again);
}

/* Shards that are not there, and cells that are not. */
static void test_missing(struct made *m)
{
	char *out = out_of(m, "missing"), *text, *some[SHARDS - 1];
	struct err err;
	int i;

	for (i = 0; i < SHARDS - 1; i++)
		some[i] = m->shard[i < 2 ? i : i + 1];
	CHECK_EQ(m->t, merge_shards(out, some, SHARDS - 1, &err), 0);
	note_is(m, out, "7 of 8 shards, 12.5 % missing: shard 3");
	CHECK_EQ(m->t, cells_in(m, out), CELLS - CELLS / SHARDS);
	CHECK_EQ(m->t, report_make(out, true, -1, &err), 0);
	text = read_in(out, "summary.txt");
	CHECK(m->t, strstr(text,
		"\nmerged       7 of 8 shards, 12.5 % missing: shard 3\n"));
	free(text);
	CHECK_EQ(m->t, merge_shards(out, some + 1, 2, &err), 0);
	note_is(m, out,
		"2 of 8 shards, 75 % missing: shard 1, 3, 5, 6, 7, 8");
	free(out);
}

/* A machine that died while it wrote: what is whole counts. */
static void test_torn(struct made *m)
{
	char *out = out_of(m, "torn"), *text, *end;
	json_t *account;
	struct err err;

	text = read_in(m->shard[4], "store.jsonl");
	end = strrchr(text, '}');
	end[-20] = '\0';
	fixture_put(m->shard[4], "store.jsonl", text);
	CHECK_EQ(m->t, merge_shards(out, m->shard, SHARDS, &err), 0);
	CHECK_EQ(m->t, cells_in(m, out), CELLS - 1);
	note_is(m, out,
		"8 of 8 shards, 3.12 % missing; 1 cell lost from the others");
	free(text);
	text = xasprintf("%s/" SHARDS_FILE, out);
	account = json_load_file(text, 0, NULL);
	CHECK_EQ(m->t, json_integer_value(json_array_get(
		 json_object_get(account, "torn"), 0)), 5);
	CHECK(m->t, strstr(json_string_value(json_array_get(
		json_object_get(account, "lost"), 0)), "/guest main drain="));
	json_decref(account);
	free(text);
	free(out);
}

/* One that was run again elsewhere: each cell counts once. */
static void test_twice(struct made *m)
{
	char *out = out_of(m, "twice"), *copy = out_of(m, "shard-4-again");
	char *command = xasprintf("cp -r %s %s", m->shard[3], copy);
	char *all[SHARDS + 1];
	struct err err;

	CHECK_EQ(m->t, system(command), 0);
	memcpy(all, m->shard, sizeof(m->shard));
	all[SHARDS] = copy;
	CHECK_EQ(m->t, merge_shards(out, all, SHARDS + 1, &err), 0);
	CHECK_EQ(m->t, cells_in(m, out), CELLS);
	note_is(m, out, "8 of 8 shards");
	free(command);
	free(copy);
	free(out);
}

/* What does not belong together is refused, with which and why. */
static void refuse(struct check *t, const char *file, const char *from,
		   const char *to, const char *words)
{
	struct made m = { .t = t };
	struct err err = { "" };
	char *out;

	make_shards(&m);
	out = out_of(&m, "out");
	change(m.shard[2], file, from, to);
	CHECK_EQ(t, merge_shards(out, m.shard, SHARDS, &err), -EINVAL);
	if (!strstr(err.text, words) || !strstr(err.text, "shard-3"))
		printf("%s\n", err.text);
	CHECK(t, strstr(err.text, words) && strstr(err.text, "shard-3"));
	free(out);
	drop_shards(&m);
}

static void test_refusals(struct check *t)
{
	refuse(t, SHARD_FILE, "\"seed\":5", "\"seed\":6",
	       "the seed is '5' and '6'");
	refuse(t, SHARD_FILE, "\"of\":8", "\"of\":9",
	       "the number of shards is '8' and '9'");
	refuse(t, SHARD_FILE, "\"version\":\"", "\"version\":\"x",
	       "the version of aux-tests is");
	refuse(t, SHARD_FILE, "\"shard\":3", "\"shard\":30",
	       "expected shard, of, all and cells");
	refuse(t, SHARD_FILE, "{", "[", SHARD_FILE);
	refuse(t, "job.ini", "drain = 1ms, 2ms", "drain = 1ms, 3ms",
	       "a line of job.ini is 'drain = 1ms, 2ms' and 'drain = 1ms, 3ms'");
	refuse(t, "store.jsonl", "key-of-peterz", "key-of-another",
	       "key-of-another");
	refuse(t, "store.jsonl", "\"accel\":\"tcg\"", "\"accel\":\"kvm\"",
	       "has accelerator kvm");
	refuse(t, "store.jsonl", "\"seed\":5", "\"seed\":7", "seed 7");
	refuse(t, "store.jsonl", "\"schema\":1", "\"schema\":9", "schema 9");
	refuse(t, "store.jsonl", "{\"schema\"", "x", "store.jsonl:1: no line");
}

static void test_places(struct made *m)
{
	char *out = out_of(m, "taken"), *none = out_of(m, "none");
	struct err err;

	fixture_put(out, "precious", "x");
	CHECK_EQ(m->t, merge_shards(out, m->shard, SHARDS, &err), -EEXIST);
	CHECK(m->t, fixture_is(out, "precious", "x"));
	fixture_put(none, "job.ini", "x");
	CHECK_EQ(m->t, merge_shards(out, &none, 1, &err), -ENOENT);
	CHECK(m->t, strstr(err.text, "no shard of a run"));
	free(out);
	free(none);
}

int main(void)
{
	struct check t = { 0 };
	struct made m = { .t = &t };

	make_shards(&m);
	test_whole(&m);
	test_missing(&m);
	test_twice(&m);
	test_places(&m);
	test_torn(&m);
	test_refusals(&t);
	drop_shards(&m);
	return check_end(&t);
}
