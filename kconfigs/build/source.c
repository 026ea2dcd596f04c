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
#include "lib/arch.h"
#include "lib/file.h"

/* Changes when the same source would be mirrored differently. */
#define LAYOUT "1"

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

/* True when git knows the tree and nothing in it was changed. */
static bool git_clean(const struct kernel_store *store, const char *path,
		      struct key *key)
{
	const char *const head[] = {
		"git", "-c", "safe.directory=*", "rev-parse", "HEAD^{tree}",
		NULL
	};
	const char *const status[] = {
		"git", "-c", "safe.directory=*", "--no-optional-locks",
		"status", "--porcelain", "-uno", NULL
	};
	char *git = xasprintf("%s/.git", path);
	char *out = NULL, *changes = NULL;
	struct err err;
	bool clean;

	clean = file_exists(git) &&
		!run_output(store, head, path, false, &out, &err) &&
		!run_output(store, status, path, false, &changes, &err) &&
		!*changes;
	if (clean)
		key_add_text(key, "git", out);
	free(out);
	free(changes);
	free(git);
	return clean;
}

static int directory_hash(const struct kernel_store *store,
			  struct source *source, struct err *err)
{
	struct key key;
	int ret;

	key_init(&key);
	key_add_text(&key, "layout", LAYOUT);
	if (!git_clean(store, source->path, &key)) {
		ret = tree_scan(source->path, &source->list, err);
		if (ret)
			return ret;
		tree_key(&source->list, &key);
	}
	key_hex(&key, source->content);
	return 0;
}

int source_identify(const struct kernel_store *store, struct source *source,
		    struct err *err)
{
	bool dir = is_dir(store->linux_path);
	char hex[KEY_HEX];
	struct key key;
	int ret;

	memset(source, 0, sizeof(*source));
	source->path = store->linux_path;
	if (dir)
		ret = directory_hash(store, source, err);
	else
		ret = tarball_hash(store, source->path, source->content, err);
	if (ret)
		return ret;
	/*
	 * A directory keeps its place in the cache when a file is edited, so
	 * that the next build is a small one.
	 */
	key_init(&key);
	key_add_text(&key, "layout", LAYOUT);
	key_add_text(&key, "arch", arch_here->name);
	key_add_text(&key, "tree", dir ? source->path : source->content);
	key_hex(&key, hex);
	memcpy(source->id, hex, sizeof(source->id) - 1);
	return 0;
}

/* The tarball's tree: complete from the moment it has its name. */
static int unpack(const struct kernel_store *store, struct source *source,
		  struct err *err)
{
	char *lock = xasprintf("%s/tree/%s.lock", store->cache, source->id);
	char *tmp = xasprintf("%s/tree/%s.new", store->cache, source->id);
	int fd, ret;

	fd = cache_lock(store, lock, "the same tarball", err);
	ret = fd < 0 ? fd : 0;
	if (!ret && !file_exists(source->tree)) {
		cache_progress(store, "unpack %s", source->path);
		ret = dir_remove(tmp, err);
		if (!ret)
			ret = tree_unpack(store, source->path, tmp, err);
		if (!ret && rename(tmp, source->tree))
			ret = err_set(err, -errno, "%s: %s", source->tree,
				      strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	free(tmp);
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
		if (!file_exists(source->tree))
			ret = unpack(store, source, err);
	} else {
		source->tree = xasprintf("%s", source->path);
	}
	if (!ret)
		ret = tree_version(source->tree, &source->version, err);
	if (!ret && !source->list.n)
		ret = tree_scan(source->tree, &source->list, err);
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
		"memo", "tree", "build", "kernel", NULL
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

static int find_source(struct kernel_store *store, const char *linux_path,
		       struct err *err)
{
	char *fetched;
	const char *const folders[] = { "/usr/src", fetched = xasprintf(
		"%s/source", store->cache), NULL };
	char *found;
	int ret;

	if (linux_path) {
		ret = use_path(store, linux_path, "kernel source", err);
	} else if (*LINUX_DEFAULT) {
		ret = use_path(store, LINUX_DEFAULT,
			       "kernel source given to configure", err);
	} else {
		found = source_search(folders);
		ret = found ? use_path(store, found, "kernel source", err) :
			err_set(err, -ENOENT,
				"no kernel source of at least %d.%d: none given, none in %s or %s (linux-source-*.tar.*, linux-*, linux); run ./bootstrap to fetch one, or give a tree or tarball with --linux",
				OLDEST_MAJOR, OLDEST_MINOR, folders[0],
				folders[1]);
		free(found);
	}
	free(fetched);
	return ret;
}

int kernel_store_init(struct kernel_store *store, const char *linux_path,
		      struct err *err)
{
	int ret;

	memset(store, 0, sizeof(*store));
	store->stop_fd = -1;
	if (!arch_here)
		return err_set(err, -ENOTSUP,
			       "there are guests of x86-64 and arm64 only, and this machine is neither; see --target");
	ret = make_cache(store, err);
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
