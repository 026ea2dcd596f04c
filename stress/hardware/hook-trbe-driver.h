/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before the first line of drivers/hwtracing/coresight/coresight-trbe.c
 * (gcc -include), for this one object: the driver's file stays as it is, and sees
 * a modelled Trace Buffer Extension instead of system registers.  It comes to
 * life with its device, which no guest has, until a module makes one.
 */
#ifndef AUX_HARDWARE_HOOK_TRBE_DRIVER_H
#define AUX_HARDWARE_HOOK_TRBE_DRIVER_H

/* All that coresight-trbe.c includes of the kernel's, before names change. */
#include <linux/acpi.h>
#include <linux/amba/bus.h>
#include <linux/bitops.h>
#include <linux/coresight.h>
#include <linux/device.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/kvm_host.h>
#include <linux/of.h>
#include <linux/percpu-defs.h>
#include <linux/perf/arm_pmu.h>
#include <linux/perf_event.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>
#include <asm/barrier.h>
#include <asm/cpufeature.h>
#include <asm/mmu.h>
#include <asm/sysreg.h>

#include "hook-ppi.h"

struct ppi_hook aux_hook_trbe;
EXPORT_SYMBOL_GPL(aux_hook_trbe);

#define HOOK aux_hook_trbe
#include "hook-ppi-driver.h"

#undef pr_fmt
#endif
