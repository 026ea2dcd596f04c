/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_VM_H
#define AUX_BENCH_TARGET_VM_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/target/channel.h"
#include "bench/target/console.h"
#include "bench/job/job.h"
#include "lib/err.h"

/*
 * One QEMU and the three ways to it: its stdout, which is the guest's
 * console; its stderr; and the channel on which cells go in and records come
 * out.  Who waits for one of them takes in all, so that none fills up.
 */
struct vm {
	int stop_fd;
	pid_t pid;		/* 0: not running */
	int con_fd, err_fd;
	bool ended;		/* QEMU has closed its stdout */
	struct console console;	/* opened and closed by the user of the vm */
	struct channel channel;
	char complaint[512];	/* QEMU's last line on stderr */
	uint64_t launched;
};

void vm_init(struct vm *vm, int stop_fd);
void vm_free(struct vm *vm);

int vm_launch(struct vm *vm, const struct guest_shape *shape,
	      const char *accel, const char *image, const char *initramfs,
	      struct err *err);

/*
 * Takes in whatever is there: 0 when something was, -ETIMEDOUT at @deadline,
 * -EINTR when the user wants to stop (unless it is not @stoppable).
 */
int vm_poll(struct vm *vm, uint64_t deadline, bool stoppable);

/*
 * Waits for the agent's next line: 0 and a new reference; -ETIMEDOUT at
 * @deadline, -EINTR when the user wants to stop, -EPIPE when QEMU has ended.
 */
int vm_next(struct vm *vm, uint64_t deadline, json_t **msg);

/* Sends one line; takes @json over.  -EPIPE or -ETIMEDOUT. */
int vm_send(struct vm *vm, json_t *json);

/*
 * Reaps QEMU, by force after @deadline, and says in @how (of @size, may be 0)
 * how it ended, if not well.
 */
void vm_reap(struct vm *vm, uint64_t deadline, char *how, size_t size);

#endif
