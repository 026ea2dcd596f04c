// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests whose QEMU is a shell script: how one starts, answers and ends, and
 * whose fault it is.  The script says on stdout what a console would, and
 * speaks as the agent on the socket that it was given.  (bash: dash knows
 * descriptors below 10 only.)
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/target/guest.h"
#include "lib/arch.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define QEMU \
	"#!/bin/bash\n" \
	"[ \"$1\" = --version ] && { echo 'QEMU emulator version 9.9'; exit; }\n" \
	"fd=$(echo \"$*\" | sed 's/.*id=cells,fd=\\([0-9]*\\).*/\\1/')\n" \
	"eval \"exec 3<&$fd 4>&$fd\"\n" \
	"echo '[    0.1] Linux version 7.3.4'\n"
#define HELLO \
	"echo '{\"hello\": {\"release\": \"7.3.4-x\", \"clock_res_ns\": 1, " \
	"\"version\": \"#1 SMP PREEMPT_RT 1970\"}}' >&4\n"
#define REQUEST "read line <&3\n"
#define ANSWER "echo '{\"id\": 3, \"record\": {\"x\": 1}}' >&4\n"

struct fixture {
	struct check *t;
	char *dir;
	struct target_kernel kernel;
	struct target *target;
	struct err err;
};

static void put_qemu(struct fixture *f, const char *script)
{
	char *text = xasprintf("%s%s", QEMU, script);
	char *path = xasprintf("%s/%s", f->dir, arch_here->qemu);

	fixture_put(f->dir, arch_here->qemu, text);
	chmod(path, 0755);
	free(path);
	free(text);
}

static enum status start(struct fixture *f, const char *script)
{
	static const char *const programs[] = { NULL };
	struct guest_config config = {
		.target = {
			.agent = BUILDDIR "/stress/agent", .stop_fd = -1,
			.start_timeout = 20 * NSEC_PER_SEC,
			.silence = NSEC_PER_SEC, .shutdown = NSEC_PER_SEC,
		},
		.shape = { .arch = arch_here,
			   .nodes = 1, .cpus = 1, .memory = 64 << 20,
			   .accel = "tcg" },
		.programs = programs,
	};
	char *console = xasprintf("%s/console", f->dir);
	enum status status;

	put_qemu(f, script);
	unlink(console);
	f->err.text[0] = '\0';
	CHECK_EQ(f->t, guest_new(&f->target, &config, &f->err), 0);
	status = f->target->ops->start(f->target, &f->kernel, console,
				       &f->err);
	free(console);
	return status;
}

static enum status run(struct fixture *f, json_t **answer)
{
	struct cell cell;

	cell_init(&cell);
	*answer = NULL;
	return f->target->ops->run(f->target, 3, &cell, 10 * NSEC_PER_SEC,
				   answer, &f->err);
}

static void good_guest(struct fixture *f)
{
	json_t *answer, *bad, *what;

	CHECK_EQ(f->t, start(f, HELLO REQUEST
		"echo '{\"begin\": 3}' >&4\n"
		"echo '[    1.0] WARNING: CPU: 0 PID: 1 at x.c'\n" ANSWER
		REQUEST "echo \"$line\" >$0.quit\n"
		"echo '[    2.0] BUG: at its end'\n"), STATUS_OK);
	CHECK_EQ(f->t, run(f, &answer), STATUS_OK);
	CHECK_EQ(f->t, json_count(json_object_get(answer, "record"), "x"), 1);
	json_decref(answer);
	f->target->ops->stop(f->target);
	/* With what it says while it ends. */
	bad = f->target->ops->bad_lines(f->target);
	CHECK_EQ(f->t, json_array_size(bad), 2);
	json_decref(bad);
	what = f->target->ops->describe(f->target);
	CHECK(f->t, !strcmp(json_text(what, "qemu"), "9.9"));
	CHECK(f->t, !strcmp(json_text(what, "accel"), "tcg"));
	json_decref(what);
	f->target->ops->free(f->target);
}

/* @at_start: the start ends so, else the cell. */
static const struct bad_end {
	const char *script;
	bool at_start;
	enum status status;
	const char *words;
} bad_end[] = {
	{ HELLO REQUEST "echo '[ 1.0] Oops: 0000'; "
	  "echo '[ 1.1] Kernel panic - not syncing: x'\n", false,
	  STATUS_PANIC, "Oops: 0000: Kernel panic - not syncing: x" },
	{ HELLO REQUEST "echo '[ 1.0] Kernel panic - not syncing: y'; "
	  "sleep 60\n", false, STATUS_PANIC, "not syncing: y" },
	{ HELLO REQUEST "echo '[ 1.0] watchdog: BUG: soft lockup - "
	  "CPU#1'; sleep 60\n", false, STATUS_LOCKUP, "soft lockup" },
	{ HELLO REQUEST "echo '[ 1.0] last words'; sleep 60\n", false,
	  STATUS_TIMEOUT, "no answer in time; the last line: [ 1.0] last words" },
	{ HELLO REQUEST "exit 0\n", false, STATUS_DIED,
	  "the guest ended by itself" },
	{ HELLO REQUEST "echo 'x: cannot' >&2; exit 1\n", false,
	  STATUS_DIED, "QEMU ended with status 1: x: cannot" },
	/* Neither is the guest's doing, nor its kernel's. */
	{ HELLO REQUEST "kill -9 $$\n", false, STATUS_HOST_FAILED,
	  "QEMU was killed by signal 9" },
	{ HELLO REQUEST "echo '{\"id\": 3, \"error\": \"stood still\", "
	  "\"host\": true}' >&4; read l <&3\n", false,
	  STATUS_HOST_FAILED, "stood still" },
	{ "kill -9 $$\n", true, STATUS_HOST_FAILED,
	  "QEMU was killed by signal 9" },
	{ HELLO REQUEST
	  "echo '{\"id\": 3, \"error\": \"no CPU\"}' >&4; read l <&3\n",
	  false, STATUS_ERROR, "no CPU" },
	{ HELLO REQUEST "echo '{\"id\": 3, \"error\": \"no SMT\", "
	  "\"skip\": true}' >&4; read l <&3\n", false, STATUS_SKIPPED,
	  "no SMT" },
	{ "echo '[ 1.0] Kernel panic - not syncing: z'\n", true,
	  STATUS_BOOT_FAILED, "panic before the agent answered" },
	{ "echo '{\"error\": \"no clock\"}' >&4; read l <&3\n", true,
	  STATUS_BOOT_FAILED, "the agent cannot measure: no clock" },
	{ "echo '{\"hello\": {\"release\": \"6.6\"}}' >&4; read l <&3\n",
	  true, STATUS_BOOT_FAILED, "Linux 6.6 booted, expected 7.3.4-x" },
	{ "echo '{\"hello\": {\"version\": \"#1 SMP 1970\"}}' >&4\n"
	  "read l <&3\n", true, STATUS_BOOT_FAILED,
	  "of itself '#1 SMP 1970', expected PREEMPT_RT" },
};

static void bad_ends(struct fixture *f)
{
	enum status status;
	json_t *answer;
	size_t i;

	for (i = 0; i < sizeof(bad_end) / sizeof(bad_end[0]); i++) {
		status = start(f, bad_end[i].script);
		if (!bad_end[i].at_start) {
			CHECK_EQ(f->t, status, STATUS_OK);
			status = run(f, &answer);
			CHECK(f->t, !answer);
		}
		if (status != bad_end[i].status ||
		    !strstr(f->err.text, bad_end[i].words))
			printf("case %zu: %s: %s\n", i, status_names[status],
			       f->err.text);
		CHECK_EQ(f->t, status, bad_end[i].status);
		CHECK(f->t, strstr(f->err.text, bad_end[i].words));
		f->target->ops->stop(f->target);
		f->target->ops->free(f->target);
	}
}

int main(void)
{
	struct check t = { 0 };
	struct fixture f = {
		.t = &t, .dir = fixture_dir(),
		.kernel = { .image = "/none", .release = "7.3.4-x",
			    .preempt = "PREEMPT_RT" },
	};
	char *path = xasprintf("%s:%s", f.dir, getenv("PATH"));

	setenv("PATH", path, 1);
	free(path);
	good_guest(&f);
	bad_ends(&f);
	fixture_end(f.dir, t.failed);
	return check_end(&t);
}
