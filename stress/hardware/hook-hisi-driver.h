/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before the first line of drivers/hwtracing/ptt/hisi_ptt.c (gcc
 * -include), for this one object: the driver's file stays as it is, and sees a
 * modelled device instead of a PCI one.  It is not told of any device on the bus;
 * the module calls its probe().
 */
#ifndef AUX_HARDWARE_HOOK_HISI_DRIVER_H
#define AUX_HARDWARE_HOOK_HISI_DRIVER_H

/* All that hisi_ptt.c includes of the kernel's, before names change. */
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/iopoll.h>
#include <linux/kfifo.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/perf_event.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>
#include <linux/types.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "hook-hisi.h"

struct hisi_hook aux_hook_hisi;
EXPORT_SYMBOL_GPL(aux_hook_hisi);

/* BAR 2; only its address matters. */
static u8 hook_bar[4096];
static void __iomem *const hook_bars[] = {
	NULL, NULL, (void __iomem *)hook_bar
};

static struct pci_bus hook_bus;

static inline u32 hook_read(const void __iomem *address)
{
	return aux_hook_hisi.ops->read((const u8 *)address - hook_bar);
}

static inline void hook_write(u32 value, void __iomem *address)
{
	aux_hook_hisi.ops->write((u8 *)address - hook_bar, value);
}

/* What DMA goes to is the kernel's own memory, by its own addresses. */
static inline void *hook_alloc(size_t size, dma_addr_t *address)
{
	void *memory = vzalloc(size);

	*address = (unsigned long)memory;
	return memory;
}

static inline int hook_interrupt(irq_handler_t handler, void *context)
{
	aux_hook_hisi.handler = handler;
	aux_hook_hisi.context = context;
	return 0;
}

static inline int hook_driver(const struct pci_driver *driver)
{
	aux_hook_hisi.probe = driver->probe;
	return 0;
}

#define HOOK_OPS aux_hook_hisi.ops
#include "hook-perf-driver.h"

/* What the driver sees from here on: registers, */
#undef readl
#undef writel
#define readl(address) hook_read(address)
#define writel(value, address) hook_write(value, address)
/* a device that is enabled, reaches all memory and has its interrupt, */
#define iommu_get_domain_for_dev(device) NULL
#define pcim_enable_device(device) 0
#define pcim_iomap_regions(device, bars, name) 0
#define pcim_iomap_table(device) hook_bars
#define dma_set_coherent_mask(device, mask) 0
#define dmam_alloc_coherent(device, size, address, gfp) \
	hook_alloc(size, address)
#define pci_set_master(device) do { } while (0)
#define pci_alloc_irq_vectors(device, least, most, flags) 1
#define pci_free_irq_vectors(device) do { } while (0)
#define pci_irq_vector(device, nr) 0
#define devm_request_irq(device, irq, handler, flags, name, context)	\
	hook_interrupt(handler, context)
/* which comes on the CPU that switches the device on, */
#define irq_set_affinity(irq, mask) 0
/* on node 0, with itself as the one root port to be traced, */
#define dev_to_node(device) ((void)(device), 0)
#define pci_find_bus(domain, nr) (&hook_bus)
#define pci_walk_bus(bus, fn, data) fn((data)->pdev, data)
#define pcie_find_root_port(device) (device)
#define pci_pcie_type(device) PCI_EXP_TYPE_ROOT_PORT
/* that no bus has. */
#undef pci_register_driver
#define pci_register_driver(driver) hook_driver(driver)
#define pci_unregister_driver(driver) do { } while (0)

#endif
