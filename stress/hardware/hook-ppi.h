/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest's kernel has in it for modelled hardware of a CPU's own, which
 * is reached by system registers and interrupts by a PPI.  The module that models
 * it finds it by its name, aux_hook_....
 */
#ifndef AUX_HARDWARE_HOOK_PPI_H
#define AUX_HARDWARE_HOOK_PPI_H

#include <linux/interrupt.h>
#include <linux/types.h>

#include "hook-perf.h"

/* The hardware, instead of this CPU's. */
struct ppi_hook_ops {
	u64 (*read)(u32 sysreg);
	void (*write)(u32 sysreg, u64 value);
	/* The driver is about to register its PMU. */
	void (*pmu)(struct pmu *pmu);
	/* Around the driver's interrupt handler. */
	void (*enter)(void);
	void (*leave)(void);
	/* Around the driver's calls into perf core. */
	const struct hook_perf *perf;
};

struct ppi_hook {
	/* Set before there is a device, and so before the driver calls one. */
	const struct ppi_hook_ops *ops;
	unsigned int irq;		/* what the driver has asked for */
	irq_handler_t handler;
	struct pmu *pmu;		/* registered before there was a model */
};

extern struct ppi_hook aux_hook_spe, aux_hook_trbe;

#endif
