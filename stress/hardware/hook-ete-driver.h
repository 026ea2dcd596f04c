/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before the first line of
 * drivers/hwtracing/coresight/coresight-etm4x-core.c (gcc -include), for this one
 * object: the driver's file stays as it is, and sees a modelled Embedded Trace
 * Extension instead of system registers.  Its devices have no node in the machine's
 * tree of devices: the CPU that one is of is its number, and it has no other
 * connections than that to the CPU's own trace buffer.
 */
#ifndef AUX_HARDWARE_HOOK_ETE_DRIVER_H
#define AUX_HARDWARE_HOOK_ETE_DRIVER_H

/* All that coresight-etm4x-core.c includes of the kernel's, before names change. */
#include <linux/acpi.h>
#include <linux/amba/bus.h>
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/clk.h>
#include <linux/clk/clk-conf.h>
#include <linux/configfs.h>
#include <linux/const.h>
#include <linux/coresight-pmu.h>
#include <linux/coresight.h>
#include <linux/cpu.h>
#include <linux/cpu_pm.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/kvm_host.h>
#include <linux/moduleparam.h>
#include <linux/perf/arm_pmu.h>
#include <linux/perf_event.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/property.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/stat.h>
#include <linux/sysfs.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <asm/barrier.h>
#include <asm/local.h>
#include <asm/sections.h>
#include <asm/sysreg.h>
#include <asm/virt.h>

#include "hook-ppi.h"

static inline int hook_cpu(struct device *device)
{
	return to_platform_device(device)->id;
}

static inline struct coresight_platform_data *
hook_connections(struct device *device)
{
	void *none = devm_kzalloc(device, sizeof(struct coresight_platform_data),
				  GFP_KERNEL);

	return none ?: ERR_PTR(-ENOMEM);
}

/* What the driver sees from here on. */
#undef read_sysreg_s
#undef write_sysreg_s
#undef read_sysreg
#define read_sysreg_s(reg) aux_hook_trbe.ops->read(reg)
#define write_sysreg_s(value, reg) aux_hook_trbe.ops->write(reg, value)
/* It reads one by name. */
#define read_sysreg(name) hook_read_##name()
#define hook_read_id_aa64dfr0_el1() read_sysreg_s(SYS_ID_AA64DFR0_EL1)
#define coresight_get_cpu(device) hook_cpu(device)
#define coresight_get_platform_data(device) hook_connections(device)

#endif
