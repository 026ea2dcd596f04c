// SPDX-License-Identifier: GPL-2.0-only
/* Patches into a tree, by git; and why they do not fit, in a sentence. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/cache.h"
#include "kconfigs/build/git.h"
#include "kconfigs/build/patch.h"
#include "lib/file.h"

static const char *line_after(const char *p)
{
	const char *end = strchr(p, '\n');

	return end ? end + 1 : p + strlen(p);
}

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool has_line(const char *text, const char *line, size_t len)
{
	for (; *text; text = line_after(text)) {
		if (strcspn(text, "\n") == len && !strncmp(text, line, len))
			return true;
	}
	return false;
}

/* The first of the lines from @p to @end that is nowhere in @text. */
static const char *missing_line(const char *p, const char *end,
				const char *text, int *len)
{
	for (; p < end; p = line_after(p)) {
		*len = strcspn(p, "\n");
		if (*len && !has_line(text, p, *len))
			return p;
	}
	return NULL;
}

/* "error: patch failed: kernel/one.c:7", after the lines it looked for. */
static int explain_place(const struct patch_part *part, const char *tree,
			 const char *said, const char *failed,
			 struct err *err)
{
	static const char head[] = "error: while searching for:\n";
	const char *place = failed + strlen("error: patch failed: ");
	int len = strcspn(place, "\n"), missing_len = 0;
	const char *colon = memrchr(place, ':', len), *missing = NULL, *p;
	char *path, *text = NULL;

	/* The last search before the failure is this one's. */
	while ((p = strstr(said, head)) && p < failed)
		said = p + strlen(head);
	path = xasprintf("%s/%.*s", tree,
			 colon ? (int)(colon - place) : len, place);
	if (!file_read(path, &text, NULL, err))
		missing = missing_line(said, failed, text, &missing_len);
	if (missing)
		err_set(err, -EINVAL,
			"%.200s: the hunk for %.*s does not apply: this source has no line '%.*s'",
			part->name, len, place, missing_len, missing);
	else
		err_set(err, -EINVAL,
			"%.200s: the hunk for %.*s does not apply: its lines are not in this place or order",
			part->name, len, place);
	free(text);
	free(path);
	return -EINVAL;
}

/* Would it come off again? */
static bool is_applied(const struct patch_part *part, const char *tree)
{
	static const char *const check[] = {
		"apply", "--check", "-R", "--whitespace=nowarn", NULL
	};
	const struct git git = {
		.stop_fd = -1, .cwd = tree, .text = part->diff,
		.text_len = part->len, .apart = true,
	};
	const char **args = part_args(part, check, "--exclude=", true);
	char *out, *why;
	struct err ignored;
	int ret = git_run(&git, args, &out, NULL, &why, &ignored);

	free(why);
	free(out);
	part_args_free(args);
	return !ret;
}

/* What git said, as one sentence. */
static int explain(const struct patch_part *part, const char *tree,
		   const char *said, struct err *err)
{
	const char *p;

	if (git_blames_host(said))
		return err_set(err, -EIO, "%s: git apply failed: %.300s",
			       part->name, said);
	if (is_applied(part, tree))
		return err_set(err, -EINVAL,
			       "%s: this source has the change already",
			       part->name);
	for (p = said; *p; p = line_after(p)) {
		if (starts(p, "error: patch failed: "))
			return explain_place(part, tree, said, p, err);
		if (starts(p, "error: ") &&
		    !starts(p, "error: while searching for:"))
			return err_set(err, -EINVAL, "%s: this source: %.*s",
				       part->name, (int)strcspn(p + 7, "\n"),
				       p + 7);
	}
	/* It was killed, say. */
	return err_set(err, -EIO, "%s: git apply failed: %.300s", part->name,
		       said);
}

/* "Hunk #3 succeeded at 7675 (offset -2 lines)." is worth knowing. */
static void tell_offsets(const struct kernel_store *store, const char *said)
{
	static const char head[] = "Checking patch ";
	const char *p, *path = "";

	for (p = said; *p; p = line_after(p)) {
		if (starts(p, head))
			path = p + strlen(head);
		else if (starts(p, "Hunk #") && strstr(p, "(offset "))
			cache_note(store, "patch: %.*s: %.*s",
				       (int)strcspn(path, "\n"), path,
				       (int)strcspn(p, "\n"), p);
	}
}

static int apply_part(const struct patch_part *part,
		      const struct kernel_store *store, const char *tree,
		      struct err *err)
{
	static const char *const apply[] = {
		"apply", "-v", "--whitespace=nowarn", NULL
	};
	const struct git git = {
		.stop_fd = store->stop_fd, .cwd = tree, .text = part->diff,
		.text_len = part->len, .apart = true,
	};
	static const char undone_head[] = "unable to rmdir ";
	const char **args = part_args(part, apply, "--exclude=", true);
	char *out, *said, *undone;
	int ret = git_run(&git, args, &out, NULL, &said, err);

	if (ret == -ECHILD)
		ret = explain(part, tree, said, err);
	else if (!ret && (undone = strstr(said, undone_head)))
		/* A folder in the file's place: for git that is a success. */
		ret = err_set(err, -EINVAL, "%s: this source: %.*s",
			      part->name, (int)strcspn(undone, "\n"), undone);
	else if (!ret)
		tell_offsets(store, said);
	free(said);
	free(out);
	part_args_free(args);
	return ret;
}

static size_t tell_left_out(const struct patch_part *part,
			    const struct kernel_store *store)
{
	size_t i, n = 0;

	for (i = 0; i < part->n_files; i++) {
		if (part->files[i].left_out)
			cache_note(store,
				       "patch: %s is no part of the guest's kernel, left out",
				       part->files[i].path);
		n += !part->files[i].left_out;
	}
	return n;
}

int patch_apply(const struct patch *patch, const struct kernel_store *store,
		const char *tree, struct err *err)
{
	size_t i;
	int ret = 0;

	if (!patch_count(patch))
		return err_set(err, -EINVAL,
			       "%s: changes nothing that is part of the guest's kernel",
			       patch->name);
	if (patch->skipped)
		cache_note(store, "patch: no diff in %.200s",
			       patch->skipped);
	for (i = 0; i < patch->n_parts && !ret; i++) {
		if (tell_left_out(&patch->parts[i], store))
			ret = apply_part(&patch->parts[i], store, tree, err);
	}
	return ret;
}
