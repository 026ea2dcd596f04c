// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/patch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/git.h"
#include "kconfigs/build/mail.h"
#include "kconfigs/build/tree.h"
#include "lib/file.h"

static void add_file(const struct arch *arch, struct patch_part *part,
		     const char *path)
{
	struct patch_file *file;

	part->files = reallocarray(part->files, part->n_files + 1,
				   sizeof(*part->files));
	if (!part->files)
		abort();
	file = &part->files[part->n_files++];
	file->path = xasprintf("%s", path);
	file->left_out = !tree_wants(arch, path, false);
}

/* The path of "added<tab>deleted<tab>path"; NULL: not such a record. */
static const char *path_of(const char *record)
{
	const char *tab = strchr(record, '\t');

	tab = tab ? strchr(tab + 1, '\t') : NULL;
	return tab ? tab + 1 : NULL;
}

/*
 * "error: corrupt patch at line 7".  A mail's lines are counted from where its
 * diff begins.
 */
static int refuse(const struct patch_part *part, const char *why,
		  struct err *err)
{
	const char *line = strstr(why, "at line ");
	int n = 0;

	if (git_blames_host(why))
		return err_set(err, -EIO, "%s: git apply failed: %.300s",
			       part->name, why);
	if (line && sscanf(line, "at line %d", &n) == 1)
		return err_set(err, -EINVAL,
			       "%s:%d: %.200s (lines wrapped or cut off by a mailer?)",
			       part->name, n, why);
	return err_set(err, -EINVAL, "%s: %.300s", part->name, why);
}

static bool says_none(const char *why)
{
	return strstr(why, "No valid patches") ||
		strstr(why, "unrecognized input");
}

/* Which files it changes; none is no error. */
static int list_files(const struct arch *arch, struct patch_part *part,
		      struct err *err)
{
	static const char *const args[] = {
		"apply", "--numstat", "-z", NULL
	};
	const struct git git = {
		.stop_fd = -1, .text = part->diff, .text_len = part->len,
		.apart = true,
	};
	const char *p, *path;
	char *out, *why;
	size_t len = 0;
	int ret = git_run(&git, args, &out, &len, &why, err);

	if (ret == -ECHILD)
		ret = says_none(why) ? 0 : refuse(part, why, err);
	else
		for (p = out; !ret && p < out + len; p += strlen(p) + 1) {
			path = path_of(p);
			if (path)
				add_file(arch, part, path);
		}
	free(why);
	free(out);
	return ret;
}

/* "git apply" with those files only, or without them, of @part. */
const char **part_args(const struct patch_part *part, const char *const *args,
		       const char *option, bool left_out)
{
	const char **all;
	size_t n = 0, i;

	while (args[n])
		n++;
	all = calloc(n + part->n_files + 1, sizeof(*all));
	if (!all)
		abort();
	for (i = 0; i < n; i++)
		all[i] = xasprintf("%s", args[i]);
	for (i = 0; i < part->n_files; i++) {
		if (part->files[i].left_out == left_out)
			all[n++] = git_pattern(option, part->files[i].path);
	}
	return all;
}

void part_args_free(const char **args)
{
	size_t i;

	for (i = 0; args[i]; i++)
		free((char *)args[i]);
	free(args);
}

static bool has_file(const struct patch_part *part, const char *path)
{
	size_t i;

	for (i = 0; i < part->n_files; i++) {
		if (!strcmp(part->files[i].path, path))
			return true;
	}
	return false;
}

/* Where a file that is renamed or copied comes from is seen backwards. */
static int check_origin(const struct arch *arch, struct patch_part *part,
			const char *path, bool left_out, struct err *err)
{
	if (tree_wants(arch, path, false) == left_out)
		return err_set(err, -EINVAL, left_out ?
			       "%s: renames or copies %s to what is no part of the guest's kernel; make the diff with --no-renames" :
			       "%s: renames or copies %s, which is no part of the guest's kernel; make the diff with --no-renames",
			       part->name, path);
	if (!has_file(part, path))
		add_file(arch, part, path);
	return 0;
}

/* The same files by the names that they had before. */
static int check_origins(const struct arch *arch, struct patch_part *part,
			 bool left_out, struct err *err)
{
	static const char *const backwards[] = {
		"apply", "--numstat", "-z", "-R", NULL
	};
	const char **args = part_args(part, backwards, "--include=",
				      left_out);
	const struct git git = {
		.stop_fd = -1, .text = part->diff, .text_len = part->len,
		.apart = true,
	};
	char *out = NULL, *why = NULL;
	const char *p, *path;
	size_t len = 0;
	int ret = 0;

	if (args[4])
		ret = git_run(&git, args, &out, &len, &why, err);
	if (ret == -ECHILD)
		ret = refuse(part, why, err);
	for (p = out; !ret && p && p < out + len; p += strlen(p) + 1) {
		path = path_of(p);
		if (path)
			ret = check_origin(arch, part, path, left_out, err);
	}
	free(why);
	free(out);
	part_args_free(args);
	return ret;
}

/* It is kept as text: what follows a zero byte would be lost. */
static int check_text(const char *name, const char *text, size_t len,
		      struct err *err)
{
	return strlen(text) == len ? 0 :
		err_set(err, -EINVAL, "%s: has a zero byte, at offset %zu",
			name, strlen(text));
}

static int read_part(const struct arch *arch, struct patch_part *part,
		     struct err *err)
{
	int ret = check_text(part->name, part->diff, part->len, err);

	if (!ret)
		ret = list_files(arch, part, err);
	if (!ret && (memmem(part->diff, part->len, "\nrename ", 8) ||
		     memmem(part->diff, part->len, "\ncopy ", 6))) {
		ret = check_origins(arch, part, false, err);
		if (!ret)
			ret = check_origins(arch, part, true, err);
	}
	return ret;
}

static void part_free(struct patch_part *part)
{
	size_t i;

	for (i = 0; i < part->n_files; i++)
		free(part->files[i].path);
	free(part->files);
	free(part->diff);
	free(part->name);
}

static void add_part(struct patch *patch, const struct patch_part *part)
{
	patch->parts = reallocarray(patch->parts, patch->n_parts + 1,
				    sizeof(*patch->parts));
	if (!patch->parts)
		abort();
	patch->parts[patch->n_parts++] = *part;
}

static void skip(struct patch *patch, const char *name)
{
	char *all = xasprintf("%s%s%s", patch->skipped ? patch->skipped : "",
			      patch->skipped ? ", " : "", name);

	free(patch->skipped);
	patch->skipped = all;
}

/* A mail that should have a diff. */
static bool is_own(const char *subject)
{
	return !mail_is_cover(subject) && !mail_is_reply(subject);
}

/* Takes over @part. */
static int take_mail(struct patch *patch, struct patch_part *part,
		     const char *subject, bool in_series, struct err *err)
{
	int ret = 0;

	if (!mail_is_cover(subject))
		ret = read_part(patch->arch, part, err);
	if (!ret && part->n_files && in_series && mail_is_reply(subject))
		ret = err_set(err, -EINVAL,
			      "%s: a reply with a diff among a series: take out what is not meant",
			      part->name);
	if (!ret && !part->n_files && is_own(subject))
		ret = err_set(err, -EINVAL, "%s: git finds no diff in it",
			      part->name);
	if (!ret && part->n_files) {
		add_part(patch, part);
		return 0;
	}
	if (!ret)
		skip(patch, part->name);
	part_free(part);
	return ret;
}

static int read_mails(struct patch *patch, const char *path, struct err *err)
{
	bool in_series = false;
	struct mails mails;
	size_t i;
	int ret = mails_read(&mails, path, err);

	for (i = 0; !ret && i < mails.n; i++)
		in_series |= is_own(mails.mail[i].subject);
	for (i = 0; !ret && i < mails.n; i++) {
		struct mail *mail = &mails.mail[i];
		struct patch_part part = {
			.diff = mail->diff, .len = mail->len,
			.name = mails.n == 1 ? xasprintf("%s", path) :
				xasprintf("%s: mail %zu '%.80s'", path, i + 1,
					  mail->subject),
		};

		mail->diff = NULL;
		ret = take_mail(patch, &part, mail->subject, in_series, err);
	}
	if (!ret || mails.n)
		mails_free(&mails);
	return ret;
}

/*
 * A text that was copied from somewhere may lack it.  To git the last line is
 * then another line, or joined to the next; from a mail it always has it.
 */
static void end_last_line(struct patch_part *part)
{
	if (part->len && part->diff[part->len - 1] == '\n')
		return;
	part->diff = realloc(part->diff, part->len + 2);
	if (!part->diff)
		abort();
	part->diff[part->len++] = '\n';
	part->diff[part->len] = '\0';
}

static int read_file(struct patch *patch, const char *path, struct err *err)
{
	struct patch_part part = { 0 };
	int ret;

	ret = file_read(path, &part.diff, &part.len, err);
	if (ret)
		return ret;
	ret = check_text(path, part.diff, part.len, err);
	if (ret || mail_begins(part.diff)) {
		free(part.diff);
		return ret ? ret : read_mails(patch, path, err);
	}
	part.name = xasprintf("%s", path);
	end_last_line(&part);
	ret = read_part(patch->arch, &part, err);
	if (!ret && part.n_files) {
		add_part(patch, &part);
		return 0;
	}
	if (!ret)
		skip(patch, path);
	part_free(&part);
	return ret;
}

int patch_read(struct patch *patch, const struct arch *arch,
	       const char *const *paths, struct err *err)
{
	int ret = 0;
	size_t i;

	memset(patch, 0, sizeof(*patch));
	patch->arch = arch;
	patch->name = xasprintf("%s", paths[0]);
	for (i = 0; paths[i] && !ret; i++)
		ret = read_file(patch, paths[i], err);
	if (!ret && !patch->n_parts)
		ret = err_set(err, -ENOMSG, "%s: there is no diff in it",
			      paths[0]);
	if (ret)
		patch_free(patch);
	return ret;
}

void patch_free(struct patch *patch)
{
	size_t i;

	for (i = 0; i < patch->n_parts; i++)
		part_free(&patch->parts[i]);
	free(patch->parts);
	free(patch->skipped);
	free(patch->name);
	memset(patch, 0, sizeof(*patch));
}

size_t patch_count(const struct patch *patch)
{
	size_t i, k, n = 0;

	for (i = 0; i < patch->n_parts; i++) {
		for (k = 0; k < patch->parts[i].n_files; k++)
			n += !patch->parts[i].files[k].left_out;
	}
	return n;
}

bool patch_changes(const struct patch *patch, const char *path)
{
	size_t i;

	for (i = 0; i < patch->n_parts; i++) {
		if (has_file(&patch->parts[i], path))
			return true;
	}
	return false;
}

/* A line on which an mbox would begin its next mail. */
static bool begins_mail(const char *text, const char *line, const char *end)
{
	static const char from[] = "From ";
	size_t len = strlen(from);

	return (line == text || line[-1] == '\n') &&
		(size_t)(end - line) >= len && !memcmp(line, from, len);
}

/* What a mail's reader would not give back: a CR at a line's end, a next mail. */
static bool is_lost(const char *text, size_t at, size_t len)
{
	return text[at] == '\r' || begins_mail(text, text + at, text + len);
}

static bool needs_quotes(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (is_lost(text, i, len))
			return true;
	return false;
}

static void write_quoted(FILE *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '=' || is_lost(text, i, len))
			fprintf(out, "=%02X", text[i]);
		else
			fputc(text[i], out);
	}
}

static void write_part(FILE *out, const struct patch_part *part)
{
	bool quoted = needs_quotes(part->diff, part->len);
	const char *name = strrchr(part->name, '/');

	fprintf(out, "From 0 Mon Sep 17 00:00:00 2001\n"
		"From: unknown <unknown@localhost>\n"
		"Subject: [PATCH] %s\n", name ? name + 1 : part->name);
	if (quoted)
		fprintf(out, "Content-Transfer-Encoding: quoted-printable\n");
	fprintf(out, "\n---\n");
	if (quoted)
		write_quoted(out, part->diff, part->len);
	else
		fwrite(part->diff, 1, part->len, out);
	fprintf(out, "\n");
}

char *patch_mbox(const struct patch *patch)
{
	size_t i, size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	for (i = 0; i < patch->n_parts; i++)
		write_part(out, &patch->parts[i]);
	if (fclose(out))
		abort();
	return text;
}
