// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/mail.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "kconfigs/build/git.h"
#include "lib/file.h"

/* "Name-Of-Header: ..." */
static bool is_header(const char *line)
{
	size_t n = 0;

	while (isalnum((unsigned char)line[n]) || line[n] == '-')
		n++;
	return n && line[n] == ':' &&
		(line[n + 1] == ' ' || line[n + 1] == '\t' ||
		 line[n + 1] == '\r' || line[n + 1] == '\n');
}

/* A mail has two headers at least; a line of words may look like one. */
bool mail_begins(const char *text)
{
	int headers = 0;

	text += strspn(text, "\r\n");
	if (!strncmp(text, "From ", 5))
		return true;
	for (; *text; text += *text == '\n') {
		if (is_header(text))
			headers++;
		else if (!headers || (*text != ' ' && *text != '\t'))
			break;
		text += strcspn(text, "\n");
	}
	return headers >= 2;
}

static int run(const char *const *args, const char *input, const char *path,
	       char **out, struct err *err)
{
	const struct git git = {
		.stop_fd = -1, .input = input, .apart = true,
	};
	char *why;
	int ret = git_run(&git, args, out, NULL, &why, err);

	if (ret == -ECHILD)
		ret = err_set(err, -EINVAL, "%s: git cannot read this mail: %.300s",
			      path, why);
	free(why);
	return ret;
}

/* The line "Subject: " of what mailinfo prints. */
static char *subject_of(const char *info)
{
	static const char head[] = "Subject: ";
	const char *line = info;

	while (line && strncmp(line, head, strlen(head))) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	line = line ? line + strlen(head) : "";
	return xasprintf("%.*s", (int)strcspn(line, "\n"), line);
}

static int read_mail(struct mail *mail, const char *dir, const char *file,
		     const char *path, struct err *err)
{
	char *msg = xasprintf("%s/msg", dir), *diff = xasprintf("%s/diff", dir);
	/* The diff's bytes stay as they are: no -u. */
	const char *const args[] = { "mailinfo", "-n", "-k", msg, diff, NULL };
	char *info;
	int ret = run(args, file, path, &info, err);

	if (!ret)
		ret = file_read(diff, &mail->diff, &mail->len, err);
	if (!ret)
		mail->subject = subject_of(info);
	free(info);
	free(diff);
	free(msg);
	return ret;
}

static int split(struct mails *mails, const char *dir, const char *path,
		 struct err *err)
{
	char *output = xasprintf("-o%s", dir);
	char *pattern = xasprintf("%s/[0-9]*", dir), *out;
	const char *const args[] = {
		"mailsplit", "-b", output, "--", path, NULL
	};
	glob_t found = { .gl_pathc = 0 };
	int ret = run(args, NULL, path, &out, err);
	size_t i;

	free(out);
	if (!ret && glob(pattern, 0, NULL, &found))
		ret = err_set(err, -EINVAL, "%s: there is no mail in it",
			      path);
	mails->mail = calloc(found.gl_pathc + 1, sizeof(*mails->mail));
	if (!mails->mail)
		abort();
	for (i = 0; !ret && i < found.gl_pathc; i++) {
		ret = read_mail(&mails->mail[i], dir, found.gl_pathv[i], path,
				err);
		mails->n += !ret;
	}
	globfree(&found);
	free(pattern);
	free(output);
	return ret;
}

int mails_read(struct mails *mails, const char *path, struct err *err)
{
	char *dir = dir_temp(err);
	struct err ignored;
	int ret;

	memset(mails, 0, sizeof(*mails));
	if (!dir)
		return -EIO;
	ret = split(mails, dir, path, err);
	if (ret)
		mails_free(mails);
	dir_remove(dir, &ignored);
	free(dir);
	return ret;
}

void mails_free(struct mails *mails)
{
	size_t i;

	for (i = 0; i < mails->n; i++) {
		free(mails->mail[i].subject);
		free(mails->mail[i].diff);
	}
	free(mails->mail);
	memset(mails, 0, sizeof(*mails));
}

/* What is in the first [...] with PATCH in it, of at least one. */
static const char *patch_tag(const char *subject)
{
	const char *p = subject;

	while ((p = strchr(p, '['))) {
		size_t len = strcspn(p, "]");

		if (memmem(p, len, "PATCH", 5) || memmem(p, len, "RFC", 3))
			return p;
		p++;
	}
	return NULL;
}

bool mail_is_reply(const char *subject)
{
	return !strncasecmp(subject, "re:", 3);
}

bool mail_is_cover(const char *subject)
{
	const char *p = patch_tag(subject);
	size_t len = p ? strcspn(p, "]") : 0, i;

	if (mail_is_reply(subject))
		return false;
	/* "0/3", "00/12", after a blank or the bracket. */
	for (i = 1; i < len; i++) {
		size_t zeros = strspn(p + i, "0");

		if (zeros && p[i + zeros] == '/' &&
		    isdigit((unsigned char)p[i + zeros + 1]) &&
		    !isdigit((unsigned char)p[i - 1]))
			return true;
	}
	return false;
}
