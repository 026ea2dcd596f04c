/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included by the hook of a driver that interrupts by a PPI (hook-ppi.h), which
 * has HOOK and all that the driver includes of the kernel's.
 */
#ifndef AUX_HARDWARE_HOOK_PPI_DRIVER_H
#define AUX_HARDWARE_HOOK_PPI_DRIVER_H

static irqreturn_t hook_interrupt(int irq, void *dev)
{
	irqreturn_t ret;

	HOOK.ops->enter();
	ret = HOOK.handler(irq, dev);
	HOOK.ops->leave();
	return ret;
}

/* The driver's handler is called by ours. */
static inline irq_handler_t hook_handler(unsigned int irq,
					 irq_handler_t handler)
{
	HOOK.irq = irq;
	HOOK.handler = handler;
	return hook_interrupt;
}

#define HOOK_OPS HOOK.ops
#include "hook-perf-driver.h"

/* What the driver sees from here on. */
#undef read_sysreg_s
#undef write_sysreg_s
#define read_sysreg_s(reg) HOOK.ops->read(reg)
#define write_sysreg_s(value, reg) HOOK.ops->write(reg, value)
#define request_percpu_irq(irq, handler, name, dev)			\
	request_percpu_irq(irq, hook_handler(irq, handler), name, dev)
#define request_percpu_irq_affinity(irq, handler, name, mask, dev)	\
	request_percpu_irq_affinity(irq, hook_handler(irq, handler), name, \
				    mask, dev)
/* The model writes with the kernel's own tables, whatever EL0 has in its. */
#define arm64_kernel_unmapped_at_el0() false

#endif
