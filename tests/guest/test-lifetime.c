// SPDX-License-Identifier: GPL-2.0-only
/* Boots a kernel and takes things away from under auxsynth in it. */
#include <stdio.h>

#include "lib/units.h"
#include "tests/guest/guest.h"

static void print_list(const char *what, const json_t *list)
{
	const json_t *line;
	size_t i;

	json_array_foreach(list, i, line)
		printf("%s: %s\n", what, json_string_value(line));
}

static void run(struct check *t, struct target *target,
		const struct target_kernel *kernel, const char *console)
{
	json_t *answer = NULL, *done, *failed, *bad;
	struct cell cell;
	struct err err;

	if (target->ops->start(target, kernel, console, &err) != STATUS_OK) {
		printf("boot: %s\n", err.text);
		CHECK(t, !"the guest boots");
		return;
	}
	cell_init(&cell);
	if (target->ops->run(target, 1, &cell, 300 * NSEC_PER_SEC, &answer,
			     &err) != STATUS_OK) {
		printf("run: %s\n", err.text);
		CHECK(t, !"the guest answers");
	} else {
		done = json_object_get(json_object_get(answer, "record"),
				       "done");
		failed = json_object_get(json_object_get(answer, "record"),
					 "failed");
		print_list("good", done);
		print_list("FAILED", failed);
		CHECK(t, json_array_size(done) > 20);
		CHECK_EQ(t, json_array_size(failed), 0);
		json_decref(answer);
	}
	bad = target->ops->bad_lines(target);
	print_list("console", bad);
	CHECK_EQ(t, json_array_size(bad), 0);
	json_decref(bad);
	target->ops->stop(target);
}

/* [KCONFIG], default guest: debug and rt are what check-kernels asks for. */
int main(int argc, char **argv)
{
	static const char *const no_programs[] = { NULL };
	struct guest_config config = {
		.target = {
			.agent = BUILDDIR "/tests/guest/guest-lifetime",
			.stop_fd = -1,
		},
		.shape = { .arch = arch_here,
			   .nodes = 2, .cpus = 4, .memory = 1ull << 30,
			   .accel = "auto" },
		.programs = no_programs,
	};

	return guests_boot(&config, argc > 1 ? argv[1] : "guest", run);
}
