/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_ARCH_H
#define AUX_LIB_ARCH_H

/* A file of a driver over hardware in software. */
struct arch_file {
	const char *source;	/* in the tree */
	const char *object;	/* in the words of the kernel's makefiles */
	/* What of stress/hardware/ is included before its first line. */
	const char *hook;
};

#define ARCH_FILES_MAX 3	/* of a driver's, */
#define ARCH_HOOKS_MAX 5	/* of all of an architecture's */

/* A driver of the kernel's over hardware in software. */
struct arch_driver {
	const char *pmu;	/* its PMU in sysfs */
	struct arch_file files[ARCH_FILES_MAX + 1];	/* NULL-ended */
};

/*
 * Guests are of the host's own architecture, unless another one is asked for
 * (guest_arch): then kernel and agent are cross-compiled, and QEMU emulates.
 * What differs from one to another is here and in kconfigs/arch/.
 */
struct arch {
	const char *name;	/* of arch/NAME and kconfigs/arch/NAME.config */
	const char *make;	/* the kernel makefiles' ARCH */
	const char *image;	/* what QEMU boots: target, and arch/...: */
	const char *image_path;
	const char *const *sources;	/* folders it needs beside; NULL-ended */
	const char *qemu, *qemu_package;
	const char *machine;	/* QEMU's */
	const char *tcg_cpu;
	const char *kernel_args;
	const char *channel;	/* the guest's device for cells and records */
	/* Its QEMU device; NULL: the machine's second serial port. */
	const char *channel_device;
	unsigned int last_cpu_id;	/* that a CPU can have; 0: any */
	/* Those whose hardware can be modelled; ended by one without PMU. */
	const struct arch_driver *drivers;
	/*
	 * Its cross compiler's prefix, and Debian's folder of its libraries;
	 * NULL: guests of it run on hosts of it only.
	 */
	const char *triplet;
	const char *packages;	/* for both, and for what the agent links */
};

/* The host's; NULL where there are no guests: other targets do. */
extern const struct arch *const arch_here;

/* The driver of that PMU; NULL: its hardware is not modelled. */
const struct arch_driver *arch_driver(const struct arch *arch,
				      const char *pmu);

/* Whose guests have that driver; NULL: none's. */
const struct arch *arch_of_driver(const char *pmu);

/* NULL: there is none of that name. */
const struct arch *arch_find(const char *name);

/* "gcc", or the cross compiler's name for it; caller frees. */
char *arch_tool(const struct arch *arch, const char *tool);

#endif
