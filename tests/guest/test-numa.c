// SPDX-License-Identifier: GPL-2.0-only
/*
 * Placements, workloads and loads in a guest of four nodes in a ring: where
 * things really were, and what really came, by its records.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/target/initramfs.h"
#include "lib/store.h"
#include "lib/package.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/guest/guest.h"

#define BINS 50

struct seen {
	struct check *t;
	unsigned int measured, skipped, places, shapes, loads;
};

static json_int_t number(const json_t *json, const char *name)
{
	json_t *value = json_object_get(json, name);

	return json_is_integer(value) ? json_integer_value(value) : -100;
}

/* One pair of the cell: where the kernel says that its memory is. */
static void check_pair(struct check *t, const struct cell *cell,
		       const json_t *pair)
{
	static const int distance[] = {
		[PLACE_SMT] = 10, [PLACE_SAME_NODE] = 10,
		[PLACE_OTHER_NODE] = 20, [PLACE_FARTHEST_NODE] = 30,
		[PLACE_ALL_NODES] = 10, [PLACE_SPREAD] = 10,
	};
	json_int_t tracee = number(pair, "tracee_node");
	json_int_t tracer = number(pair, "tracer_node");
	json_int_t cpu = number(pair, "tracee_cpu");
	json_int_t buffer = cell->buffer_node == NODE_TRACER ? tracer :
		cell->buffer_node == NODE_TRACEE ? tracee : cell->buffer_node;

	CHECK_EQ(t, number(pair, "distance"), distance[cell->placement.kind]);
	CHECK_EQ(t, number(pair, "buffer_node"), buffer);
	CHECK_EQ(t, number(pair, "aux_node"),
		 cell->event == EVENT_CPU ? tracee : tracer);
	CHECK_EQ(t, number(pair, "aux_elsewhere"), 0);
	CHECK_EQ(t, cpu / 2, tracee);
	CHECK_EQ(t, number(pair, "tracer_cpu") / 2, tracer);
	if (cell->placement.kind == PLACE_SMT)
		CHECK_EQ(t, number(pair, "tracer_cpu"), cpu ^ 1);
}

static void check_places(struct seen *seen, const struct record *r)
{
	const json_t *pair;
	size_t i;

	json_array_foreach(r->placement, i, pair)
		check_pair(seen->t, &r->cell, pair);
	CHECK_EQ(seen->t, json_array_size(r->placement), r->pairs);
	if (r->cell.placement.kind == PLACE_ALL_NODES ||
	    r->cell.placement.kind == PLACE_SPREAD)
		CHECK_EQ(seen->t, r->pairs, 4);
	seen->places++;
}

static double sum(const json_t *list, size_t from, size_t to)
{
	double total = 0;

	for (; from < to; from++)
		total += json_number_value(json_array_get(list, from));
	return total;
}

/*
 * Ratios only: a loaded host takes time away, and not evenly.  What came must
 * be near what was to come over the whole cell, and follow it.  In six cells, at
 * loads up to 22 on 2 CPUs, the ratio was 0.89 to 1.27, its log varying by 0.12:
 * half or twice as much lies more than 5 of these away, less than 1e-6 by
 * chance.
 */
static void check_shape(struct seen *seen, const struct record *r)
{
	const json_t *work = json_object_get(r->detail, "workload");
	const json_t *node =
		json_array_get(json_object_get(work, "nodes"), 0);
	const json_t *want = json_object_get(node, "wanted");
	const json_t *got = json_object_get(node, "got");
	double ratio = sum(got, 0, BINS) / sum(want, 0, BINS), on = 0, off = 0;
	size_t i;

	printf("  %s: got %.2f of what was wanted\n",
	       json_string_value(json_object_get(work, "workload")), ratio);
	CHECK_EQ(seen->t, json_array_size(got), BINS);
	CHECK(seen->t, ratio > 0.5 && ratio < 2);
	seen->shapes++;
	if (r->cell.workload.kind != WORKLOAD_DUTY)
		return;
	for (i = 0; i < BINS; i++) {
		if (sum(want, i, i + 1) > 0)
			on += sum(got, i, i + 1);
		else
			off += sum(got, i, i + 1);
	}
	CHECK(seen->t, off < on / 5);
}

/*
 * One node's pair at full rate, the others at a tenth of it: 9.7 to 11.8 times
 * in three runs, so 3 times is no matter of chance.
 */
static void check_hot(struct seen *seen, const struct record *r)
{
	const json_t *nodes = json_object_get(json_object_get(r->detail,
					      "workload"), "nodes");
	double hot = 0, cold = 0;
	const json_t *node;
	size_t i;

	json_array_foreach(nodes, i, node) {
		double got = sum(json_object_get(node, "got"), 0, BINS);

		if (number(node, "node") == 1)
			hot += got;
		else
			cold += got / 3;
	}
	printf("  hot:1: %.1f times a cold node's rate\n",
	       cold > 0 ? hot / cold : 0);
	CHECK_EQ(seen->t, json_array_size(nodes), 4);
	CHECK(seen->t, hot > 3 * cold);
	seen->shapes++;
}

static void check_load(struct seen *seen, const struct record *r)
{
	const json_t *load = json_object_get(r->detail, "load"), *node;
	size_t i;

	CHECK_EQ(seen->t, json_array_size(json_object_get(load,
		 "buffer_nodes")), 2);
	json_array_foreach(json_object_get(load, "buffer_nodes"), i, node)
		CHECK_EQ(seen->t, json_integer_value(node), 2);
	CHECK(seen->t, number(load, "bytes_per_s") > 0);
	CHECK(seen->t, r->reference);
	CHECK(seen->t, json_object_get(json_object_get(json_object_get(
	      r->reference, "thread"), "0"), "histogram"));
	seen->loads++;
}

static int look(void *ctx, const struct store_entry *e)
{
	struct seen *seen = ctx;
	struct check *t = seen->t;

	printf("%s %s: %s %s\n", e->section, e->cell, e->status,
	       e->why ? e->why : "");
	if (!strncmp(e->section, "lacks", 5)) {
		CHECK(t, !strcmp(e->status, "skipped") && *e->why);
		seen->skipped++;
		return 0;
	}
	/* Without rt-tests on the host there is no reference. */
	if (!strcmp(e->section, "load") && !strcmp(e->status, "skipped"))
		return 0;
	CHECK(t, e->measured);
	if (!e->measured)
		return 0;
	seen->measured++;
	CHECK_EQ(t, e->record.bad_records, 0);
	CHECK(t, number(json_object_get(e->record.detail, "cost"),
			"looks") > 0);
	if (!strcmp(e->section, "places") || !strcmp(e->section, "all"))
		check_places(seen, &e->record);
	if (!strcmp(e->section, "shape"))
		check_shape(seen, &e->record);
	if (!strcmp(e->section, "hot"))
		check_hot(seen, &e->record);
	if (!strcmp(e->section, "load"))
		check_load(seen, &e->record);
	return 0;
}

int main(void)
{
	static const char *const options[] = {
		"--seed=20261124", "--guest-numa=4x2", NULL
	};
	char *dir, *path, *cyclictest = program_find("cyclictest");
	struct check t = { 0 };
	struct seen seen = { .t = &t };
	struct err err;
	bool torn;

	if (!guests_possible())
		return CHECK_SKIP;
	dir = fixture_dir();
	path = xasprintf("%s/run/store.jsonl", dir);
	/* Skipped cells are no error. */
	guests_run_matrix(&t, dir, SRCDIR "/tests/guest/numa.job", options);
	if (store_each(path, &torn, look, &seen, &err)) {
		printf("%s\n", err.text);
		CHECK(&t, !"the store can be read");
	}
	CHECK_EQ(&t, seen.places, 4 * 2 * 3 + 4);
	CHECK_EQ(&t, seen.skipped, 2);
	CHECK_EQ(&t, seen.shapes, 3);
	CHECK_EQ(&t, seen.loads, cyclictest != NULL);
	free(cyclictest);
	free(path);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
