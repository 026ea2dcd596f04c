// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfigs/build/builder.h"
#include "lib/arch.h"
#include "lib/file.h"

/*
 * The source in the work folder.  Three files say what it is:
 *
 *   state	the key of the kernel it was made for; absent while it changes
 *   touched	the paths that the variant's patch changed
 *   manifest	what the rest was copied from (see mirror.c)
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

static bool state_is(const struct builder *b, const char *path)
{
	struct err err;
	bool same;
	char *text;

	if (file_read(path, &text, NULL, &err))
		return false;
	same = !strcmp(text, b->key);
	free(text);
	return same;
}

/* The lines of a file as an array; empty when there is no file. */
static char **read_lines(const char *path)
{
	char **lines = calloc(1, sizeof(*lines)), *text, *line, *save;
	struct err err;
	size_t n = 0;

	if (!lines)
		abort();
	if (file_read(path, &text, NULL, &err))
		return lines;
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		lines[n++] = xasprintf("%s", line);
		lines = realloc(lines, (n + 1) * sizeof(*lines));
		if (!lines)
			abort();
		lines[n] = NULL;
	}
	free(text);
	return lines;
}

static int write_touched(const struct builder *b, const char *path,
			 struct err *err)
{
	struct file_new out;
	size_t i;
	int ret;

	ret = file_open(&out, path, err);
	if (ret)
		return ret;
	for (i = 0; i < b->patch.n_files; i++) {
		if (!b->patch.files[i].left_out)
			fprintf(out.stream, "%s\n", b->patch.files[i].path);
	}
	return file_commit(&out, err);
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
	if (!b->patch.n_files || b->spec->patch)
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

/* A tree that was built in: take away what mirroring did not recognise. */
static int clean_mirror(const struct builder *b, const char *tree,
			struct err *err)
{
	char *arch = xasprintf("ARCH=%s", arch_here->make);
	const char *const argv[] = {
		"make", "-s", "-C", tree, arch, "MAKEFLAGS=", "mrproper", NULL
	};
	char *config = xasprintf("%s/.config", b->source.tree);
	char *include = xasprintf("%s/include/config", b->source.tree);
	char *obj = xasprintf("%s/obj", tree);
	char *output = NULL;
	int ret = 0;

	if (!file_exists(obj) && (file_exists(config) ||
				  file_exists(include))) {
		cache_progress(b->store, "clean a copy of %s",
			       b->source.path);
		ret = run_output(b->store, argv, NULL, true, &output, err);
		if (ret == -ECHILD)
			err_set(err, ret, "make mrproper in a copy of %s: %.400s",
				b->source.path, output);
	}
	free(output);
	free(obj);
	free(include);
	free(config);
	free(arch);
	return ret;
}

static int mirror(const struct builder *b, const char *tree,
		  const char *touched, struct err *err)
{
	char *manifest = in_work(b, "manifest");
	char **paths = read_lines(touched);
	int ret;

	if (!file_exists(manifest))
		cache_progress(b->store, "copy the source");
	ret = tree_mirror(b->source.tree, &b->source.list, tree, manifest,
			  paths, b->source.ours, err);
	if (!ret && unlink(touched) && errno != ENOENT)
		ret = err_set(err, -errno, "%s: %s", touched,
			      strerror(errno));
	if (!ret)
		ret = clean_mirror(b, tree, err);
	kernel_names_free(paths);
	free(manifest);
	return ret;
}

static int apply(struct builder *b, const char *tree,
		 const char *touched, struct err *err)
{
	size_t i;
	int ret;

	ret = write_touched(b, touched, err);
	for (i = 0; i < b->patch.n_files && !ret; i++)
		ret = tree_unshare(tree, b->patch.files[i].path, err);
	if (!ret)
		ret = patch_apply(&b->patch, b->store, tree, b->work, err);
	if (ret == -EINVAL)
		b->fault = FAULT_PATCH;
	return ret;
}

int work_prepare(struct builder *b, struct err *err)
{
	char *state = in_work(b, "state");
	char *touched = in_work(b, "touched");
	char *tree = in_work(b, "linux");
	int ret;

	ret = source_prepare(b->store, &b->source, err);
	if (!ret)
		ret = check_age(b, err);
	if (ret || state_is(b, state))
		goto out;
	unlink(state);
	ret = mirror(b, tree, touched, err);
	if (!ret && b->patch.n_files)
		ret = apply(b, tree, touched, err);
	if (!ret)
		ret = file_write(state, b->key, strlen(b->key), err);
out:
	free(tree);
	free(touched);
	free(state);
	return ret;
}
