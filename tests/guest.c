// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/initramfs.h"
#include "bench/qemu.h"
#include "kconfigs/kernel.h"

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
