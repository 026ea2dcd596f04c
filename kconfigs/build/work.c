// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kconfigs/build/builder.h"
#include "lib/file.h"

/*
 * The source in the work folder.  Nothing of it is taken on trust: before each
 * build every file is compared with what the key stands for, by its hash (which
 * is remembered by what stat says), what differs is copied again, and what does
 * not belong there goes.  Two files say what it is:
 *
 *   list	the files as they were last, with their hashes (manifest.c)
 *   state	the key of the kernel it was made for, and the hash of the list;
 *		absent while it changes
 *
 * Variants of one tree and kconfig take turns in one folder: to go from one
 * to the next, the files of the old patch are copied again and the new patch
 * is applied.  So both are newer than their objects, and make compiles these
 * and links, no more.  (Objects cannot be shared between folders: objtool's
 * commands have absolute paths, and with objtool everything is rebuilt.)
 */

static char *in_work(const struct builder *b, const char *name)
{
	return xasprintf("%s/%s", b->work, name);
}

/*
 * The variants are about the disable that a full buffer queues as irq_work.
 * Before 6.17 it set pending_disable and left it at that, until the event was
 * scheduled out (ring_buffer.c); the patches may apply there all the same, to
 * code that a full buffer never comes to.
 */
static int check_age(const struct builder *b, struct err *err)
{
	char *path, *text;
	int ret;

	/* Who brings a patch of their own knows what it is for. */
	if (!b->patch.n_parts || b->spec->patch)
		return 0;
	path = xasprintf("%s/kernel/events/ring_buffer.c", b->source.tree);
	ret = file_read(path, &text, NULL, err);
	free(path);
	if (ret)
		return ret;
	if (!strstr(text, "perf_event_disable_inatomic"))
		ret = err_set(err, -EOPNOTSUPP,
			      "Linux %s is too old for variant %s: its kernel/events/ring_buffer.c does not call perf_event_disable_inatomic(), which queues what the variants are about (6.17 and later do); baseline can be built of it",
			      b->source.version, b->spec->variant);
	free(text);
	return ret;
}

/* What the patch changed is what it names. */
static int check_changes(const struct builder *b,
			 const struct tree_list *before,
			 const struct tree_list *after, struct err *err)
{
	const struct tree_file *f, *was;
	size_t i;

	for (i = 0; i < after->n + before->n; i++) {
		f = i < after->n ? &after->files[i] :
			&before->files[i - after->n];
		was = tree_find(i < after->n ? before : after, f->path);
		if ((!was || !tree_same(f, was)) &&
		    !patch_changes(&b->patch, f->path))
			return err_set(err, -EINVAL,
				       "%s: it changed %s, which it does not name",
				       b->patch.name, f->path);
	}
	return 0;
}

static int apply(struct builder *b, const char *tree, struct err *err)
{
	struct tree_list after;
	int ret;

	ret = patch_apply(&b->patch, b->store, tree, err);
	if (ret == -EINVAL)
		b->fault = FAULT_PATCH;
	if (!ret)
		ret = tree_scan_copy(tree, &b->built, &after, err);
	if (ret)
		return ret;
	ret = check_changes(b, &b->built, &after, err);
	tree_list_free(&b->built);
	b->built = after;
	return ret;
}

/* Of the key, and of nothing but what it stands for. */
static bool is_ready(struct builder *b, const char *tree, const char *state,
		     const struct tree_list *memo)
{
	char *text, *want, hex[KEY_HEX];
	struct err ignored;
	bool ready;

	if (file_read(state, &text, NULL, &ignored))
		return false;
	ready = !strncmp(text, b->key, strlen(b->key)) &&
		!tree_scan_copy(tree, memo, &b->built, &ignored);
	if (ready) {
		tree_hash(&b->built, hex);
		want = xasprintf("%s %s\n", b->key, hex);
		ready = !strcmp(text, want);
		free(want);
	}
	if (!ready)
		tree_list_free(&b->built);
	free(text);
	return ready;
}

/* From whatever is there to the source with the patch. */
static int make_ready(struct builder *b, const char *tree, const char *list,
		      const struct tree_list *memo, struct err *err)
{
	int ret;

	if (!memo->n)
		cache_progress(b->store, "copy the source");
	ret = tree_copy(b->source.tree, &b->source.list, tree, memo,
			&b->built, err);
	/* So that a patch that fails costs no second look at all files. */
	if (!ret)
		ret = tree_list_write(list, &b->built, err);
	if (!ret && b->patch.n_parts)
		ret = apply(b, tree, err);
	if (!ret && b->patch.n_parts)
		ret = tree_list_write(list, &b->built, err);
	return ret;
}

static int prepare(struct builder *b, const char *tree, struct err *err)
{
	char *state = in_work(b, "state"), *list = in_work(b, "list");
	char *text, hex[KEY_HEX];
	struct tree_list memo;
	int ret = 0;

	tree_list_read(list, &memo);
	if (!is_ready(b, tree, state, &memo)) {
		unlink(state);
		ret = make_ready(b, tree, list, &memo, err);
		if (!ret) {
			tree_hash(&b->built, hex);
			text = xasprintf("%s %s\n", b->key, hex);
			ret = file_write(state, text, strlen(text), err);
			free(text);
		}
	}
	tree_list_free(&memo);
	free(list);
	free(state);
	return ret;
}

/* Errors that a folder has, not the disk, the source or the patch. */
static bool is_folders(int ret)
{
	return ret == -EISDIR || ret == -ENOTDIR || ret == -ENOTEMPTY ||
		ret == -EEXIST || ret == -EACCES || ret == -EPERM ||
		ret == -ELOOP || ret == -ENOENT || ret == -EBUSY;
}

/* Out of the way, even if it cannot be removed at once. */
static int discard(const struct builder *b, const char *name, struct err *err)
{
	char *path = in_work(b, name);
	char *aside = xasprintf("%s.old%d", path, (int)getpid());
	struct err ignored;
	int ret = 0;

	if (rename(path, aside) && errno != ENOENT)
		ret = err_set(err, -errno, "%s: %s", path, strerror(errno));
	dir_remove(aside, &ignored);
	free(aside);
	free(path);
	return ret;
}

/* Of a disk that has lost some of it, though nothing shows that (make.c). */
static bool disk_failed(const char *making)
{
	struct err ignored;
	char *text;
	bool failed;

	if (file_read(making, &text, NULL, &ignored))
		return false;
	failed = !strcmp(text, "disk");
	free(text);
	return failed;
}

/*
 * Objects may be wrong when make was killed while a compiler wrote one, or
 * when the clock was set back: make then takes a source for older than it is.
 */
static int check_objects(const struct builder *b, struct err *err)
{
	char *making = in_work(b, "making"), *made = in_work(b, "made");
	char *configured = in_work(b, "configured");
	struct stat st;
	int ret = 0;

	if (file_exists(making) ||
	    (!stat(made, &st) && st.st_mtime > time(NULL))) {
		cache_note(b->store,
			   "the last build here was cut off: compile again");
		unlink(configured);
		ret = discard(b, disk_failed(making) ? "linux" : "linux/obj",
			      err);
		if (!ret && unlink(making) && errno != ENOENT)
			ret = err_set(err, -errno, "%s: %s", making,
				      strerror(errno));
		unlink(made);
	}
	free(configured);
	free(made);
	free(making);
	return ret;
}

int work_prepare(struct builder *b, struct err *err)
{
	char *tree = in_work(b, "linux"), *configured;
	int ret;

	ret = source_prepare(b->store, &b->source, err);
	if (!ret)
		ret = check_age(b, err);
	if (!ret)
		ret = check_objects(b, err);
	if (!ret)
		ret = prepare(b, tree, err);
	if (is_folders(ret)) {
		cache_note(b->store, "%s: made anew (%.150s)", b->work,
			       err->text);
		configured = in_work(b, "configured");
		unlink(configured);
		free(configured);
		ret = discard(b, "linux", err);
		if (!ret)
			ret = prepare(b, tree, err);
	}
	free(tree);
	return ret;
}

int work_check(struct builder *b, struct err *err)
{
	char *tree = in_work(b, "linux"), *list = in_work(b, "list");
	char was[KEY_HEX], is[KEY_HEX];
	struct tree_list now;
	int ret = tree_scan_copy(tree, &b->built, &now, err);

	if (!ret) {
		tree_hash(&b->built, was);
		tree_hash(&now, is);
		if (strcmp(was, is))
			ret = err_set(err, -ESTALE,
				      "%s: was changed by somebody else while it was compiled",
				      tree);
		else if (!tree_list_equal(&b->built, &now))
			ret = tree_list_write(list, &now, err);
		tree_list_free(&now);
	}
	free(list);
	free(tree);
	return ret;
}
