/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_MACHINE_H
#define AUX_BENCH_TARGET_MACHINE_H

#include "bench/target/agent.h"

/*
 * Targets that measure a kernel which runs already: this machine's, or
 * another's over ssh.  Nothing is built or booted; a start is a new agent.
 */
struct machine_config {
	struct target_config target;
	const char *module;	/* auxsynth.ko for it, or NULL */
	/* PMUs that the cells will ask for, NULL-ended. */
	const char *const *pmus;
	const char *host;	/* of ssh; NULL: this machine */
	const char *ssh;	/* the command, words between blanks */
};

/* The kernel that runs there, as uname() has it. */
struct machine_kernel {
	char release[128];
	char version[256];	/* build number and date */
	char arch[64];
};

/*
 * @config's strings must stay.  @kernel: what runs there; for ssh this is
 * also the first word with the host, so that a wrong name or key shows now.
 */
int local_new(struct target **target, const struct machine_config *config,
	      struct machine_kernel *kernel, struct err *err);
int ssh_new(struct target **target, const struct machine_config *config,
	    struct machine_kernel *kernel, struct err *err);

/* What the two share; machine.c and ssh.c only. */
struct machine {
	struct agent agent;
	struct machine_config config;
	struct machine_kernel kernel;
	/*
	 * Makes ready what a start needs and returns what to run: a
	 * NULL-ended list that the machine keeps.
	 */
	int (*connect)(struct machine *machine, const char *const **argv,
		       struct err *err);
	const char *module;	/* path of the module there; NULL: none */
};

/* In something of @size bytes that begins with it, all zero but for it. */
int machine_new(struct machine **machine, size_t size,
		const struct machine_config *config,
		const struct target_ops *ops, struct err *err);
enum status machine_start(struct target *target,
			  const struct target_kernel *kernel,
			  const char *console, struct err *err);
json_t *machine_describe(struct target *target);

#endif
