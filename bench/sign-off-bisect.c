// SPDX-License-Identifier: GPL-2.0-only
/* --bisect: one step of git bisect run. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/sign-off.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

#define GIT_NS (60 * NSEC_PER_SEC)

/* The commit that is checked out, in 12 digits; caller frees. */
static int read_head(const struct sign_off *s, char **head, struct err *err)
{
	const char *tree = s->inputs.linux_path ? s->inputs.linux_path : ".";
	const char *const argv[] = {
		"git", "-C", tree, "-c", "safe.directory=*", "rev-parse",
		"--short=12", "HEAD", NULL
	};
	int fd = memfd_create("head", MFD_CLOEXEC), ret;
	const struct proc proc = {
		.argv = argv, .in = -1, .out = fd, .errout = 2,
	};
	char text[64] = "";

	if (fd < 0)
		return err_set(err, -errno, "memfd_create: %s",
			       strerror(errno));
	ret = proc_run(&proc, -1, GIT_NS, err);
	if (!ret && pread(fd, text, sizeof(text) - 1, 0) < 12)
		ret = err_set(err, -EINVAL, "--bisect: git knows no HEAD in %s",
			      tree);
	close(fd);
	text[strcspn(text, "\n")] = '\0';
	*head = ret ? NULL : xasprintf("%s", text);
	return ret;
}

/* git may come to a commit twice; a run is never overwritten. */
int sign_off_bisect_output(struct sign_off *s, struct err *err)
{
	char *head;
	int ret, i;

	if (!s->bisect || !s->run.output)
		return 0;
	ret = read_head(s, &head, err);
	if (ret)
		return ret;
	s->step = xasprintf("%s/%s", s->run.output, head);
	for (i = 2; file_exists(s->step); i++) {
		free(s->step);
		s->step = xasprintf("%s/%s-%d", s->run.output, head, i);
	}
	s->run.output = s->step;
	free(head);
	return 0;
}

void sign_off_bisect_margins(struct judge_options *o)
{
	struct judge_options usual;

	judge_options_init(&usual);
	if (o->hang_ratio == usual.hang_ratio)
		o->hang_ratio = 10;
	if (o->hang_bound == usual.hang_bound)
		o->hang_bound = 0.05;
	o->boots = 4;
}

int sign_off_bisect_status(const struct sign_off *s, int ret, int word)
{
	if (s->same)
		return 0;
	/* Not to be taken for the commit's: it ends the bisection. */
	if (ret < 0)
		return 128;
	if (word == JUDGE_GOOD)
		return 0;
	return word == JUDGE_BAD && s->measured ? 1 : 125;
}
