// SPDX-License-Identifier: GPL-2.0-only
/*
 * A compiler that is disturbed while make asks for its options: a make of our
 * own that leaves commands as the kernel's does, the first or all of them
 * wrong.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/builder.h"
#include "lib/arch.h"
#include "tests/check.h"
#include "tests/fixture.h"

static const char makefile[] =
"n := $(shell cat n 2>/dev/null)\n"
"option = right\n"
"ifeq ($(MODE)$(n),first)\n"
"option = wrong\n"
"endif\n"
"ifeq ($(MODE),always)\n"
"option = $(n)\n"
"endif\n"
"all:\n"
"	@mkdir -p obj/a\n"
"	@printf x >>n\n"
"ifeq ($(MODE),bad)\n"
"	@echo 'a.c:1:2: error: no such thing' && false\n"
"endif\n"
"ifeq ($(MODE)$(n),flagless)\n"
"	@echo 'a.c:1:2: error: no such thing without its flag' && false\n"
"endif\n"
"	@echo 'savedcmd_a.o := gcc -$(option)' >obj/a/.a.o.cmd\n"
"	@echo '$(n): other.h' >>obj/a/.a.o.cmd\n";

/* Returns what work_make_sure() does; *makes: how many it took. */
static int run(struct builder *b, const char *mode, const char *memo,
	       size_t *makes, struct err *err)
{
	char *set = xasprintf("MODE=%s", mode);
	char *log = xasprintf("%s/log", b->work);
	char *count = xasprintf("%s/linux/n", b->work), *text;
	const char *const args[] = { set, "all", NULL };
	struct err ignored;
	int ret;

	unlink(count);
	ret = work_make_sure(b, args, "a kernel", log, NULL, "linux/obj",
			     memo, err);
	*makes = 0;
	if (!file_read(count, &text, makes, &ignored))
		free(text);
	free(count);
	free(log);
	free(set);
	return ret;
}

int main(void)
{
	const struct kernel_spec spec = { .variant = "v" };
	struct kernel_store store = { .stop_fd = -1, .arch = arch_here };
	struct builder b = { .store = &store, .spec = &spec };
	struct check t = { 0 };
	struct err err;
	size_t makes;

	b.work = fixture_dir();
	store.cache = b.work;
	fixture_put(b.work, "linux/Makefile", makefile);
	/* Without a memory, and the first time: two say the same. */
	CHECK_EQ(&t, run(&b, "never", NULL, &makes, &err), 0);
	CHECK_EQ(&t, makes, 2);
	CHECK_EQ(&t, run(&b, "never", "commands", &makes, &err), 0);
	CHECK_EQ(&t, makes, 2);
	/* From then on it is known. */
	CHECK_EQ(&t, run(&b, "never", "commands", &makes, &err), 0);
	CHECK_EQ(&t, makes, 1);
	/* Another answer has to be given twice: here it is made good. */
	CHECK_EQ(&t, run(&b, "first", "commands", &makes, &err), 0);
	CHECK_EQ(&t, makes, 2);
	CHECK_EQ(&t, run(&b, "first", NULL, &makes, &err), 0);
	CHECK_EQ(&t, makes, 3);
	CHECK_EQ(&t, run(&b, "never", "commands", &makes, &err), 0);
	CHECK_EQ(&t, makes, 1);
	/* Never twice the same: no kernel, and nobody's fault but the host's. */
	CHECK_EQ(&t, run(&b, "always", "commands", &makes, &err), -ESTALE);
	CHECK(&t, makes > 2);
	CHECK(&t, strstr(err.text, "a kernel: the compiler's options differ"));
	CHECK_EQ(&t, b.fault, FAULT_HOST);
	/* An error that comes once is nobody's; twice it is the patch's. */
	CHECK_EQ(&t, run(&b, "flagless", NULL, &makes, &err), 0);
	CHECK_EQ(&t, makes, 3);
	CHECK_EQ(&t, b.fault, FAULT_HOST);
	CHECK_EQ(&t, run(&b, "bad", NULL, &makes, &err), -ECHILD);
	CHECK_EQ(&t, makes, 2);
	CHECK_EQ(&t, b.fault, FAULT_PATCH);
	fixture_end(b.work, t.failed);
	return check_end(&t);
}
