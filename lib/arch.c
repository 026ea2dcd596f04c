// SPDX-License-Identifier: GPL-2.0-only
#include "lib/arch.h"

#include <stddef.h>
#include <string.h>

#include "lib/file.h"

static const char *const x86_sources[] = { NULL };

static const struct arch_driver x86_drivers[] = {
	{ "intel_pt", {
		{ "arch/x86/events/intel/pt.c", "pt.o", "hook-pt-driver.h" },
	} },
	{ "intel_bts", {
		{ "arch/x86/events/intel/bts.c", "bts.o", "hook-bts-driver.h" },
	} },
	{ NULL }
};

/*
 * The machine: pc and q35 boot equally fast; pc has less to probe.
 *
 * The CPU: Intel's vendor, because perf asks for it before it decodes BTS.
 * Family 6, model 15 (Core 2), because the kernel knows its TSC to be constant:
 * for TCG's own model it calibrates the delay loop of each CPU, which fails on
 * a loaded host and makes every udelay() on that CPU wrong.  No fast string
 * moves: TCG does them byte by byte, and libc and kernel would use them for
 * every copy (a tenth of the bandwidth).
 *
 * tsc=reliable: under TCG the TSC is the host's clock, but the kernel's own
 * watchdog would doubt it on a loaded host and leave high-resolution mode.
 *
 * CPU ids: the local APIC's, of 8 bits; 255 is for all of them.  Larger ones
 * need an x2APIC.
 */
static const struct arch x86 = {
	.name = "x86",
	.make = "x86_64",
	.image = "vmlinux",
	.image_path = "vmlinux",
	.sources = x86_sources,
	.qemu = "qemu-system-x86_64",
	.qemu_package = "qemu-system-x86",
	.machine = "pc",
	.tcg_cpu = "max,vendor=GenuineIntel,family=6,model=15,stepping=1,-erms,-fsrm",
	.kernel_args = "console=ttyS0 tsc=reliable",
	.channel = "/dev/ttyS1",
	.last_cpu_id = 254,
	.drivers = x86_drivers,
};

static const char *const arm64_sources[] = {
	/* Clocks and resets it selects; scripts/checksyscalls.sh. */
	"drivers/clk/", "drivers/power/", "arch/x86/entry/syscalls/", NULL
};

#define CORESIGHT "drivers/hwtracing/coresight/coresight-"

static const struct arch_driver arm64_drivers[] = {
	{ "arm_spe_0", {
		{ "drivers/perf/arm_spe_pmu.c", "arm_spe_pmu.o",
		  "hook-spe-driver.h" },
	} },
	{ "hisi_ptt0_0", {
		{ "drivers/hwtracing/ptt/hisi_ptt.c", "hisi_ptt.o",
		  "hook-hisi-driver.h" },
	} },
	/* TRBE, ETE, and what joins them to perf core. */
	{ "cs_etm", {
		{ CORESIGHT "trbe.c", "coresight-trbe.o",
		  "hook-trbe-driver.h" },
		{ CORESIGHT "etm4x-core.c", "coresight-etm4x-core.o",
		  "hook-ete-driver.h" },
		{ CORESIGHT "etm-perf.c", "coresight-etm-perf.o",
		  "hook-etm-perf-driver.h" },
	} },
	{ NULL }
};

/*
 * The machine has one serial port that is not the secure world's, so the
 * channel's is a PCI device.  The CPU: one without pointer authentication,
 * which TCG computes in software.
 */
static const struct arch arm64 = {
	.name = "arm64",
	.make = "arm64",
	.image = "Image",
	.image_path = "arch/arm64/boot/Image",
	.sources = arm64_sources,
	.qemu = "qemu-system-aarch64",
	.qemu_package = "qemu-system-arm",
	.machine = "virt,gic-version=max",
	.tcg_cpu = "neoverse-n1",
	.kernel_args = "console=ttyAMA0 earlycon",
	.channel = "/dev/ttyS0",
	.channel_device = "pci-serial",
	.drivers = arm64_drivers,
	.triplet = "aarch64-linux-gnu",
	.packages = "gcc-aarch64-linux-gnu libhwloc-dev:arm64 libjansson-dev:arm64 libnuma-dev:arm64",
};

static const struct arch *const arches[] = { &x86, &arm64 };

#if defined(__x86_64__)
const struct arch *const arch_here = &x86;
#elif defined(__aarch64__)
const struct arch *const arch_here = &arm64;
#else
const struct arch *const arch_here = NULL;
#endif

const struct arch *arch_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(arches) / sizeof(arches[0]); i++) {
		if (!strcmp(arches[i]->name, name))
			return arches[i];
	}
	return NULL;
}

const struct arch_driver *arch_driver(const struct arch *arch,
				      const char *pmu)
{
	const struct arch_driver *driver;

	for (driver = arch->drivers; driver->pmu; driver++) {
		if (!strcmp(driver->pmu, pmu))
			return driver;
	}
	return NULL;
}

const struct arch *arch_of_driver(const char *pmu)
{
	size_t i;

	for (i = 0; i < sizeof(arches) / sizeof(arches[0]); i++) {
		if (arch_driver(arches[i], pmu))
			return arches[i];
	}
	return NULL;
}

char *arch_tool(const struct arch *arch, const char *tool)
{
	if (arch == arch_here)
		return xasprintf("%s", tool);
	return xasprintf("%s-%s", arch->triplet, tool);
}
