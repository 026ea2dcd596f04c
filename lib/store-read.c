// SPDX-License-Identifier: GPL-2.0-only
#include "lib/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/bulk.h"
#include "lib/numbers.h"
#include "lib/store-line.h"

/*
 * Lines are taken from the file in batches by threads that read them into
 * entries, and given on in their order by the one that asked for them.  A small
 * store is not worth a thread: then the one does all.  Batches are small: what
 * their histograms touch should stay in a CPU's cache until it is added.
 */
#define BATCH_LINES 4
#define BATCHES_EACH 3		/* of a thread: in work, ready, given on */
#define THREADS_MAX 8
#define SMALL_BYTES (1 << 20)

struct batch {
	struct store_entry *entry[BATCH_LINES];
	char *line[BATCH_LINES];
	size_t room[BATCH_LINES], len[BATCH_LINES];
	size_t n;		/* lines in it */
	size_t number;		/* of the batch */
	size_t first;		/* line of the store, from 1 */
	enum { BATCH_FREE, BATCH_TAKEN, BATCH_READY } state;
	bool last;		/* no line comes after it */
	int ret;		/* of the line after those that are good */
	struct err err;
};

struct reading {
	FILE *f;
	const char *path;
	const struct store_prepare *prepare;	/* or NULL */
	bool torn;
	size_t threads;		/* 0: none but the one that asks */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* All below with the lock. */
	size_t batches, lines;	/* taken from the file */
	bool ended, stop;
	struct batch batch[];
};

static size_t batches_for(size_t threads)
{
	return threads ? BATCHES_EACH * threads : 1;
}

/* The next lines of the file; a torn one is none. */
static void take_lines(struct reading *r, struct batch *b)
{
	ssize_t len = 1;

	b->number = r->batches++;
	b->first = r->lines + 1;
	b->ret = 0;
	for (b->n = 0; b->n < BATCH_LINES; b->n++) {
		len = getline(&b->line[b->n], &b->room[b->n], r->f);
		if (len <= 0)
			break;
		if (b->line[b->n][len - 1] != '\n') {
			r->torn = true;
			len = 0;
			break;
		}
		b->len[b->n] = len;
	}
	r->lines += b->n;
	b->last = r->ended = len <= 0;
	if (len < 0 && ferror(r->f))
		b->ret = err_set(&b->err, -EIO, "%s: cannot be read", r->path);
}

static struct store_entry *new_entry(const struct store_prepare *prepare)
{
	struct store_entry *entry = calloc(1, sizeof(*entry));
	struct cell cell;

	if (entry && prepare)
		entry->prepared = calloc(1, prepare->size);
	if (!entry || (prepare && !entry->prepared))
		abort();
	cell_init(&cell);
	/* Zeroed already: pages of its histograms that are not used stay away. */
	record_clear(&entry->record, &cell);
	return entry;
}

/* Lines become entries, up to the first that is wrong. */
static void read_lines(const struct reading *r, struct batch *b,
		       struct line_reader *reader)
{
	size_t i;
	int ret;

	for (i = 0; i < b->n; i++) {
		if (!b->entry[i])
			b->entry[i] = new_entry(r->prepare);
		entry_release(b->entry[i]);
		ret = line_read(reader, b->entry[i], b->line[i], b->len[i],
				&b->err);
		if (!ret && r->prepare)
			r->prepare->fn(b->entry[i]->prepared, b->entry[i]);
		if (!ret)
			continue;
		b->ret = err_prefix(&b->err, ret, "%s:%zu", r->path,
				    b->first + i);
		b->n = i;
		b->last = true;
	}
}

static struct batch *find_free(struct reading *r)
{
	size_t i;

	for (i = 0; i < batches_for(r->threads); i++) {
		if (r->batch[i].state == BATCH_FREE)
			return &r->batch[i];
	}
	return NULL;
}

static void *work(void *arg)
{
	struct line_reader *reader = line_reader_new();
	struct reading *r = arg;
	struct batch *b;

	pthread_mutex_lock(&r->lock);
	while (!r->ended && !r->stop) {
		b = find_free(r);
		if (!b) {
			pthread_cond_wait(&r->changed, &r->lock);
			continue;
		}
		b->state = BATCH_TAKEN;
		take_lines(r, b);
		pthread_mutex_unlock(&r->lock);
		read_lines(r, b, reader);
		pthread_mutex_lock(&r->lock);
		b->state = BATCH_READY;
		pthread_cond_broadcast(&r->changed);
	}
	pthread_mutex_unlock(&r->lock);
	line_reader_free(reader);
	return NULL;
}

static struct batch *find_ready(struct reading *r, size_t number)
{
	size_t i;

	for (i = 0; i < batches_for(r->threads); i++) {
		if (r->batch[i].state == BATCH_READY &&
		    r->batch[i].number == number)
			return &r->batch[i];
	}
	return NULL;
}

static struct batch *wait_for(struct reading *r, size_t number)
{
	struct batch *b;

	pthread_mutex_lock(&r->lock);
	while (!(b = find_ready(r, number)))
		pthread_cond_wait(&r->changed, &r->lock);
	pthread_mutex_unlock(&r->lock);
	return b;
}

static void give_back(struct reading *r, struct batch *b)
{
	pthread_mutex_lock(&r->lock);
	b->state = BATCH_FREE;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

/* Has the same measurement been in the store before? */
static bool measured_again(const struct store_entry *entry,
			   struct numbers *ids)
{
	return entry->measured && entry->id >= 0 &&
		!numbers_add(ids, entry->id, entry->seed);
}

struct giving {
	int (*fn)(void *ctx, const struct store_entry *entry);
	void *ctx;
	struct numbers ids;
};

static int give(struct giving *to, struct batch *b, struct err *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < b->n && !ret; i++) {
		b->entry[i]->again = measured_again(b->entry[i], &to->ids);
		ret = to->fn(to->ctx, b->entry[i]);
	}
	if (!ret && b->ret) {
		*err = b->err;
		ret = b->ret;
	}
	return ret;
}

/* By this thread alone. */
static int read_here(struct reading *r, struct giving *to, struct err *err)
{
	struct line_reader *reader = line_reader_new();
	struct batch *b = &r->batch[0];
	int ret = 0;

	while (!ret && !r->ended) {
		take_lines(r, b);
		read_lines(r, b, reader);
		ret = give(to, b, err);
	}
	line_reader_free(reader);
	return ret;
}

static int read_with(struct reading *r, struct giving *to, struct err *err)
{
	pthread_t thread[THREADS_MAX];
	size_t started = 0, number = 0;
	struct batch *b;
	bool last;
	int ret = 0;

	/* Otherwise the first object does it, in whichever thread. */
	json_object_seed(0);
	while (started < r->threads &&
	       !pthread_create(&thread[started], NULL, work, r))
		started++;
	if (!started)
		return read_here(r, to, err);
	do {
		b = wait_for(r, number++);
		ret = give(to, b, err);
		last = b->last;
		give_back(r, b);
	} while (!ret && !last);
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	while (started)
		pthread_join(thread[--started], NULL);
	return ret;
}

/* How many are worth it: jansson must let them share what they have read. */
static size_t threads_for(const char *path)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct stat st;

	if (!JANSSON_THREAD_SAFE_REFCOUNT || stat(path, &st) ||
	    st.st_size < SMALL_BYTES || cpus < 2)
		return 0;
	return cpus < THREADS_MAX ? cpus : THREADS_MAX;
}

static void free_entry(struct store_entry *entry)
{
	if (!entry)
		return;
	entry_release(entry);
	free(entry->prepared);
	free(entry);
}

static void reading_free(struct reading *r)
{
	size_t i, k;

	for (i = 0; i < batches_for(r->threads); i++) {
		for (k = 0; k < BATCH_LINES; k++) {
			free_entry(r->batch[i].entry[k]);
			free(r->batch[i].line[k]);
		}
	}
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->changed);
	free(r);
}

int store_each(const char *path, bool *torn,
	       int (*fn)(void *ctx, const struct store_entry *entry),
	       void *ctx, struct err *err)
{
	return store_each_prepared(path, torn, NULL, fn, ctx, err);
}

int store_each_prepared(const char *path, bool *torn,
			const struct store_prepare *prepare,
			int (*fn)(void *ctx, const struct store_entry *entry),
			void *ctx, struct err *err)
{
	struct giving to = { .fn = fn, .ctx = ctx };
	FILE *f = bulk_open(path);
	struct reading *r;
	size_t threads;
	int ret;

	*torn = false;
	if (!f)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	threads = threads_for(path);
	r = calloc(1, sizeof(*r) + sizeof(r->batch[0]) * batches_for(threads));
	if (!r)
		abort();
	r->f = f;
	r->path = path;
	r->prepare = prepare;
	r->threads = threads;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	ret = threads ? read_with(r, &to, err) : read_here(r, &to, err);
	*torn = r->torn;
	numbers_free(&to.ids);
	reading_free(r);
	fclose(f);
	return ret;
}
