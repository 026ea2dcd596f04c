// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/source.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "kconfigs/build/card.h"
#include "lib/arch.h"
#include "lib/file.h"

/* Changes when the same source would be mirrored differently. */
#define LAYOUT "2"

/* The oldest kernel whose perf is that of the race: see README. */
#define OLDEST_MAJOR 6
#define OLDEST_MINOR 17

static bool is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* Hashing a tarball takes a second: remember it by what stat says. */
static int tarball_hash(const struct kernel_store *store, const char *path,
			char hex[KEY_HEX], struct err *err)
{
	char *memo, *text, *now;
	char name[KEY_HEX];
	struct stat st;
	struct key key;
	size_t len;
	int ret;

	if (stat(path, &st))
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	key_init(&key);
	key_add_text(&key, "path", path);
	key_hex(&key, name);
	memo = xasprintf("%s/memo/%s", store->cache, name);
	now = xasprintf("%ju %ju.%09ld %ju.%09ld\n", (uintmax_t)st.st_size,
			(uintmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
			(uintmax_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
	len = strlen(now);
	ret = file_read(memo, &text, NULL, err);
	if (!ret && !strncmp(text, now, len) &&
	    strlen(text + len) == KEY_HEX - 1) {
		memcpy(hex, text + len, KEY_HEX);
		free(text);
		goto out;
	}
	if (!ret)
		free(text);
	ret = file_hash(path, hex, err);
	if (ret)
		goto out;
	text = xasprintf("%s%s", now, hex);
	ret = file_write(memo, text, strlen(text), err);
	free(text);
out:
	free(now);
	free(memo);
	return ret;
}

/* The files of a directory that are source, each with its hash. */
static int list_directory(const struct kernel_store *store,
			  struct source *source, struct err *err)
{
	char *memo = xasprintf("%s/memo/tree-%s", store->cache, source->id);
	char *scratch = xasprintf("%s.git", memo);
	struct tree_names names;
	struct tree_list before;
	int ret;

	ret = tree_names_read(store, source->path, scratch, &names, err);
	if (!ret) {
		tree_list_read(memo, &before);
		if (!before.n)
			cache_progress(store, "read %s", source->path);
		ret = tree_scan(store->arch, source->path, &names, &before,
				&source->list, err);
		if (!ret && !tree_list_equal(&before, &source->list))
			ret = tree_list_write(memo, &source->list, err);
		tree_list_free(&before);
	}
	tree_names_free(&names);
	free(scratch);
	free(memo);
	return ret;
}

int source_identify(const struct kernel_store *store, struct source *source,
		    struct err *err)
{
	bool dir = is_dir(store->linux_path);
	char hex[KEY_HEX];
	struct key key;
	int ret = 0;

	memset(source, 0, sizeof(*source));
	source->path = store->linux_path;
	if (!dir)
		ret = tarball_hash(store, source->path, source->content, err);
	/*
	 * A directory keeps its place in the cache when a file is edited, so
	 * that the next build is a small one.
	 */
	key_init(&key);
	key_add_text(&key, "layout", LAYOUT);
	key_add_text(&key, "arch", store->arch->name);
	key_add_text(&key, "tree", dir ? source->path : source->content);
	key_hex(&key, hex);
	memcpy(source->id, hex, sizeof(source->id) - 1);
	if (dir) {
		ret = list_directory(store, source, err);
		if (!ret)
			tree_hash(&source->list, source->content);
	}
	return ret;
}

/* Unpacks it to a name where it appears whole, with the list of its files. */
static int unpack(const struct kernel_store *store, struct source *source,
		  const char *list_path, struct err *err)
{
	char *tmp = xasprintf("%s.new", source->tree);
	int ret;

	cache_progress(store, "unpack %s", source->path);
	if (unlink(list_path) && errno != ENOENT)
		ret = err_set(err, -errno, "%s: %s", list_path,
			      strerror(errno));
	else
		ret = dir_remove(source->tree, err);
	if (!ret)
		ret = dir_remove(tmp, err);
	if (!ret)
		ret = tree_unpack(store, source->path, tmp, err);
	if (!ret)
		ret = tree_scan(store->arch, tmp, NULL, NULL, &source->list,
				err);
	if (!ret && rename(tmp, source->tree))
		ret = err_set(err, -errno, "%s: %s", source->tree,
			      strerror(errno));
	if (!ret)
		ret = tree_list_write(list_path, &source->list, err);
	free(tmp);
	return ret;
}

/*
 * The list was made when the tarball was unpacked: it is what the tarball's
 * hash stands for.  A tree that is no longer like it is unpacked again.
 */
static int check_unpacked(const struct kernel_store *store,
			  struct source *source, const char *list_path,
			  struct err *err)
{
	struct tree_list made, is;
	char was[KEY_HEX], now[KEY_HEX];
	int ret = -ESTALE;

	tree_list_read(list_path, &made);
	memset(&is, 0, sizeof(is));
	if (made.n && !tree_scan(store->arch, source->tree, NULL, &made, &is,
				 err)) {
		tree_hash(&made, was);
		tree_hash(&is, now);
		if (!strcmp(was, now))
			ret = 0;
	}
	/* So that what was hashed once need not be the next time. */
	if (!ret && !tree_list_equal(&made, &is))
		ret = tree_list_write(list_path, &is, err);
	tree_list_free(&made);
	source->list = is;
	if (ret)
		tree_list_free(&source->list);
	return ret;
}

static int prepare_tarball(const struct kernel_store *store,
			   struct source *source, struct err *err)
{
	char *lock = xasprintf("%s.lock", source->tree);
	char *list_path = xasprintf("%s.list", source->tree);
	int fd, ret;

	fd = cache_lock(store, lock, "the same tarball", err);
	ret = fd < 0 ? fd : check_unpacked(store, source, list_path, err);
	if (ret == -ESTALE)
		ret = unpack(store, source, list_path, err);
	if (fd >= 0)
		close(fd);
	free(list_path);
	free(lock);
	return ret;
}

int source_prepare(const struct kernel_store *store, struct source *source,
		   struct err *err)
{
	int ret = 0;

	if (source->tree)
		return 0;
	source->ours = !is_dir(source->path);
	if (source->ours) {
		source->tree = xasprintf("%s/tree/%s", store->cache,
					 source->id);
		ret = prepare_tarball(store, source, err);
	} else {
		source->tree = xasprintf("%s", source->path);
	}
	if (!ret)
		ret = tree_version(source->tree, &source->version, err);
	if (ret) {
		free(source->tree);
		source->tree = NULL;
	}
	return ret;
}

void source_free(struct source *source)
{
	tree_list_free(&source->list);
	free(source->tree);
	free(source->version);
	memset(source, 0, sizeof(*source));
}

/* "linux-source-7.3_7.3.4-1.tar.xz", "linux-6.17.2": is it new enough? */
static bool name_version(const char *path, unsigned int *major,
			 unsigned int *minor)
{
	const char *name = strrchr(path, '/') + 1;
	const char *digits = name + strcspn(name, "0123456789");

	return sscanf(digits, "%u.%u", major, minor) == 2;
}

static bool tree_new_enough(const char *path, unsigned int *major,
			    unsigned int *minor)
{
	struct err err;
	char *version;
	bool ok;

	if (is_dir(path)) {
		if (tree_version(path, &version, &err))
			return false;
		ok = sscanf(version, "%u.%u", major, minor) == 2;
		free(version);
	} else {
		ok = name_version(path, major, minor);
	}
	return ok && (*major > OLDEST_MAJOR || (*major == OLDEST_MAJOR &&
						*minor >= OLDEST_MINOR));
}

/* Newer by the version, then by what a Debian revision adds to the name. */
static bool newer(const char *path, unsigned int major, unsigned int minor,
		  const char *best, unsigned int best_major,
		  unsigned int best_minor)
{
	if (!best || major != best_major)
		return !best || major > best_major;
	if (minor != best_minor)
		return minor > best_minor;
	return strverscmp(path, best) > 0;
}

char *source_search(const char *const *folders)
{
	static const char *const patterns[] = {
		"linux-source-*.tar.*", "linux-[0-9]*.tar.*",
		"linux-source-*[0-9]", "linux-[0-9]*[0-9]", "linux", NULL
	};
	unsigned int major, minor, best_major = 0, best_minor = 0;
	char *best = NULL, *pattern;
	glob_t found;
	size_t i;
	int p;

	for (; *folders; folders++) {
		for (p = 0; patterns[p]; p++) {
			pattern = xasprintf("%s/%s", *folders, patterns[p]);
			if (glob(pattern, 0, NULL, &found))
				found.gl_pathc = 0;
			for (i = 0; i < found.gl_pathc; i++) {
				char *path = found.gl_pathv[i];

				if (!tree_new_enough(path, &major, &minor) ||
				    !newer(path, major, minor, best,
					   best_major, best_minor))
					continue;
				free(best);
				best = xasprintf("%s", path);
				best_major = major;
				best_minor = minor;
			}
			if (found.gl_pathc)
				globfree(&found);
			free(pattern);
		}
		/* The first folder that has one is the one that is meant. */
		if (best)
			break;
	}
	return best;
}

static char *cache_folder(struct err *err)
{
	const char *own = getenv("AUX_TESTS_CACHE");
	const char *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (own && *own)
		return xasprintf("%s", own);
	if (xdg && *xdg == '/')
		return xasprintf("%s/aux-tests", xdg);
	if (home && *home == '/')
		return xasprintf("%s/.cache/aux-tests", home);
	err_set(err, -ENOENT,
		"no place for built kernels: none of AUX_TESTS_CACHE, XDG_CACHE_HOME and HOME is set");
	return NULL;
}

static int make_cache(struct kernel_store *store, struct err *err)
{
	static const char *const parts[] = {
		"memo", "tree", "build", "kernel", "import", NULL
	};
	char *path, *absolute;
	int i, ret = 0;

	store->cache = cache_folder(err);
	if (!store->cache)
		return -ENOENT;
	for (i = 0; parts[i] && !ret; i++) {
		path = xasprintf("%s/%s", store->cache, parts[i]);
		ret = dir_make(path, err);
		free(path);
	}
	if (ret)
		return err_prefix(err, ret, "the cache of built kernels");
	/* make runs elsewhere. */
	absolute = realpath(store->cache, NULL);
	if (absolute) {
		free(store->cache);
		store->cache = absolute;
	}
	if (strpbrk(store->cache, " :"))
		return err_set(err, -EINVAL,
			       "%s: a kernel cannot be built below a path with a blank or colon; set AUX_TESTS_CACHE",
			       store->cache);
	return 0;
}

static int use_path(struct kernel_store *store, const char *path,
		    const char *who, struct err *err)
{
	store->linux_path = realpath(path, NULL);
	if (!store->linux_path)
		return err_set(err, -errno, "%s: %s: %s", who, path,
			       strerror(errno));
	return 0;
}

static int no_source(const struct kernel_store *store,
		     const char *const *folders, struct err *err)
{
	/* What is wanted may be there as it is. */
	if (import_any(store))
		return 0;
	return err_set(err, -ENOENT,
		       "no kernel source of at least %d.%d: none given, none in %s or %s (linux-source-*.tar.*, linux-*, linux); run ./bootstrap to fetch one, or give a tree or tarball with --linux",
		       OLDEST_MAJOR, OLDEST_MINOR, folders[0], folders[1]);
}

static int find_source(struct kernel_store *store, const char *linux_path,
		       struct err *err)
{
	char *fetched;
	const char *const folders[] = { "/usr/src", fetched = xasprintf(
		"%s/source", store->cache), NULL };
	char *found;
	int ret;

	store->linux_given = linux_path;
	if (linux_path) {
		ret = use_path(store, linux_path, "kernel source", err);
	} else if (*LINUX_DEFAULT && (file_exists(LINUX_DEFAULT) ||
				      !import_any(store))) {
		ret = use_path(store, LINUX_DEFAULT,
			       "kernel source given to configure", err);
	} else {
		found = source_search(folders);
		ret = found ? use_path(store, found, "kernel source", err) :
			no_source(store, folders, err);
		free(found);
	}
	free(fetched);
	return ret;
}

int kernel_store_init_empty(struct kernel_store *store, struct err *err)
{
	memset(store, 0, sizeof(*store));
	store->stop_fd = -1;
	store->arch = arch_here;
	if (!arch_here)
		return err_set(err, -ENOTSUP,
			       "there are guests of x86-64 and arm64 only, and this machine is neither; see --target");
	return make_cache(store, err);
}

int kernel_store_init(struct kernel_store *store, const char *linux_path,
		      struct err *err)
{
	int ret = kernel_store_init_empty(store, err);

	if (!ret)
		ret = find_source(store, linux_path, err);
	if (ret)
		kernel_store_free(store);
	return ret;
}

void kernel_store_free(struct kernel_store *store)
{
	free(store->linux_path);
	free(store->cache);
	store->linux_path = NULL;
	store->cache = NULL;
}
