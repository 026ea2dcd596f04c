/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_QEMU_H
#define AUX_BENCH_TARGET_QEMU_H

#include "lib/err.h"
#include "lib/shape.h"

struct qemu_args {
	/* 8 for each node, 2 for each distance. */
	char *argv[64 + 8 * GUEST_NODES_MAX +
		   2 * GUEST_NODES_MAX * GUEST_NODES_MAX];		/* NULL-ended; qemu_args_free() */
	int count;
};

/*
 * The command line of a guest.  Its console is QEMU's stdout; @channel_fd is
 * the socket that becomes its channel (lib/arch.h).  @accel: "kvm" or "tcg".
 */
void qemu_args_make(struct qemu_args *args, const struct guest_shape *shape,
		    const char *accel, const char *image,
		    const char *initramfs, int channel_fd);
void qemu_args_free(struct qemu_args *args);

/* "7.2.22 (Debian ...)"; -ENOENT when QEMU is not installed.  Caller frees. */
int qemu_version(const struct arch *arch, char **version, int stop_fd,
		 struct err *err);

/* The CPU model that goes with an accelerator. */
const char *qemu_cpu(const struct arch *arch, const char *accel);

#endif
