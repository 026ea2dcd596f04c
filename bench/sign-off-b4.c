// SPDX-License-Identifier: GPL-2.0-only
/* --patch b4:MSGID: b4 fetches a series, and nothing else goes to a network. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sign-off.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

#define PREFIX "b4:"
#define B4_NS (5 * 60 * NSEC_PER_SEC)

/* The one mbox that b4 left in @dir; caller frees. */
static char *found_mbox(const char *dir)
{
	char *pattern = xasprintf("%s/*.{mbx,mbox}", dir), *path = NULL;
	glob_t found = { .gl_pathc = 0 };

	if (!glob(pattern, GLOB_BRACE, NULL, &found) && found.gl_pathc)
		path = xasprintf("%s", found.gl_pathv[0]);
	globfree(&found);
	free(pattern);
	return path;
}

static int fetch(const char *id, const char *dir, int stop_fd, char **path,
		 struct err *err)
{
	const char *const argv[] = { "b4", "am", "-o", dir, "--", id, NULL };
	/* It says on stderr what it takes and from where. */
	const struct proc proc = {
		.argv = argv, .in = -1, .out = 2, .errout = 2,
	};
	int ret = proc_run(&proc, stop_fd, B4_NS, err);

	if (ret == -ENOENT)
		return err_set(err, ret,
			       "--patch " PREFIX "%s: b4 is not installed; install it, or save the mails and give the file",
			       id);
	if (ret)
		return err_prefix(err, ret, "--patch " PREFIX "%s", id);
	*path = found_mbox(dir);
	return *path ? 0 : err_set(err, -ENOENT,
		"--patch " PREFIX "%s: b4 left no mbox", id);
}

int sign_off_fetch(struct sign_off *s, struct err *err)
{
	struct input *input;
	char *path = NULL, *dir;
	size_t i;
	int ret;

	for (i = 0; i < s->inputs.n; i++) {
		input = &s->inputs.input[i];
		if (input->kind != INPUT_PATCH ||
		    strncmp(input->arg, PREFIX, strlen(PREFIX)))
			continue;
		if (!s->fetched)
			s->fetched = dir_temp(err);
		if (!s->fetched)
			return -EIO;
		dir = xasprintf("%s/%zu", s->fetched, i);
		ret = dir_make(dir, err);
		if (!ret)
			ret = fetch(input->arg + strlen(PREFIX), dir,
				    s->run.stop_fd, &path, err);
		free(dir);
		if (ret)
			return ret;
		free(input->arg);
		input->arg = path;
	}
	return 0;
}
