// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/talk.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "lib/proc.h"

int talk_check_agent(const char *path, struct err *err)
{
	return access(path, X_OK) ?
		err_set(err, -errno, "%s: %s (has make been run?)", path,
			strerror(errno)) : 0;
}

int talk_hello(struct talk *talk, uint64_t deadline, json_t **hello,
	       struct err *err)
{
	const char *problem;
	json_t *msg, *object;
	int ret;

	for (;;) {
		ret = talk->next(talk->link, deadline, &msg);
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
		*hello = json_incref(object);
	json_decref(msg);
	return ret;
}

static void take_progress(struct talk *talk, const json_t *msg)
{
	json_t *fulls = json_object_get(msg, "fulls");
	json_t *hangs = json_object_get(msg, "hangs");

	if (json_object_get(msg, "progress") && talk->progress)
		talk->progress(talk->ctx, json_integer_value(fulls),
			       json_integer_value(hangs));
	if (json_object_get(msg, "begin") && !talk->began)
		talk->began = now_ns();
}

static bool is_answer(const json_t *msg, int id)
{
	json_t *value = json_object_get(msg, "id");

	return json_is_integer(value) && json_integer_value(value) == id;
}

int talk_ask(struct talk *talk, json_t *request, int id, uint64_t deadline,
	     json_t **answer, struct err *err)
{
	const char *problem;
	uint64_t silence;
	json_t *msg;
	int ret;

	*answer = NULL;
	ret = talk->send(talk->link, request);
	while (!ret) {
		silence = now_ns() + talk->silence;
		ret = talk->next(talk->link,
				 silence < deadline ? silence : deadline,
				 &msg);
		if (ret || is_answer(msg, id))
			break;
		take_progress(talk, msg);
		json_decref(msg);
	}
	if (ret)
		return ret;
	problem = json_string_value(json_object_get(msg, "error"));
	if (problem) {
		ret = json_object_get(msg, "skip") ? -ECANCELED : -EREMOTEIO;
		err_set(err, ret, "%s", problem);
		json_decref(msg);
		return ret;
	}
	*answer = msg;
	return 0;
}

json_t *talk_run(int id, const struct cell *cell)
{
	return json_pack("{s:{s:i, s:o}}", "run", "id", id, "cell",
			 cell_to_json(cell));
}
