// SPDX-License-Identifier: GPL-2.0-only
#include "lib/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/json.h"

struct store {
	int fd;
	off_t end;		/* of the last whole line */
	char *path;
};

/* The offset after the last newline, by reading backwards. */
static int last_line_end(int fd, off_t *end)
{
	char buf[4096];
	struct stat st;
	off_t pos;
	ssize_t n;

	if (fstat(fd, &st))
		return -errno;
	for (pos = st.st_size; pos > 0; pos -= n) {
		off_t from = pos > (off_t)sizeof(buf) ?
			pos - (off_t)sizeof(buf) : 0;
		char *newline;

		n = pread(fd, buf, pos - from, from);
		if (n != pos - from)
			return n < 0 ? -errno : -EIO;
		newline = memrchr(buf, '\n', n);
		if (newline) {
			*end = from + (newline - buf) + 1;
			return 0;
		}
	}
	*end = 0;
	return 0;
}

/* A torn last line, from a run that was killed, is cut off. */
static int store_mend(struct store *store, const char *path, struct err *err)
{
	int ret = last_line_end(store->fd, &store->end);

	if (!ret && ftruncate(store->fd, store->end))
		ret = -errno;
	return ret ? err_set(err, ret, "%s: %s", path, strerror(-ret)) : 0;
}

int store_open(struct store **store, const char *path, bool resume,
	       struct err *err)
{
	int flags = O_RDWR | O_APPEND | O_CLOEXEC;
	struct store *s = calloc(1, sizeof(*s));
	int ret = 0;

	if (!s)
		return err_set(err, -ENOMEM, "no memory");
	s->fd = open(path, resume ? flags : flags | O_CREAT | O_EXCL, 0666);
	if (s->fd < 0) {
		ret = err_set(err, -errno, "%s: %s", path, strerror(errno));
		free(s);
		return ret;
	}
	/* Two runs into one store would each cut off the other's lines. */
	if (flock(s->fd, LOCK_EX | LOCK_NB))
		ret = err_set(err, -EBUSY, "%s: another run writes to it",
			      path);
	else if (resume)
		ret = store_mend(s, path, err);
	if (ret) {
		close(s->fd);
		free(s);
		return ret;
	}
	s->path = xasprintf("%s", path);
	*store = s;
	return 0;
}

/*
 * One write() for the whole line: whatever ends this program in between, the
 * store holds whole lines and at most one torn one, at its end.
 */
int store_append(struct store *store, const json_t *json, struct err *err)
{
	char *text = json_dumps(json, JSON_COMPACT);
	size_t len;
	ssize_t n;
	int ret = 0;

	if (!text)
		return err_set(err, -EINVAL, "%s: a result is not JSON",
			       store->path);
	len = strlen(text);
	text[len++] = '\n';	/* in place of the NUL; len says the rest */
	n = write(store->fd, text, len);
	if (n < 0)
		ret = -errno;
	else if ((size_t)n < len)
		ret = -ENOSPC;
	else if (fdatasync(store->fd) && errno != EINVAL && errno != EROFS)
		ret = -errno;
	free(text);
	if (!ret) {
		store->end += len;
		return 0;
	}
	/* What is already there must stay readable. */
	err_set(err, ret, "%s: %s", store->path, strerror(-ret));
	if (ftruncate(store->fd, store->end) && n > 0)
		err_prefix(err, ret, "the store ends in a torn line");
	return ret;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	close(store->fd);
	free(store->path);
	free(store);
}

/* Fills in an entry from @json, to which it takes no reference. */
static int entry_read(struct store_entry *entry, json_t *json,
		      struct err *err)
{
	const json_t *kernel = json_object_get(json, "kernel");
	const json_t *target = json_object_get(json, "target");
	const json_t *record = json_object_get(json, "record");
	const json_t *schema = json_object_get(json, "schema");

	if (!json_is_integer(schema))
		return err_set(err, -EINVAL, "no schema, or not a whole number");
	if (json_integer_value(schema) != STORE_SCHEMA)
		return err_set(err, -EINVAL,
			       "schema %" JSON_INTEGER_FORMAT ", this program reads %d",
			       json_integer_value(schema), STORE_SCHEMA);
	entry->json = json;
	entry->status = json_text(json, "status");
	entry->why = json_text(json, "why");
	entry->variant = json_text(json, "variant");
	entry->kconfig = json_text(json, "kconfig");
	entry->section = json_text(json, "section");
	entry->cell = json_text(json, "cell");
	entry->accel = json_text(target, "accel");
	entry->release = json_text(kernel, "release");
	entry->repeat = json_count(json, "repeat");
	entry->boot = json_count(json, "boot");
	entry->measured = record;
	return record ? record_from_json(&entry->record, record, err) : 0;
}

static int line_read(struct store_entry *entry, const char *line, size_t len,
		     struct err *err)
{
	json_error_t jerr;
	json_t *json = json_loadb(line, len, 0, &jerr);
	int ret;

	if (!json_is_object(json)) {
		ret = err_set(err, -EINVAL, "%s", json ? "not a JSON object" :
			      jerr.text);
		json_decref(json);
		return ret;
	}
	ret = entry_read(entry, json, err);
	if (ret) {
		if (entry->measured)
			record_free(&entry->record);
		json_decref(json);
	}
	return ret;
}

/* Has the same measurement been in the store before?  @ids: those that were. */
static bool measured_again(const struct store_entry *entry, json_t *ids)
{
	const json_t *id = json_object_get(entry->json, "id");
	bool again;
	char *key;

	if (!entry->measured || !json_is_integer(id))
		return false;
	key = xasprintf("%" JSON_INTEGER_FORMAT " %" JSON_INTEGER_FORMAT,
			json_integer_value(id),
			json_integer_value(json_object_get(entry->json,
							   "seed")));
	again = json_object_get(ids, key);
	json_object_set_new(ids, key, json_true());
	free(key);
	return again;
}

int store_each(const char *path, bool *torn,
	       int (*fn)(void *ctx, const struct store_entry *entry),
	       void *ctx, struct err *err)
{
	json_t *ids = json_object();
	struct store_entry *entry;
	int lineno = 0, ret = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	FILE *f;

	*torn = false;
	f = fopen(path, "re");
	if (!f) {
		json_decref(ids);
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	}
	entry = calloc(1, sizeof(*entry));	/* too large for the stack */
	if (!entry)
		ret = err_set(err, -ENOMEM, "no memory");
	while (!ret && (len = getline(&line, &room, f)) > 0) {
		lineno++;
		if (line[len - 1] != '\n') {
			*torn = true;
			break;
		}
		memset(entry, 0, sizeof(*entry));
		ret = line_read(entry, line, len, err);
		if (ret) {
			err_prefix(err, ret, "%s:%d", path, lineno);
			break;
		}
		entry->again = measured_again(entry, ids);
		ret = fn(ctx, entry);
		if (entry->measured)
			record_free(&entry->record);
		json_decref(entry->json);
	}
	if (!ret && ferror(f))
		ret = err_set(err, -EIO, "%s: cannot be read", path);
	free(line);
	free(entry);
	json_decref(ids);
	fclose(f);
	return ret;
}

int store_folder_check(const char *dir, struct err *err)
{
	char *path = xasprintf("%s/store.jsonl", dir);
	struct stat st;
	int ret = 0;

	if (stat(dir, &st))
		ret = err_set(err, -errno, "%s: %s", dir, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		ret = err_set(err, -ENOTDIR,
			      "%s: not a run's folder but a file; give the folder it is in",
			      dir);
	else if (!file_exists(path))
		ret = err_set(err, -ENOENT,
			      "%s: not a run's folder (it has no store.jsonl); run-matrix makes one for each run, in results/ unless told otherwise",
			      dir);
	free(path);
	return ret;
}
