// SPDX-License-Identifier: GPL-2.0-only
/* Placement on topologies this machine does not have; PMUs in a made sysfs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stress/place/placement.h"
#include "stress/event/pmu.h"
#include "tests/check.h"
#include "tests/fixture.h"

static void places(struct check *t)
{
	const char *two = "numa:2 core:2 pu:1", *one = "numa:1 core:1 pu:1";
	struct places p;
	struct err err;
	int i;

	CHECK(t, !placement_choose(&p, PLACE_SAME_NODE, 0, two, &err));
	CHECK_EQ(t, p.n, 1);
	CHECK(t, p.place[0].tracee_node == p.place[0].tracer_node &&
	      p.place[0].tracee_cpu != p.place[0].tracer_cpu);
	CHECK(t, !CPU_ISSET(p.place[0].tracer_cpu, &p.place[0].tracee_cpus));
	CHECK_EQ(t, CPU_COUNT(&p.place[0].tracee_cpus), 3);
	placement_free(&p);

	CHECK(t, !placement_choose(&p, PLACE_OTHER_NODE, 0, two, &err));
	CHECK(t, p.place[0].tracee_node != p.place[0].tracer_node);
	placement_free(&p);

	CHECK(t, !placement_choose(&p, PLACE_ALL_NODES, 0,
				   "numa:4 core:16 pu:2", &err));
	CHECK_EQ(t, p.n, 4);
	for (i = 0; i < p.n; i++)
		CHECK(t, p.place[i].tracee_node == i &&
		      p.place[i].tracer_node == i);
	placement_free(&p);

	CHECK_EQ(t, placement_choose(&p, PLACE_OTHER_NODE, 0, one, &err),
		 -PLACEMENT_SKIP);
	CHECK(t, strstr(err.text, "one NUMA node"));
	/* One CPU: both on it, rather than nothing. */
	CHECK(t, !placement_choose(&p, PLACE_SAME_NODE, 0, one, &err));
	CHECK_EQ(t, p.place[0].tracee_cpu, p.place[0].tracer_cpu);
	placement_free(&p);
	CHECK_EQ(t, placement_choose(&p, PLACE_SAME_NODE, 0, "junk", &err),
		 -EINVAL);
}

static void pmus(struct check *t)
{
	struct perf_event_attr attr = { 0 };
	char *root = fixture_dir();
	struct pmu pmu;
	struct err err;

	fixture_put(root, "x/type", "42\n");
	fixture_put(root, "x/format/a", "config1:0-3,8-11\n");
	fixture_put(root, "x/format/b", "config9:0-3\n");

	CHECK(t, !pmu_find(&pmu, root, "x", &err) && pmu.type == 42);
	CHECK_EQ(t, pmu_find(&pmu, root, "y", &err), -ENOENT);
	CHECK(t, strstr(err.text, " x"));
	pmu_find(&pmu, root, "x", &err);
	CHECK(t, pmu_has(&pmu, "a") && !pmu_has(&pmu, "c"));
	CHECK(t, !pmu_set(&pmu, &attr, "a", 0xab, &err));
	CHECK_EQ(t, attr.config1, 0xa0b);
	CHECK_EQ(t, pmu_set(&pmu, &attr, "a", 0x100, &err), -ERANGE);
	CHECK_EQ(t, pmu_set(&pmu, &attr, "b", 1, &err), -EINVAL);
	CHECK_EQ(t, pmu_set(&pmu, &attr, "c", 1, &err), -ENOENT);
	dir_remove(root, &err);
	free(root);
}

int main(void)
{
	struct check t = { 0 };

	places(&t);
	pmus(&t);
	return check_end(&t);
}
