// SPDX-License-Identifier: GPL-2.0-only
/* Children of this program: how they end is said, and ends nobody else. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/proc.h"
#include "tests/check.h"

static int good(void *ctx)
{
	*(int *)ctx = 1;
	return 0;
}

static int fails(void *ctx)
{
	return -EIO;
}

/* What an AUX area does whose pages are not there. */
static int beyond_the_file(void *ctx)
{
	static const struct rlimit none;
	FILE *f = tmpfile();
	char *p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(f), 0);

	setrlimit(RLIMIT_CORE, &none);
	/* A sanitizer has a handler of its own. */
	signal(SIGBUS, SIG_DFL);
	return p == MAP_FAILED ? 1 : *(volatile char *)p;
}

static void a_child_ends(struct check *t)
{
	struct err err = { "" };
	char text[100];
	int mine = 0;

	CHECK_EQ(t, proc_call("cell", good, &mine, &err), 0);
	CHECK_EQ(t, mine, 0);
	CHECK_EQ(t, proc_call("cell", fails, NULL, &err), -ECHILD);
	CHECK(t, !strcmp(err.text, "cell: exit status 1"));
	CHECK_EQ(t, proc_call("cell", beyond_the_file, NULL, &err), -ECHILD);
	snprintf(text, sizeof(text), "cell: killed by signal %d (%s)", SIGBUS,
		 strsignal(SIGBUS));
	CHECK(t, !strcmp(err.text, text));
}

int main(void)
{
	struct check t = { 0 };

	a_child_ends(&t);
	return check_end(&t);
}
