// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/git.h"
#include "kconfigs/build/tree.h"
#include "lib/file.h"

static int list_files(const struct kernel_store *store, const char *root,
		      const char *git_dir, struct tree_names *names,
		      size_t *len, struct err *err)
{
	const struct git git = { .stop_fd = store->stop_fd, .cwd = root };
	/* The owner's own ignore rules say nothing of the kernel's. */
	const char *const args[] = {
		git_dir, "--work-tree=.", "ls-files", "-z", "-c", "-o",
		"--exclude-per-directory=.gitignore", NULL
	};
	char *why;
	int ret = git_run(&git, args, &names->text, len, &why, err);

	if (ret == -ECHILD)
		err_set(err, ret, "%s: git cannot list its files: %.300s",
			root, why);
	free(why);
	return ret;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void split(struct tree_names *names, size_t len)
{
	size_t room = 0;
	char *p;

	for (p = names->text; p < names->text + len; p += strlen(p) + 1) {
		if (names->n == room) {
			room = room ? 2 * room : 1024;
			names->names = reallocarray(names->names, room,
						    sizeof(*names->names));
			if (!names->names)
				abort();
		}
		names->names[names->n++] = p;
	}
	if (names->n)
		qsort(names->names, names->n, sizeof(*names->names), by_name);
}

/* What a build made can only be told by the tree's own list of it. */
static int check_pristine(const char *root, struct err *err)
{
	static const char *const made[] = {
		".config", "include/config", "include/generated", NULL
	};
	char *ignore = xasprintf("%s/.gitignore", root), *path;
	int ret = 0, i;

	for (i = 0; made[i] && !ret && !file_exists(ignore); i++) {
		path = xasprintf("%s/%s", root, made[i]);
		if (file_exists(path))
			ret = err_set(err, -EINVAL,
				      "%s: was built in (there is %s) and has no .gitignore to tell source from products: make mrproper in it first",
				      root, made[i]);
		free(path);
	}
	free(ignore);
	return ret;
}

/* For a tree that is in no repository. */
static int empty_repository(const struct kernel_store *store,
			    const char *path, struct err *err)
{
	const struct git git = { .stop_fd = store->stop_fd };
	const char *const args[] = {
		"init", "-q", "--bare", "--template=", path, NULL
	};
	char *out, *why;
	int ret = git_run(&git, args, &out, NULL, &why, err);

	if (ret == -ECHILD)
		err_set(err, ret, "git init %s: %.300s", path, why);
	free(why);
	free(out);
	return ret;
}

int tree_names_read(const struct kernel_store *store, const char *root,
		    const char *scratch, struct tree_names *names,
		    struct err *err)
{
	char *own = xasprintf("%s/.git", root), *git_dir;
	bool has_own = file_exists(own);
	size_t len = 0;
	int ret;

	memset(names, 0, sizeof(*names));
	git_dir = xasprintf("--git-dir=%s", has_own ? own : scratch);
	ret = check_pristine(root, err);
	if (!ret && !has_own)
		ret = empty_repository(store, scratch, err);
	if (!ret)
		ret = list_files(store, root, git_dir, names, &len, err);
	if (!ret)
		split(names, len);
	else
		tree_names_free(names);
	free(git_dir);
	free(own);
	return ret;
}

void tree_names_free(struct tree_names *names)
{
	free(names->names);
	free(names->text);
	memset(names, 0, sizeof(*names));
}
