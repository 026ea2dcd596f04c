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

#include "hook-spe.h"

struct spe_hook aux_hook_spe;
EXPORT_SYMBOL_GPL(aux_hook_spe);

static irqreturn_t hook_interrupt(int irq, void *dev)
{
	irqreturn_t ret;

	aux_hook_spe.ops->enter();
	ret = aux_hook_spe.handler(irq, dev);
	aux_hook_spe.ops->leave();
	return ret;
}

/* The driver's handler is called by ours. */
static inline irq_handler_t hook_handler(unsigned int irq,
					 irq_handler_t handler)
{
	aux_hook_spe.irq = irq;
	aux_hook_spe.handler = handler;
	return hook_interrupt;
}

#define HOOK_OPS aux_hook_spe.ops
#include "hook-perf-driver.h"

/* What the driver sees from here on. */
#undef read_sysreg_s
#undef write_sysreg_s
#define read_sysreg_s(reg) aux_hook_spe.ops->read(reg)
#define write_sysreg_s(value, reg) aux_hook_spe.ops->write(reg, value)
#define request_percpu_irq(irq, handler, name, dev)			\
	request_percpu_irq(irq, hook_handler(irq, handler), name, dev)
#define request_percpu_irq_affinity(irq, handler, name, mask, dev)	\
	request_percpu_irq_affinity(irq, hook_handler(irq, handler), name, \
				    mask, dev)
/* The model writes with the kernel's own tables, whatever EL0 has in its. */
#define arm64_kernel_unmapped_at_el0() false

#undef pr_fmt
#endif
