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

static int fail(const char *path, int ret, struct err *err)
{
	return err_set(err, ret, "%s: %s", path, strerror(-ret));
}

/* A torn last line, from a run that was killed, is cut off. */
static int cut_torn(struct store *store, struct err *err)
{
	int ret = last_line_end(store->fd, &store->end);

	if (!ret && ftruncate(store->fd, store->end))
		ret = -errno;
	return ret ? fail(store->path, ret, err) : 0;
}

/* Opens @path for appending, locked. */
static int open_locked(struct store *store, const char *path, int flags,
		       struct err *err)
{
	struct stat st;

	store->fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | flags, 0666);
	if (store->fd < 0)
		return fail(path, -errno, err);
	/*
	 * Two runs into one store would each cut off the other's lines; and
	 * one that was replaced meanwhile (drop_failed()) is nobody's.
	 */
	if (flock(store->fd, LOCK_EX | LOCK_NB) || fstat(store->fd, &st) ||
	    !st.st_nlink)
		return err_set(err, -EBUSY, "%s: another run writes to it",
			       path);
	return 0;
}

/* Looks closer only at lines that may be such: a store may be large. */
static bool to_try_again(const char *line)
{
	const char *status = status_names[STATUS_HOST_FAILED];
	bool again;
	json_t *json;

	if (!strstr(line, status))
		return false;
	json = json_loads(line, 0, NULL);
	again = !strcmp(json_text(json, "status"), status);
	json_decref(json);
	return again;
}

/* Copies the lines that stay to @to; the number of those that do not. */
static int copy_lines(const char *path, FILE *to, struct err *err)
{
	FILE *from = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	int dropped = 0;

	if (!from)
		return fail(path, -errno, err);
	while (getline(&line, &room, from) > 0) {
		if (to_try_again(line))
			dropped++;
		else
			fputs(line, to);
	}
	if (ferror(from))
		dropped = err_set(err, -EIO, "%s: cannot be read", path);
	free(line);
	fclose(from);
	return dropped;
}

/*
 * The store without the cells that are to be tried again, in the old one's
 * place at once.  The lock on the old file is held until the new one has its.
 */
static int drop_failed(struct store *store, struct err *err)
{
	struct store fresh = { .fd = -1 };
	struct file_new file;
	int ret, dropped;

	ret = file_open(&file, store->path, err);
	if (ret)
		return ret;
	dropped = copy_lines(store->path, file.stream, err);
	if (dropped <= 0) {
		file_abort(&file);
		return dropped;
	}
	ret = file_commit(&file, err);
	if (!ret)
		ret = open_locked(&fresh, store->path, 0, err);
	if (ret) {
		if (fresh.fd >= 0)
			close(fresh.fd);
		return ret;
	}
	close(store->fd);
	store->fd = fresh.fd;
	return cut_torn(store, err);
}

int store_open(struct store **store, const char *path, bool resume,
	       struct err *err)
{
	struct store *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return err_set(err, -ENOMEM, "no memory");
	s->path = xasprintf("%s", path);
	ret = open_locked(s, path, resume ? 0 : O_CREAT | O_EXCL, err);
	if (!ret && resume)
		ret = cut_torn(s, err);
	if (!ret && resume)
		ret = drop_failed(s, err);
	if (ret) {
		store_close(s);
		return ret;
	}
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
	if (store->fd >= 0)
		close(store->fd);
	free(store->path);
	free(store);
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
