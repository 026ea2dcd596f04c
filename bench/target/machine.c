// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/proc.h"
#include "lib/units.h"

/* ssh itself gives up a connection after 10 s; see ssh.c. */
#define START_TIMEOUT (30 * NSEC_PER_SEC)
/* As for a guest: the kernel's own lockup detectors need up to 22 s. */
#define SILENCE (30 * NSEC_PER_SEC)
#define SHUTDOWN (3 * NSEC_PER_SEC)
/* The request that comes before all cells, whose ids are never negative. */
#define PREPARE_ID (-1)

static struct machine *to_machine(struct target *target)
{
	return (struct machine *)target;
}

void machine_init(struct machine *m, const struct machine_config *config,
		  const struct target_ops *ops)
{
	m->target.ops = ops;
	m->config = *config;
	child_init(&m->child, config->stop_fd, config->host ? "ssh" :
		   "agent");
	m->talk = (struct talk) {
		.next = child_next, .send = child_send, .link = &m->child,
		.progress = config->progress, .ctx = config->ctx,
		.silence = config->silence ? config->silence : SILENCE,
	};
}

/*
 * The agent is gone or does not answer (@cause is child_next()'s).  Whatever
 * befell the machine itself can only be seen from its silence.
 */
static enum target_status machine_lost(struct machine *m, int cause,
				       struct err *err)
{
	const struct console *console = &m->child.console;
	char how[128] = "";

	m->lost = true;
	if (cause == -EINTR) {
		err_set(err, cause, "interrupted");
		return TARGET_STOPPED;
	}
	if (cause == -EPIPE)
		child_reap(&m->child, now_ns() + NSEC_PER_SEC, how,
			   sizeof(how));
	if (console->panicked) {
		err_set(err, -EIO, "%s", console->panic);
		return TARGET_PANIC;
	}
	if (cause == -EPIPE) {
		err_set(err, -EIO, "%s%s%s", *how ? how :
			"the agent ended by itself",
			*m->child.complaint ? ": " : "", m->child.complaint);
		return TARGET_DIED;
	}
	if (console->locked_up) {
		err_set(err, -EIO, "%s", console->lockup);
		return TARGET_LOCKUP;
	}
	err_set(err, cause, "no answer in time%s%s",
		*m->child.complaint ? "; the last word: " : "",
		m->child.complaint);
	return TARGET_TIMEOUT;
}

/* Nothing that goes wrong before the first cell is the kernel's fault. */
static enum target_status cannot_start(struct machine *m, int cause,
				       struct err *err)
{
	enum target_status status = TARGET_ERROR;

	if (cause != -EIO && cause != -EREMOTEIO)
		status = machine_lost(m, cause, err);
	if (status == TARGET_STOPPED)
		return status;
	err_prefix(err, -EIO, "%s", m->config.host ? m->config.host :
		   "this machine");
	return TARGET_ERROR;
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
			    m->module(m));
	ret = talk_ask(&m->talk, request, PREPARE_ID, deadline, &answer, err);
	json_decref(answer);
	return ret;
}

enum target_status machine_start(struct target *target,
				 const struct kernel *kernel,
				 const char *console, struct err *err)
{
	struct machine *m = to_machine(target);
	uint64_t deadline = now_ns() + (m->config.start_timeout ?
					m->config.start_timeout :
					START_TIMEOUT);
	const char *const *argv;
	int ret;

	m->lost = false;
	json_decref(m->hello);
	m->hello = NULL;
	if (console_open(&m->child.console, console, err))
		return TARGET_ERROR;
	ret = m->connect(m, &argv, err);
	if (!ret)
		ret = child_launch(&m->child, argv, err);
	if (ret)
		return proc_stopped(m->config.stop_fd) ? TARGET_STOPPED :
			TARGET_ERROR;
	ret = talk_hello(&m->talk, deadline, &m->hello, err);
	if (!ret)
		ret = prepare(m, deadline, err);
	return ret ? cannot_start(m, ret, err) : TARGET_OK;
}

enum target_status machine_run(struct target *target, int id,
			       const struct cell *cell, uint64_t timeout_ns,
			       json_t **answer, struct err *err)
{
	struct machine *m = to_machine(target);
	int ret;

	m->child.console.locked_up = false;
	ret = talk_ask(&m->talk, talk_run(id, cell), id, now_ns() + timeout_ns,
		       answer, err);
	if (ret == -EREMOTEIO)
		return TARGET_ERROR;
	if (ret == -ECANCELED)
		return TARGET_SKIPPED;
	return ret ? machine_lost(m, ret, err) : TARGET_OK;
}

void machine_stop(struct target *target)
{
	struct machine *m = to_machine(target);
	uint64_t deadline = now_ns() + (m->config.shutdown ?
					m->config.shutdown : SHUTDOWN);

	if (m->child.pid) {
		/* Nobody waits once ^C has been pressed. */
		if (m->lost || proc_stopped(m->config.stop_fd) ||
		    child_send(&m->child, json_pack("{s:b}", "quit", 1)))
			deadline = now_ns();
		if (child_reap(&m->child, deadline, NULL, 0))
			console_note(&m->child.console, m->child.who,
				     "cannot be killed, left behind");
	}
	if (m->child.console.fd >= 0)
		console_close(&m->child.console);
}

json_t *machine_describe(struct target *target)
{
	struct machine *m = to_machine(target);
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*}",
				 "kind", m->target.ops->name,
				 "accel", "native",
				 "machine", m->kernel.arch,
				 "release", m->kernel.release,
				 "version", m->kernel.version,
				 "host", m->config.host);
	json_t *cpu = json_object_get(m->hello, "cpu");

	if (cpu)
		json_object_set(json, "cpu", cpu);
	if (m->hello)
		json_object_set(json, "agent", m->hello);
	return json;
}

json_t *machine_bad_lines(struct target *target)
{
	return console_bad_lines(&to_machine(target)->child.console);
}

json_t *machine_warnings(struct target *target)
{
	return console_warnings(&to_machine(target)->child.console);
}

void machine_free(struct target *target)
{
	struct machine *m = to_machine(target);

	machine_stop(target);
	json_decref(m->hello);
	child_free(&m->child);
	if (m->free)
		m->free(m);
	free(m);
}
