// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest/guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>

#include "bench/run/preflight.h"
#include "bench/target/initramfs.h"
#include "kconfigs/build/kernel.h"
#include "lib/arch.h"
#include "lib/file.h"
#include "lib/package.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "tests/fixture.h"

/*
 * Whatever make's -j: two that measure at once would measure each other.  The
 * lock goes when the program ends.
 */
static void wait_for_others(void)
{
	int fd = open(BUILDDIR "/tests/guest/running.lock",
		      O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0 || flock(fd, LOCK_EX))
		perror("tests/guest/running.lock");
}

bool guests_possible(void)
{
	struct kernel_store store = { .stop_fd = -1 };
	char *qemu = arch_here ? program_find(arch_here->qemu) : NULL;
	struct err err;

	if (!qemu) {
		printf("SKIP: no QEMU for guests of this architecture\n");
		return false;
	}
	free(qemu);
	if (kernel_store_init(&store, NULL, &err)) {
		printf("SKIP: %s\n", err.text);
		return false;
	}
	kernel_store_free(&store);
	wait_for_others();
	return true;
}

bool guests_possible_of(const char *arch)
{
	const struct guest_shape shape = { .arch = arch_find(arch) };
	struct err err;

	if (!guests_possible())
		return false;
	if (preflight_guest_arch(&shape, true, &err)) {
		printf("SKIP: %s\n", err.text);
		return false;
	}
	return true;
}

#define OPTIONS_MAX 4

void guests_run_matrix(struct check *t, const char *dir, const char *job,
		       const char *const *options)
{
	char *output = xasprintf("--output=%s/run", dir);
	const char *argv[OPTIONS_MAX + 4] = {
		BUILDDIR "/bench/run-matrix", job, output,
	};
	struct proc proc = { .argv = argv, .in = -1, .out = 1, .errout = 2 };
	struct err err = { "" };
	int ret, i;

	for (i = 0; options[i] && i < OPTIONS_MAX; i++)
		argv[3 + i] = options[i];
	ret = proc_run(&proc, -1, 40 * 60 * NSEC_PER_SEC, &err);
	if (ret)
		printf("%s\n", err.text);
	CHECK_EQ(t, ret, 0);
	free(output);
}

int guests_arm64_main(const char *job,
		      void (*look)(struct check *t, const char *dir))
{
	static const char *const options[] = {
		"--seed=20261126", "--arch=arm64", NULL
	};
	struct check t = { 0 };
	struct err err;
	char *dir;

	if (!guests_possible_of("arm64"))
		return CHECK_SKIP;
	dir = fixture_dir();
	guests_run_matrix(&t, dir, job, options);
	look(&t, dir);
	dir_remove(dir, &err);
	free(dir);
	return check_end(&t);
}

int guests_boot(const struct guest_config *config, const char *kconfig,
		void (*run)(struct check *t, struct target *target,
			    const struct target_kernel *kernel,
			    const char *console))
{
	struct kernel_spec spec = {
		.variant = "baseline", .kconfig = kconfig,
	};
	struct kernel_store store = { .stop_fd = -1 };
	struct check t = { 0 };
	struct target_kernel boots;
	struct kernel kernel;
	struct target *target;
	char *dir, *console;
	struct err err;

	if (!guests_possible())
		return CHECK_SKIP;
	if (kernel_store_init(&store, NULL, &err) ||
	    kernel_get(&store, &spec, &kernel, &err) ||
	    guest_new(&target, config, &err)) {
		printf("%s\n", err.text);
		return 1;
	}
	dir = fixture_dir();
	console = xasprintf("%s/console.log", dir);
	boots = (struct target_kernel) {
		.image = kernel.image, .module = kernel.module,
		.release = kernel.release,
	};
	run(&t, target, &boots, console);
	target->ops->free(target);
	kernel_free(&kernel);
	kernel_store_free(&store);
	free(console);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
