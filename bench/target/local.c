// SPDX-License-Identifier: GPL-2.0-only
/* This machine as a target: the agent is a child. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/target/machine.h"

struct local {
	struct machine machine;
	const char *argv[2];
};

static int local_connect(struct machine *machine, const char *const **argv,
			 struct err *err)
{
	struct local *local = (struct local *)machine;

	local->argv[0] = machine->config.agent;
	*argv = local->argv;
	return 0;
}

static const char *local_module(struct machine *machine)
{
	return machine->config.module;
}

static const struct target_ops local_ops = {
	.name = "local",
	.start = machine_start,
	.run = machine_run,
	.stop = machine_stop,
	.describe = machine_describe,
	.bad_lines = machine_bad_lines,
	.warnings = machine_warnings,
	.free = machine_free,
};

static void this_kernel(struct machine_kernel *kernel)
{
	struct utsname uts;

	uname(&uts);
	snprintf(kernel->release, sizeof(kernel->release), "%s", uts.release);
	snprintf(kernel->version, sizeof(kernel->version), "%s", uts.version);
	snprintf(kernel->arch, sizeof(kernel->arch), "%.63s", uts.machine);
}

int local_new(struct target **target, const struct machine_config *config,
	      struct machine_kernel *kernel, struct err *err)
{
	struct local *local;
	int ret;

	ret = talk_check_agent(config->agent, err);
	if (ret)
		return ret;
	local = calloc(1, sizeof(*local));
	if (!local)
		return err_set(err, -ENOMEM, "no memory");
	machine_init(&local->machine, config, &local_ops);
	local->machine.connect = local_connect;
	local->machine.module = local_module;
	this_kernel(&local->machine.kernel);
	*kernel = local->machine.kernel;
	*target = &local->machine.target;
	return 0;
}
