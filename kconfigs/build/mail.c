// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/mail.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

#define GIT_TIMEOUT (60 * NSEC_PER_SEC)

bool mail_is_encoded(const char *text)
{
	static const char header[] = "Content-Transfer-Encoding:";
	size_t len = strlen(header);

	for (; *text; text += *text == '\n') {
		if (!strncasecmp(text, header, len)) {
			text += len + strspn(text + len, " \t");
			if (!strncasecmp(text, "quoted-printable", 16) ||
			    !strncasecmp(text, "base64", 6))
				return true;
		}
		text += strcspn(text, "\n");
	}
	return false;
}

static int run_git(const char *const *argv, int in, const char *path,
		   struct err *err)
{
	struct proc proc = { .argv = argv, .in = in, .out = -1, .errout = -1 };
	struct err why;
	int ret = proc_run(&proc, -1, GIT_TIMEOUT, &why);

	if (ret == -ENOENT)
		return err_set(err, ret,
			       "%s: the mail is encoded, and there is no git to read it: install git, or give the plain diff",
			       path);
	return ret ? err_set(err, -EINVAL, "%s: %s", path, why.text) : 0;
}

/* Appends what git makes of one mail: its text, then its diff. */
static int add_mail(const char *dir, const char *mail, const char *path,
		    FILE *all, struct err *err)
{
	char *msg = xasprintf("%s/msg", dir), *diff = xasprintf("%s/diff", dir);
	const char *const argv[] = {
		"git", "mailinfo", "-n", "-k", msg, diff, NULL
	};
	const char *const parts[] = { msg, diff };
	int in = open(mail, O_RDONLY | O_CLOEXEC), ret, i;
	char *text;

	ret = in < 0 ? err_set(err, -errno, "%s: %s", mail, strerror(errno)) :
	      run_git(argv, in, path, err);
	for (i = 0; !ret && i < 2; i++) {
		ret = file_read(parts[i], &text, NULL, err);
		if (!ret) {
			fputs(text, all);
			free(text);
		}
	}
	if (in >= 0)
		close(in);
	free(diff);
	free(msg);
	return ret;
}

static int add_mails(const char *dir, const char *path, FILE *all,
		     struct err *err)
{
	char *output = xasprintf("-o%s", dir);
	char *pattern = xasprintf("%s/[0-9]*", dir);
	const char *const argv[] = {
		"git", "mailsplit", "-b", output, "--", path, NULL
	};
	glob_t found = { .gl_pathc = 0 };
	int ret = run_git(argv, -1, path, err);
	size_t i;

	if (!ret && glob(pattern, 0, NULL, &found))
		ret = err_set(err, -EINVAL, "%s: there is no mail in it",
			      path);
	for (i = 0; !ret && i < found.gl_pathc; i++)
		ret = add_mail(dir, found.gl_pathv[i], path, all, err);
	globfree(&found);
	free(pattern);
	free(output);
	return ret;
}

int mail_decode(const char *path, char **text, struct err *err)
{
	char *dir = dir_temp(err);
	struct err ignored;
	size_t size;
	FILE *all;
	int ret;

	if (!dir)
		return -EIO;
	*text = NULL;
	all = open_memstream(text, &size);
	if (!all)
		abort();
	ret = add_mails(dir, path, all, err);
	fclose(all);
	if (ret)
		free(*text);
	dir_remove(dir, &ignored);
	free(dir);
	return ret;
}
