// SPDX-License-Identifier: GPL-2.0-only
/*
 * NMIs that nobody has asked for, from QEMU's monitor into the candidate's
 * guests: the console says so, that is a bad line of the cells that ran
 * meanwhile, and the candidate is BAD for it.  "NMI handler took too long",
 * which auxsynth's windows make every kernel say, is none and hides none.
 *
 * Called by the name of QEMU it is that one, with a monitor, and with somebody
 * at the monitor.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/arch.h"
#include "lib/json.h"
#include "lib/package.h"
#include "lib/proc.h"
#include "lib/store.h"
#include "lib/units.h"
#include "tests/fixture.h"
#include "tests/guest/guest.h"

#define CANDIDATE SRCDIR "/tests/guest/candidates/comment.patch"
#define STRAY "Uhhuh. NMI received"
#define LATE "took too long to run"
#define MAX_ARGS 100

static const char job[] =
"[global]\n"
"context = nmi\n"
"window = 30ms\n"
"drain = 1ms\n"
"loop = eager\n"
"[nmi]\n"
"seconds = 2\n";

/* Through the monitor at @path, twice a second for as long as there is one. */
static void inject(const char *path)
{
	static const char can[] = "{\"execute\": \"qmp_capabilities\"}\n";
	static const char nmi[] = "{\"execute\": \"inject-nmi\"}\n";
	const struct timespec pause = { .tv_nsec = NSEC_PER_SEC / 2 };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), i;
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	for (i = 0; connect(fd, (struct sockaddr *)&addr, sizeof(addr)); i++) {
		if (i > 60)
			return;
		nanosleep(&pause, NULL);
	}
	if (send(fd, can, strlen(can), MSG_NOSIGNAL) < 0)
		return;
	do
		nanosleep(&pause, NULL);
	while (send(fd, nmi, strlen(nmi), MSG_NOSIGNAL) > 0);
}

/* Whose kernel this is, by the file beside it. */
static int is_candidates(const char *image)
{
	char *dir = xasprintf("%.*s", (int)(strrchr(image, '/') - image),
			      image);
	char *path = xasprintf("%s/release", dir), *text;
	struct err err;
	int is = !file_read(path, &text, NULL, &err) &&
		strstr(text, "-comment");

	free(path);
	free(dir);
	return is;
}

static int be_qemu(int argc, char **argv)
{
	char *path = xasprintf("%s/monitor-%d", getenv("NMI_DIR"),
			       (int)getpid());
	char *monitor = xasprintf("unix:%s,server=on,wait=off", path);
	char *args[MAX_ARGS];
	int i, wanted = 0;

	for (i = 0; i < argc && i < MAX_ARGS - 3; i++) {
		args[i] = argv[i];
		if (!strcmp(argv[i], "-kernel"))
			wanted = is_candidates(argv[i + 1]);
	}
	args[0] = getenv("NMI_QEMU");
	if (wanted) {
		args[i++] = "-qmp";
		args[i++] = monitor;
	}
	args[i] = NULL;
	if (wanted && !fork()) {
		inject(path);
		_exit(0);
	}
	execv(args[0], args);
	return 1;
}

static int sign_off(const char *dir)
{
	char *output = xasprintf("--output=%s/run", dir);
	char *cells = xasprintf("--job=%s/nmi.job", dir);
	const char *const argv[] = {
		BUILDDIR "/bench/sign-off", "--patch=" CANDIDATE, cells,
		output, "--boots=1", "--no-model", "-q", NULL
	};
	struct proc proc = { .argv = argv, .in = -1, .out = 1, .errout = 2 };
	int status = -1;
	struct err err;
	pid_t pid = proc_start(&proc, &err);

	if (pid > 0 &&
	    proc_wait(pid, -1, now_ns() + 3600 * NSEC_PER_SEC, &status))
		proc_kill(pid);
	free(cells);
	free(output);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct seen {
	int cells[2], stray[2], late[2];	/* baseline's, candidate's */
};

static int look(void *ctx, const struct store_entry *e)
{
	const json_t *console = e->console, *line;
	int side = !strcmp(e->variant, "comment");
	struct seen *seen = ctx;
	size_t i;

	seen->cells[side] += e->measured;
	json_array_foreach(console, i, line) {
		printf("%s: %s\n", e->variant, json_string_value(line));
		seen->stray[side] += !!strstr(json_string_value(line), STRAY);
		seen->late[side] += !!strstr(json_string_value(line), LATE);
	}
	return 0;
}

/* Whether the console of a boot of @variant has it. */
static int said(const char *dir, const char *variant, const char *words)
{
	char *command = xasprintf("grep -q '%s' %s/run/console/*-%s-*.log",
				  words, dir, variant);
	int ret = system(command);

	free(command);
	return !ret;
}

static void check_run(struct check *t, const char *dir)
{
	char *path = xasprintf("%s/run/store.jsonl", dir), *text;
	struct seen seen = { 0 };
	struct err err = { "" };
	bool torn;

	CHECK_EQ(t, store_each(path, &torn, look, &seen, &err), 0);
	CHECK_EQ(t, seen.cells[0], 1);
	CHECK_EQ(t, seen.cells[1], 1);
	CHECK_EQ(t, seen.stray[0], 0);
	CHECK(t, seen.stray[1] > 0);
	CHECK(t, said(dir, "baseline", LATE));
	CHECK(t, said(dir, "comment", LATE));
	/* Not a bad line, unless another has run into it. */
	CHECK_EQ(t, seen.late[0], 0);
	free(path);
	path = xasprintf("%s/run/verdict.txt", dir);
	CHECK_EQ(t, file_read(path, &text, NULL, &err), 0);
	CHECK(t, !*err.text && strstr(text, "on the console: " STRAY));
	CHECK(t, !*err.text && !strstr(text, LATE));
	if (!*err.text)
		free(text);
	free(path);
}

int main(int argc, char **argv)
{
	char *dir, *qemu, *link, *path, self[4096];
	struct check t = { 0 };
	ssize_t len;

	if (getenv("NMI_QEMU"))
		return be_qemu(argc, argv);
	if (!guests_possible())
		return CHECK_SKIP;
	if (strcmp(arch_here->name, "x86")) {
		printf("SKIP: only x86 says what NMI it did not expect\n");
		return CHECK_SKIP;
	}
	dir = fixture_dir();
	fixture_put(dir, "nmi.job", job);
	qemu = program_find(arch_here->qemu);
	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[len > 0 ? len : 0] = '\0';
	link = xasprintf("%s/%s", dir, arch_here->qemu);
	path = xasprintf("%s:%s", dir, getenv("PATH"));
	CHECK_EQ(&t, symlink(self, link), 0);
	setenv("NMI_DIR", dir, 1);
	setenv("NMI_QEMU", qemu, 1);
	setenv("PATH", path, 1);
	CHECK_EQ(&t, sign_off(dir), 2);
	check_run(&t, dir);
	free(path);
	free(link);
	free(qemu);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
