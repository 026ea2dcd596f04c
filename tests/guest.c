// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/initramfs.h"
#include "bench/qemu.h"
#include "kconfigs/kernel.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

bool guests_possible(void)
{
	struct kernel_store store = { .stop_fd = -1 };
	char *qemu = program_find(QEMU_PROGRAM);
	struct err err;

	if (!qemu) {
		printf("SKIP: no %s: install qemu-system-x86\n", QEMU_PROGRAM);
		return false;
	}
	free(qemu);
	if (kernel_store_init(&store, NULL, &err)) {
		printf("SKIP: %s\n", err.text);
		return false;
	}
	kernel_store_free(&store);
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
