/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_TARGET_MACHINE_H
#define AUX_BENCH_TARGET_MACHINE_H

#include <stdint.h>

#include "bench/target/child.h"
#include "bench/target/talk.h"
#include "bench/target/target.h"

/*
 * Targets that measure a kernel which runs already: this machine's, or
 * another's over ssh.  Nothing is built or booted; a start is a new agent.
 */
struct machine_config {
	const char *agent;	/* the program */
	const char *module;	/* auxsynth.ko for it, or NULL */
	/* PMUs that the cells will ask for, NULL-ended. */
	const char *const *pmus;
	const char *host;	/* of ssh; NULL: this machine */
	const char *ssh;	/* the command, words between blanks */
	int stop_fd;
	/* About once a second while a cell runs; may be NULL. */
	void (*progress)(void *ctx, uint64_t fulls, uint64_t hangs);
	void *ctx;
	/* Deadlines in ns; 0: the default. */
	uint64_t start_timeout;	/* until the agent has said hello */
	uint64_t silence;	/* between two lines of the agent */
	uint64_t shutdown;
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

/* What the two share; local.c and ssh.c only. */
struct machine {
	struct target target;
	struct machine_config config;
	struct machine_kernel kernel;
	struct child child;
	struct talk talk;
	bool lost;		/* it is of no use to ask it to end */
	json_t *hello;
	/*
	 * Makes ready what a start needs and returns what to run: a
	 * NULL-ended list that the machine keeps.
	 */
	int (*connect)(struct machine *machine, const char *const **argv,
		       struct err *err);
	/* Path of the module there; NULL when there is none. */
	const char *(*module)(struct machine *machine);
	void (*free)(struct machine *machine);
};

void machine_init(struct machine *machine,
		  const struct machine_config *config,
		  const struct target_ops *ops);
enum target_status machine_start(struct target *target,
				 const struct kernel *kernel,
				 const char *console, struct err *err);
enum target_status machine_run(struct target *target, int id,
			       const struct cell *cell, uint64_t timeout_ns,
			       json_t **answer, struct err *err);
void machine_stop(struct target *target);
json_t *machine_describe(struct target *target);
json_t *machine_bad_lines(struct target *target);
json_t *machine_warnings(struct target *target);
void machine_free(struct target *target);

#endif
