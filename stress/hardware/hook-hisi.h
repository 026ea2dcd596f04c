/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest's kernel has in it for a modelled PCIe Tune and Trace device,
 * and the module that models it finds by the name aux_hook_hisi.
 */
#ifndef AUX_HARDWARE_HOOK_HISI_H
#define AUX_HARDWARE_HOOK_HISI_H

#include <linux/interrupt.h>
#include <linux/pci.h>
#include <linux/types.h>

#include "hook-perf.h"

/* The device, instead of one on a bus. */
struct hisi_hook_ops {
	u32 (*read)(u32 reg);
	void (*write)(u32 reg, u32 value);
	/* The driver is about to register its PMU. */
	void (*pmu)(struct pmu *pmu);
	/* Around the driver's calls into perf core. */
	const struct hook_perf *perf;
};

struct hisi_hook {
	/* Set before @probe is called, and so before the driver calls one. */
	const struct hisi_hook_ops *ops;
	/* The driver's, for a device that it is to take for its own. */
	int (*probe)(struct pci_dev *device, const struct pci_device_id *id);
	irq_handler_t handler;	/* what the driver has asked for, */
	void *context;		/* and with it */
};

extern struct hisi_hook aux_hook_hisi;

#endif
