// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/agent.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/proc.h"
#include "lib/units.h"

/*
 * The agent reports about once a second.  The kernel's own lockup detectors
 * need up to 22 s: wait for what they have to say.
 */
#define SILENCE (30 * NSEC_PER_SEC)
#define SHUTDOWN (3 * NSEC_PER_SEC)

static struct agent *to_agent(struct target *target)
{
	return (struct agent *)target;
}

void agent_init(struct agent *agent, const struct target_ops *ops,
		const struct target_config *config, const char *who,
		const char *program, bool has_console)
{
	*agent = (struct agent) { .target.ops = ops, .config = *config };
	if (!agent->config.silence)
		agent->config.silence = SILENCE;
	if (!agent->config.shutdown)
		agent->config.shutdown = SHUTDOWN;
	link_init(&agent->link, config->stop_fd, who, program, has_console);
}

void agent_free(struct agent *agent)
{
	agent_stop(&agent->target);
	json_decref(agent->hello);
	link_free(&agent->link);
}

int agent_check(const char *path, struct err *err)
{
	return access(path, X_OK) ?
		err_set(err, -errno, "%s: %s (has make been run?)", path,
			strerror(errno)) : 0;
}

void agent_forget(struct agent *agent)
{
	agent->lost = false;
	agent->began = 0;
	agent->first = agent->last = (struct clock_pair) { 0 };
	json_decref(agent->hello);
	agent->hello = NULL;
}

/* As link_next(); gives up before @deadline when the console is silent. */
static int next_of_start(struct link *link, uint64_t deadline,
			 uint64_t silence, json_t **msg)
{
	uint64_t lines, until;
	int ret;

	do {
		lines = link->console.lines;
		until = now_ns() + silence;
		ret = link_next(link, until < deadline ? until : deadline,
				msg);
	} while (ret == -ETIMEDOUT && now_ns() < deadline &&
		 link->console.lines != lines);
	return ret;
}

static struct clock_pair clock_of(const json_t *msg)
{
	return (struct clock_pair) {
		.there = json_count(msg, "clock_ns"), .here = now_ns(),
	};
}

int agent_hello(struct agent *agent, uint64_t deadline, uint64_t silence,
		struct err *err)
{
	const char *problem;
	json_t *msg, *object;
	int ret;

	for (;;) {
		ret = next_of_start(&agent->link, deadline, silence, &msg);
		if (ret)
			return ret;
		object = json_object_get(msg, "hello");
		problem = json_string_value(json_object_get(msg, "error"));
		if (object || problem)
			break;
		json_decref(msg);
	}
	if (problem)
		ret = err_set(err, -EIO, "the agent cannot measure: %s",
			      problem);
	else
		agent->hello = json_incref(object);
	agent->first = clock_of(object);
	json_decref(msg);
	return ret;
}

static void take_progress(struct agent *agent, const json_t *msg)
{
	json_t *fulls = json_object_get(msg, "fulls");
	json_t *hangs = json_object_get(msg, "hangs");

	if (json_object_get(msg, "progress") && agent->config.progress)
		agent->config.progress(agent->config.ctx,
				       json_integer_value(fulls),
				       json_integer_value(hangs));
	if (json_object_get(msg, "begin") && !agent->began)
		agent->began = now_ns();
	if (json_object_get(msg, "end"))
		agent->last = clock_of(msg);
}

static bool is_answer(const json_t *msg, int id)
{
	json_t *value = json_object_get(msg, "id");

	return json_is_integer(value) && json_integer_value(value) == id;
}

/* An error in an answer, as ours. */
static int answer_error(const json_t *msg, struct err *err)
{
	const char *problem = json_string_value(json_object_get(msg, "error"));

	if (!problem)
		return 0;
	return err_set(err, json_object_get(msg, "skip") ? -ECANCELED :
		       json_object_get(msg, "host") ? -EHOSTDOWN :
		       -EREMOTEIO, "%s", problem);
}

int agent_ask(struct agent *agent, json_t *request, int id, uint64_t deadline,
	      json_t **answer, struct err *err)
{
	uint64_t silence;
	json_t *msg;
	int ret;

	*answer = NULL;
	ret = link_send(&agent->link, request);
	while (!ret) {
		silence = now_ns() + agent->config.silence;
		ret = link_next(&agent->link,
				silence < deadline ? silence : deadline, &msg);
		if (ret || is_answer(msg, id))
			break;
		take_progress(agent, msg);
		json_decref(msg);
	}
	if (ret)
		return ret;
	ret = answer_error(msg, err);
	if (ret)
		json_decref(msg);
	else
		*answer = msg;
	return ret;
}

/* The panic, after the oops or whatever else led to it. */
static void say_panic(const struct console *console, struct err *err)
{
	const char *first = console->nbad ? complaint_text(console->bad[0]) : "";

	err_set(err, -EIO, "%s", console->panic);
	if (*first && strcmp(first, console->panic))
		err_prefix(err, -EIO, "%s", first);
}

/*
 * No signal comes to QEMU from its guest: it is this machine's doing, and so is
 * what ends it (for want of memory) before the kernel has said a word.
 */
static enum status say_ended(const struct link *link,
			     const struct link_end *end, struct err *err)
{
	const char *how = *end->how ? end->how : link->has_console ?
		"the guest ended by itself, without a word on its console" :
		"the agent ended by itself";

	err_set(err, -EIO, "%s%s%s", how, *link->complaint ? ": " : "",
		link->complaint);
	return link->has_console &&
		(end->by_signal || (*end->how && !link->console.lines)) ?
		STATUS_HOST_FAILED : STATUS_DIED;
}

enum status agent_lost(struct agent *agent, int cause, struct err *err)
{
	const struct console *console = &agent->link.console;
	struct link_end end = { 0 };
	const char *last;

	agent->lost = true;
	if (cause == -EINTR) {
		err_set(err, cause, "interrupted");
		return STATUS_STOPPED;
	}
	if (cause == -EPIPE)
		link_reap(&agent->link, now_ns() + NSEC_PER_SEC, &end);
	if (console->panicked) {
		say_panic(console, err);
		return STATUS_PANIC;
	}
	if (cause == -EPIPE)
		return say_ended(&agent->link, &end, err);
	if (console->locked_up) {
		err_set(err, -EIO, "%s", console->lockup);
		return STATUS_LOCKUP;
	}
	last = *console->last ? console->last : agent->link.complaint;
	err_set(err, cause, "no answer in time; the last line: %s",
		*last ? last : "(none)");
	return STATUS_TIMEOUT;
}

enum status agent_run(struct target *target, int id, const struct cell *cell,
		      uint64_t timeout_ns, json_t **answer, struct err *err)
{
	struct agent *agent = to_agent(target);
	json_t *request = json_pack("{s:{s:i, s:o}}", "run", "id", id, "cell",
				    cell_to_json(cell));
	int ret;

	agent->link.console.locked_up = false;
	ret = agent_ask(agent, request, id, now_ns() + timeout_ns, answer,
			err);
	if (ret == -EREMOTEIO)
		return STATUS_ERROR;
	if (ret == -ECANCELED)
		return STATUS_SKIPPED;
	if (ret == -EHOSTDOWN)
		return STATUS_HOST_FAILED;
	return ret ? agent_lost(agent, ret, err) : STATUS_OK;
}

void agent_stop(struct target *target)
{
	struct agent *agent = to_agent(target);
	struct link *link = &agent->link;
	uint64_t deadline = now_ns() + agent->config.shutdown;

	if (link->pid) {
		/* Nobody waits once ^C has been pressed. */
		if (agent->lost || proc_stopped(agent->config.stop_fd) ||
		    link_send(link, json_pack("{s:b}", "quit", 1)))
			deadline = now_ns();
		if (link_reap(link, deadline, NULL))
			console_note(&link->console, link->program,
				     "cannot be killed, left behind");
	}
	if (link->console.fd >= 0)
		console_close(&link->console);
}

json_t *agent_bad_lines(struct target *target)
{
	return console_bad_lines(&to_agent(target)->link.console);
}

json_t *agent_warnings(struct target *target)
{
	return console_warnings(&to_agent(target)->link.console);
}
