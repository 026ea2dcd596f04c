// SPDX-License-Identifier: GPL-2.0-only
#include "lib/file.h"

#include <errno.h>
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

char *dir_temp(struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = xasprintf("%s/aux-tests-XXXXXX",
			      tmp && *tmp ? tmp : "/tmp");

	if (mkdtemp(dir))
		return dir;
	err_set(err, -errno, "%s: %s", dir, strerror(errno));
	free(dir);
	return NULL;
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
