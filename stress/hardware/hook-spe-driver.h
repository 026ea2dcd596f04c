/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before the first line of drivers/perf/arm_spe_pmu.c (gcc -include),
 * for this one object: the driver's file stays as it is, and sees a modelled
 * SPE instead of system registers.  It comes to life with its device, which no
 * guest has, until a module makes one.
 */
#ifndef AUX_HARDWARE_HOOK_SPE_DRIVER_H
#define AUX_HARDWARE_HOOK_SPE_DRIVER_H

/* All that arm_spe_pmu.c includes of the kernel's, before names change. */
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/capability.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/perf_event.h>
#include <linux/perf/arm_pmu.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>
#include <asm/barrier.h>
#include <asm/cpufeature.h>
#include <asm/mmu.h>
#include <asm/sysreg.h>

#include "hook-ppi.h"

struct ppi_hook aux_hook_spe;
EXPORT_SYMBOL_GPL(aux_hook_spe);

#define HOOK aux_hook_spe
#include "hook-ppi-driver.h"

#undef pr_fmt
#endif
