// SPDX-License-Identifier: GPL-2.0-only
#include "lib/bulk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define BLOCK_BYTES (1 << 20)

#ifndef RWF_DONTCACHE
#define RWF_DONTCACHE 0x00000080
#endif

/* Kernels and file systems without it say so at the first try. */
static bool is_unknown(int flags)
{
	return flags && (errno == EOPNOTSUPP || errno == EINVAL);
}

struct bulk_in {
	int fd, flags;
	char buffer[BLOCK_BYTES];
};

static ssize_t read_block(void *cookie, char *to, size_t size)
{
	struct bulk_in *in = cookie;
	const struct iovec iov = { to, size };
	ssize_t n = preadv2(in->fd, &iov, 1, -1, in->flags);

	if (n < 0 && is_unknown(in->flags)) {
		in->flags = 0;
		n = preadv2(in->fd, &iov, 1, -1, 0);
	}
	return n;
}

static int close_in(void *cookie)
{
	struct bulk_in *in = cookie;
	int ret = close(in->fd);

	free(in);
	return ret;
}

FILE *bulk_open(const char *path)
{
	static const cookie_io_functions_t functions = {
		.read = read_block, .close = close_in,
	};
	struct bulk_in *in = malloc(sizeof(*in));
	FILE *f = NULL;

	if (!in)
		abort();
	in->flags = RWF_DONTCACHE;
	in->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd >= 0)
		f = fopencookie(in, "r", functions);
	if (f) {
		setvbuf(f, in->buffer, _IOFBF, sizeof(in->buffer));
		return f;
	}
	if (in->fd >= 0)
		close(in->fd);
	free(in);
	return NULL;
}

/* Filled by the caller, or handed over to be written. */
struct block {
	char text[BLOCK_BYTES];
	size_t len;
	bool full;
};

struct bulk_out {
	int fd, flags, ret;
	bool threaded, end;
	pthread_t thread;
	pthread_mutex_t lock;	/* of what is full, end and ret */
	pthread_cond_t changed;
	size_t filling;
	struct block block[2];
};

static int write_block(struct bulk_out *out, const struct block *b)
{
	size_t done = 0;
	ssize_t n;

	while (done < b->len) {
		const struct iovec iov = {
			(char *)b->text + done, b->len - done
		};

		n = pwritev2(out->fd, &iov, 1, -1, out->flags);
		if (n < 0 && is_unknown(out->flags))
			out->flags = 0;
		else if (n < 0 && errno != EINTR)
			return -errno;
		else if (n > 0)
			done += n;
	}
	return 0;
}

static void *write_blocks(void *arg)
{
	struct bulk_out *out = arg;
	size_t next = 0;
	int ret = 0;

	pthread_mutex_lock(&out->lock);
	for (;; next = !next) {
		while (!out->block[next].full && !out->end)
			pthread_cond_wait(&out->changed, &out->lock);
		if (!out->block[next].full)
			break;
		pthread_mutex_unlock(&out->lock);
		/* After an error the rest is of no use. */
		if (!ret)
			ret = write_block(out, &out->block[next]);
		pthread_mutex_lock(&out->lock);
		out->ret = ret;
		out->block[next].full = false;
		out->block[next].len = 0;
		pthread_cond_broadcast(&out->changed);
	}
	pthread_mutex_unlock(&out->lock);
	return NULL;
}

struct bulk_out *bulk_out_new(int fd)
{
	struct bulk_out *out = calloc(1, sizeof(*out));

	if (!out)
		abort();
	out->fd = fd;
	out->flags = RWF_DONTCACHE;
	pthread_mutex_init(&out->lock, NULL);
	pthread_cond_init(&out->changed, NULL);
	out->threaded = !pthread_create(&out->thread, NULL, write_blocks, out);
	return out;
}

/* The one that is filled is handed over; then the other is filled. */
static void hand_over(struct bulk_out *out)
{
	struct block *b = &out->block[out->filling];

	if (!out->threaded) {
		if (!out->ret)
			out->ret = write_block(out, b);
		b->len = 0;
		return;
	}
	pthread_mutex_lock(&out->lock);
	b->full = true;
	pthread_cond_broadcast(&out->changed);
	out->filling = !out->filling;
	while (out->block[out->filling].full)
		pthread_cond_wait(&out->changed, &out->lock);
	pthread_mutex_unlock(&out->lock);
}

void bulk_out_put(struct bulk_out *out, const char *text, size_t len)
{
	struct block *b;
	size_t n;

	for (; len; text += n, len -= n) {
		b = &out->block[out->filling];
		n = sizeof(b->text) - b->len;
		n = n < len ? n : len;
		memcpy(b->text + b->len, text, n);
		b->len += n;
		if (b->len == sizeof(b->text))
			hand_over(out);
	}
}

int bulk_out_end(struct bulk_out *out)
{
	int ret;

	if (out->block[out->filling].len)
		hand_over(out);
	if (out->threaded) {
		pthread_mutex_lock(&out->lock);
		out->end = true;
		pthread_cond_broadcast(&out->changed);
		pthread_mutex_unlock(&out->lock);
		pthread_join(out->thread, NULL);
	}
	ret = out->ret;
	pthread_mutex_destroy(&out->lock);
	pthread_cond_destroy(&out->changed);
	free(out);
	return ret;
}
