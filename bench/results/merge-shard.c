// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/merge-shard.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/json.h"
#include "lib/shards.h"
#include "lib/store.h"

/* Keys of job.ini that say where something is, not what: a host's own. */
static bool is_hosts(const char *line)
{
	static const char *const keys[] = {
		"#", "shard", "linux", "module", "ssh", "target", "patch",
		"guest_accel", "hosts", "label", NULL
	};
	size_t i, len;

	for (i = 0; keys[i]; i++) {
		len = strlen(keys[i]);
		if (!strncmp(line, keys[i], len) &&
		    (*line == '#' || line[len] == ' ' || line[len] == '='))
			return true;
	}
	return false;
}

/* What all shards' job.ini must have in common. */
static int read_job(struct shard_dir *shard, struct err *err)
{
	char *path = xasprintf("%s/job.ini", shard->dir), *text, *line;
	size_t size, len;
	FILE *f;
	int ret;

	ret = file_read(path, &text, NULL, err);
	free(path);
	if (ret)
		return ret;
	f = open_memstream(&shard->job, &size);
	for (line = text; *line; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		if (!is_hosts(line))
			fprintf(f, "%.*s\n", (int)len, line);
	}
	fclose(f);
	free(text);
	return 0;
}

static int read_plan(struct shard_dir *shard, struct err *err)
{
	char *path = xasprintf("%s/" SHARD_FILE, shard->dir);
	json_t *json;
	json_error_t jerr;
	int ret = 0;

	json = json_load_file(path, 0, &jerr);
	if (!json && !file_exists(path))
		ret = err_set(err, -ENOENT,
			      "%s: no shard of a run (it has no " SHARD_FILE ")",
			      shard->dir);
	else if (!json)
		ret = err_set(err, -EINVAL, "%s:%d: %s", path, jerr.line,
			      jerr.text);
	if (!ret) {
		shard->index = json_count(json, "shard");
		shard->of = json_count(json, "of");
		shard->seed = json_count(json, "seed");
		shard->all = json_count(json, "all");
		shard->version = xasprintf("%s", json_text(json, "version"));
		shard->cells = json_incref(json_object_get(json, "cells"));
		if (shard->index < 1 || shard->index > shard->of ||
		    shard->all < 1 || !json_is_array(shard->cells))
			ret = err_set(err, -EINVAL,
				      "%s: expected shard, of, all and cells",
				      path);
	}
	json_decref(json);
	free(path);
	return ret;
}

static int differ(const struct shard_dir *a, const struct shard_dir *b,
		  const char *what, const char *in_a, const char *in_b,
		  struct err *err)
{
	return err_set(err, -EINVAL,
		       "%s and %s are no shards of one run: %s is '%.200s' and '%.200s'",
		       a->dir, b->dir, what, in_a, in_b);
}

static int differ_number(const struct shard_dir *a, const struct shard_dir *b,
			 const char *what, int64_t in_a, int64_t in_b,
			 struct err *err)
{
	char one[24], two[24];

	snprintf(one, sizeof(one), "%lld", (long long)in_a);
	snprintf(two, sizeof(two), "%lld", (long long)in_b);
	return differ(a, b, what, one, two, err);
}

/* The first line in which the jobs differ. */
static int differ_job(const struct shard_dir *a, const struct shard_dir *b,
		      struct err *err)
{
	const char *p = a->job, *q = b->job, *line = p, *other = q;
	char one[200], two[200];

	while (*p && *p == *q) {
		if (*p == '\n') {
			line = p + 1;
			other = q + 1;
		}
		p++;
		q++;
	}
	snprintf(one, sizeof(one), "%.*s", (int)strcspn(line, "\n"), line);
	snprintf(two, sizeof(two), "%.*s", (int)strcspn(other, "\n"), other);
	return differ(a, b, "a line of job.ini", one, two, err);
}

static int compare(const struct shard_dir *a, const struct shard_dir *b,
		   struct err *err)
{
	if (a->of != b->of)
		return differ_number(a, b, "the number of shards", a->of,
				     b->of, err);
	if (a->seed != b->seed)
		return differ_number(a, b, "the seed", a->seed, b->seed, err);
	if (strcmp(a->version, b->version))
		return differ(a, b, "the version of aux-tests", a->version,
			      b->version, err);
	if (strcmp(a->job, b->job))
		return differ_job(a, b, err);
	if (a->all != b->all)
		return differ_number(a, b, "the number of cells", a->all,
				     b->all, err);
	return 0;
}

static int by_index(const void *a, const void *b)
{
	const struct shard_dir *x = a, *y = b;

	return x->index != y->index ? x->index - y->index :
		strcmp(x->dir, y->dir);
}

int shard_dirs_open(struct shard_dir **shards, char *const *dirs,
		    size_t count, struct err *err)
{
	struct shard_dir *all = calloc(count, sizeof(*all));
	size_t i;
	int ret = all && count ? 0 : err_set(err, -EINVAL, "no shards");

	for (i = 0; i < count && !ret; i++) {
		all[i].dir = dirs[i];
		ret = read_plan(&all[i], err);
		if (!ret)
			ret = read_job(&all[i], err);
	}
	if (!ret)
		qsort(all, count, sizeof(*all), by_index);
	for (i = 1; i < count && !ret; i++)
		ret = compare(&all[0], &all[i], err);
	if (ret)
		shard_dirs_close(all, count);
	else
		*shards = all;
	return ret;
}

void shard_dirs_close(struct shard_dir *shards, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		free(shards[i].job);
		free(shards[i].version);
		json_decref(shards[i].cells);
	}
	free(shards);
}

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool empty = true;

	while (dir && (entry = readdir(dir)))
		empty &= *entry->d_name == '.';
	if (dir)
		closedir(dir);
	return empty;
}

int shard_out_make(const char *out, struct err *err)
{
	char *mark = xasprintf("%s/" SHARDS_FILE, out);
	char *hosts = xasprintf("%s/" SHARDS_HOSTS, out);
	int ret = 0;

	if (file_exists(out) && !is_empty(out) && !file_exists(mark) &&
	    !file_exists(hosts))
		ret = err_set(err, -EEXIST,
			      "%s: has something in it that is no merged run",
			      out);
	free(mark);
	free(hosts);
	return ret ? ret : dir_make(out, err);
}

/* The variants' patches, which the page shows. */
static int copy_patches(const char *out, const char *from, struct err *err)
{
	char *pattern = xasprintf("%s/patches/*.patch", from), *to, *text;
	char *dir = xasprintf("%s/patches", out);
	glob_t found;
	size_t i, len;
	int ret;

	if (glob(pattern, 0, NULL, &found))
		found.gl_pathc = 0;
	ret = found.gl_pathc ? dir_make(dir, err) : 0;
	for (i = 0; i < found.gl_pathc && !ret; i++) {
		ret = file_read(found.gl_pathv[i], &text, &len, err);
		if (ret)
			break;
		to = xasprintf("%s%s", dir, strrchr(found.gl_pathv[i], '/'));
		ret = file_write(to, text, len, err);
		free(to);
		free(text);
	}
	globfree(&found);
	free(pattern);
	free(dir);
	return ret;
}

int shard_out_fill(const char *out, const struct shard_dir *from,
		   struct err *err)
{
	char *path = xasprintf("%s/job.ini", out);
	char *hosts = xasprintf("%s/" SHARDS_HOSTS, out);
	int ret = 0;

	/* A run over several hosts has the job of all of them already. */
	if (!file_exists(hosts))
		ret = file_write(path, from->job, strlen(from->job), err);
	free(hosts);
	free(path);
	return ret ? ret : copy_patches(out, from->dir, err);
}

/*
 * The value of a string, as our writer writes it: its quotes do not occur in
 * any other place, for in a text they have a backslash.
 */
static void find_text(const char *line, size_t len, const char *key,
		      char *to, size_t size)
{
	const char *p = memmem(line, len, key, strlen(key));
	const char *end = line + len, *q;

	*to = '\0';
	if (!p)
		return;
	p += strlen(key);
	q = memchr(p, '"', end - p);
	if (q && (size_t)(q - p) < size) {
		memcpy(to, p, q - p);
		to[q - p] = '\0';
	}
}

static bool find_number(const char *line, size_t len, const char *key,
			int64_t *number)
{
	const char *p = memmem(line, len, key, strlen(key));

	return p && sscanf(p + strlen(key), "%" SCNd64, number) == 1;
}

/*
 * A shard's store may be large, and who reads the merged one reads it whole:
 * here only what is asked for is looked up.
 */
int shard_line_read(struct shard_line *is, const char *line, size_t len,
		    struct err *err)
{
	int64_t schema, id;

	if (len < 3 || *line != '{' || line[len - 2] != '}' ||
	    !find_number(line, len, "\"schema\":", &schema) ||
	    !find_number(line, len, ",\"id\":", &id) || id < 0 ||
	    !find_number(line, len, ",\"seed\":", &is->seed))
		return err_set(err, -EINVAL,
			       "no line of a store: expected schema, id and seed");
	if (schema != STORE_SCHEMA)
		return err_set(err, -EINVAL,
			       "schema %d, this program reads %d", (int)schema,
			       STORE_SCHEMA);
	is->id = id;
	find_text(line, len, ",\"variant\":\"", is->variant,
		  sizeof(is->variant));
	find_text(line, len, ",\"kconfig\":\"", is->kconfig,
		  sizeof(is->kconfig));
	find_text(line, len, ",\"key\":\"", is->key, sizeof(is->key));
	find_text(line, len, ",\"accel\":\"", is->accel, sizeof(is->accel));
	return 0;
}
