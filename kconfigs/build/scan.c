// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kconfigs/build/tree.h"
#include "lib/file.h"
#include "lib/units.h"

/*
 * A file that was changed within as long before it was hashed may be changed
 * once more without stat telling (its clock has coarse steps, and on a network
 * it is another machine's).
 */
#define UNSURE_NS (3 * NSEC_PER_SEC)

/* One walk. */
struct walk {
	FTS *fts;
	size_t root_len;	/* with the slash */
	const struct arch *arch;	/* whose guests it is for */
	bool copy;		/* not the source, but ours */
	const struct tree_names *only;
	const struct tree_list *memo;
	struct tree_list *list;
	struct err *err;
};

static uint64_t stamp(const struct timespec *ts)
{
	return ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec;
}

static struct tree_file describe(const char *path, const struct stat *st)
{
	struct tree_file file = {
		.size = st->st_size, .inode = st->st_ino,
		.mtime = stamp(&st->st_mtim), .ctime = stamp(&st->st_ctim),
	};

	if (S_ISLNK(st->st_mode))
		file.mode = TREE_LINK;
	else if (!S_ISREG(st->st_mode))
		file.mode = TREE_OTHER;
	else
		file.mode = st->st_mode & 0100 ? TREE_PROGRAM : TREE_FILE;
	file.path = xasprintf("%s", path);
	return file;
}

static int hash_link(const char *path, struct tree_file *file)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target));
	SHA256_CTX sha;

	if (n < 0)
		return -errno;
	SHA256Init(&sha);
	SHA256Update(&sha, (const uint8_t *)target, n);
	SHA256Final(file->hash, &sha);
	return 0;
}

static int hash_contents(const char *path, struct tree_file *file)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	uint8_t buf[65536];
	SHA256_CTX sha;
	struct stat st;
	ssize_t n;
	int ret = 0;

	if (fd < 0)
		return -errno;
	SHA256Init(&sha);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		SHA256Update(&sha, buf, n);
	if (n < 0 || fstat(fd, &st))
		ret = -errno;
	else if ((uint64_t)st.st_size != file->size ||
		 stamp(&st.st_mtim) != file->mtime)
		ret = -ESTALE;
	SHA256Final(file->hash, &sha);
	close(fd);
	return ret;
}

static bool is_known(const struct tree_file *file, const struct tree_file *was)
{
	return was && was->ctime && was->ctime == file->ctime &&
		was->mtime == file->mtime && was->size == file->size &&
		was->inode == file->inode && was->mode == file->mode;
}

static int hash_file(const char *full, const struct tree_list *memo,
		     struct tree_file *file)
{
	const struct tree_file *was = memo ? tree_find(memo, file->path) :
		NULL;
	struct timespec now;
	int ret;

	if (is_known(file, was)) {
		memcpy(file->hash, was->hash, sizeof(file->hash));
		return 0;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	ret = file->mode == TREE_OTHER ? 0 :
		file->mode == TREE_LINK ? hash_link(full, file) :
		hash_contents(full, file);
	if (file->ctime + UNSURE_NS >= stamp(&now))
		file->ctime = 0;
	return ret;
}

static void list_add(struct tree_list *list, const struct tree_file *file)
{
	if (list->n == list->room) {
		list->room = list->room ? 2 * list->room : 1024;
		list->files = reallocarray(list->files, list->room,
					   sizeof(*list->files));
		if (!list->files)
			abort();
	}
	list->files[list->n++] = *file;
}

/* A build folder that the user keeps within the tree. */
static bool is_build_folder(const char *path)
{
	char *file = xasprintf("%s/include/config/auto.conf", path);
	bool found = file_exists(file);

	free(file);
	return found;
}

static bool skips_folder(const struct walk *w, const FTSENT *e,
			 const char *path)
{
	if (!e->fts_level)
		return false;
	if (w->copy)
		return !strcmp(path, "obj");
	return !tree_wants(w->arch, path, true) ||
		(e->fts_level == 1 && is_build_folder(e->fts_accpath));
}

static int by_name(const void *key, const void *name)
{
	return strcmp(key, *(char *const *)name);
}

static bool wants_file(const struct walk *w, const FTSENT *e,
		       const char *path)
{
	if (w->copy)
		return true;
	if (!tree_wants(w->arch, path, false) ||
	    (!S_ISREG(e->fts_statp->st_mode) &&
	     !S_ISLNK(e->fts_statp->st_mode)))
		return false;
	return !w->only || (w->only->n &&
			    bsearch(path, w->only->names, w->only->n,
				    sizeof(*w->only->names), by_name));
}

static int walk_one(struct walk *w, FTSENT *e)
{
	const char *path = e->fts_path + w->root_len;
	struct tree_file file;
	int ret;

	switch (e->fts_info) {
	case FTS_D:
		if (skips_folder(w, e, path))
			fts_set(w->fts, e, FTS_SKIP);
		return 0;
	case FTS_DP:
		return 0;
	case FTS_DNR:
	case FTS_NS:
	case FTS_ERR:
	case FTS_DC:
		return err_set(w->err, -(e->fts_errno ? e->fts_errno : EIO),
			       "%s: %s", e->fts_path,
			       strerror(e->fts_errno));
	}
	if (!wants_file(w, e, path))
		return 0;
	file = describe(path, e->fts_statp);
	ret = hash_file(e->fts_accpath, w->memo, &file);
	list_add(w->list, &file);
	if (ret)
		err_set(w->err, ret, "%s: %s", e->fts_path, ret == -ESTALE ?
			"changes while it is read" : strerror(-ret));
	return ret;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tree_file *)a)->path,
		      ((const struct tree_file *)b)->path);
}

static int walk_all(struct walk *w, const char *root)
{
	char *const roots[] = { (char *)root, NULL };
	int ret = 0;
	FTSENT *e;

	memset(w->list, 0, sizeof(*w->list));
	w->root_len = strlen(root) + 1;
	w->fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (!w->fts)
		return err_set(w->err, -errno, "%s: %s", root,
			       strerror(errno));
	while (!ret && (e = fts_read(w->fts)))
		ret = walk_one(w, e);
	fts_close(w->fts);
	if (ret)
		tree_list_free(w->list);
	else if (w->list->n)
		qsort(w->list->files, w->list->n, sizeof(*w->list->files),
		      by_path);
	return ret;
}

int tree_scan(const struct arch *arch, const char *root,
	      const struct tree_names *only, const struct tree_list *memo,
	      struct tree_list *list, struct err *err)
{
	struct walk w = {
		.arch = arch, .only = only, .memo = memo, .list = list,
		.err = err,
	};
	int ret = walk_all(&w, root);

	if (!ret && !list->n)
		ret = err_set(err, -ENOENT, "%s: no files there", root);
	return ret;
}

int tree_scan_copy(const char *root, const struct tree_list *memo,
		   struct tree_list *list, struct err *err)
{
	struct walk w = {
		.copy = true, .memo = memo, .list = list, .err = err,
	};

	return walk_all(&w, root);
}

void tree_list_free(struct tree_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		free(list->files[i].path);
	free(list->files);
	memset(list, 0, sizeof(*list));
}

const struct tree_file *tree_find(const struct tree_list *list,
				  const char *path)
{
	const struct tree_file key = { .path = (char *)path };

	if (!list->n)
		return NULL;
	return bsearch(&key, list->files, list->n, sizeof(key), by_path);
}

bool tree_same(const struct tree_file *a, const struct tree_file *b)
{
	return a->mode == b->mode &&
		!memcmp(a->hash, b->hash, sizeof(a->hash));
}

bool tree_list_equal(const struct tree_list *a, const struct tree_list *b)
{
	size_t i;

	for (i = 0; i < a->n && i < b->n; i++) {
		const struct tree_file *f = &a->files[i], *g = &b->files[i];

		if (strcmp(f->path, g->path) || !tree_same(f, g) ||
		    f->ctime != g->ctime || f->mtime != g->mtime ||
		    f->inode != g->inode || f->size != g->size)
			return false;
	}
	return a->n == b->n;
}

void tree_hash(const struct tree_list *list, char hex[KEY_HEX])
{
	struct key key;
	size_t i;

	key_init(&key);
	for (i = 0; i < list->n; i++) {
		const struct tree_file *f = &list->files[i];

		key_add(&key, f->path, f->hash, sizeof(f->hash));
		key_add(&key, "mode", &f->mode, sizeof(f->mode));
	}
	key_hex(&key, hex);
}
