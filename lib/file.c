// SPDX-License-Identifier: GPL-2.0-only
#include "lib/file.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/file.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		abort();
	va_end(ap);
	return s;
}

bool file_exists(const char *path)
{
	return !access(path, F_OK);
}

int file_read(const char *path, char **text, size_t *len, struct err *err)
{
	size_t size = 0, room = 4096, n;
	FILE *f = fopen(path, "re");
	char *buf;

	if (!f)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	buf = malloc(room);
	while (buf && (n = fread(buf + size, 1, room - size - 1, f)) > 0) {
		size += n;
		if (room - size < 4096) {
			room *= 2;
			buf = realloc(buf, room);
		}
	}
	if (!buf || ferror(f)) {
		free(buf);
		fclose(f);
		return err_set(err, -EIO, "%s: cannot be read", path);
	}
	fclose(f);
	buf[size] = '\0';
	*text = buf;
	if (len)
		*len = size;
	return 0;
}

int file_open(struct file_new *file, const char *path, struct err *err)
{
	file->path = xasprintf("%s", path);
	file->tmp = xasprintf("%s.tmp%d", path, (int)getpid());
	file->stream = fopen(file->tmp, "we");
	if (!file->stream) {
		int ret = err_set(err, -errno, "%s: %s", file->tmp,
				  strerror(errno));

		free(file->path);
		free(file->tmp);
		return ret;
	}
	return 0;
}

int file_open_in(struct file_new *file, const char *dir, const char *name,
		 struct err *err)
{
	char *path = xasprintf("%s/%s", dir, name);
	int ret = file_open(file, path, err);

	free(path);
	return ret;
}

static void file_close(struct file_new *file)
{
	free(file->path);
	free(file->tmp);
	memset(file, 0, sizeof(*file));
}

int file_commit(struct file_new *file, struct err *err)
{
	int ret = 0;

	if (fflush(file->stream) || ferror(file->stream) ||
	    fsync(fileno(file->stream)))
		ret = -(errno ? errno : EIO);
	if (fclose(file->stream) && !ret)
		ret = -errno;
	if (!ret && rename(file->tmp, file->path))
		ret = -errno;
	if (ret) {
		err_set(err, ret, "%s: %s", file->path, strerror(-ret));
		unlink(file->tmp);
	}
	file_close(file);
	return ret;
}

void file_abort(struct file_new *file)
{
	fclose(file->stream);
	unlink(file->tmp);
	file_close(file);
}

int file_write(const char *path, const char *text, size_t len,
	       struct err *err)
{
	struct file_new file;
	int ret;

	ret = file_open(&file, path, err);
	if (ret)
		return ret;
	fwrite(text, 1, len, file.stream);
	return file_commit(&file, err);
}

int dir_make(const char *path, struct err *err)
{
	char *copy = xasprintf("%s", path);
	char *p = copy;
	int ret = 0;

	do {
		p = strchr(p + 1, '/');
		if (p)
			*p = '\0';
		if (mkdir(copy, 0777) && errno != EEXIST) {
			ret = err_set(err, -errno, "%s: %s", copy,
				      strerror(errno));
			break;
		}
		if (p)
			*p = '/';
	} while (p);
	free(copy);
	return ret;
}

#define TEMP_NAME "aux-tests-tmp-XXXXXX"

/* A descriptor of the folder that holds its lock; -1: somebody else does. */
static int lock_dir(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool is_temp(const char *name)
{
	return strlen(name) == strlen(TEMP_NAME) &&
	       !strncmp(name, TEMP_NAME, strcspn(TEMP_NAME, "X"));
}

/* Folders of ours whose program is no more. */
static void remove_left_behind(const char *tmp)
{
	DIR *dir = opendir(tmp);
	struct dirent *entry;
	struct err ignored;
	struct stat st;
	char *path;
	int fd;

	while (dir && (entry = readdir(dir))) {
		fd = is_temp(entry->d_name) ?
		     lock_dir(dirfd(dir), entry->d_name) : -1;
		if (fd < 0)
			continue;
		path = xasprintf("%s/%s", tmp, entry->d_name);
		if (!fstat(fd, &st) && st.st_uid == getuid())
			dir_remove(path, &ignored);
		free(path);
		close(fd);
	}
	if (dir)
		closedir(dir);
}

char *dir_temp(struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	int tries = 8;		/* then this is a place without locks */
	char *dir;

	if (!tmp || !*tmp)
		tmp = "/tmp";
	remove_left_behind(tmp);
	for (;;) {
		dir = xasprintf("%s/" TEMP_NAME, tmp);
		if (!mkdtemp(dir)) {
			err_set(err, -errno, "%s: %s", dir, strerror(errno));
			free(dir);
			return NULL;
		}
		/*
		 * The descriptor stays open: the lock ends with us, however we
		 * do.  Without it another has just tidied the folder away.
		 */
		if (lock_dir(AT_FDCWD, dir) >= 0 || !--tries)
			return dir;
		free(dir);
	}
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	return remove(path);
}

int dir_remove(const char *path, struct err *err)
{
	if (nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS) &&
	    errno != ENOENT)
		return err_set(err, -errno, "%s: cannot be removed: %s", path,
			       strerror(errno));
	return 0;
}
