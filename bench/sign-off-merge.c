// SPDX-License-Identifier: GPL-2.0-only
/* --judge DIR...: boots of several shards, judged as one run. */
#include <errno.h>
#include <stdlib.h>

#include "bench/results/merge.h"
#include "bench/sign-off.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/shards.h"

int sign_off_add_shard(struct sign_off *s, const char *dir, struct err *err)
{
	if (!*dir)
		return err_set(err, -EINVAL, "--judge: no directory");
	s->shards = reallocarray(s->shards, s->nshards + 1,
				 sizeof(*s->shards));
	if (!s->shards)
		abort();
	s->shards[s->nshards++] = (char *)dir;
	s->dir = s->shards[0];
	return 0;
}

static json_t *load(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	json_t *json = json_load_file(path, 0, NULL);

	free(path);
	return json;
}

/*
 * Error is spent by looks at growing data, on however many hosts they grew: a
 * plan that is whole at its first look is of a fixed size and spends all at once;
 * what is judged before it is whole, or has grown since, is one of many looks.
 */
static int count_look(const char *dir, const json_t *before,
		      const json_t *now)
{
	json_t *verdict = load(dir, "verdict.json");
	int looks = json_count(verdict, "looks");

	if (!verdict)
		looks = json_count(now, "cells") < json_count(now, "all");
	else if (!json_equal(before, now))
		looks++;
	json_decref(verdict);
	return looks;
}

int sign_off_merge(struct sign_off *s, struct err *err)
{
	json_t *before, *now;
	int ret;

	if (!s->run.output)
		return err_set(err, -EINVAL,
			       "--judge: several DIRs are shards of one run: where is the whole to go? (-o OUT)");
	before = load(s->run.output, SHARDS_FILE);
	ret = merge_shards(s->run.output, s->shards, s->nshards, err);
	now = load(s->run.output, SHARDS_FILE);
	s->judge.looks = count_look(s->run.output, before, now);
	json_decref(before);
	json_decref(now);
	s->dir = s->run.output;
	return ret;
}
