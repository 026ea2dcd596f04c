/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_KVM_H
#define AUX_BENCH_TARGET_KVM_H

#include "lib/err.h"

/* What can be known of this machine's KVM before a guest is run. */

/*
 * 0: @path (/dev/kvm) makes virtual machines for us, which is not yet to run
 * them.  -ENOTSUP: there is none; -EACCES: not for us; else what the kernel
 * said.
 */
int kvm_check(const char *path, struct err *err);

/*
 * Without nested paging KVM keeps page tables of its own for the guest, and
 * every change of the guest's leaves it: it runs, but its times are others.
 * The module's parameter that says so below @modules (/sys/module), as
 * "kvm_amd.npt=N", caller frees; NULL: nested paging is on, or unknown.
 */
char *kvm_shadow_paging(const char *modules);

#endif
