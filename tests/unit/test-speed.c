// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a report costs: its memory must not grow with the number of cycles or
 * of boots, its time not faster than the store.  Ratios only: machines differ.
 */
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/views/report.h"
#include "lib/store.h"
#include "lib/variant.h"
#include "lib/file.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define VARIANTS 6
#define CELLS 16

static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

/* Samples like those of a guest: spread over three powers of two. */
static void fill(struct record *r, uint64_t fulls, uint64_t *state)
{
	const struct record_hist_name *name;
	uint64_t i;

	for (name = record_hist_names; name->name; name++) {
		if (!strcmp(name->name, "censored"))
			continue;
		for (i = 0; i < fulls; i++)
			hist_add(record_hist(&r->h, name),
				 (100000 + next(state) % 700000));
	}
	r->fulls = fulls;
	r->traced_ns = fulls * 1000000;
	r->gap_ns = r->h.gap.sum;
	r->bytes = r->traced_ns / 50;
	r->hangs[HANG_LOST_WAKEUP] = fulls / 100;
}

static json_t *make_line(int boot, int variant, int cell, struct record *r)
{
	char *text = xasprintf("window=%dms", cell);
	json_t *json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:{s:s}, s:{s:s}, s:o}",
		"schema", STORE_SCHEMA, "status", "ok",
		"variant", shipped_variants[variant].name, "kconfig", "guest",
		"section", "main", "cell", text, "boot", boot, "seed", 1,
		"kernel", "release", "7.3.4", "target", "accel", "kvm",
		"record", record_to_json(r));

	free(text);
	return json;
}

static void put_store(const char *dir, int records, uint64_t fulls)
{
	struct record *r = malloc(sizeof(*r));
	char *path = xasprintf("%s/store.jsonl", dir);
	FILE *f = fopen(path, "w");
	uint64_t state = 1;
	struct cell cell;
	json_t *json;
	int i, boot;

	for (i = 0; i < records; i++) {
		boot = i / CELLS;
		cell_init(&cell);
		cell.window = (i % CELLS) * 1000000ull;
		record_init(r, &cell);
		fill(r, fulls, &state);
		json = make_line(boot, boot % VARIANTS, i % CELLS, r);
		json_dumpf(json, f, JSON_COMPACT);
		fputc('\n', f);
		json_decref(json);
		record_free(r);
	}
	fclose(f);
	free(path);
	free(r);
}

struct cost {
	long kib;		/* most memory it had */
	double s;		/* of a CPU: others use the machine, too */
};

/* In a process of its own, without gnuplot, whose memory is not ours. */
static struct cost report_cost(struct check *t, int records, uint64_t fulls)
{
	char *dir = fixture_dir();
	struct cost cost = { 0 };
	struct rusage usage;
	struct err err;
	int status;
	pid_t pid;

	/* Made by another process: what we had ourselves a child begins with. */
	pid = fork();
	if (!pid) {
		put_store(dir, records, fulls);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	pid = fork();
	if (!pid) {
		if (!getenv("SPEED_PLOTS"))
			setenv("PATH", dir, 1);
		_exit(report_make(dir, true, -1, &err) ? 1 : 0);
	}
	wait4(pid, &status, 0, &usage);
	CHECK_EQ(t, status, 0);
	cost.s = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
		(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	cost.kib = usage.ru_maxrss;
	printf("%d records of %llu fulls: %ld KiB, %.2f s\n", records,
	       (unsigned long long)fulls, cost.kib, cost.s);
	dir_remove(dir, &err);
	free(dir);
	return cost;
}

int main(void)
{
	struct check t = { 0 };
	struct cost once, cycles, records;
	int n = getenv("SPEED_RECORDS") ? atoi(getenv("SPEED_RECORDS")) : 192;

	once = report_cost(&t, n, 500);
	cycles = report_cost(&t, n, 5000);
	records = report_cost(&t, 10 * n, 500);
#ifndef __SANITIZE_ADDRESS__	/* which keeps what was freed */
	CHECK(&t, cycles.kib <= once.kib * 1.5);
	CHECK(&t, records.kib <= once.kib * 1.5);
#endif
	/* Of CPU time.  Ten times the lines; generous, as caches differ. */
	CHECK(&t, records.s <= 30 * once.s);
	return check_end(&t);
}
