// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/merge.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/merge-shard.h"
#include "lib/bulk.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/numbers.h"
#include "lib/shards.h"
#include "lib/store.h"

/* A kernel by its name, and the first shard that had it. */
struct known {
	char *name;		/* "peterz/guest", or "" for the accelerator */
	char *value;		/* its key */
	const struct shard_dir *from;
};

struct merge {
	struct shard_dir *shards;	/* in their order */
	size_t count;
	struct bulk_out *out;
	struct numbers seen;	/* ids */
	struct known *known;
	size_t nknown;
	json_int_t cells, twice, nlost;
	json_t *torn, *lost;
};

/* What goes by @name must be the same in all shards. */
static int note_known(struct merge *m, const struct shard_dir *shard,
		      const char *what, const char *name, const char *value,
		      struct err *err)
{
	struct known *k;
	size_t i;

	for (i = 0; i < m->nknown; i++) {
		k = &m->known[i];
		if (strcmp(k->name, name))
			continue;
		if (!strcmp(k->value, value))
			return 0;
		return err_set(err, -EINVAL,
			       "shard %d (%s) has %s%s%s %.20s, shard %d (%s) %.20s",
			       shard->index, shard->dir, what, *name ? " " : "",
			       name, value, k->from->index, k->from->dir,
			       k->value);
	}
	m->known = reallocarray(m->known, m->nknown + 1, sizeof(*m->known));
	if (!m->known)
		abort();
	m->known[m->nknown++] = (struct known) {
		.name = xasprintf("%s", name),
		.value = xasprintf("%s", value), .from = shard,
	};
	return 0;
}

static int take_line(struct merge *m, const struct shard_dir *shard,
		     const char *line, size_t len, struct err *err)
{
	struct shard_line is;
	char name[SHARD_WORD * 2 + 2];
	int ret;

	ret = shard_line_read(&is, line, len, err);
	if (ret)
		return ret;
	if (is.seed != shard->seed)
		return err_set(err, -EINVAL, "seed %" PRIdMAX
			       ", its shard.json says %" PRIdMAX,
			       (intmax_t)is.seed, (intmax_t)shard->seed);
	snprintf(name, sizeof(name), "%s/%s", is.variant, is.kconfig);
	/* Each machine runs the one that it was given. */
	if (*is.key && strcmp(is.kconfig, "running"))
		ret = note_known(m, shard, "kernel", name, is.key, err);
	if (!ret && *is.accel)
		ret = note_known(m, shard, "accelerator", "", is.accel, err);
	if (ret)
		return ret;
	if (!numbers_add(&m->seen, is.id, 0)) {
		m->twice++;
		return 0;
	}
	m->cells++;
	bulk_out_put(m->out, line, len);
	return 0;
}

static int take_store(struct merge *m, const struct shard_dir *shard,
		      struct err *err)
{
	char *path = xasprintf("%s/store.jsonl", shard->dir), *line = NULL;
	FILE *f = bulk_open(path);
	size_t room = 0;
	int n = 0, ret = 0;
	ssize_t len;

	if (!f)
		ret = err_set(err, -errno, "%s: %s", path, strerror(errno));
	while (!ret && (len = getline(&line, &room, f)) > 0) {
		n++;
		if (line[len - 1] != '\n') {
			json_array_append_new(m->torn,
					      json_integer(shard->index));
			break;
		}
		ret = take_line(m, shard, line, len, err);
		if (ret)
			err_prefix(err, ret, "%s:%d", path, n);
	}
	if (!ret && ferror(f))
		ret = err_set(err, -EIO, "%s: cannot be read", path);
	free(line);
	if (f)
		fclose(f);
	free(path);
	return ret;
}

/* What the shards that are here should have, and nobody has. */
static void note_lost(struct merge *m, const struct shard_dir *shard)
{
	json_t *cell, *name;
	size_t i;

	json_array_foreach(shard->cells, i, cell) {
		if (numbers_has(&m->seen, json_integer_value(
				json_array_get(cell, 0)), 0))
			continue;
		name = json_array_get(cell, 1);
		if (m->nlost++ < SHARDS_LOST_MAX)
			json_array_append(m->lost, name);
	}
}

static bool is_here(const struct merge *m, int index)
{
	size_t i;

	for (i = 0; i < m->count; i++) {
		if (m->shards[i].index == index)
			return true;
	}
	return false;
}

/* "7 of 8 shards, 12.5 % missing: 3"; caller frees. */
static char *make_note(const struct merge *m)
{
	const struct shard_dir *first = &m->shards[0];
	int of = first->of, have = 0, named = 0, i;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (i = 1; i <= of; i++)
		have += is_here(m, i);
	fprintf(f, "%d of %d shards", have, of);
	if (m->cells < first->all)
		fprintf(f, ", %.3g %% missing", 100. *
			(first->all - m->cells) / first->all);
	for (i = 1; i <= of && named <= SHARDS_LOST_MAX; i++) {
		if (is_here(m, i))
			continue;
		if (named++ == SHARDS_LOST_MAX)
			fputs(", ...", f);
		else
			fprintf(f, "%s%d", named == 1 ? ": shard " : ", ", i);
	}
	if (m->nlost)
		fprintf(f, "; %" PRIdMAX " cell%s lost from the others",
			(intmax_t)m->nlost, m->nlost == 1 ? "" : "s");
	fclose(f);
	return text;
}

static int write_account(const struct merge *m, const char *out,
			 struct err *err)
{
	char *note = make_note(m), *text;
	json_t *have = json_array(), *json;
	struct file_new file;
	size_t i;
	int ret;

	for (i = 0; i < m->count; i++) {
		if (!i || m->shards[i].index != m->shards[i - 1].index)
			json_array_append_new(have, json_integer(
						m->shards[i].index));
	}
	json = json_pack("{s:s, s:i, s:o, s:I, s:I, s:I, s:O, s:O, s:I}",
			 "note", note, "of", m->shards[0].of, "have", have,
			 "all", m->shards[0].all, "cells", m->cells,
			 "twice", m->twice, "torn", m->torn,
			 "lost", m->lost, "nlost", m->nlost);
	text = json_dumps(json, JSON_INDENT(1));
	ret = file_open_in(&file, out, SHARDS_FILE, err);
	if (!ret) {
		fprintf(file.stream, "%s\n", text);
		ret = file_commit(&file, err);
	}
	free(text);
	json_decref(json);
	free(note);
	return ret;
}

static int make_store(struct merge *m, const char *out, struct err *err)
{
	struct file_new file;
	size_t i;
	int ret, wrote;

	ret = file_open_in(&file, out, "store.jsonl", err);
	if (ret)
		return ret;
	m->out = bulk_out_new(fileno(file.stream));
	for (i = 0; i < m->count && !ret; i++)
		ret = take_store(m, &m->shards[i], err);
	wrote = bulk_out_end(m->out);
	if (!ret && wrote)
		ret = err_set(err, wrote, "%s/store.jsonl: %s", out,
			      strerror(-wrote));
	if (ret) {
		file_abort(&file);
		return ret;
	}
	for (i = 0; i < m->count; i++) {
		if (!i || m->shards[i].index != m->shards[i - 1].index)
			note_lost(m, &m->shards[i]);
	}
	return file_commit(&file, err);
}

int merge_shards(const char *out, char *const *dirs, size_t count,
		 struct err *err)
{
	struct merge merge = {
		.torn = json_array(), .lost = json_array(),
	}, *m = &merge;
	size_t i;
	int ret;

	ret = shard_dirs_open(&m->shards, dirs, count, err);
	m->count = ret ? 0 : count;
	if (!ret)
		ret = shard_out_make(out, err);
	if (!ret)
		ret = make_store(m, out, err);
	if (!ret)
		ret = shard_out_fill(out, &m->shards[0], err);
	if (!ret)
		ret = write_account(m, out, err);
	for (i = 0; i < m->nknown; i++) {
		free(m->known[i].name);
		free(m->known[i].value);
	}
	free(m->known);
	numbers_free(&m->seen);
	json_decref(m->torn);
	json_decref(m->lost);
	shard_dirs_close(m->shards, m->count);
	return ret;
}
