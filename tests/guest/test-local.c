// SPDX-License-Identifier: GPL-2.0-only
/*
 * --target=local on a kernel that has the module: a guest in which
 * tests/guest/guest-local measures its own kernel.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/json.h"
#include "lib/record.h"
#include "lib/units.h"
#include "tests/guest/guest.h"

/* Without the driver's word: perf's flags, and the record says so. */
static void look_at_flags(struct check *t, const json_t *json)
{
	const json_t *trace = json_object_get(json_object_get(json, "detail"),
					      "trace");
	struct record *r = calloc(1, sizeof(*r));
	struct err err;

	if (record_from_json(r, json, &err)) {
		printf("flags: %s\n", err.text);
		CHECK(t, !"auxlat's record can be read");
		free(r);
		return;
	}
	printf("fulls %llu, gaps %llu, by %s\n", (unsigned long long)r->fulls,
	       (unsigned long long)r->h.gap.n, r->method);
	CHECK(t, !strcmp(r->method, "flags"));
	CHECK(t, r->fulls > 0 && r->h.gap.n > 0);
	CHECK_EQ(t, r->h.gap.n + r->h.censored.n, r->fulls);
	CHECK(t, json_is_integer(json_object_get(trace, "overflows")));
	record_free(r);
	free(r);
}

static void look(struct check *t, const json_t *json,
		 const struct target_kernel *kernel)
{
	const json_t *target = json_object_get(json, "target");
	struct record *r = calloc(1, sizeof(*r));
	struct err err;

	if (record_from_json(r, json, &err)) {
		printf("%s\n", err.text);
		CHECK(t, !"the record can be read");
		free(r);
		return;
	}
	printf("fulls %llu, gaps %llu, by %s\n", (unsigned long long)r->fulls,
	       (unsigned long long)r->h.gap.n, r->method);
	CHECK(t, r->fulls > 0);
	CHECK(t, !strcmp(r->method, "driver"));
	CHECK_EQ(t, r->h.gap.n + r->h.censored.n, r->fulls);
	CHECK(t, !strcmp(json_text(target, "kind"), "local"));
	CHECK(t, !strcmp(json_text(target, "release"), kernel->release));
	CHECK(t, *json_text(target, "machine") && *json_text(target, "cpu"));
	CHECK(t, *json_text(json_object_get(target, "agent"), "boot_id"));
	CHECK_EQ(t, json_array_size(json_object_get(json, "bad")), 0);
	look_at_flags(t, json_object_get(json, "flags"));
	record_free(r);
	free(r);
}

static void run(struct check *t, struct target *target,
		const struct target_kernel *kernel, const char *console)
{
	json_t *answer = NULL;
	struct cell cell;
	struct err err;

	if (target->ops->start(target, kernel, console, &err) != STATUS_OK) {
		printf("boot: %s\n", err.text);
		CHECK(t, !"the guest boots");
		return;
	}
	cell_init(&cell);
	cell.duration = NSEC_PER_SEC;
	if (target->ops->run(target, 1, &cell, 120 * NSEC_PER_SEC, &answer,
			     &err) != STATUS_OK) {
		printf("run: %s\n", err.text);
		CHECK(t, !"the guest measures itself");
	} else {
		look(t, json_object_get(answer, "record"), kernel);
		json_decref(answer);
	}
	/* A real PMU there is none of, and that is said. */
	strcpy(cell.pmu, "intel_pt");
	CHECK_EQ(t, target->ops->run(target, 2, &cell, 120 * NSEC_PER_SEC,
				     &answer, &err), STATUS_ERROR);
	printf("%s\n", err.text);
	CHECK(t, strstr(err.text, "no PMU 'intel_pt'"));
	target->ops->stop(target);
}

int main(void)
{
	static const char *const programs[] = {
		"agent", "auxlat", NULL
	};
	struct guest_config config = {
		.target = {
			.agent = BUILDDIR "/tests/guest/guest-local",
			.stop_fd = -1,
		},
		.shape = { .arch = arch_here,
			   .nodes = 1, .cpus = 2, .memory = 512 << 20,
			   .accel = "auto" },
		.programs = programs,
	};
	char *path = xasprintf(BUILDDIR "/stress:%s", getenv("PATH"));

	setenv("PATH", path, 1);
	free(path);
	return guests_boot(&config, "guest", run);
}
