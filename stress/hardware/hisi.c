// SPDX-License-Identifier: GPL-2.0-only
/*
 * A HiSilicon PCIe Tune and Trace device in software under the real driver, which
 * the guest's kernel shows us (hook-hisi.h): one ptt_unit, pmi-cpu.h for what
 * drives it on the CPU whose event is traced, and here what the driver does with
 * it.
 */
#include <linux/module.h>

#include "hardware.h"

#ifdef CONFIG_ARM64
#include <linux/pci.h>

#include "hook-hisi.h"
#include "pmi-cpu.h"
#include "hisi-unit.h"

static struct hisi_hook *hook;
static struct ptt_unit unit;
static struct pmi_cpu ptt_cpu;
static bool told;	/* the stop is marked before the driver makes it */
static bool stopping;

static bool tracing(const struct pmi_cpu *cpu)
{
	return ptt_unit_tracing(&unit);
}

/* It always has a next buffer. */
static bool stopped(const struct pmi_cpu *cpu)
{
	return false;
}

static u64 run(struct pmi_cpu *cpu, u64 bytes)
{
	/*
	 * An interrupt that comes to light now, for the timer was late, would
	 * have come before: the stop was sooner than that.
	 */
	if (stopping)
		bytes = min(bytes, (u64)unit.size - unit.at - PTT_RECORD);
	return ptt_unit_run(&unit, bytes);
}

static u64 room(const struct pmi_cpu *cpu, u64 bytes)
{
	return ptt_unit_room(&unit, max(bytes, (u64)PTT_RECORD));
}

/* It traces no program. */
static void look(struct pmi_cpu *cpu)
{
}

static void interrupt(void)
{
	struct model_handle *h = &ptt_cpu.handle;

	hook->handler(0, hook->context);
	/* It is never switched off where it goes on. */
	h->used = h->open;
	told = false;
}

static const struct pmi_ops pmi_ops = {
	.hardirq = true,
	.tracing = tracing,
	.stopped = stopped,
	.run = run,
	.room = room,
	.look = look,
};

static void switch_on(u32 value)
{
	bool pmi = unit.pmi;

	pmi_cpu_start(&ptt_cpu);
	ptt_unit_write(&unit, PTT_CTRL, value);
	pmi_cpu_started(&ptt_cpu, pmi);
	to_view(ptt_cpu.handle.event)->slot->faults += unit.faults;
	unit.faults = 0;
}

/* Masked in the next moment, an interrupt that is pending never comes. */
static void switch_off(u32 value)
{
	stopping = true;
	pmi_cpu_stop(&ptt_cpu);
	stopping = false;
	ptt_unit_write(&unit, PTT_CTRL, value);
	unit.pmi = false;
	if (!told)
		pmi_cpu_stopped(&ptt_cpu);
}

static void hook_write(u32 reg, u32 value)
{
	bool was = unit.ctrl & PTT_CTRL_EN, is = value & PTT_CTRL_EN;

	if (reg == PTT_CTRL && !was && is && ptt_cpu.handle.event)
		switch_on(value);
	else if (reg == PTT_CTRL && was && !is && ptt_cpu.handle.event)
		switch_off(value);
	else
		ptt_unit_write(&unit, reg, value);
}

static u32 hook_read(u32 reg)
{
	return ptt_unit_read(&unit, reg);
}

static struct model_handle *this_handle(void)
{
	return &ptt_cpu.handle;
}

/* The driver is about to switch it off. */
static void found_full(struct model_handle *handle, struct perf_event *event)
{
	model_stopped(event, ptt_cpu.at, AUXSYNTH_FULL);
	told = true;
}

static struct model_pmu ptt_pmu = {
	.tries_again = true,
	.gives_up = true,
	.handle = this_handle,
	.full = found_full,
};

static void hook_pmu(struct pmu *pmu)
{
	model_pmu_wrap(&ptt_pmu, pmu);
}

static const struct hisi_hook_ops ops = {
	.read = hook_read,
	.write = hook_write,
	.pmu = hook_pmu,
	.perf = &handle_hooks,
};

static void *memory(u64 address)
{
	return (void *)(unsigned long)address;
}

/* The driver is given a device of the guest's that has no driver. */
static int init(void)
{
	struct pci_dev *device = pci_get_domain_bus_and_slot(0, 0, 0);
	u32 id;
	int ret;

	if (!device || device->driver || !hook->probe) {
		pci_dev_put(device);
		return -ENODEV;
	}
	id = pci_dev_id(device);
	unit.memory = memory;
	unit.range = id << 16 | id;
	ptt_cpu.ops = &pmi_ops;
	ptt_cpu.interrupt = interrupt;
	ptt_cpu.pmi = &unit.pmi;
	ptt_cpu.handle.written = &unit.handed;
	pmi_cpu_init(&ptt_cpu);
	hook->ops = &ops;
	ret = hook->probe(device, NULL);
	if (ret)
		pci_dev_put(device);
	return ret;
}

int hardware_hisi_init(void)
{
	int ret;

	hook = symbol_get(aux_hook_hisi);
	if (!hook)
		return -ENOENT;
	ret = hook->ops ? -EBUSY : init();
	if (!ret)
		return model_pmu_keep(&ptt_pmu);
	symbol_put(aux_hook_hisi);
	return ret;
}
#else
int hardware_hisi_init(void)
{
	return -ENOENT;
}
#endif
