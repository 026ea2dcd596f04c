// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

#define SHORT_COMMAND_NS (120 * NSEC_PER_SEC)

void key_init(struct key *key)
{
	SHA256Init(&key->sha);
}

void key_add(struct key *key, const char *name, const void *data, size_t len)
{
	char head[32];

	/* The lengths keep "ab" + "c" apart from "a" + "bc". */
	snprintf(head, sizeof(head), "%zu:%zu:", strlen(name), len);
	SHA256Update(&key->sha, (const uint8_t *)head, strlen(head));
	SHA256Update(&key->sha, (const uint8_t *)name, strlen(name));
	SHA256Update(&key->sha, data, len);
}

void key_add_text(struct key *key, const char *name, const char *text)
{
	key_add(key, name, text, strlen(text));
}

int key_add_file(struct key *key, const char *path, struct err *err)
{
	const char *name = strrchr(path, '/');
	size_t len;
	char *text;
	int ret;

	ret = file_read(path, &text, &len, err);
	if (ret)
		return ret;
	key_add(key, name ? name + 1 : path, text, len);
	free(text);
	return 0;
}

void key_hex(struct key *key, char hex[KEY_HEX])
{
	SHA256End(&key->sha, hex);
}

int file_hash(const char *path, char hex[KEY_HEX], struct err *err)
{
	if (!SHA256File(path, hex))
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

int cache_lock(const struct kernel_store *store, const char *path,
	       const char *what, struct err *err)
{
	struct pollfd stop = { .fd = store->stop_fd, .events = POLLIN };
	bool told = false;
	int fd, ret;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK) {
			ret = err_set(err, -errno, "%s: cannot be locked: %s",
				      path, strerror(errno));
			close(fd);
			return ret;
		}
		if (!told)
			cache_progress(store, "wait: another run is at %s",
				       what);
		told = true;
		if (poll(&stop, 1, 100) > 0) {
			close(fd);
			return err_set(err, -EINTR, "interrupted");
		}
	}
	return fd;
}

void cache_progress(const struct kernel_store *store, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (!store->progress)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	store->progress(store->progress_ctx, text);
}

void cache_note(const struct kernel_store *store, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (store->note)
		store->note(store->progress_ctx, text);
	else
		cache_progress(store, "%s", text);
}

char *fd_slurp(int fd, size_t *len)
{
	size_t size = 0, room = 4096;
	char *buf = malloc(room);
	ssize_t n;

	if (!buf)
		abort();
	while ((n = pread(fd, buf + size, room - size - 1, size)) > 0) {
		size += n;
		if (room - size < 2) {
			room *= 2;
			buf = realloc(buf, room);
			if (!buf)
				abort();
		}
	}
	buf[size] = '\0';
	if (len)
		*len = size;
	return buf;
}

int run_output(const struct kernel_store *store, const char *const *argv,
	       const char *cwd, bool with_stderr, char **out, struct err *err)
{
	static const char *const env[] = { "LC_ALL=C", NULL };
	int fd = memfd_create("output", MFD_CLOEXEC);
	const struct proc proc = {
		.argv = argv, .cwd = cwd, .env = env,
		.in = -1, .out = fd, .errout = with_stderr ? fd : -1,
	};
	int ret;

	*out = NULL;
	if (fd < 0)
		return err_set(err, -errno, "memfd_create: %s",
			       strerror(errno));
	ret = proc_run(&proc, store->stop_fd, SHORT_COMMAND_NS, err);
	if (!ret || ret == -ECHILD)
		*out = fd_slurp(fd, NULL);
	close(fd);
	return ret;
}

static int copy_data(int in, int out)
{
	char buf[65536];
	ssize_t n, done, w;

	while ((n = read(in, buf, sizeof(buf))) > 0) {
		for (done = 0; done < n; done += w) {
			w = write(out, buf + done, n - done);
			if (w < 0)
				return -errno;
		}
	}
	return n < 0 ? -errno : 0;
}

int file_copy(const char *from, const char *to, struct err *err)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out, ret;
	struct stat st;
	char *tmp;

	if (in < 0 || fstat(in, &st)) {
		ret = err_set(err, -errno, "%s: %s", from, strerror(errno));
		if (in >= 0)
			close(in);
		return ret;
	}
	tmp = xasprintf("%s.tmp%d", to, (int)getpid());
	unlink(tmp);
	out = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		   (st.st_mode & 0777) | 0200);
	ret = out < 0 ? -errno : copy_data(in, out);
	if (out >= 0 && close(out) && !ret)
		ret = -errno;
	if (!ret && rename(tmp, to))
		ret = -errno;
	if (ret) {
		err_set(err, ret, "%s: %s", to, strerror(-ret));
		unlink(tmp);
	}
	close(in);
	free(tmp);
	return ret;
}

void chomp(char *s)
{
	size_t len = strlen(s);

	while (len && strchr(" \t\r\n", s[len - 1]))
		s[--len] = '\0';
}
