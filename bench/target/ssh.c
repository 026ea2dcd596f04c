// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another machine as a target.  The agent, the libraries it needs and the
 * module go over as one archive into a private directory there, and ssh is
 * the link to the agent.  The shell that runs it removes the directory when
 * the agent ends, which it does when the link breaks: nothing stays behind.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/target/initramfs.h"
#include "bench/target/machine.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

#define WORDS_MAX 32
#define ASK_TIMEOUT (20 * NSEC_PER_SEC)
/* The archive has some 10 MB. */
#define UPLOAD_TIMEOUT (180 * NSEC_PER_SEC)

/* In front of our lines, for a shell's start-up files may print, too. */
#define MARK "aux-tests: "

/* Never a question, and never a link that is dead and does not say so. */
static const char *const options[] = {
	"-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10",
	"-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3",
};

/*
 * The scripts are for a POSIX shell, whatever the login shell is: given as
 * one word in single quotes, so they must have none themselves.
 */
static const char uname_script[] =
	"for x in s m r v; do echo \"" MARK "$(uname -$x)\"; done";

static const char upload_script[] =
	"umask 077; d=$(mktemp -d \"${TMPDIR:-/tmp}/aux-tests.XXXXXX\") || exit 1; "
	"if tar -xf - -C \"$d\"; then echo \"" MARK "$d\"; "
	"else rm -rf \"$d\"; exit 1; fi";

/* With its own loader and libraries, for those there may be others. */
static const char run_script[] =
	"d=%s; trap \"rm -rf $d\" 0; trap \"exit 1\" 1 2 13 15; "
	"l=$(find \"$d\" -name \"*.so*\" -exec dirname {} \\; | sort -u | tr \"\\n\" :); "
	"for ld in \"$d\"/lib*/ld-*.so*; do if [ -x \"$ld\" ]; then "
	"\"$ld\" --library-path \"$l\" \"$d/init\"; exit; fi; done; "
	"\"$d/init\"";

struct ssh {
	struct machine machine;
	char *command;		/* its words, cut apart */
	const char *argv[WORDS_MAX];
	int words;		/* up to and with the host */
	char *script;		/* the last word */
	char *dir;		/* there */
	char *module;		/* there, or NULL */
};

static struct ssh *to_ssh(struct machine *machine)
{
	return (struct ssh *)machine;
}

static int make_argv(struct ssh *ssh, struct err *err)
{
	const struct machine_config *config = &ssh->machine.config;
	const int noptions = sizeof(options) / sizeof(options[0]);
	char *word, *save;
	int i;

	ssh->command = xasprintf("%s", config->ssh ? config->ssh : "ssh");
	for (word = strtok_r(ssh->command, " \t", &save); word;
	     word = strtok_r(NULL, " \t", &save)) {
		if (ssh->words >= WORDS_MAX - noptions - 3)
			return err_set(err, -E2BIG,
				       "ssh: more than %d words",
				       WORDS_MAX - noptions - 3);
		ssh->argv[ssh->words++] = word;
	}
	if (!ssh->words)
		return err_set(err, -EINVAL, "ssh: no command");
	for (i = 0; i < noptions; i++)
		ssh->argv[ssh->words++] = options[i];
	ssh->argv[ssh->words++] = config->host;
	return 0;
}

static void set_script(struct ssh *ssh, const char *script)
{
	free(ssh->script);
	ssh->script = xasprintf("exec /bin/sh -c '%s'", script);
	ssh->argv[ssh->words] = ssh->script;
	ssh->argv[ssh->words + 1] = NULL;
}

/* All that is in a memfd, as a string; caller frees. */
static char *text_of(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = calloc(1, size > 0 ? size + 1 : 1);

	if (text && size > 0 && pread(fd, text, size, 0) != size)
		*text = '\0';
	return text;
}

/* ssh's own last line, or the remote command's, says it best. */
static int explain(struct ssh *ssh, int ret, int fd, struct err *err)
{
	char *text = text_of(fd), *line, *last = NULL, *save, *p;

	for (line = text ? strtok_r(text, "\r\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\r\n", &save))
		last = *line ? line : last;
	for (p = last; p && *p; p++) {
		if (*p < ' ' || *p > '~')
			*p = '?';
	}
	if (ret != -EINTR && last)
		err_set(err, ret, "%.400s", last);
	free(text);
	return err_prefix(err, ret, "ssh %s", ssh->machine.config.host);
}

/* Runs a script there; *out is what it printed, caller frees. */
static int ask(struct ssh *ssh, const char *script, int in, uint64_t timeout,
	       char **out, struct err *err)
{
	int fd[2] = { memfd_create("out", MFD_CLOEXEC),
		      memfd_create("err", MFD_CLOEXEC) };
	struct proc proc = {
		.argv = ssh->argv, .in = in, .out = fd[0], .errout = fd[1],
	};
	int ret = 0;

	*out = NULL;
	set_script(ssh, script);
	if (fd[0] < 0 || fd[1] < 0)
		ret = err_set(err, -errno, "memfd: %s", strerror(errno));
	if (!ret) {
		ret = proc_run(&proc, ssh->machine.config.target.stop_fd, timeout,
			       err);
		if (ret)
			explain(ssh, ret, fd[1], err);
		else
			*out = text_of(fd[0]);
	}
	if (fd[0] >= 0)
		close(fd[0]);
	if (fd[1] >= 0)
		close(fd[1]);
	return ret;
}

/* The @n-th line of ours, without its mark, cut out of @text; or NULL. */
static char *marked_line(const char *text, int n)
{
	const char *p = text;

	while (p && (p = strstr(p, MARK))) {
		p += strlen(MARK);
		if (!n--)
			return xasprintf("%.*s", (int)strcspn(p, "\r\n"), p);
	}
	return NULL;
}

static void copy_line(char *to, size_t size, const char *text, int n)
{
	char *line = marked_line(text, n);

	snprintf(to, size, "%s", line ? line : "");
	free(line);
}

static int ask_kernel(struct ssh *ssh, struct err *err)
{
	struct machine_kernel *kernel = &ssh->machine.kernel;
	const char *host = ssh->machine.config.host;
	struct utsname here;
	char system[32], *out;
	int ret;

	ret = ask(ssh, uname_script, -1, ASK_TIMEOUT, &out, err);
	if (ret)
		return ret;
	copy_line(system, sizeof(system), out, 0);
	copy_line(kernel->arch, sizeof(kernel->arch), out, 1);
	copy_line(kernel->release, sizeof(kernel->release), out, 2);
	copy_line(kernel->version, sizeof(kernel->version), out, 3);
	free(out);
	uname(&here);
	if (strcmp(system, "Linux") || !*kernel->release)
		return err_set(err, -ENOTSUP, "ssh %s: not a Linux machine",
			       host);
	if (strcmp(kernel->arch, here.machine))
		return err_set(err, -ENOTSUP,
			       "ssh %s: that machine is %s, the agent here is for %s (build aux-tests there and use --target=local)",
			       host, kernel->arch, here.machine);
	return 0;
}

/* It goes into a script: nothing that a shell would take apart. */
static int dir_ok(const char *dir)
{
	const char *p = dir;

	while (isalnum((unsigned char)*p) || (*p && strchr("/._-", *p)))
		p++;
	return *dir == '/' && !*p && strstr(dir, "aux-tests.");
}

static int upload(struct ssh *ssh, const char *archive, struct err *err)
{
	int fd = open(archive, O_RDONLY | O_CLOEXEC), ret;
	char *out;

	if (fd < 0)
		return err_set(err, -errno, "%s: %s", archive,
			       strerror(errno));
	ret = ask(ssh, upload_script, fd, UPLOAD_TIMEOUT, &out, err);
	close(fd);
	if (ret)
		return ret;
	free(ssh->dir);
	ssh->dir = marked_line(out, 0);
	free(out);
	if (!ssh->dir || !dir_ok(ssh->dir))
		return err_set(err, -EIO,
			       "ssh %s: no usable directory for the agent there",
			       ssh->machine.config.host);
	return 0;
}

static int ssh_connect(struct machine *machine, const char *const **argv,
		       struct err *err)
{
	struct ssh *ssh = to_ssh(machine);
	const struct initramfs bundle = {
		.agent = machine->config.target.agent,
		.module = machine->config.module,
		.bundle = true,
	};
	char *dir = dir_temp(err), *archive, *script;
	struct err ignored;
	int ret;

	if (!dir)
		return -EIO;
	archive = xasprintf("%s/agent.tar", dir);
	ret = initramfs_write(&bundle, archive, machine->config.target.stop_fd, err);
	if (!ret)
		ret = upload(ssh, archive, err);
	free(archive);
	dir_remove(dir, &ignored);
	free(dir);
	if (ret)
		return ret;
	if (machine->config.module) {
		free(ssh->module);
		ssh->module = xasprintf("%s/auxsynth.ko", ssh->dir);
		machine->module = ssh->module;
	}
	script = xasprintf(run_script, ssh->dir);
	set_script(ssh, script);
	free(script);
	*argv = ssh->argv;
	return 0;
}

static void ssh_free(struct target *target)
{
	struct ssh *ssh = to_ssh((struct machine *)target);

	agent_free(&ssh->machine.agent);
	free(ssh->command);
	free(ssh->script);
	free(ssh->dir);
	free(ssh->module);
	free(ssh);
}

static const struct target_ops ssh_ops = {
	.name = "ssh",
	.start = machine_start,
	.run = agent_run,
	.stop = agent_stop,
	.describe = machine_describe,
	.bad_lines = agent_bad_lines,
	.warnings = agent_warnings,
	.free = ssh_free,
};

int ssh_new(struct target **target, const struct machine_config *config,
	    struct machine_kernel *kernel, struct err *err)
{
	struct machine *m;
	int ret = machine_new(&m, sizeof(struct ssh), config, &ssh_ops, err);

	if (ret)
		return ret;
	m->connect = ssh_connect;
	ret = make_argv(to_ssh(m), err);
	if (!ret)
		ret = ask_kernel(to_ssh(m), err);
	if (ret) {
		ssh_free(&m->agent.target);
		return ret;
	}
	*kernel = m->kernel;
	*target = &m->agent.target;
	return 0;
}
