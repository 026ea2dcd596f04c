// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/patch.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/builder.h"
#include "kconfigs/build/cache.h"
#include "kconfigs/build/mail.h"
#include "kconfigs/build/tree.h"
#include "lib/file.h"

/* Where the parser is. */
struct cursor {
	const char *p;		/* start of the current line */
	int line;		/* its number, from 1 */
};

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static void next_line(struct cursor *c)
{
	const char *end = strchr(c->p, '\n');

	c->p = end ? end + 1 : c->p + strlen(c->p);
	c->line++;
}

static const char *line_after(const char *p)
{
	const char *end = strchr(p, '\n');

	return end ? end + 1 : p + strlen(p);
}

/* "--- a/x" + "+++ b/x" + "@@ -": a mail's text has no such three lines. */
static bool at_diff(const char *p)
{
	const char *second, *third;

	if (!starts(p, "--- "))
		return false;
	second = line_after(p);
	if (!starts(second, "+++ "))
		return false;
	third = line_after(second);
	return starts(third, "@@ -");
}

/* The path on a "--- a/kernel/x.c<tab>date" line, NULL for /dev/null. */
static char *diff_path(const char *line)
{
	const char *p = line + 4, *slash;
	size_t len = strcspn(p, "\t\r\n");

	if (len == strlen("/dev/null") && starts(p, "/dev/null"))
		return NULL;
	slash = memchr(p, '/', len);
	if (slash) {
		len -= slash + 1 - p;
		p = slash + 1;
	}
	return xasprintf("%.*s", (int)len, p);
}

static bool path_is_safe(const char *path)
{
	return *path && *path != '/' && !starts(path, "../") &&
		!strstr(path, "/../");
}

/* "@@ -a,b +c,d @@": how many old and new lines follow. */
static bool hunk_counts(const char *p, long *old, long *new)
{
	char *end;

	*old = *new = 1;
	strtol(p + 4, &end, 10);
	if (*end == ',')
		*old = strtol(end + 1, &end, 10);
	if (!starts(end, " +"))
		return false;
	strtol(end + 2, &end, 10);
	if (*end == ',')
		*new = strtol(end + 1, &end, 10);
	return starts(end, " @@") && *old >= 0 && *new >= 0;
}

static int parse_hunk(const struct patch *patch, struct cursor *c,
		      struct err *err)
{
	int at = c->line;
	long old, new;

	if (!hunk_counts(c->p, &old, &new))
		return err_set(err, -EINVAL, "%s:%d: not a hunk's header",
			       patch->name, c->line);
	next_line(c);
	while (old > 0 || new > 0) {
		char sign = *c->p;

		/* Some mailers strip the blank from an empty context line. */
		if (sign == ' ' || sign == '\n' || sign == '\r' ||
		    sign == '-')
			old--;
		if (sign == ' ' || sign == '\n' || sign == '\r' ||
		    sign == '+')
			new--;
		if (!sign || !strchr(" \n\r-+\\", sign) || old < 0 || new < 0)
			return err_set(err, -EINVAL,
				       "%s:%d: the hunk that starts on line %d does not go on here (lines wrapped or cut off by a mailer?)",
				       patch->name, c->line, at);
		next_line(c);
	}
	if (*c->p == '\\')
		next_line(c);
	return 0;
}

static int parse_file(struct patch *patch, struct cursor *c, struct err *err)
{
	struct patch_file file = { .diff = c->p, .line = c->line };
	char *old = diff_path(c->p);
	char *new = diff_path(line_after(c->p));
	int ret = 0;

	file.path = new ? new : old;
	if (new)
		free(old);
	if (!file.path || !path_is_safe(file.path)) {
		ret = err_set(err, -EINVAL, "%s:%d: '%s' is no path in a tree",
			      patch->name, c->line,
			      file.path ? file.path : "/dev/null");
		free(file.path);
		return ret;
	}
	file.left_out = !tree_wants(file.path, false);
	next_line(c);
	next_line(c);
	while (!ret && starts(c->p, "@@ -")) {
		ret = parse_hunk(patch, c, err);
		file.hunks++;
	}
	file.len = c->p - file.diff;
	patch->files = realloc(patch->files, (patch->n_files + 1) *
			       sizeof(*patch->files));
	if (!patch->files)
		abort();
	patch->files[patch->n_files++] = file;
	return ret;
}

static int parse(struct patch *patch, struct err *err)
{
	struct cursor c = { .p = patch->text, .line = 1 };
	int ret;

	while (*c.p) {
		if (at_diff(c.p)) {
			ret = parse_file(patch, &c, err);
			if (ret)
				return ret;
			continue;
		}
		if (starts(c.p, "rename from ") ||
		    starts(c.p, "GIT binary patch"))
			return err_set(err, -EINVAL,
				       "%s:%d: renames and binary files cannot be applied; make the diff with --no-renames",
				       patch->name, c.line);
		next_line(&c);
	}
	if (!patch->n_files)
		return err_set(err, -EINVAL, "%s: there is no diff in it",
			       patch->name);
	return 0;
}

/* Its name then says that lines are counted in what came out. */
static int decode(struct patch *patch, const char *path, struct err *err)
{
	char *text;
	int ret = mail_decode(path, &text, err);

	if (ret)
		return ret;
	free(patch->text);
	free(patch->name);
	patch->text = text;
	patch->name = xasprintf("%s (decoded)", path);
	return 0;
}

int patch_read(struct patch *patch, const char *path, struct err *err)
{
	int ret;

	memset(patch, 0, sizeof(*patch));
	ret = file_read(path, &patch->text, NULL, err);
	if (ret)
		return ret;
	patch->name = xasprintf("%s", path);
	if (mail_is_encoded(patch->text)) {
		ret = decode(patch, path, err);
		if (ret) {
			patch_free(patch);
			return ret;
		}
	}
	ret = parse(patch, err);
	if (ret)
		patch_free(patch);
	return ret;
}

void patch_free(struct patch *patch)
{
	size_t i;

	for (i = 0; i < patch->n_files; i++)
		free(patch->files[i].path);
	free(patch->files);
	free(patch->text);
	free(patch->name);
	memset(patch, 0, sizeof(*patch));
}

bool patch_changes(const struct patch *patch, const char *path)
{
	size_t i;

	for (i = 0; i < patch->n_files; i++) {
		if (!patch->files[i].left_out &&
		    !strcmp(patch->files[i].path, path))
			return true;
	}
	return false;
}

/* The @n-th file (from 0) of those that patch(1) was given. */
static const struct patch_file *nth_file(const struct patch *patch, int n)
{
	size_t i;

	for (i = 0; i < patch->n_files; i++) {
		if (!patch->files[i].left_out && !n--)
			return &patch->files[i];
	}
	return NULL;
}

static bool has_line(const char *text, const char *line, size_t len)
{
	for (; *text; text = line_after(text)) {
		if (strcspn(text, "\n") == len && !strncmp(text, line, len))
			return true;
	}
	return false;
}

/* The first line that hunk @n expects and that is nowhere in @text. */
static const char *missing_line(const struct patch_file *file, int n,
				const char *text, int *len)
{
	const char *p, *end = file->diff + file->len;
	int hunk = 0;

	for (p = line_after(line_after(file->diff)); p < end;
	     p = line_after(p)) {
		if (starts(p, "@@ -"))
			hunk++;
		else if (hunk == n && (*p == ' ' || *p == '-') &&
			 !has_line(text, p + 1, strcspn(p + 1, "\n"))) {
			*len = strcspn(p + 1, "\n");
			return p + 1;
		}
	}
	return NULL;
}

/* "Hunk #2 FAILED at 123.": why, as far as can be told. */
static int explain_hunk(const struct patch *patch, const char *tree,
			const struct patch_file *file, int n, long line,
			struct err *err)
{
	char *full = xasprintf("%s/%s", tree, file->path);
	const char *missing = NULL;
	char *text = NULL;
	int len = 0;

	if (!file_read(full, &text, NULL, err))
		missing = missing_line(file, n, text, &len);
	if (missing)
		err_set(err, -EINVAL,
			"%s:%d: hunk %d of %s (at line %ld) does not apply: this source has no line '%.*s'",
			patch->name, file->line, n, file->path, line, len,
			missing);
	else
		err_set(err, -EINVAL,
			"%s:%d: hunk %d of %s (at line %ld) does not apply: its lines are there, but not in this place or order",
			patch->name, file->line, n, file->path, line);
	free(text);
	free(full);
	return -EINVAL;
}

/* What patch(1) said, as one sentence. */
static int explain(const struct patch *patch, const char *tree,
		   const char *output, struct err *err)
{
	const struct patch_file *file = NULL;
	int n, given = 0;
	const char *p;
	long line;

	for (p = output; *p; p = line_after(p)) {
		if (starts(p, "patching file "))
			file = nth_file(patch, given++);
		else if (starts(p, "can't find file to patch"))
			file = nth_file(patch, given++);
		if (!file)
			continue;
		if (starts(p, "can't find file to patch"))
			return err_set(err, -EINVAL,
				       "%s:%d: this source has no file %s",
				       patch->name, file->line, file->path);
		if (sscanf(p, "Hunk #%d FAILED at %ld", &n, &line) == 2)
			return explain_hunk(patch, tree, file, n, line, err);
		if (starts(p, "Reversed (or previously applied)") ||
		    starts(p, "Ignoring previously applied"))
			return err_set(err, -EINVAL,
				       "%s:%d: %s has the change already",
				       patch->name, file->line, file->path);
	}
	return err_set(err, log_blames_host(output) ? -EIO : -EINVAL,
		       "%s: does not apply: %.300s", patch->name, output);
}

/* "Hunk #3 succeeded at 7675 (offset -2 lines)." is worth knowing. */
static void tell_offsets(const struct kernel_store *store, const char *output)
{
	const char *p, *path = "";

	for (p = output; *p; p = line_after(p)) {
		if (starts(p, "patching file "))
			path = p + strlen("patching file ");
		else if (starts(p, "Hunk #") && strstr(p, "(offset "))
			cache_progress(store, "patch: %.*s: %.*s",
				       (int)strcspn(path, "\n"), path,
				       (int)strcspn(p, "\n"), p);
	}
}

static int write_diff(const struct patch *patch,
		      const struct kernel_store *store, const char *path,
		      struct err *err)
{
	struct file_new out;
	size_t i;
	int ret;

	if (!nth_file(patch, 0))
		return err_set(err, -EINVAL,
			       "%s: changes nothing that is part of the guest's kernel",
			       patch->name);
	ret = file_open(&out, path, err);
	if (ret)
		return ret;
	for (i = 0; i < patch->n_files; i++) {
		const struct patch_file *file = &patch->files[i];

		if (file->left_out)
			cache_progress(store,
				       "patch: %s is no part of the guest's kernel, left out",
				       file->path);
		else
			fwrite(file->diff, 1, file->len, out.stream);
	}
	return file_commit(&out, err);
}

int patch_apply(const struct patch *patch, const struct kernel_store *store,
		const char *tree, const char *work, struct err *err)
{
	char *diff = xasprintf("%s/patch.diff", work);
	const char *const argv[] = {
		"patch", "-p1", "-F0", "-N", "-t", "-r", "-",
		"--no-backup-if-mismatch", "-d", tree, "-i", diff, NULL
	};
	char *output = NULL;
	int ret;

	ret = write_diff(patch, store, diff, err);
	if (!ret) {
		ret = run_output(store, argv, NULL, true, &output, err);
		if (ret == -ECHILD && output)
			ret = explain(patch, tree, output, err);
		else if (!ret)
			tell_offsets(store, output);
	}
	free(output);
	free(diff);
	return ret;
}
