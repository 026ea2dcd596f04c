// SPDX-License-Identifier: GPL-2.0-only
/* What stands out on a terminal, and that a file gets no colours. */
#include <stdlib.h>
#include <string.h>

#include "lib/colour.h"
#include "tests/check.h"

static int put_is(void (*put)(FILE *f, const char *text), const char *text,
		  const char *expected)
{
	char buf[512];
	FILE *f = tmpfile();
	size_t n;

	put(f, text);
	rewind(f);
	n = fread(buf, 1, sizeof(buf) - 1, f);
	buf[n] = '\0';
	fclose(f);
	if (strcmp(buf, expected))
		printf("'%s', expected '%s'\n", buf, expected);
	return !strcmp(buf, expected);
}

int main(void)
{
	static const char text[] =
		"fix: GOOD, x BADLY\nhangs 0/137 4/137 07/9 a/b 1/ /2 1/2/3\n";
	struct check t = { 0 };

	/* A file is no terminal, whatever the environment says. */
	setenv("TERM", "xterm", 1);
	CHECK(&t, put_is(colour_put, text, text));
	CHECK(&t, put_is(colour_put_always, text,
			 "fix: \033[32mGOOD\033[0m, x BADLY\n"
			 "hangs 0/137 \033[31m4/137\033[0m \033[31m07/9\033[0m a/b 1/ /2 1/2/3\n"));
	CHECK(&t, put_is(colour_put_always, "(BAD)", "(\033[31mBAD\033[0m)"));
	CHECK(&t, put_is(colour_put_always, "", ""));
	return check_end(&t);
}
