// SPDX-License-Identifier: GPL-2.0-only
/* Kernels that run already; and this machine, whose agent is a child. */
#include "bench/target/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "lib/proc.h"
#include "lib/units.h"

/* ssh itself gives up a connection after 10 s; see ssh.c. */
#define START_TIMEOUT (30 * NSEC_PER_SEC)
/* The request that comes before all cells, whose ids are never negative. */
#define PREPARE_ID (-1)

static struct machine *to_machine(struct target *target)
{
	return (struct machine *)target;
}

int machine_new(struct machine **machine, size_t size,
		const struct machine_config *config,
		const struct target_ops *ops, struct err *err)
{
	const char *who = config->host ? "ssh" : "agent";
	int ret = agent_check(config->target.agent, err);
	struct machine *m;

	if (ret)
		return ret;
	m = calloc(1, size);
	if (!m)
		return err_set(err, -ENOMEM, "no memory");
	agent_init(&m->agent, ops, &config->target, who, who, false);
	if (!m->agent.config.start_timeout)
		m->agent.config.start_timeout = START_TIMEOUT;
	m->config = *config;
	*machine = m;
	return 0;
}

/* Nothing that goes wrong before the first cell is the kernel's fault. */
static enum status cannot_start(struct machine *m, int cause, struct err *err)
{
	if (cause != -EIO && cause != -EREMOTEIO &&
	    agent_lost(&m->agent, cause, err) == STATUS_STOPPED)
		return STATUS_STOPPED;
	err_prefix(err, -EIO, "%s", m->config.host ? m->config.host :
		   "this machine");
	return STATUS_ERROR;
}

/* Has the PMUs made ready there, or learns what is missing for them. */
static int prepare(struct machine *m, uint64_t deadline, struct err *err)
{
	const char *const *pmu = m->config.pmus;
	json_t *list = json_array(), *answer, *request;
	int ret;

	for (; pmu && *pmu; pmu++)
		json_array_append_new(list, json_string(*pmu));
	request = json_pack("{s:{s:i, s:o, s:s*}}", "prepare",
			    "id", PREPARE_ID, "pmus", list, "module",
			    m->module);
	ret = agent_ask(&m->agent, request, PREPARE_ID, deadline, &answer,
			err);
	json_decref(answer);
	return ret;
}

static int launch(struct machine *m, struct err *err)
{
	const char *const *argv;
	int ret = m->connect(m, &argv, err);

	if (ret)
		return ret;
	ret = link_open(&m->agent.link, err);
	return ret < 0 ? ret : link_start(&m->agent.link, argv, err);
}

enum status machine_start(struct target *target,
			  const struct target_kernel *kernel,
			  const char *console, struct err *err)
{
	struct machine *m = to_machine(target);
	uint64_t timeout = m->agent.config.start_timeout;
	uint64_t deadline = now_ns() + timeout;
	int ret;

	agent_forget(&m->agent);
	if (console_open(&m->agent.link.console, console, err))
		return STATUS_ERROR;
	if (launch(m, err))
		return proc_stopped(m->agent.config.stop_fd) ?
			STATUS_STOPPED : STATUS_ERROR;
	ret = agent_hello(&m->agent, deadline, timeout, err);
	if (!ret)
		ret = prepare(m, deadline, err);
	return ret ? cannot_start(m, ret, err) : STATUS_OK;
}

json_t *machine_describe(struct target *target)
{
	struct machine *m = to_machine(target);
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*}",
				 "kind", target->ops->name,
				 "accel", "native",
				 "machine", m->kernel.arch,
				 "release", m->kernel.release,
				 "version", m->kernel.version,
				 "host", m->config.host);
	json_t *cpu = json_object_get(m->agent.hello, "cpu");

	if (cpu)
		json_object_set(json, "cpu", cpu);
	if (m->agent.hello)
		json_object_set(json, "agent", m->agent.hello);
	return json;
}

struct local {
	struct machine machine;
	const char *argv[2];
};

static int local_connect(struct machine *machine, const char *const **argv,
			 struct err *err)
{
	struct local *local = (struct local *)machine;

	local->argv[0] = machine->config.target.agent;
	*argv = local->argv;
	return 0;
}

static void local_free(struct target *target)
{
	struct local *local = (struct local *)target;

	agent_free(&local->machine.agent);
	free(local);
}

static const struct target_ops local_ops = {
	.name = "local",
	.start = machine_start,
	.run = agent_run,
	.stop = agent_stop,
	.describe = machine_describe,
	.bad_lines = agent_bad_lines,
	.warnings = agent_warnings,
	.free = local_free,
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
	struct machine *m;
	int ret = machine_new(&m, sizeof(struct local), config, &local_ops,
			      err);

	if (ret)
		return ret;
	m->connect = local_connect;
	m->module = config->module;
	this_kernel(&m->kernel);
	*kernel = m->kernel;
	*target = &m->agent.target;
	return 0;
}
