/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_EVENT_PREFLIGHT_H
#define AUX_STRESS_EVENT_PREFLIGHT_H

#include "lib/err.h"
#include "stress/event/pmu.h"

/*
 * Whether this machine can measure with a PMU, and in plain words what is
 * missing if not: no PMU, no rights, no module, no headers for it, a kernel
 * that is too old or locked down.
 */
struct preflight {
	const char *root;	/* "" or a recorded tree of /sys, /proc ... */
	const char *release;	/* of the kernel, as from uname() */
	/* Loads a module; 0 or -errno.  NULL: nothing is to be loaded. */
	int (*load)(const char *path);
};

/* This machine; loads with finit_module() when @may_load. */
void preflight_init(struct preflight *preflight, int may_load,
		    char release[65]);

/*
 * @module: auxsynth.ko to load if it is auxsynth that is asked for and not
 * there, or NULL.  -ENODEV, -EPERM, -ENOTSUP ... with what is missing.
 */
int preflight_pmu(const struct preflight *preflight, const char *pmu,
		  const char *module, struct err *err);

/* Why perf_event_open() said @code (positive) for this PMU; returns -code. */
int preflight_explain_open(const struct preflight *preflight,
			   const struct pmu *pmu, int code, struct err *err);

/*
 * The release that a module was built for (its vermagic's first word), or
 * -ENOENT, -EINVAL when it is no module.
 */
int module_release(const char *path, char *release, size_t size);

#endif
